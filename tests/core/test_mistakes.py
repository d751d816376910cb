"""A mistake in an argument is one kind of error, a ConfigurationError that names the option and what to give."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import io
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import UUID

import pytest

from core.kit import Wire, endpoint, reply, wired
from veneer import (
    Client,
    ConfigurationError,
    OAuth2,
    RetryBudget,
    RetryPolicy,
    StreamLimits,
    VeneerError,
    Webhooks,
)
from veneer._core import jsontext
from veneer.aerostack import SDK
from veneer.hestiaos import Client as HestiaClient
from veneer.hybridb import HybriDBClient
from veneer.velerian import VelerianClient

SECRET = "s3cret-value"
CLOSED = "http://127.0.0.1:9"


def velerian() -> VelerianClient:
    return VelerianClient(CLOSED, api_key="k")


def hybridb() -> HybriDBClient:
    return HybriDBClient(CLOSED, api_key="k")


def hestiaos() -> HestiaClient:
    return HestiaClient(CLOSED, api_key="k")


def aerostack(**options: Any) -> SDK:
    return SDK("k", **options)


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("deadline", "5", "deadline takes positive seconds as a number"),
        ("deadline", True, "deadline takes positive seconds as a number"),
        ("deadline", 0, "not 0"),
        (
            "timeout",
            "5",
            "timeout takes positive seconds as a number, a veneer.Timeouts, or None for no limit, not str",
        ),
        ("timeout", (3, 4), "timeout takes positive seconds"),
        ("timeouts", "5", "timeouts takes positive seconds"),
        ("retry_budget", 5, "retry_budget takes a veneer.RetryBudget, not int"),
        ("debug_logger", SECRET, "debug_logger takes a logging.Logger, not str"),
        ("refresh_token", SECRET, "refresh_token takes a function that returns a new key, not str"),
        ("auth", SECRET, "auth takes a veneer.OAuth2, not str: pass a key as api_key="),
        ("webhook_secret", 5, "webhook_secret takes text, bytes, or a list of them"),
        ("max_retries", -1, "max_retries takes a whole number, 0 (never) or more, not -1"),
        ("max_retries", "3", "max_retries takes a whole number, 0 (never) or more, not str"),
        ("max_retries", 1.5, "not 1.5"),
        ("retry", 5, "retry must be a RetryPolicy"),
        (
            "api_key",
            SECRET.encode(),
            "api_key takes text, or a function that returns it, not bytes: decode it",
        ),
        ("api_key", 5, "api_key takes text, or a function that returns it, not int"),
        ("api_key", " ", "api_key is empty"),
        ("credentials", SECRET, "credentials takes a mapping"),
        ("headers", [("authorization", SECRET)], "headers takes a mapping"),
        ("query", f"key={SECRET}", "query takes a mapping"),
        ("max_response_bytes", "9", "max_response_bytes takes a number of bytes, 1 or more, not str"),
        ("max_connections", 0, "max_connections takes a whole number, 1 or more, not 0"),
        ("max_connections", 1.5, "not 1.5"),
        ("strict", "no", "strict takes True or False, not str"),
        ("on_request", print, "on_request takes a list of functions, not builtin_function_or_method"),
        ("on_result", [SECRET], "on_result takes functions, not str"),
        ("on_violation", [None], "on_violation takes functions, not None"),
        ("http_client", 5, "http_client takes a client of httpx, or one with its methods, not int"),
        ("platform", "velerian", "platform takes a veneer.Platform, not str"),
        ("proxy", 5, "proxy takes an address"),
        ("engine", "rust", "there are 'auto', 'default' and 'fast'"),
    ],
)
def test_an_option_that_cannot_be_used_is_named_with_its_remedy(
    option: str, value: object, said: str
) -> None:
    arguments: dict[str, Any] = {"api_key": "k", option: value}
    with pytest.raises(ConfigurationError) as caught:
        Client("http://127.0.0.1:1", **arguments)
    assert said in str(caught.value)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"deadline": "5"}, "deadline takes"),
        ({"max_retries": -1}, "max_retries takes"),
        ({"query": "a"}, "query takes"),
        ({"headers": ["a"]}, "headers takes"),
        ({"idempotency_key": 5}, "are text"),
    ],
)
def test_a_view_refuses_what_its_client_refuses(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        wired(Wire()).with_options(**changes)


def test_a_view_takes_its_number_of_retries_and_keeps_the_policys_rest() -> None:
    client = wired(Wire(), retry=RetryPolicy(base=0.25))
    assert client.with_options(max_retries=7).options.retry == RetryPolicy(max_retries=7, base=0.25)


def test_an_option_that_a_view_does_not_have_is_named_beside_the_right_one() -> None:
    with pytest.raises(TypeError, match=r"with_options\(\) got .* 'max_retry'; did you mean 'max_retries'"):
        wired(Wire()).with_options(max_retry=1)  # type: ignore[call-arg]  # the mistake


@pytest.mark.parametrize(
    ("given", "said"),
    [("list_todos", "not as text: import it"), (len, "not as a function"), (None, "not as NoneType")],
)
@pytest.mark.parametrize("method", ["call", "call_raw"])
def test_what_is_no_endpoint_module_is_refused_with_the_form_of_one(
    given: Any, said: str, method: str
) -> None:
    with pytest.raises(ConfigurationError, match=said):
        getattr(wired(Wire()), method)(given)


@pytest.mark.parametrize(
    "use",
    [
        lambda client: client.invoke_abp("a", payload={}),
        lambda client: next(iter(client.iter_audit_log())),
        lambda client: client.request("GET", "/api/v2/abps"),
        lambda client: client.download(endpoint("get"), to=io.BytesIO()),
        lambda client: next(iter(client.stream("/api/v2/abps"))),
    ],
    ids=["method", "pages", "request", "download", "stream"],
)
def test_a_closed_client_is_one_error_on_every_path(use: Callable[[VelerianClient], object]) -> None:
    client = VelerianClient(api_key="k", base_url="http://127.0.0.1:9")
    client.close()
    with pytest.raises(ConfigurationError, match="this client is closed; make a new one") as caught:
        use(client)
    assert type(caught.value).__name__ == "VelerianConfigurationError"


class Colour(enum.Enum):
    RED = "red"


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        (dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC), "2026-01-02T03:04:05+00:00"),
        (dt.date(2026, 1, 2), "2026-01-02"),
        (dt.time(3, 4), "03:04:00"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (Decimal("1.50"), 1.5),
        (Decimal("1e3"), 1000),
        (Decimal(2**70), 2**70),
        (Colour.RED, "red"),
    ],
    ids=repr,
)
@pytest.mark.parametrize("fast", [False, True])
def test_what_json_has_a_usual_form_for_is_sent_in_it(
    value: object, sent: object, fast: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if fast:
        pytest.importorskip("orjson")
        monkeypatch.setattr(jsontext._encoder, "function", jsontext._load_encoder())
    wire = Wire(reply(200, json={}))
    wired(wire).request("POST", "/a", json={"x": [value]})
    assert json.loads(wire.requests[0].content) == {"x": [sent]}


def test_a_moment_without_a_zone_is_local_time() -> None:
    moment = dt.datetime(2026, 7, 1, 12)  # noqa: DTZ001  # the case
    assert dt.datetime.fromisoformat(json.loads(jsontext.dumps(moment))) == moment.astimezone()


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"input": {"when": {1}}}, "$.input.when: set: give a list"),
        ({"a b": [0, b"x"]}, "$['a b'][1]: bytes: decode it, or give its base64"),
        ([float("nan")], "$[0]: JSON has no nan"),
        ({"a": {(1, 2): 3}}, "$.a: a key that is tuple, not text"),
        ({"a": Decimal("0.1234567890123456789")}, "$.a: Decimal with more digits than a float holds"),
        ({"a": dt.timedelta(1)}, "$.a: timedelta: give its seconds, or text"),
        ({"a": "\ud800"}, "$.a: text with half a surrogate pair"),
        ({"a": object()}, "$.a: object"),
    ],
    ids=lambda one: one if isinstance(one, str) else None,
)
def test_a_body_that_json_cannot_hold_names_the_place_and_the_type(value: object, said: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        wired(Wire()).request("POST", "/a", json=value)
    assert said in str(caught.value)


def test_a_body_that_holds_itself_is_refused() -> None:
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(ConfigurationError, match="nested too deeply"):
        wired(Wire()).request("POST", "/a", json=loop)


@dataclasses.dataclass
class Order:
    amount: int


class Scalar:
    """As NumPy's are."""

    def tolist(self) -> int:
        return 3


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (Order(1), "$.a: Order: give dataclasses.asdict(…) of it"),
        (Path("x"), "Path: give str(…) of it"),
        (Scalar(), "$.a: Scalar: give its tolist()"),
        (MappingProxyType({}), "$.a: mappingproxy: give dict(…) of it"),
        (range(3), "$.a: range: give a list"),
        (memoryview(b""), "$.a: memoryview: decode it, or give its base64"),
        (object(), "$.a: object: give text, a number, true, false, null, a list or a dict"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_what_json_cannot_hold_is_refused_with_what_to_give(value: object, said: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        wired(Wire()).request("POST", "/a", json={"a": value})
    assert said in str(caught.value)


def pages(**options: Any) -> Callable[[Any], object]:
    return lambda client: list(client.paginate("/a", **options))


@pytest.mark.parametrize(
    ("use", "said"),
    [
        (lambda client: client.request(5, "/a"), "method takes text, not int"),
        (lambda client: client.request("G T", "/a"), "method takes the name of an HTTP method"),
        (lambda client: client.request("GET", None), "path takes text, not NoneType"),
        (lambda client: client.request("GET", "/a/{id}"), "path parameter 'id' of /a/{id} needs a value"),
        (
            lambda client: client.request("POST", "/a", json={}, content=b""),
            "json= and content= are two bodies",
        ),
        (lambda client: client.request("POST", "/a", json={}, data={}), "json= and data= are two bodies"),
        (lambda client: client.request("POST", "/a", content={}), "not dict: JSON is json="),
        (lambda client: client.request("POST", "/a", files="x"), "files takes a mapping"),
        (
            lambda client: client.wait(endpoint("get"), until=5),
            "until takes a function of the result, not int",
        ),
        (
            lambda client: client.wait(endpoint("get"), until=len, every="5"),
            "every takes positive seconds, not str",
        ),
        (
            lambda client: client.wait(endpoint("get"), until=len, timeout=0),
            "timeout takes positive seconds, not 0",
        ),
        (pages(concurrency="2"), "concurrency takes a whole number, 1 or more, not str"),
        (pages(max_pages=-1), "max_pages takes a whole number, 1 or more, or None, not -1"),
        (pages(max_items="3"), "max_items takes a whole number, 1 or more, or None, not str"),
        (pages(prefetch="no"), "prefetch takes True or False, not str"),
        (pages(resume_from="x"), "resume_from takes a mapping"),
        (pages(items=5), "items takes the path of the rows"),
        (pages(item="x"), "item takes a function of a row, not str"),
        (pages(pages="offset"), "pages takes a style such as OffsetPages"),
        (lambda _: StreamLimits(idle="3"), "the stream limit idle takes positive seconds"),  # type: ignore[arg-type]
        (lambda _: RetryPolicy(statuses=503), "statuses takes a set of HTTP statuses"),  # type: ignore[arg-type]
        (lambda _: RetryBudget(capacity="1"), "a retry budget's capacity takes a number"),  # type: ignore[arg-type]
        (lambda _: OAuth2(client_id=5), "client_id takes text, not int"),  # type: ignore[arg-type]
        (lambda _: Webhooks("whsec_" + "a" * 32, tolerance="5"), "tolerance takes positive seconds"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_an_argument_that_cannot_be_used_is_named_with_its_remedy(
    use: Callable[[Any], object], said: str
) -> None:
    wire = Wire(reply(200, json={"items": [1], "total": 9}))
    with pytest.raises(ConfigurationError) as caught:
        use(wired(wire))
    assert said in str(caught.value)
    assert wire.requests == []


@pytest.mark.parametrize(
    ("use", "said"),
    [
        (lambda: velerian().invoke_abp("a", payload="x"), "payload: a mapping is wanted, not str"),
        (lambda: hybridb().audit.list(from_="yesterday"), "from_: not an ISO 8601 time"),
        (lambda: aerostack().cache.cache_get("x"), "CacheKeyRequest: give one, or a mapping of its members"),
        (
            lambda: aerostack().cache.cache_get({"key": "x"}, 3),
            "not int: pass a number of retries as max_retries=",
        ),
        (lambda: aerostack(server_idx="1"), "server_idx takes a whole number from 0 to 1, not str"),
        (lambda: aerostack(timeout_ms="3"), "timeout_ms takes positive milliseconds as a number, not str"),
        (lambda: hestiaos().run("x", timeout_ms="3"), "timeout_ms takes positive milliseconds"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_a_platforms_method_names_its_argument_and_what_to_give(use: Callable[[], object], said: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        use()
    assert said in str(caught.value)


def test_a_client_names_the_nearest_of_its_arguments() -> None:
    with pytest.raises(
        TypeError, match=r"^VelerianClient\(\) got .* 'maxRetries'; did you mean 'max_retries'"
    ):
        VelerianClient(api_key="k", maxRetries=2)  # type: ignore[call-arg]  # the mistake


def test_why_a_call_is_not_repeated_is_said_once() -> None:
    with pytest.raises(VeneerError) as caught:
        wired(Wire(*[reply(503)] * 4)).call(endpoint("get"))
    assert str(caught.value).count("gave up after 3 of 3 retries") == 1
    assert caught.value.explain().count("gave up after 3 of 3 retries") == 1
