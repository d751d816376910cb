"""Make the fixtures of one API: a sandbox, sync and async clients for it, and environment variables for it.

A project's fixtures have its name (`acme_sandbox`, `acme_client`, `async_acme_client`, …) and come from `project_fixtures`.
"""

from __future__ import annotations

import asyncio
import importlib
import importlib.resources
import importlib.util
import json
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from veneer_testing.faults import use_sandbox
from veneer_testing.recording import cassette_of

if TYPE_CHECKING:
    from veneer._core.platform import Platform
    from veneer.sandbox import Sandbox

__all__ = ["Api", "ProjectFixtures", "client_fixtures", "environment", "project_fixtures", "sandbox_server"]

# Close each connection after its response, so that no event loop ends with an open one.
_LONELY = {"connection": "close"}


@dataclass(frozen=True)
class Api:
    """An API as fixtures see it: the places (`package:Class`) of its clients, the fixture of its sandbox.

    `headers` is its clients' parameter for the headers of every request.
    """

    name: str
    client: str
    async_client: str
    sandbox: str
    headers: str = "headers"

    def facts(self) -> Platform:
        """Import the API's package and return its facts."""
        found: Platform = _load(self.client)._platform  # noqa: SLF001  # what every client has
        return found


class ProjectFixtures(NamedTuple):
    """The fixtures of a project, for assignment to names in a pytest plugin module."""

    sandbox_options: Any
    sandbox_server: Any
    sandbox: Any
    environment: Any
    client: Any
    async_client: Any


def project_fixtures(name: str, *, client: str, async_client: str, contract: str) -> ProjectFixtures:
    """Return the fixtures of the project whose package is `name`.

    `client` and `async_client` are places of classes (`acme:AcmeClient`), `contract` is the place of the contract
    (`acme_generated.contracts:acme.json`). The sandbox uses the rules of the module `NAME.sandbox`, if it exists.
    Nothing of the project is imported before a fixture is used.

    | fixture | what |
    |---|---|
    | NAME_sandbox | a sandbox made of the contract, fresh for each test |
    | NAME_sandbox_options | arguments of `veneer.sandbox.running` for it; override it in a conftest.py |
    | NAME_environment | the client's environment variables point to the sandbox |
    | NAME_client, async_NAME_client | clients of the sandbox or of a cassette |
    """
    api = Api(name, client, async_client, f"{name}_sandbox")

    def options() -> dict[str, Any]:
        return {}

    def server(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
        package, _, file = contract.partition(":")
        document = json.loads((importlib.resources.files(package) / file).read_text(encoding="utf-8"))
        rules = f"{name}.sandbox"
        module = importlib.import_module(rules) if importlib.util.find_spec(rules) else None
        given = request.getfixturevalue(f"{name}_sandbox_options")
        yield from sandbox_server({"contract": document, "rules": module, "name": name, **given})

    def sandbox(request: pytest.FixtureRequest) -> Sandbox:
        running: Sandbox = request.getfixturevalue(f"{name}_sandbox_server")
        return use_sandbox(request.node, api.sandbox, running)

    def leading_there(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
        found: Sandbox = request.getfixturevalue(api.sandbox)
        environment(api, found, monkeypatch)
        return found

    return ProjectFixtures(
        _fixture(options, f"{name}_sandbox_options", f"Return the options of {name}'s sandbox.", "session"),
        _fixture(
            server, f"{name}_sandbox_server", f"Start one sandbox of {name} for the whole run.", "session"
        ),
        _fixture(sandbox, api.sandbox, f"Return {name}'s sandbox in its initial state."),
        _fixture(
            leading_there, f"{name}_environment", f"Point the environment variables of {name} to its sandbox."
        ),
        *client_fixtures(api),
    )


def client_fixtures(api: Api) -> tuple[Any, Any]:
    """Return the fixtures `NAME_client` and `async_NAME_client`.

    The async one is not bound to an event loop: it works under pytest-asyncio, anyio's plugin (trio too) and in
    `asyncio.run`.
    """

    def client(request: pytest.FixtureRequest) -> Iterator[Any]:
        with closing(_made(request, api, api.client, {})) as made:
            yield made

    def async_client(request: pytest.FixtureRequest) -> Iterator[Any]:
        made = _made(request, api, api.async_client, {api.headers: _LONELY})
        yield made
        loop = asyncio.new_event_loop()  # a new one: the thread's own is not touched
        loop.run_until_complete(made.aclose())
        loop.close()

    said = f"client of {api.name} for the sandbox or a cassette."
    return (
        _fixture(client, f"{api.name}_client", f"Return a {said}"),
        _fixture(async_client, f"async_{api.name}_client", f"Return an async {said}"),
    )


def sandbox_server(options: dict[str, Any]) -> Iterator[Sandbox]:
    """Run a sandbox in a thread, on free loopback ports. Fails the test if the extra is not installed."""
    from veneer.sandbox import running

    try:
        started = running(**{"seed": 0, **options})
    except ModuleNotFoundError as error:
        pytest.fail(f"the sandbox needs {error.name}: pip install 'veneer[sandbox]'", pytrace=False)
    with started as sandbox:
        yield sandbox


def environment(api: Api, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Point the environment variables of an API to its sandbox."""
    _set_variables(api.facts(), monkeypatch, sandbox.base_urls[api.name], sandbox.keys[api.name])


def _made(request: pytest.FixtureRequest, api: Api, place: str, settings: dict[str, Any]) -> Any:
    """Make a client of the cassette, of the real API by the environment, or of the sandbox."""
    cassette = cassette_of(request.node)
    with pytest.MonkeyPatch.context() as patch:
        if cassette is not None:
            cassette.lead(api.name, api.facts(), lambda *values: _set_variables(api.facts(), patch, *values))
        else:
            sandbox: Sandbox = request.getfixturevalue(api.sandbox)
            facts = api.facts()
            key = sandbox.keys[api.name]
            first = next(iter(facts.schemes.values()), None)
            further = {
                scheme: key
                for scheme, how in facts.schemes.items()
                if first is not None and not how.same_place(first)
            }
            if further and api.sandbox != "veneer_sandbox":
                settings = {**settings, "credentials": further}
            _set_variables(facts, patch, sandbox.base_urls[api.name], key)
        return _load(place)(**settings)


def _set_variables(facts: Platform, patch: pytest.MonkeyPatch, base_url: str | None, key: str | None) -> None:
    """Set the variables that clients read, or unset those without a value."""
    for variable, value in ((facts.env_base_url, base_url), (facts.env_api_key, key)):
        if variable is not None and value is not None:
            patch.setenv(variable, value)
        elif variable is not None:
            patch.delenv(variable, raising=False)


def _load(place: str) -> Any:
    module, _, name = place.partition(":")
    return getattr(importlib.import_module(module), name)


def _fixture(function: Callable[..., Any], name: str, words: str, scope: Any = "function") -> Any:
    """Make a fixture of that name, with a docstring for `pytest --fixtures`."""
    function.__doc__ = words
    return pytest.fixture(scope=scope, name=name)(function)
