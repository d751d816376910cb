"""HestiaOS's public async client: its one blocking call."""

from __future__ import annotations

import asyncio
import inspect

import httpx
import pytest

from veneer import ConfigurationError
from veneer.hestiaos import AsyncClient, Client, GovernanceBlock
from veneer.sandbox import Sandbox


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
