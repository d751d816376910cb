"""Clients and operations go to other processes: what they are made of by value, credentials by where they come from."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import httpx
import pytest

import veneer
from core.kit import Sent, serving
from veneer import ConfigurationError
from veneer.velerian import AsyncVelerianClient, VelerianClient
from veneer_generated.velerian.api.abps import invoke_abp
from veneer_generated.velerian.api.audit import list_audit_log

KEY = "vk-CANARY-5512"


@pytest.fixture
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VELERIAN_API_KEY", KEY)


def a_key() -> str:
    """Give a key where it is needed."""
    return KEY


def again(value: Any) -> Any:
    """Pickle and unpickle."""
    return pickle.loads(pickle.dumps(value))


@pytest.mark.usefixtures("_key")
@pytest.mark.parametrize("kind", [VelerianClient, AsyncVelerianClient])
def test_a_client_is_pickled_with_its_options_and_without_its_credential(kind: Callable[..., Any]) -> None:
    client = kind("http://127.0.0.1:1").with_options(deadline=7, headers={"x-team": "a"}, max_retries=1)
    assert KEY.encode() not in pickle.dumps(client)
    found = again(client)
    assert type(found) is type(client)
    assert found.options == client.options


@pytest.mark.usefixtures("_key")
def test_the_credential_is_read_anew_where_the_client_arrives(monkeypatch: pytest.MonkeyPatch) -> None:
    pickled = pickle.dumps(VelerianClient("http://127.0.0.1:1"))
    monkeypatch.delenv("VELERIAN_API_KEY")
    with pytest.raises(ConfigurationError, match="VELERIAN_API_KEY is not set here"):
        pickle.loads(pickled)


def test_a_function_of_a_module_is_a_source_as_well() -> None:
    assert KEY.encode() not in pickle.dumps(VelerianClient("http://127.0.0.1:1", api_key=a_key))
    assert again(VelerianClient("http://127.0.0.1:1", api_key=a_key))._keys["bearer"]() == KEY


@pytest.mark.usefixtures("_key")
@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"api_key": KEY}, "a credential that was given as text is not pickled"),
        (
            {"headers": {"authorization": f"Bearer {KEY}"}},
            "the header 'authorization', which is a credential",
        ),
        ({"http_client": httpx.Client()}, "its own http_client= cannot be pickled"),
        ({"verify": "/etc/ssl/certs/ca-certificates.crt"}, "its own verify= cannot be pickled"),
        ({"webhook_secret": "whsec_" + KEY}, "a credential that was given as text is not pickled"),
    ],
    ids=["key", "header", "http_client", "verify", "webhook_secret"],
)
def test_what_would_go_by_value_is_refused_without_showing_it(options: dict[str, Any], said: str) -> None:
    if "verify" in options and not Path(options["verify"]).exists():
        pytest.skip("no bundle of certificates is where Debian has one")
    client = VelerianClient("http://127.0.0.1:1", **options)
    with pytest.raises(ConfigurationError, match=said) as caught:
        pickle.dumps(client)
    assert KEY not in str(caught.value)


@pytest.mark.usefixtures("_key")
def test_a_method_of_a_namespace_is_pickled_with_its_client() -> None:
    client = VelerianClient("http://127.0.0.1:1").with_options(deadline=3)
    assert again(client.abps.list).__self__._client.options.deadline == 3


def test_a_bound_endpoint_is_pickled_by_its_name() -> None:
    bound = again(veneer.bind(list_audit_log, limit=5))
    assert bound.endpoint is list_audit_log
    assert bound.kwargs == {"limit": 5}


# -- executors ---------------------------------------------------------------------------------------------------


def answer(request: Sent) -> bytes:
    """Answer an invocation, or say that it is not known."""
    if b"/lost/" in request.target.encode():
        return b"HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"
    body = (
        b'{"invocation_id":"inv_1","outcome":"allowed","is_allowed":true,"requires_human":false,'
        b'"constraint_count":0,"aggregated_conditions":[],"withheld":false}'
    )
    head = f"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    return head.encode() + body


def threads() -> Executor:
    """Make a pool of threads."""
    return ThreadPoolExecutor(2)


def processes() -> Executor:
    """Make a pool of processes, which begin from nothing."""
    return ProcessPoolExecutor(2, mp_context=get_context("spawn"))


@pytest.mark.usefixtures("_key")
@pytest.mark.parametrize("pool", [threads, processes])
def test_calls_are_carried_out_in_an_executor(pool: Callable[[], Executor], tmp_path: Path) -> None:
    journal = tmp_path / "run.sqlite"
    with serving(answer) as site, VelerianClient(site.url) as client, pool() as executor:
        inputs = [{"abp_id": name, "payload": {"prompt": "x"}} for name in ("a", "lost", "b")]
        with client.map(client.invoke_abp, inputs, executor=executor, journal=journal) as mapped:
            found = list(mapped)
    assert [result.ok for result in found] == [True, False, True]
    assert found[0].unwrap().outcome == "allowed"
    assert isinstance(found[1].error, veneer.NotFoundError)
    assert {request.headers["authorization"] for request in site.requests} == {f"Bearer {KEY}"}
    with veneer.MapJournal(journal) as kept:
        keys = sorted(row.key for row in kept.rows())
    sent = sorted(request.headers.get("idempotency-key", "") for request in site.requests)
    assert sent in (keys, ["", "", ""])


@pytest.mark.usefixtures("_key")
def test_what_is_no_executor_is_refused() -> None:
    client = VelerianClient("http://127.0.0.1:1")
    with pytest.raises(ConfigurationError, match=r"executor takes a concurrent\.futures\.Executor"):
        client.map(invoke_abp, [], executor=5)  # type: ignore[arg-type]


@pytest.mark.usefixtures("_key")
def test_an_async_client_says_that_executors_are_for_the_sync_one() -> None:
    with threads() as executor, pytest.raises(ConfigurationError, match="for the sync client"):
        AsyncVelerianClient("http://127.0.0.1:1").map(invoke_abp, [], executor=executor)
