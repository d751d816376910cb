"""Who uses a published client changes one import: its public names are here, or it is written down why not."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from veneer import (
    APIError,
    AsyncClient,
    ConnectError,
    DeadlineExceededError,
    NotFoundError,
    RequestTimeoutError,
    TransportError,
    __version__,
)
from veneer.aerostack.platform import PLATFORM as AEROSTACK
from veneer.hybridb.platform import PLATFORM as HYBRIDB
from veneer.sandbox import Sandbox

TOOL = Path(__file__).resolve().parents[2] / "scripts" / "bench" / "peers" / "names.py"
DISTRIBUTIONS = ["velerian-sdk", "hybridb-sdk", "hestiaos", "aerostack"]


def _loaded(file: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


names: Any = _loaded(TOOL, "published_names")


@pytest.mark.parametrize("distribution", DISTRIBUTIONS)
def test_every_public_name_of_a_published_client_is_here_or_has_a_reason_why_not(distribution: str) -> None:
    found = names.compared(distribution, names.kept(distribution))
    assert found.unexplained == []
    assert found.unused == []


@pytest.mark.parametrize("distribution", DISTRIBUTIONS)
def test_every_top_level_name_of_a_published_client_is_here(distribution: str) -> None:
    """Whatever else differs, the import itself works; what is left out belongs to the other package's own machinery."""
    package, ours = names.PACKAGES[distribution]
    top = {line.partition("(")[0].partition(" ")[0].partition(".")[0] for line in names.kept(distribution)}
    missing = {name for name in top if not names._there(name, ours, names.CLIENTS[package])}
    assert (
        missing
        == {
            "velerian-sdk": set(),
            "hybridb-sdk": {"ActorContext"},
            "hestiaos": {"cli", "contract_guard", "transport"},
            "aerostack": {
                *("SDKConfiguration", "SPEAKEASY_GENERATOR_VERSION", "basesdk", "sdkconfiguration", "types")
            },
        }[distribution]
    )


@pytest.mark.parametrize(
    ("line", "differences"),
    [
        ("NoSuchError", ["NoSuchError"]),
        ("no_such_module.Name", ["no_such_module.Name"]),
        ("VelerianClient.no_such_call(path)", ["VelerianClient.no_such_call"]),
        ("VelerianClient.get(path, *, verbose)", ["VelerianClient.get(verbose)"]),
        ("VelerianClient.request(path, method)", ["VelerianClient.request(#path)", "VelerianClient.request(#method)"]),
        ("VelerianClient.get(path, **kwargs)", ["VelerianClient.get(**kwargs)"]),
        ("VelerianClient(*, api_key, tenant)", ["VelerianClient(tenant)"]),
        ("VelerianClient.abps.iter(pageSize)", ["VelerianClient.abps.iter(pageSize) → snake_case"]),
        ("VelerianAPIError.no_such_fact", ["VelerianAPIError.no_such_fact"]),
        ("VelerianError < VelerianAPIError", ["VelerianError < VelerianAPIError"]),
        ("InvokeResult.invocationId", ["InvokeResult.invocationId → snake_case"]),
        ("VelerianAPIError < VelerianError", []),
        ("VelerianClient.get(path, *, params)", []),
        ("VelerianClient(*, api_key, max_retries)", []),
        ("NetworkRun.run_id", []),
    ],
)  # fmt: skip
def test_the_comparison_finds_a_name_a_parameter_a_position_a_base_that_is_not_there(
    line: str, differences: list[str]
) -> None:
    assert list(names._lacking(line, "veneer.velerian", names.CLIENTS["velerian_sdk"])) == differences


def test_the_list_of_a_package_has_its_names_members_parameters_and_bases(tmp_path: Path) -> None:
    package = tmp_path / "wares"
    package.mkdir()
    (package / "__init__.py").write_text(
        'from ._core import Client\nfrom .errors import *\n__version__ = "1"\nimport json\n'
    )
    (package / "_core.py").write_text(
        "class Client:\n"
        "    def __init__(self, url, *, key=None): self.url, self._key = url, key\n"
        "    def get(self, path, **more): pass\n"
        "    def _hidden(self): pass\n"
    )
    (package / "errors.py").write_text(
        "from json import JSONDecodeError\n"
        "LIMIT: int = 3\n"
        "class Error(Exception):\n    def __init__(self): self.status = 1\n"
        "class Missing(Error): pass\n"
    )
    done = subprocess.run(
        [sys.executable, str(TOOL), "wares"],
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
        env={"PYTHONPATH": str(tmp_path)},
    )
    assert done.stdout.splitlines() == [
        "Client(url, *, key)",
        "Client.get(path, **more)",
        "Client.url",
        "Error",
        "Error.status",
        "LIMIT",
        "Missing",
        "Missing < Error",
        "__version__",
        "errors",
        "errors.Error",
        "errors.LIMIT",
        "errors.Missing",
    ]


# -- what the names do -------------------------------------------------------------------------------------------------


def test_a_doors_facts_are_the_platforms_own() -> None:
    from veneer import aerostack, hestiaos, hybridb, velerian

    assert velerian.DEFAULT_BASE_URL == velerian.client.DEFAULT_BASE_URL == "https://app.velerian.ai"
    assert hybridb.DEFAULT_BASE_URL == hybridb.client.DEFAULT_BASE_URL == HYBRIDB.base_url
    assert aerostack.SERVERS[0] == AEROSTACK.base_url
    assert (__version__, AEROSTACK.user_agent) == (aerostack.VERSION, aerostack.USER_AGENT)
    assert aerostack.OPENAPI_DOC_VERSION[0].isdigit()
    assert {one.__version__ for one in (aerostack, hestiaos, hybridb, velerian)} == {__version__}


