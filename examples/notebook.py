"""For a notebook: cells with `# %%` (Jupyter, VS Code, PyCharm), objects that print themselves, no `with` and no event loop.

Reads the same environment variables as the other examples. The sync clients work in notebooks as they are; in an async cell `await` works on the async ones.
"""

# %% One client for the session. The engine is loaded at the first call, the key never shows.
from veneer.velerian import VelerianClient

client = VelerianClient(deadline=60)
print(client)

# %% What is there to run?
for abp in client.abps.list():
    print(abp.id, abp.status)

# %% Run it. The result prints as what it is.
result = client.invoke_abp("abp_demo", payload={"prompt": "Summarize the attached filing."})
print(result)

# %% Count actions without loading the whole log at once: rows come page by page, four pages under way.
actions: dict[str, int] = {}
for entry in client.iter_audit_log(page_size=200, concurrency=4):
    actions[entry["action"]] = actions.get(entry["action"], 0) + 1
print(actions)

# %% Stop anywhere, and go on from there: the state is a small JSON value.
entries = client.iter_audit_log(page_size=200)
first = [next(entries)["id"] for _ in range(3)]
following = client.iter_audit_log(page_size=200, resume_from=entries.state).first()
print(first, "then", following["id"] if following else "nothing")

# %% Try something else for one call only.
quick = client.with_options(deadline=5, headers={"x-team": "research"})
print(quick.usage_summary().governed_runs)

# %% Done. (A notebook that is simply stopped is fine too.)
client.close()
