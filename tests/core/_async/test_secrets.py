"""A canary walks through every operation and must come out nowhere but on the wire."""

from __future__ import annotations

import copy
import logging
import pickle
import pprint
import re
import traceback
import warnings
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Awaitable, Callable, Iterator
from typing import Any
from urllib.parse import quote, quote_plus

import httpx
import pytest

from core.kit import BASE, KEY, Ticks, Wire, async_tick, async_wired, chain, endpoint, reply
from faultserver import FaultServer
from veneer import AsyncClient, ConfigurationError, Platform, VeneerError, api_key_header
from veneer._core.auth import BASIC, BEARER

pytestmark = pytest.mark.anyio

# The canary stands in every place that can carry a secret: key, header of a scheme nobody would guess, query, body, cookie, password in a body.
PLATFORM = Platform(name="canary", schemes={"odd": api_key_header("X-Odd"), "bearer": BEARER})
GET = endpoint("get")
POST = endpoint("post", "/items")


def invalid(_payload: Any) -> Any:
    raise KeyError("id")


MISFIT = endpoint("get", parse=invalid)
ECHO = {"detail": f"the key {KEY} is wrong", "message": f"{'x' * 490}{KEY}", "code": KEY}


def options() -> dict[str, Any]:
    return {
        "platform": PLATFORM,
        "api_key": KEY,
        "credentials": {"bearer": KEY},
        "headers": {"x-other-secret": KEY, "cookie": f"session={KEY}"},
        "query": {"token": KEY},
        "max_retries": 1,
    }


OPERATIONS: dict[str, tuple[Wire, Any]] = {
    "ok": (Wire(200), GET),
    "401": (Wire(reply(401, json=ECHO)), GET),
    "500 retried": (Wire(reply(500, json=ECHO, headers={"x-echo": KEY, "set-cookie": f"s={KEY}"})), GET),
    "time-out": (Wire(httpx.ReadTimeout(f"no answer to {KEY}")), GET),
    "connection refused": (Wire(httpx.ConnectError(f"refused {KEY}")), GET),
    "protocol": (Wire(httpx.LocalProtocolError(f"Illegal header value b'Bearer {KEY}'")), GET),
    "remote protocol": (Wire(httpx.RemoteProtocolError(f"illegal status line: bytearray(b'{KEY}')")), GET),
    "redirect": (Wire(reply(302, headers={"location": f"https://elsewhere.test/?k={KEY}"}), 200), GET),
    "redirect refused": (Wire(reply(307, headers={"location": f"https://elsewhere.test/?k={KEY}"})), POST),
    "invalid JSON": (Wire(reply(content=b"{")), GET),
    "validation error": (Wire(200), MISFIT),
    "not HTTP": (Wire(200), endpoint("get", "/\x00")),
}
ATTRIBUTES = ("message", "operation", "method", "url", "outcome", "attempts", "retry_after", "path")


