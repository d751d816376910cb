# Derived from tests/core/_async/test_defects.py by scripts/unasync.py: edit that file, not this one.
"""What users of the published clients live with, by its id: none of it happens here.

The core's rows, on real bytes where it matters. V9, V10 (pages), E3 to E11 (streams), G6 (cancelled requests) and those of one platform's door stand beside what they are about.
"""

from __future__ import annotations

import logging
import tracemalloc

import httpx
import pytest
from core.kit import BASE, KEY, Ticks, Wire, endpoint, reply, tick, wired
from faultserver import FaultServer

from veneer import (
    APIError,
    AuthenticationError,
    Client,
    ConfigurationError,
    ConnectError,
    NotFoundError,
    Outcome,
    PermissionDeniedError,
    Platform,
    RateLimitError,
    RedirectError,
    ResponseInvalidError,
    ResponseTooLargeError,
    ServerError,
    TransportError,
    UnprocessableError,
    api_key_header,
)
from veneer_generated.velerian.api.abps import invoke_abp, list_abps
from veneer_generated.velerian.models import AbpsInvokeRequest
from veneer_generated.velerian.types import UNSET

pytestmark = pytest.mark.anyio

GET = endpoint("get")
POST = endpoint("post", "/items")
HEADER_KEY = Platform(name="header", schemes={"key": api_key_header("X-API-Key")})
ABP = {"id": "abp_1", "name": "n", "status": "deployed", "created_at": "2026-01-01T00:00:00Z"}


def test_v1_an_invocation_is_not_repeated_on_503(faults: FaultServer) -> None:
    space = faults.space()
    with Client(space.url("status=503"), api_key=KEY) as client:
        with pytest.raises(ServerError, match="it may have been carried out"):
            client.call(invoke_abp, "abp_1", body=AbpsInvokeRequest.from_dict({"payload": {}}))
    assert [request.method for request in space.requests()] == ["POST"]


def test_v2_an_absolute_url_elsewhere_gets_neither_key_nor_request(faults: FaultServer) -> None:
    space = faults.space()
    with Client(space.url(), api_key=KEY) as client:
        with pytest.raises(ConfigurationError, match="another origin"):
            client.request("GET", space.other_url())
    assert space.requests() == []


@pytest.mark.parametrize("status", [429, 503])
def test_v3_a_date_is_waited_for_and_told(status: int) -> None:
    ticks = Ticks()
    late = reply(status, headers={"retry-after": "Tue, 14 Nov 2023 22:13:25 GMT"})  # 5 s on the test's clock
    wired(Wire(late, 200), ticks).call(GET)
    assert ticks.sleeps == [5.0]
    with pytest.raises((RateLimitError, ServerError)) as caught:
        wired(Wire(late), Ticks(), max_retries=0).call(GET)
    assert caught.value.retry_after == 5.0


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        ("../../admin/keys", "..%2F..%2Fadmin%2Fkeys"),
        ("a?force=true", "a%3Fforce%3Dtrue"),
        ("a#frag", "a%23frag"),
    ],
)
def test_v5_a_path_parameter_stays_one_segment(faults: FaultServer, value: str, sent: str) -> None:
    space = faults.space()
    with Client(space.url(), api_key=KEY) as client:
        client.call(GET, value)
        client.request("GET", "/items/{id}", path_params={"id": value})
    assert [request.path for request in space.requests()] == [f"/items/{sent}"] * 2


def test_v6_connections_that_fail_are_typed_and_repeated(faults: FaultServer) -> None:
    space = faults.space()
    with Client(space.url("reset-after,times=1")) as client:
        tick(client, Ticks())
        client.request("GET", "x")
    assert len(space.requests()) == 2
    with Client(faults.refused_url) as client:
        tick(client, Ticks())
        with pytest.raises(ConnectError) as caught:
            client.request("GET", "x")
    assert len(caught.value.attempts) == 4


def test_v8_the_callers_engine_is_as_it_was(faults: FaultServer) -> None:
    space = faults.space()
    with httpx.Client(trust_env=False) as engine:
        Client(space.url(), api_key=KEY, http_client=engine).request("GET", "x")
        engine.get(space.other_url())
    ours, later = space.requests()
    assert (ours.holds(KEY), later.holds(KEY)) == (True, False)


@pytest.mark.parametrize("body", [b"{}", b"not json", b"<html>"])
def test_v11_a_success_that_does_not_fit_is_typed(body: bytes) -> None:
    with pytest.raises(ResponseInvalidError) as caught:
        wired(Wire(reply(content=body)), strict=True).call(list_abps)
    assert caught.value.response is not None