def test_the_errors_where_no_answer_came_are_caught_by_their_published_names() -> None:
    from veneer.aerostack import errors
    from veneer.hybridb import HybriDBConnectionError, HybriDBTimeoutError

    made = {
        kind: HYBRIDB.error_type(kind) for kind in (ConnectError, RequestTimeoutError, DeadlineExceededError)
    }
    assert all(issubclass(own, kind) for kind, own in made.items())
    assert issubclass(made[ConnectError], HybriDBConnectionError)
    assert issubclass(made[RequestTimeoutError], HybriDBTimeoutError)
    assert issubclass(made[DeadlineExceededError], HybriDBTimeoutError)
    for kind in (ConnectError, RequestTimeoutError, DeadlineExceededError, TransportError):
        assert issubclass(AEROSTACK.error_type(kind), errors.NoResponseError)


def test_an_answer_without_the_platforms_error_body_is_an_sdk_error() -> None:
    from veneer.aerostack import errors

    bare, own = AEROSTACK.error_class(404, None), AEROSTACK.error_class(404, "NOT_FOUND")
    assert issubclass(bare, errors.SDKError)
    assert issubclass(bare, NotFoundError)
    assert not issubclass(own, errors.SDKError)
    assert issubclass(own, errors.ErrorResponse)
    assert issubclass(AEROSTACK.error_class(418, None), errors.SDKError)
    assert issubclass(errors.SDKError, APIError)


@pytest.mark.parametrize("flavour", ["sync", "async"])
def test_a_clients_published_options_are_the_librarys(flavour: str) -> None:
    from veneer import hybridb, velerian

    prefix = "Async" if flavour == "async" else ""
    made = getattr(velerian, f"{prefix}VelerianClient")(
        api_key="k", timeout=7, max_retries=5, user_agent="mine/1"
    )
    assert (made.options.timeouts.read, made.options.retry.max_retries) == (7, 5)
    assert made.options.headers["user-agent"] == "mine/1"
    made = getattr(hybridb, f"{prefix}HybriDBClient")(api_key="k", timeout=8, retries=1, retry_delay=0.25)
    assert (made.options.timeouts.connect, made.options.retry.max_retries) == (8, 1)
    assert made.options.retry.base == 0.25


@pytest.mark.parametrize("flavour", ["sync", "async"])
def test_requests_with_parts_missing_are_type_errors_that_name_both_forms(flavour: str) -> None:
    from veneer import hybridb

    client: Any = getattr(hybridb, "AsyncHybriDBClient" if flavour == "async" else "HybriDBClient")(
        api_key="k"
    )

    def started(call: Any) -> None:
        made = call()
        if isinstance(client, AsyncClient):
            made.send(None)

    with pytest.raises(TypeError, match="or one DecisionRequest"):
        started(lambda: client.request_decision("payment.authorize"))
    with pytest.raises(TypeError, match="or one CreatePipelineRequest"):
        started(lambda: client.pipelines.create("p"))
    with pytest.raises(TypeError, match="or one AddMembershipRequest"):
        started(lambda: client.orgs.add_member("o", "user:alice"))


def test_requests_of_the_published_packages_models_are_sent_as_they_are_meant(sandbox: Sandbox) -> None:
    from veneer.aerostack import SDK, models

    with SDK() as sdk:
        asked = models.AiChatRequestBody(messages=[models.Messages(role="user", content="Hello")])
        assert isinstance(sdk.ai.ai_chat(asked), models.AiChatResponseBody)
        sdk.cache.cache_set(models.CacheSetRequestBody(key="k", value=[1], ttl=60))
        found = sdk.cache.cache_get(models.CacheGetRequestBody(key="k"))
        assert isinstance(found, models.CacheGetResponseBody)
        assert found.value == [1]
        file = models.File(file_name="a.txt", content=b"bytes")
        kept = sdk.storage.storage_upload(
            models.StorageUploadRequestBody(file=file, key="a.txt", content_type="text/plain")
        )
        assert isinstance(kept, models.StorageUploadResponseBody)
        assert sdk.storage.storage_get({"key": "a.txt"}) == b"bytes"


def test_a_whole_stream_may_have_a_time_limit() -> None:
    from veneer import StreamLimits
    from veneer.hestiaos import Client

    client = Client()
    assert client.run_stream("a", timeout=3)._limits == StreamLimits(idle=30, total=3)
    assert client.run_stream("a", timeout=3, limits=StreamLimits(idle=1))._limits == StreamLimits(
        idle=1, total=3
    )


def test_an_events_kind_is_told_by_the_published_functions() -> None:
    from veneer.hestiaos import StreamEvent, stream_events

    event = StreamEvent.from_raw(
        {"type": "token", "data": {}, "trace_id": "t", "timestamp": "2026-01-01T00:00:00Z"}
    )
    told = {name: getattr(stream_events, name)(event) for name in stream_events.__all__ if name[:3] == "is_"}
    assert [name for name, yes in told.items() if yes] == ["is_token_event"]
