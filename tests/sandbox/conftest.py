"""A running sandbox, and HTTP clients whose every response is held against the platform's contract."""

from __future__ import annotations

import importlib.util
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from veneer.sandbox import Sandbox, running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def _helper(name: str) -> Any:
    """A module beside this file: under importlib mode test folders are not packages."""
    spec = importlib.util.spec_from_file_location(f"sandbox_{name}", Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


conformance = _helper("conformance")


@cache
def _contract(name: str) -> Any:
    return conformance.Contract(name)


@pytest.fixture(scope="session")
def shared_sandbox() -> Iterator[Sandbox]:
    with running(seed=0) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(shared_sandbox: Sandbox) -> Sandbox:
    shared_sandbox.reset()
    for name in shared_sandbox.state.snapshots.names():  # which outlive a reset
        shared_sandbox.state.snapshots.remove(name)
    return shared_sandbox


Connect = "Callable[..., httpx.Client]"


@pytest.fixture
def connect(sandbox: Sandbox) -> Iterator[Callable[..., httpx.Client]]:
    """Make a client of a platform: `connect("velerian", key="vk_live_readonly")`; key None sends none."""
    opened: list[httpx.Client] = []

    def make(platform: str, key: str | None = "", *, check: bool = True) -> httpx.Client:
        key = sandbox.keys[platform] if key == "" else key
        headers = {}
        if key is not None:
            named = platform == "aerostack" and not key.startswith("consumer")
            headers = {"x-aerostack-key": key} if named else {"authorization": f"Bearer {key}"}

        def judge(response: httpx.Response) -> None:
            if "x-sandbox-fault" not in response.request.headers:
                response.read()
                _contract(platform).check(response)

        hooks = {"response": [judge]} if check else {}
        client = httpx.Client(
            base_url=sandbox.base_urls[platform], headers=headers, event_hooks=hooks, timeout=60
        )
        opened.append(client)
        return client

    yield make
    for client in opened:
        client.close()


@pytest.fixture
def hybridb(connect: Callable[..., httpx.Client]) -> httpx.Client:
    return connect("hybridb")


@pytest.fixture
def hestiaos(connect: Callable[..., httpx.Client]) -> httpx.Client:
    return connect("hestiaos")


@pytest.fixture
def velerian(connect: Callable[..., httpx.Client]) -> httpx.Client:
    return connect("velerian")


@pytest.fixture
def aerostack(connect: Callable[..., httpx.Client]) -> httpx.Client:
    return connect("aerostack")


@pytest.fixture
def contract() -> Callable[[str], Any]:
    return _contract


@pytest.fixture
def doors(sandbox: Sandbox) -> Iterator[httpx.Client]:
    """A client of the sandbox's own doors."""
    with httpx.Client(base_url=f"{sandbox.url}/_sandbox", timeout=60) as client:
        yield client


@pytest.fixture(scope="session")
def browser() -> Any:
    return _helper("browser")
