"""Use HestiaOS: a governed run, its events as they arrive, its trace, and a run that governance blocks.

Reads HESTIA_BASE_URL and HESTIA_API_KEY (both optional: default http://localhost:8000, no key).
`make demo` points them to a local sandbox.
"""

from __future__ import annotations

from veneer.hestiaos import Client, GovernanceBlock


def main() -> None:
    """Run commands, stream one, and look up traces."""
    with Client() as client:
        health = client.health()
        print(f"server     {health.status}, version {health.version}")

        result = client.run("create a report", session_id="demo", mode_hint="balanced")
        print(f"run        {result.mode}: {result.result} in {result.latency_ms:g} ms")

        print("stream     ", end="")
        with client.run_stream("use tool to create a report") as events:
            for event in events:
                if event.is_token():
                    print(event.data["text"], end="", flush=True)
                else:
                    print(f"[{event.type}]", end="", flush=True)
        print()

        trace = client.trace(result.trace_id)
        print(f"trace      {trace.decision} by {trace.policy}: {trace.reason}, risk {trace.risk_score}")

        try:
            client.run("rm -rf / and start again")
        except GovernanceBlock as block:
            print(f"blocked    {block.message}")
            print(f"           look it up: {client.trace(block.trace_id or '').violations[0].reason}")

        client.secrets.set("mail/smtp password", "s3cret")
        print(f"secret     stored, {len(client.secrets.get('mail/smtp password'))} characters, and deleted")
        client.secrets.delete("mail/smtp password")

        print(f"chat       {client.chat.run('Hello!', session_id='demo').result}")
        print(f"agent      {client.agents.run('agent-1', 'analyze data').status}")
        print(f"governance {client.governance.explain('WRITE', {'path': '/srv/report'})['decision']}")


if __name__ == "__main__":
    main()
