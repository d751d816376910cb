"""Use all four platforms at once, as tasks of one event loop: a decision, a stream, an audit log and a chat.

Reads the environment variables of the other examples; `make demo` points them to a local sandbox.
"""

from __future__ import annotations

import asyncio

from veneer.aerostack import SDK
from veneer.hestiaos import AsyncClient
from veneer.hybridb import AsyncHybriDBClient
from veneer.velerian import AsyncVelerianClient


async def decide() -> str:
    """Request a decision from hybriDB."""
    async with AsyncHybriDBClient() as client:
        decision = await client.request_decision("payment.authorize", "payment.initiate", {"amount": 120})
        return f"hybriDB    {decision.outcome}"


async def watch() -> str:
    """Stream a run of HestiaOS and close it after four events; the server stops too."""
    seen: list[str] = []
    async with AsyncClient() as client, client.run_stream("create a long report") as events:
        async for event in events:
            seen.append(event.type)
            if len(seen) == 4:
                break
    return f"HestiaOS   {' '.join(seen)} …"


async def count() -> str:
    """Read Velerian's whole audit log, four pages at a time."""
    actors: dict[str, int] = {}
    async with AsyncVelerianClient() as client:
        async for entry in client.iter_audit_log(page_size=100, concurrency=4):
            actors[entry["actor_user_id"]] = actors.get(entry["actor_user_id"], 0) + 1
    return f"Velerian   {actors}"


async def chat() -> str:
    """Ask Aerostack two questions at once."""
    async with SDK() as sdk:
        answers = await asyncio.gather(
            *(
                sdk.ai.ai_chat_async({"messages": [{"role": "user", "content": question}]})
                for question in ("one", "two")
            )
        )
        return f"Aerostack  {' · '.join(answer.text for answer in answers)}"


async def everything() -> list[str]:
    """Run all four at the same time; the first failure would cancel the others."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(work()) for work in (decide, watch, count, chat)]
    return [task.result() for task in tasks]


def main() -> None:
    """Print the results."""
    print("\n".join(asyncio.run(everything())))


if __name__ == "__main__":
    main()