def test_h1_query_and_path_are_escaped(faults: FaultServer) -> None:
    space = faults.space()
    with Client(space.url()) as client:
        client.call(GET, "a/b", actorId="a&limit=99999&x=1")
    assert space.requests()[0].path == "/items/a%2Fb?actorId=a%26limit%3D99999%26x%3D1"


def test_h3_a_proxys_page_is_its_status_and_repeated(faults: FaultServer) -> None:
    space = faults.space()
    with Client(space.url("status=502,body=html,times=2")) as client:
        tick(client, Ticks())
        client.request("GET", "x")
    assert len(space.requests()) == 3
    with Client(space.url("status=502,body=html"), max_retries=0) as client:
        with pytest.raises(ServerError) as caught:
            client.request("GET", "x")
    assert (caught.value.status_code, "<h1>Try later</h1>" in caught.value.body) == (502, True)


@pytest.mark.parametrize(("retries", "requests"), [(0, 1), (1, 2), (3, 4)])
def test_h4_retries_are_counted_without_the_first_attempt(
    faults: FaultServer, retries: int, requests: int
) -> None:
    space = faults.space()
    with Client(space.url("status=503"), max_retries=retries) as client:
        tick(client, Ticks())
        with pytest.raises(ServerError):
            client.request("GET", "x")
    assert len(space.requests()) == requests


def test_h5_a_write_is_not_repeated_without_a_key_and_waits_are_jittered_and_the_servers() -> None:
    wire = Wire(503)
    with pytest.raises(ServerError):
        wired(wire).call(POST)
    assert len(wire.requests) == 1
    ticks = Ticks(random=0.3)
    wired(Wire(reply(503, headers={"retry-after": "2"}), 500, 200), ticks).call(GET)
    assert ticks.sleeps == pytest.approx([2.0, 0.3])


def test_h6_errors_keep_their_status_and_lost_connections_are_typed(faults: FaultServer) -> None:
    space = faults.space()
    with Client(space.url("status=403")) as client:
        with pytest.raises(PermissionDeniedError) as caught:
            client.request("GET", "x")
    assert caught.value.status_code == 403
    with Client(space.url("close"), max_retries=0) as client:
        with pytest.raises(TransportError) as lost:
            client.request("GET", "x")
    assert lost.value.outcome is Outcome.UNKNOWN


def test_e2_retries_are_used(faults: FaultServer) -> None:
    space = faults.space()
    with Client(space.url("status=503,times=2")) as client:
        tick(client, Ticks())
        client.request("GET", "x")
    assert len(space.requests()) == 3


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, AuthenticationError), (404, NotFoundError), (422, UnprocessableError), (500, ServerError)],
)
def test_e12_statuses_have_classes_and_no_failure_is_none(
    faults: FaultServer, status: int, kind: type[APIError]
) -> None:
    with Client(faults.space().url(f"status={status}"), max_retries=0) as client:
        with pytest.raises(kind):
            client.call(GET)
    with Client(faults.refused_url, max_retries=0) as client:
        with pytest.raises(ConnectError):
            client.call(GET)


def test_a1_a_client_has_limits_without_being_told() -> None:
    options = Client(BASE).options
    limits = options.timeouts
    assert None not in (options.deadline, limits.connect, limits.read, limits.write, limits.pool)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a2_a_redirect_elsewhere_gets_neither_key_nor_body(faults: FaultServer, status: int) -> None:
    space = faults.space()
    with Client(space.url(f"redirect={status}"), api_key=KEY, platform=HEADER_KEY) as client:
        try:
            client.request("POST", "x", json={"body": "SENSITIVE"})
        except RedirectError:
            assert status in {307, 308}
    arrived = space.requests(origin=1)
    assert [(request.holds(KEY), request.holds("SENSITIVE"), request.method) for request in arrived] == [
        (False, False, "GET")
    ] * (status < 307)


@pytest.mark.parametrize("wish", ["99999999", "inf", "9" * 400])
def test_a3_no_wish_is_slept_without_a_cap_or_crashes(faults: FaultServer, wish: str) -> None:
    ticks = Ticks()
    with Client(faults.space().url(f"status=429,retry-after={wish}")) as client:
        tick(client, ticks)
        with pytest.raises(RateLimitError):
            client.request("GET", "x")
    assert sum(ticks.sleeps) < 60


def test_a5_a_repeated_write_carries_one_key(faults: FaultServer) -> None:
    space = faults.space()
    keyed = endpoint("post", "/items", idempotency={"in": "header", "name": "Idempotency-Key"})
    with Client(space.url("status=503,times=2")) as client:
        tick(client, Ticks())
        client.call(keyed, body={"a": 1})
    keys = [request.header("idempotency-key") for request in space.requests()]
    assert (len(keys), len(set(keys)), None in keys) == (3, 1, False)


