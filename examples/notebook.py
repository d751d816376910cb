"""Use veneer in a notebook: cells with `# %%` (Jupyter, VS Code, PyCharm), no `with` and no event loop.

Reads the same environment variables as the other examples. The sync clients work in notebooks unchanged.
The async clients work with `await` in a cell.
"""

# %% One client for the session. The engine is loaded at the first call. The key is never shown.
from veneer.velerian import VelerianClient

client = VelerianClient(deadline=60)
print(client)

# %% List what can be run.
for abp in client.abps.list():
    print(abp.id, abp.status)

# %% Run it. A result is displayed readably.
result = client.invoke_abp("abp_demo", payload={"prompt": "Summarize the attached filing."})
print(result)

# %% Count actions without loading the whole log: rows arrive page by page, four pages at a time.
actions: dict[str, int] = {}
for entry in client.iter_audit_log(page_size=200, concurrency=4):
    actions[entry["action"]] = actions.get(entry["action"], 0) + 1
print(actions)

# %% Stop anywhere and continue later: the state is a small JSON value.
entries = client.iter_audit_log(page_size=200)
first = [next(entries)["id"] for _ in range(3)]
following = client.iter_audit_log(page_size=200, resume_from=entries.state).first()
print(first, "then", following["id"] if following else "nothing")

# %% Change an option for one call only.
quick = client.with_options(deadline=5, headers={"x-team": "research"})
print(quick.usage_summary().governed_runs)

# %% Close the client. (Stopping the notebook is fine too.)
client.close()
