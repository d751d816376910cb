"""HestiaOS's two clients where threads and tasks differ: the blocking call of the async one, and how a stream is cancelled."""

from __future__ import annotations

import asyncio
import inspect
import threading

import httpx
import pytest

from core.kit import until, watchdog
from veneer import ConfigurationError, StreamError
from veneer.hestiaos import AsyncClient, Client, GovernanceBlock, HestiaError
from veneer.sandbox import Sandbox
from veneer.testing import AddFault


def test_the_blocking_run_needs_no_event_loop_and_works_again(sandbox: Sandbox) -> None:
    client = AsyncClient()
    results = [client.run(f"run {number}", session_id="s").result for number in range(3)]
    assert results == [f"processed: run {number}" for number in range(3)]
    assert len(sandbox.journal(path="/api/v1/run")) == 3


def test_the_blocking_run_has_the_settings_of_its_view(sandbox: Sandbox) -> None:
    seen: list[httpx.Request] = []
    client = AsyncClient(api_key=lambda: sandbox.keys["hestiaos"], on_request=[seen.append])
    client.with_options(headers={"x-team": "a"}).run("a", timeout_ms=60_000)
    assert seen[0].headers["x-team"] == "a"
    assert seen[0].headers["authorization"] == f"Bearer {sandbox.keys['hestiaos']}"
    assert seen[0].extensions["timeout"]["read"] == 65


def test_the_blocking_run_raises_what_a_run_raises(sandbox: Sandbox) -> None:
    with pytest.raises(GovernanceBlock):
        AsyncClient().run("rm -rf /")


def test_the_blocking_run_refuses_to_stop_an_event_loop() -> None:
    async def inside() -> None:
        AsyncClient().run("a")

    with pytest.raises(ConfigurationError, match="run_async"):
        asyncio.run(inside())


def test_the_blocking_run_refuses_an_async_engine() -> None:
    engine = httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(200)))
    with pytest.raises(ConfigurationError, match="http_client"):
        AsyncClient(http_client=engine).run("a")


@pytest.mark.parametrize("name", ["run", "run_stream"])
def test_documented_calls_take_the_documented_arguments_in_order(name: str) -> None:
    parameters = list(inspect.signature(getattr(Client, name)).parameters)
    assert parameters[1:6] == ["input", "session_id", "agent_id", "mode_hint", "timeout_ms"]
    assert parameters == list(inspect.signature(getattr(AsyncClient, name)).parameters)


# -- cancelling ----------------------------------------------------------------------------------------------------


def await_effect(sandbox: Sandbox, prefix: str) -> None:
    """The sandbox learns of a closed connection a moment later."""
    until(lambda: sandbox.effects(prefix), f"the sandbox notes no {prefix}")


def test_cancelling_a_task_ends_its_stream_at_once_and_at_the_server_too(
    sandbox: Sandbox, fault: AddFault
) -> None:
    fault("pace=1000", platform="hestiaos")

    async def read(seen: asyncio.Event) -> None:
        async with AsyncClient(timeouts=None) as client:
            async for _ in client.run_stream("a"):
                seen.set()

    async def cancel() -> None:
        seen = asyncio.Event()
        task = asyncio.create_task(read(seen))
        await seen.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with watchdog("cancelling waits for the stream's end"):
        asyncio.run(cancel())
    await_effect(sandbox, "run.cancelled")


def test_closing_a_stream_from_another_thread_wakes_its_reader_with_an_error(
    sandbox: Sandbox, fault: AddFault
) -> None:
    fault("pace=1000", platform="hestiaos")
    seen, caught = threading.Event(), []
    with Client(timeouts=None) as client:
        events = client.run_stream("a")

        def read() -> None:
            try:
                for _ in events:
                    seen.set()
            except HestiaError as error:
                caught.append(error)

        reader = threading.Thread(target=read)
        reader.start()
        with watchdog("closing waits for the stream's end"):
            seen.wait()
            events.close()
            reader.join()
    assert [isinstance(error, StreamError) for error in caught] == [True]
    await_effect(sandbox, "run.cancelled")