@pytest.fixture
def logs(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    for name in ("veneer", "httpcore", "asyncio"):
        caplog.set_level(logging.DEBUG, logger=name)
    return caplog


def said(records: list[logging.LogRecord]) -> str:
    """All that log records hold, ours and the engine's. httpx's own INFO line (the whole address) is a caller's engine's: ours does not write it."""
    return " ".join(
        f"{record.getMessage()} {record.msg!r} {record.args!r} {record.exc_info!r}"
        for record in records
        if record.name != "httpx"
    )


def surfaces(error: BaseException) -> Iterator[tuple[str, str]]:
    """What a report of an error may show."""
    for one in chain(error):
        yield type(one).__name__, f"{one} {one!r} {one.args!r}"
        yield (
            "traceback with locals",
            "".join(traceback.TracebackException.from_exception(one, capture_locals=True).format()),
        )
    if isinstance(error, VeneerError):
        yield "explain", error.explain()
        yield "attributes", repr([getattr(error, name, None) for name in ATTRIBUTES])
        yield "copy", repr(copy.copy(error))
        if (
            error.response is None or error.response.status_code < 400
        ):  # the server's own text is kept as it came
            yield "pickle", pickle.dumps(error).decode("latin-1")


async def attempt(client: AsyncClient, operation: Any) -> BaseException | None:
    try:
        await client.call(operation)
    except VeneerError as error:
        return error
    return None


@pytest.mark.parametrize("name", OPERATIONS)
async def test_the_canary_is_in_no_error_log_or_repr(name: str, logs: pytest.LogCaptureFixture) -> None:
    wire, operation = OPERATIONS[name]
    written: list[str] = []

    class Debug:
        def debug(self, msg: str, *args: Any) -> None:
            written.append(msg % args)

    client = async_wired(wire, debug_logger=Debug(), **options())
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        error = await attempt(client, operation)
    view = client.with_options(idempotency_key=KEY, headers={"x-more": KEY})
    shown = {
        "repr": f"{client!r} {client} {view!r} {pprint.pformat(client)} {client.options!r} {view.options!r}",
        "session": f"{client._session!r} {client._session.credentials!r}",
        "logs": said(logs.records),
        "debug logger": " ".join(written),
        "warnings": " ".join(str(one.message) for one in warned),
    }
    assert [place for place, text in shown.items() if KEY in text] == []
    if error is not None:
        # A caller's frames may hold it, those of the library must not.
        assert [text for place, text in surfaces(error) if KEY in own_frames_removed(text)] == []
    assert written or name == "not HTTP"


def own_frames_removed(text: str) -> str:
    """A traceback's frames of the library, without those of this test and its tools."""
    frames = re.split(r"(?m)^(?=  File )", text)
    return "".join(frame for frame in frames if "/tests/core/" not in frame.splitlines()[0])


async def test_the_canary_did_arrive() -> None:
    wire = Wire(200)
    client = async_wired(wire, **options())
    await client.call(GET)
    await client.call(POST, body={"password": KEY})
    assert [KEY in str(request.headers.raw) + str(request.url) for request in wire.requests] == [True, True]
    assert KEY in wire.bodies[1].decode()


@pytest.mark.parametrize(
    "behaviour",
    [
        "ok",
        "status=500",
        "blackhole",
        "reset-after",
        "short-body",
        "redirect=302",
        "huge-header=1024",
        "gzip-bomb=8",
    ],
)
async def test_the_canary_is_nowhere_with_the_real_engine(
    faults: FaultServer, behaviour: str, logs: pytest.LogCaptureFixture
) -> None:
    """The engine's own loggers and frames as well: they see the request as it is sent."""
    space = faults.space()
    async with AsyncClient(
        space.url(behaviour), **options(), deadline=0.3, max_response_bytes=1000
    ) as client:
        async_tick(client, Ticks())
        client._session.clock = __import__("time").monotonic
        error = await attempt(client, GET)
    assert KEY not in said(logs.records)
    if error is not None:
        assert [
            own_frames_removed(text) for place, text in surfaces(error) if KEY in own_frames_removed(text)
        ] == []
    assert any(request.holds(KEY) for request in space.requests())
    # The redirect's own address repeats the query: that is the server's doing.
    assert not any(KEY in str(request.headers) for request in space.requests(origin=1))


async def test_logs_say_what_was_sent_and_answered(logs: pytest.LogCaptureFixture) -> None:
    await async_wired(Wire(503, 200), **options()).call(GET, q="1")
    text = [record.getMessage() for record in logs.records if record.name == "veneer.canary"]
    assert [line.split()[0] for line in text] == [
        "request:",
        "response:",
        "get_item:",
        "request:",
        "response:",
    ]
    assert "'x-odd': '***'" in text[0]
    assert "GET https://api.test/v1/items/1?token=***&q=***" in text[0]
    assert "attempt 1: 503, waited" in text[2]


async def test_a_schemes_header_is_masked_whoever_set_it(logs: pytest.LogCaptureFixture) -> None:
    client = async_wired(Wire(), **options())
    await client.with_options(headers={"X-Odd": "another secret"}).call(GET)
    assert "another secret" not in said(logs.records)


async def test_half_a_key_at_the_end_of_a_long_message_is_masked_too() -> None:
    with pytest.raises(VeneerError) as caught:
        await async_wired(Wire(reply(400, json={"message": "x" * 490 + KEY})), **options()).call(GET)
    assert KEY[:6] not in str(caught.value)


async def test_nothing_is_formatted_when_nobody_listens() -> None:
    class Loud:
        def debug(self, msg: str, *args: Any) -> None:
            raise AssertionError

    quiet = logging.getLogger("quiet")
    quiet.setLevel(logging.INFO)
    await async_wired(Wire(), debug_logger=quiet).call(GET)
    with pytest.raises(AssertionError):
        await async_wired(Wire(), debug_logger=Loud()).call(GET)


@pytest.mark.parametrize(
    "make",
    [lambda: AsyncClient(BASE, api_key=f"{KEY}\nx"), lambda: AsyncClient(f"https://me:{KEY}@api.test")],
)
def test_what_a_constructor_refuses_is_not_shown(make: Callable[[], Awaitable[Any]]) -> None:
    with pytest.raises(ConfigurationError) as caught:
        make()
    assert KEY not in f"{caught.value!r}"


# -- logs by allow-list ----------------------------------------------------------------------------------------------

SHOWN = {
    "content-type": "application/json",
    "date": "Fri, 27 Nov 2026 23:00:00 GMT",
    "retry-after": "3",
    "ratelimit": '"default";r=0;t=3',
    "x-ratelimit-remaining": "0",
    "x-request-id": "req-1",
    "etag": '"v1"',
}
HIDDEN = {
    "link": f"<https://files.test/a?sig={KEY}>; rel=next",
    "set-cookie": f"sid={KEY}",
    "x-auth": KEY,
    "x-session-id": KEY,
    "x-team": KEY,
    "www-authenticate": f'Bearer realm="{KEY}"',
    "content-disposition": f"attachment; filename={KEY}",
    "content-location": f"/a?sig={KEY}",
}


async def test_a_log_shows_the_values_of_harmless_headers_and_of_no_other(
    logs: pytest.LogCaptureFixture,
) -> None:
    wire = Wire(reply(200, headers={**SHOWN, **HIDDEN}))
    await async_wired(wire, headers={"x-team": "blue", "x-trace": "t"}).call(GET)
    sent, answered = (record.getMessage() for record in logs.records if record.name == "veneer.generic")
    for name, value in SHOWN.items():
        assert f"{name!r}: {value!r}" in answered
    for name in HIDDEN:
        assert f"{name!r}: '***'" in answered
    assert "'x-team': '***', 'x-trace': '***'" in sent
    assert "'user-agent': 'veneer'" in sent
    assert KEY not in said(logs.records)


async def test_a_log_shows_where_a_redirect_leads_without_its_query(logs: pytest.LogCaptureFixture) -> None:
    location = f"https://files.test/a.zip?sig={KEY}&{KEY}#x"
    await async_wired(Wire(reply(302, headers={"location": location}), 200)).call(GET)
    assert "'location': 'https://files.test/a.zip?sig=***&***'" in said(logs.records)
    assert KEY not in said(logs.records)


async def test_the_id_of_an_exchange_is_shown_by_the_platforms_name(logs: pytest.LogCaptureFixture) -> None:
    platform = Platform(name="own", request_ids=("x-own-id",))
    await async_wired(Wire(reply(headers={"x-own-id": "77"})), platform=platform).call(GET)
    assert "'x-own-id': '77'" in said(logs.records)


async def test_a_key_in_a_header_that_is_shown_is_masked(logs: pytest.LogCaptureFixture) -> None:
    await async_wired(Wire(reply(headers={"server": f"echo of {KEY}"}))).call(GET)
    assert "'server': 'echo of ***'" in said(logs.records)


# -- what a server echoes --------------------------------------------------------------------------------------------

ODD = "k/e+y=CANARY:7f 3a"
ECHOES = {
    "as it is": ODD,
    "percent-encoded": quote(ODD, safe=""),
    "percent-encoded in lower case": re.sub("%..", lambda found: found[0].lower(), quote(ODD, safe="")),
    "percent-encoded but for slashes": quote(ODD),
    "as a form has it": quote_plus(ODD),
    "Base64": b64encode(ODD.encode()).decode(),
    "Base64 of the whole header": b64encode(f"Bearer {ODD}".encode()).decode(),
    "Base64 for URLs": urlsafe_b64encode(f"user:{ODD}".encode()).decode(),
}


@pytest.mark.parametrize("form", ECHOES)
async def test_a_key_is_masked_in_a_message_however_it_is_spelt(form: str) -> None:
    wire = Wire(reply(400, json={"message": f"[{ECHOES[form]}] is wrong"}))
    with pytest.raises(VeneerError, match="is wrong") as caught:
        await async_wired(wire, api_key=ODD).call(GET)
    told = f"{caught.value!r} {caught.value.explain()}"
    # A character of Base64 at either end may belong to what is beside the key.
    assert not any(ECHOES[form][at : at + 8] in told for at in range(4, len(ECHOES[form]) - 12))


@pytest.mark.parametrize(
    "key", ["me:pass-CANARY", b64encode(b"me:pass-CANARY").decode()], ids=["plain", "encoded"]
)
@pytest.mark.parametrize("form", ["pass-CANARY", "me:pass-CANARY", b64encode(b"me:pass-CANARY").decode()])
async def test_a_password_of_http_basic_is_masked_in_every_form(key: str, form: str) -> None:
    wire = Wire(reply(400, json={"message": f"[{form}] is wrong"}))
    with pytest.raises(VeneerError, match=r"\[\*\*\*\] is wrong|\[me:\*\*\*\] is wrong"):
        await async_wired(wire, platform=Platform(name="b", schemes={"basic": BASIC}), api_key=key).call(GET)


async def test_the_key_before_a_renewal_is_masked() -> None:
    wire = Wire(401, reply(400, json={"message": f"not {KEY} again"}))
    with pytest.raises(VeneerError, match=r"not \*\*\* again"):
        await async_wired(wire, refresh_token=lambda: "renewed-1").call(GET)


async def test_the_keys_of_other_threads_and_tasks_are_masked() -> None:
    keys = iter(range(1000, 1200))
    wire = Wire(200)
    client = async_wired(wire, api_key=lambda: f"key-{next(keys)}")
    for _ in range(40):
        await client.call(GET)
    wire._answers = (reply(400, json={"message": "not key-1039, key-1030 or key-1020"}),)
    with pytest.raises(VeneerError, match=r"not \*\*\*, \*\*\* or \*\*\*"):
        await client.call(GET)


async def test_few_keys_of_a_function_are_remembered() -> None:
    keys = iter(range(1000, 2000))
    client = async_wired(Wire(200), api_key=lambda: f"key-{next(keys)}")
    for _ in range(500):
        await client.call(GET)
    (credential,) = client._session.credentials.values()
    assert len(credential.known()) <= 64


@pytest.mark.parametrize(
    "options",
    [
        {"headers": {"Authorization": f"Bearer {KEY}"}},
        {"headers": {"X-API-Key": KEY}},
        {"headers": {"Cookie": f"a=1; sid={KEY}"}},
        {"query": {"access_token": KEY}},
    ],
    ids=str,
)
async def test_a_credential_that_is_given_otherwise_is_masked_too(options: dict[str, Any]) -> None:
    wire = Wire(reply(400, json={"message": f"{KEY} is wrong"}), httpx.ReadError(f"{KEY} is wrong"))
    client = async_wired(wire, api_key=None, max_retries=0, **options)
    for _ in range(2):
        with pytest.raises(VeneerError, match=r"\*\*\* is wrong"):
            await client.call(GET)


async def test_a_key_in_a_path_is_masked_in_the_address_of_an_error() -> None:
    with pytest.raises(VeneerError) as caught:
        await async_wired(Wire(404)).call(GET, KEY)
    assert (caught.value.url, KEY in caught.value.explain()) == (f"{BASE}/items/***", False)


# -- values ----------------------------------------------------------------------------------------------------------


async def test_what_a_client_is_made_of_shows_no_secret() -> None:
    """Debuggers and reports expand an object by one level."""
    client = async_wired(Wire(), **options(), refresh_token=lambda: KEY)
    await client.call(GET)
    view = client.with_options(headers={"x-more-secret": KEY}, idempotency_key=KEY)
    await view.call(POST, body={})
    held = [client, view, client._session, *client._session.credentials.values()]
    for one in held:
        assert KEY not in repr(vars(one))
        assert KEY not in pprint.pformat(vars(one))
