"""A mistake in an argument is one kind of error, a ConfigurationError that names the option and what to give."""

from __future__ import annotations

import datetime as dt
import enum
import io
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from core.kit import Wire, endpoint, reply, wired
from veneer import Client, ConfigurationError, RetryPolicy, VeneerError
from veneer._core import jsontext
from veneer.velerian import VelerianClient

SECRET = "s3cret-value"


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("deadline", "5", "deadline takes positive seconds as a number"),
        ("deadline", True, "deadline takes positive seconds as a number"),
        ("deadline", 0, "not 0"),
        ("timeouts", "5", "the connect time-out takes positive seconds"),
        ("max_retries", -1, "max_retries takes a whole number, 0 (never) or more, not -1"),
        ("max_retries", "3", "max_retries takes a whole number, 0 (never) or more, not str"),
        ("max_retries", 1.5, "not 1.5"),
        ("retry", 5, "retry must be a RetryPolicy"),
        ("api_key", SECRET.encode(), "api_key takes text, or a function that gives it, not bytes: decode it"),
        ("api_key", 5, "api_key takes text, or a function that gives it, not int"),
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


def test_why_a_call_is_not_repeated_is_said_once() -> None:
    with pytest.raises(VeneerError) as caught:
        wired(Wire(*[reply(503)] * 4)).call(endpoint("get"))
    assert str(caught.value).count("gave up after 3 of 3 retries") == 1
    assert caught.value.explain().count("gave up after 3 of 3 retries") == 1
