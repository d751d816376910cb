# Derived from tests/core/_async/test_deprecations.py by scripts/unasync.py: edit that file, not this one.
"""An operation that is to go away is told once, where it was called, and to a hook each time."""

from __future__ import annotations

import warnings
from datetime import UTC, datetime
from typing import Any

import pytest
from core.kit import Wire, endpoint, reply, serving, wired

from veneer import Client, Deprecation, NotFoundError
from veneer._core import deprecation

pytestmark = pytest.mark.anyio

SUNSET = "Thu, 16 Nov 2023 23:59:59 GMT"  # two days after what the clock of `wired` begins with
LEAVING = endpoint(deprecated=True)


@pytest.fixture(autouse=True)
def _none_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a process has told is not told again: each test is one."""
    monkeypatch.setattr(deprecation, "_warned", set())


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def told(
    headers: Any = None, operation: Any = None, calls: int = 1, **options: Any
) -> tuple[list[str], list[Deprecation]]:
    """Call an operation whose answers have some headers; the warnings and what the hook was given."""
    given: list[Deprecation] = []
    wire = Wire(reply(headers=headers))
    with wired(wire, on_deprecation=[given.append], **options) as client:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            for _ in range(calls):
                client.call(operation or endpoint())
    assert {one.category for one in caught} <= {DeprecationWarning}
    return [str(one.message) for one in caught], given


def test_an_operation_that_its_contract_marks_is_told_once_and_to_the_hook_each_time() -> None:
    said, given = told(operation=LEAVING, calls=3)
    assert said == ["GET /items/{item} (get_item) is deprecated"]
    assert given == [Deprecation("get_item", "GET", "/items/{item}", in_contract=True)] * 3


def test_an_operation_that_is_to_stay_is_not_told() -> None:
    assert told({"date": SUNSET, "link": '</a>; rel="deprecation"'}) == ([], [])


@pytest.mark.parametrize(
    ("headers", "since", "sunset"),
    [
        pytest.param({"Deprecation": "@1688169599"}, "2023-06-30T23:59:59", None, id="RFC 9745"),
        pytest.param({"deprecation": "@1688169599;x=1"}, "2023-06-30T23:59:59", None, id="with a parameter"),
        pytest.param({"Deprecation": "true"}, None, None, id="a draft's true"),
        pytest.param(
            {"Deprecation": "Fri, 30 Jun 2023 23:59:59 GMT"}, "2023-06-30T23:59:59", None, id="a draft's date"
        ),
        pytest.param({"Deprecation": "@99999999999999999999"}, None, None, id="a time beyond all calendars"),
        pytest.param({"Deprecation": "soon"}, None, None, id="no time"),
        pytest.param({"Sunset": SUNSET}, None, "2023-11-16T23:59:59", id="RFC 8594 alone"),
        pytest.param({"Sunset": "2023-11-16T23:59:59Z"}, None, "2023-11-16T23:59:59", id="RFC 3339"),
        pytest.param(
            {"Deprecation": "@1688169599", "Sunset": SUNSET},
            "2023-06-30T23:59:59",
            "2023-11-16T23:59:59",
            id="both",
        ),
    ],
)
def test_headers_say_since_when_and_until_when(headers: Any, since: str | None, sunset: str | None) -> None:
    said, (found,) = told(headers)
    assert len(said) == 1
    assert (found.since, found.sunset, found.in_contract) == (
        since and at(since),
        sunset and at(sunset),
        False,
    )


@pytest.mark.parametrize(
    "headers",
    [{"Deprecation": "false"}, {"Deprecation": "?0"}, {"Sunset": "soon"}, {"X-Sunset": SUNSET}],
    ids=str,
)
def test_headers_that_say_nothing_are_not_told(headers: Any) -> None:
    assert told(headers) == ([], [])


def test_one_warning_has_all_that_contract_and_headers_say() -> None:
    headers = [
        ("Deprecation", "@1688169599"),
        ("Sunset", SUNSET),
        ("Link", '</next>; rel="next", <https://acme.test/v2>; rel="sunset"'),
        ("Link", '</changes#items>; rel="deprecation"; type="text/html"'),
    ]
    said, (first, _) = told(headers, LEAVING, calls=2)
    (text,) = said
    assert text.startswith(
        "GET /items/{item} (get_item) is deprecated since 2023-06-30; it may go away on 2023-11-16"
    )
    assert text.endswith(" (2 days left); see https://api.test/changes#items")
    assert first.days_left(at("2023-11-17T00:00:00")) == -1
    assert first.to_dict()["sunset"] == "2023-11-16T23:59:59+00:00"


def test_two_operations_are_told_each() -> None:
    given: list[Deprecation] = []
    with wired(Wire(), on_deprecation=[given.append]) as client:
        for path in ("/items", "/others"):
            with pytest.warns(DeprecationWarning, match=f"GET {path} "):
                client.call(endpoint(path=path, deprecated=True))
        client.call(endpoint(path="/items", deprecated=True))
    assert len(given) == 3


def test_the_same_route_of_two_servers_is_told_for_each() -> None:
    with wired(Wire(reply(headers={"Sunset": SUNSET}))) as client:
        for base in ("https://one.test", "https://two.test"):
            with pytest.warns(DeprecationWarning, match="GET /old is deprecated"):
                client.with_options(base_url=base).request("GET", "/old")


def test_an_error_says_it_as_an_answer_does() -> None:
    given: list[Deprecation] = []
    with wired(Wire(reply(404, headers={"Sunset": SUNSET})), on_deprecation=[given.append]) as client:
        with pytest.raises(NotFoundError), pytest.warns(DeprecationWarning, match="2 days left"):
            client.call(endpoint())
    assert len(given) == 1


def test_a_route_without_an_operation_is_told_by_its_path() -> None:
    with wired(Wire(reply(headers={"Sunset": SUNSET}))) as client:
        with pytest.warns(DeprecationWarning, match=r"GET /old is deprecated; it may go"):
            client.request("GET", "/old?key=s3cr3t")


def test_what_a_hook_raises_comes_out_as_it_is() -> None:
    error = TimeoutError("mine")

    def fail(_found: Deprecation) -> None:
        raise error

    with wired(Wire(), on_deprecation=[fail]) as client:
        with pytest.raises(TimeoutError) as caught:
            client.call(LEAVING)
    assert caught.value is error


def test_a_program_that_makes_warnings_errors_gets_this_one() -> None:
    wire = Wire()
    with wired(wire) as client:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with pytest.raises(DeprecationWarning, match="is deprecated"):
                client.call(LEAVING)
    assert len(wire.requests) == 1


@pytest.mark.parametrize("engine", ["default", "fast"])
def test_bytes_of_a_server_say_it_on_both_engines(engine: Any) -> None:
    answer = (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nDEPRECATION: @1688169599\r\n"
        b"SUNSET: Thu, 16 Nov 2023 23:59:59 GMT\r\nContent-Length: 2\r\n\r\n{}"
    )
    given: list[Deprecation] = []
    if engine == "fast":
        pytest.importorskip("httptools")
    with serving(lambda _: answer) as site:
        with Client(site.url, engine=engine, on_deprecation=[given.append]) as client:
            with pytest.warns(DeprecationWarning, match="since 2023-06-30"):
                client.call(endpoint())
            with client.chunks(endpoint()) as body:
                assert b"".join([piece for piece in body]) == b"{}"
    assert [one.sunset for one in given] == [at("2023-11-16T23:59:59")] * 2


def test_an_address_that_carries_its_own_permission_is_no_operation() -> None:
    wire = Wire(reply(headers={"Sunset": SUNSET}))
    with wired(wire) as client:
        client.upload_url("https://store.test/a?signature=s3cr3t", b"x")
    assert len(wire.requests) == 1