def test_a6_the_debug_log_does_not_hold_the_key(
    faults: FaultServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with Client(
        faults.space().url(), api_key=KEY, platform=HEADER_KEY, debug_logger=logging.getLogger("mine")
    ) as client:
        client.request("GET", "x")
    assert {"mine", "veneer.header"} <= {record.name for record in caplog.records}
    assert KEY not in caplog.text


def test_a7_a_refused_connection_is_typed(faults: FaultServer) -> None:
    with Client(faults.refused_url, max_retries=0) as client:
        with pytest.raises(ConnectError) as caught:
            client.request("POST", "x")
    assert (caught.value.outcome, isinstance(caught.value.__cause__, httpx.ConnectError)) == (
        Outcome.NOT_SENT,
        True,
    )


@pytest.mark.parametrize("value", ["..", ".", "", "%2e%2e"])
def test_g1_a_path_parameter_cannot_retarget_the_request(faults: FaultServer, value: str) -> None:
    space = faults.space()
    delete = endpoint("delete", "/v1/projects/{id}")
    with Client(space.url(), api_key=KEY) as client:
        if value == "%2e%2e":  # a harmless text that only looks like it
            client.call(delete, value)
        else:
            with pytest.raises(ConfigurationError):
                client.call(delete, value)
    assert [request.path for request in space.requests()] == ["/v1/projects/%252e%252e"] * (value == "%2e%2e")


def test_g2_the_repr_of_a_client_shows_no_key() -> None:
    client = Client(BASE, api_key=KEY)
    assert repr(client) == "Client('https://api.test/v1', bearer='***')"
    assert KEY not in f"{client} {client._session!r} {client.options!r}"


def test_g3_a_key_with_a_line_break_works_or_is_refused_unseen(faults: FaultServer) -> None:
    space = faults.space()
    with Client(space.url(), api_key=f"{KEY}\n") as client:
        client.request("GET", "x")
    assert space.requests()[0].header("authorization") == f"Bearer {KEY}"
    with pytest.raises(ConfigurationError) as caught:
        Client(space.url(), api_key=f"{KEY}\nx")
    assert KEY not in str(caught.value)


def test_g4_an_api_key_header_does_not_cross_origins(faults: FaultServer) -> None:
    space = faults.space()
    with Client(space.url("redirect=302"), api_key=KEY, platform=HEADER_KEY) as client:
        client.request("GET", "x")
    first, second = space.requests()
    assert (first.header("x-api-key"), second.origin, second.header("x-api-key")) == (KEY, 1, None)


def test_g5_a_bomb_costs_little_memory(faults: FaultServer) -> None:
    """A 300 MiB answer out of some 300 kB."""
    space = faults.space()
    with Client(space.url("gzip-bomb=300"), max_response_bytes=8 << 20) as client:
        tracemalloc.start()
        with pytest.raises(ResponseTooLargeError):
            client.request("GET", "x")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 24 << 20


def test_g7_the_boundary_of_a_form_cannot_be_guessed() -> None:
    def upload() -> object:
        made = endpoint("post", "/storage/upload")
        made._get_kwargs = lambda: {
            "method": "post",
            "url": "/storage/upload",
            "files": {
                "file": ("a.txt", b'--+++\r\nContent-Disposition: form-data; name="role"\r\n\r\nadmin')
            },
            "headers": {"Content-Type": "multipart/form-data; boundary=+++"},
        }
        return made

    wire = Wire(200)
    client = wired(wire)
    client.call(upload())  # type: ignore[arg-type]  # an endpoint as the stock generator writes it
    client.call(upload())  # type: ignore[arg-type]
    one, other = wire.sent("content-type")
    assert one is not None
    assert (one.startswith("multipart/form-data; boundary="), "+++" in one, one == other) == (
        True,
        False,
        False,
    )


def test_g8_unknown_values_and_statuses_are_kept() -> None:
    page = {"items": [{**ABP, "status": "hibernating", "mood": "new"}], "limit": 1, "offset": 0}
    got = wired(Wire(reply(json=page))).call(list_abps)
    assert (got.items[0].status, got.items[0].additional_properties["mood"], got.total) == (
        "hibernating",
        "new",
        UNSET,
    )
    with pytest.raises(ServerError) as caught:
        wired(Wire(reply(520, content=b"<html>origin is down</html>"))).call(list_abps)
    assert (caught.value.status_code, caught.value.body) == (520, "<html>origin is down</html>")
