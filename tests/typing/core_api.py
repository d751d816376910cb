"""What type checkers see of the core beyond the calls themselves (api.py): engines, credentials, options, errors.

Only checked, never run (`make types`): an ignore that is no longer needed is an error too.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, assert_type

import httpx
import httpx2

from veneer import (
    APIError,
    AsyncClient,
    AsyncMap,
    AsyncStream,
    Attempt,
    AuthenticationError,
    CallResult,
    Client,
    Endpoint,
    Event,
    Map,
    MapProgress,
    Outcome,
    Platform,
    Rate,
    Reconnect,
    RequestTimeoutError,
    RetryPolicy,
    Stream,
    StreamRule,
    Timeouts,
    VeneerError,
    api_key_header,
)
from veneer.hybridb import AsyncHybriDBClient, HybriDBClient
from veneer.velerian import VelerianClient
from veneer_generated.hybridb.api.events import publish_event
from veneer_generated.hybridb.models import EventEnvelope, PublishEventRequest
from veneer_generated.velerian.api.abps import invoke_abp
from veneer_generated.velerian.api.audit import list_audit_log
from veneer_generated.velerian.models import AbpsInvokeRequest, AbpsInvokeResponse, AuditPage


def an_endpoint_module_is_a_value() -> None:
    endpoint: Endpoint[..., AuditPage] = list_audit_log
    assert endpoint


def results_are_exact(client: Client, body: AbpsInvokeRequest, event: PublishEventRequest) -> None:
    assert_type(client.call(publish_event, body=event), EventEnvelope)
    assert_type(client.call_raw(invoke_abp, "abp_1", body=body), CallResult[AbpsInvokeResponse])
    assert_type(client.call_raw(list_audit_log).value.items[0].action, str)
    assert_type(client.call_raw(list_audit_log).attempts, tuple[Attempt, ...])
    assert_type(client.request("GET", "plans"), httpx.Response)


async def numbers() -> AsyncIterator[int]:
    yield 1


def a_map_knows_its_inputs_and_results(client: Client, tasks: AsyncClient, velerian: VelerianClient) -> None:
    mapped = client.map(list_audit_log, [{"limit": 1}], concurrency="auto", rate=Rate(90, per=60))
    assert_type(mapped, Map[dict[str, int], AuditPage])
    assert_type(next(mapped).unwrap().items[0].action, str)
    assert_type(tasks.map(list_audit_log, [1, 2]), AsyncMap[int, AuditPage])
    assert_type(tasks.map(list_audit_log, numbers()), AsyncMap[int, AuditPage])
    client.map(list_audit_log, numbers())  # type: ignore[call-overload]
    assert_type(client.map(velerian.get_run, ["a"]).progress, MapProgress)


def views_keep_their_class(client: Client, tasks: AsyncClient) -> None:
    assert_type(client.with_options(deadline=5, retry=RetryPolicy(max_retries=0)), Client)
    assert_type(tasks.with_options(timeouts=Timeouts(read=1.0), headers={"x-a": None}), AsyncClient)
    client.with_options(deadline="5")  # type: ignore[arg-type]


class Own:
    """A caller's own engine."""

    def build_request(self, method: str, url: httpx.URL | str, **kwargs: Any) -> httpx.Request:
        return httpx.Request(method, url, **kwargs)

    def send(self, request: httpx.Request, *, stream: bool = False, **_: Any) -> httpx.Response:
        raise NotImplementedError


def any_httpx_client_and_any_object_like_one_will_do() -> None:
    Client("https://api.test", http_client=httpx.Client())
    Client("https://api.test", http_client=Own())
    AsyncClient("https://api.test", http_client=httpx.AsyncClient())
    Client("https://api.test", http_client=httpx2.Client())
    AsyncClient("https://api.test", http_client=httpx2.AsyncClient())
    AsyncClient("https://api.test", http_client=httpx.Client())  # type: ignore[arg-type]
    AsyncClient("https://api.test", http_client=httpx2.Client())  # type: ignore[arg-type]
    Client("https://api.test", http_client=httpx.AsyncClient())  # type: ignore[arg-type]
    Client("https://api.test", http_client=httpx2.AsyncClient())  # type: ignore[arg-type]
    Client("https://api.test", http_client=object())  # type: ignore[arg-type]


def certificates_and_proxies_are_the_clients(context: ssl.SSLContext, folder: Path) -> None:
    Client("https://api.test", verify="authority.pem", cert=("client.pem", "key.pem", "password"))
    AsyncClient("https://api.test", verify=folder / "authority.pem", cert=folder / "client.pem")
    VelerianClient("https://api.test", verify=context, proxy="http://proxy.test:3128", trust_env=False)
    AsyncHybriDBClient("https://api.test", verify=False, proxy=None)
    Client("https://api.test", verify=None)  # type: ignore[arg-type]
    Client("https://api.test", cert=["client.pem", "key.pem"])  # type: ignore[arg-type]
    HybriDBClient("https://api.test", proxy=3128)  # type: ignore[arg-type]


async def slow_key() -> str:
    return "key"


def credentials_are_texts_or_functions() -> None:
    Client("https://api.test", api_key="key")
    Client("https://api.test", api_key=lambda: "key", on_request=[lambda request: None])
    AsyncClient("https://api.test", api_key=slow_key, refresh_token=slow_key)
    Client("https://api.test", api_key=7)  # type: ignore[arg-type]
    Platform(name="own", schemes={"key": api_key_header("X-Key")})


def errors_say_what_they_carry(client: Client) -> None:
    try:
        client.call(list_audit_log)
    except AuthenticationError as error:
        assert_type(error.status_code, int)
        assert_type(error.code, str | None)
        assert_type(error.headers, httpx.Headers)
    except APIError as error:
        assert_type(error.body, str)
        assert_type(error.retry_after, float | None)
    except RequestTimeoutError as error:
        timeout: TimeoutError = error
        assert timeout
    except VeneerError as error:
        assert_type(error.outcome, Outcome)
        assert_type(error.attempts, tuple[Attempt, ...])
        assert_type(error.explain(), str)


def count(event: Any) -> int:
    return len(event)


async def later(reconnect: Reconnect) -> None:
    assert_type(reconnect.error, VeneerError)
    assert_type((reconnect.delay, reconnect.tries), tuple[float, int])


def streams_are_typed_by_their_event_function_by_path_as_by_operation(
    client: Client, tasks: AsyncClient
) -> None:
    assert_type(client.stream(list_audit_log), Stream[Event])
    assert_type(client.stream(list_audit_log, event=count, strict=True), Stream[int])
    assert_type(client.stream("feed", params={"a": 1}), Stream[Event])
    assert_type(client.stream("feed", method="POST", json={}, event=count), Stream[int])
    assert_type(tasks.stream("feed", headers={"accept": "x"}, event=count), AsyncStream[int])
    client.stream("feed", limit=3)  # type: ignore[call-overload]
    StreamRule(endless=True, on_reconnect=later, on_comment=lambda text: text.upper())
