"""Use one client before a fork, in the child and again in the parent; run by test_tasks."""

from __future__ import annotations

import asyncio
import os
import sys

from veneer import AsyncClient, Client


def both(flavour: str, url: str) -> None:
    """Print what each side got."""
    sync = Client(url)
    tasks = AsyncClient(url)

    async def once() -> int:
        status = (await tasks.request("GET", "x")).status_code
        await tasks._session._engines.get().aclose()
        return status

    def get() -> int:
        return sync.request("GET", "x").status_code if flavour == "sync" else asyncio.run(once())

    print(f"parent:{get()}", flush=True)
    child = os.fork()
    if child == 0:
        print(f"child:{get()}", flush=True)
        sync.close()
        asyncio.run(tasks.aclose())
        os._exit(0)
    os.waitpid(child, 0)
    print(f"parent:{get()}", flush=True)
    sync.close()
    asyncio.run(tasks.aclose())


if __name__ == "__main__":
    both(*sys.argv[1:])
