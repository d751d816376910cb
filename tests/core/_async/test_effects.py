"""What may have acted is sent once, however a redirect goes on: each request is judged by itself."""

from __future__ import annotations

import io
import itertools
import threading
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from core.kit import KEY, RESET, Sent, async_together, endpoint, listening, refused_url, serving, wired_reply
from veneer import (
    APIError,
    AsyncClient,
    AuthenticationError,
    ConnectError,
    Outcome,
    RedirectError,
    RetryPolicy,
    Timeouts,
    VeneerError,
    _io,
)

pytestmark = pytest.mark.anyio

GET = endpoint("get", "/orders")
AT_ONCE = RetryPolicy(max_retries=3, base=0.0, cap=0.0)
# How the request after a redirect can fail: what a server says, or where it leads.
FAILURES: dict[str, bytes] = {
    "408": wired_reply(408),
    "425": wired_reply(425),
    "429": wired_reply(429),
    "429 Retry-After": wired_reply(429, {"retry-after": "0"}),
    "500": wired_reply(500),
    "500 x-should-retry": wired_reply(500, {"x-should-retry": "true"}),
    "502": wired_reply(502),
    "503": wired_reply(503),
    "503 Retry-After": wired_reply(503, {"retry-after": "0"}),
    "504": wired_reply(504),
    "hangs up": b"",
    "half a head": b"HTTP/1.1 200 OK\r\ncontent-",
    "half a body": b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{}",
    "reset": RESET,
    "another redirect that leads nowhere": wired_reply(302),
}


def client(url: str, **options: Any) -> AsyncClient:
    return AsyncClient(url, **{"api_key": KEY, "retry": AT_ONCE, "timeouts": Timeouts.of(5), **options})


async def failing(url: str, method: str = "POST", **options: Any) -> VeneerError:
    """Send a write that fails, and give its error."""
    async with client(url, **options) as made:
        with pytest.raises(VeneerError) as caught:
            await made.request(method, "/orders", json={})
    return caught.value


def redirecting(method: str, status: int, location: str, then: bytes) -> Callable[[Sent], bytes]:
    """A server that redirects one method, and answers every other in one way."""

    def script(request: Sent) -> bytes:
        return wired_reply(status, {"location": location}) if request.method == method else then

    return script


# Each failure after one of the two statuses, in turn: what follows is judged in the same way after both.
@pytest.mark.parametrize(("failure", "status"), [*zip(FAILURES, itertools.cycle([302, 303]), strict=False)])
async def test_a_write_that_was_redirected_is_sent_once_whatever_comes_of_what_follows(
    failure: str, status: int
) -> None:
    with serving(redirecting("POST", status, "/result", FAILURES[failure])) as site:
        error = await failing(site.url)
    assert site.count("POST") == 1
    assert error.outcome is not Outcome.NOT_SENT


@pytest.mark.parametrize("status", [302, 303])
@pytest.mark.parametrize("to", ["refused", "no TLS there"])
async def test_a_write_is_sent_once_where_the_redirect_leads_to_nobody(status: int, to: str) -> None:
    with listening(lambda connection: connection.sendall(b"no TLS")) as plain:
        place = refused_url() if to == "refused" else plain.replace("http", "https")
        with serving(redirecting("POST", status, f"{place}/result", b"")) as site:
            error = await failing(site.url)
    assert site.count("POST") == 1
    assert error.outcome is not Outcome.NOT_SENT


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
async def test_no_method_that_acts_is_sent_again_after_it_was_redirected(method: str) -> None:
    """A second DELETE would be answered with 404, although the first did what was asked."""
    with serving(redirecting(method, 303, "/result", FAILURES["503 Retry-After"])) as site:
        await failing(site.url, method)
    assert (site.count(method), site.count("GET")) == (1, 4)


async def test_a_write_with_an_idempotency_key_is_not_sent_again_either() -> None:
    with serving(redirecting("POST", 303, "/result", FAILURES["504"])) as site:
        async with client(site.url) as made:
            with pytest.raises(APIError):
                await made.with_options(idempotency_key="k").request("POST", "/orders", json={})
    assert (site.count("POST"), site.count("GET")) == (1, 4)


async def test_what_follows_a_redirect_is_repeated_by_itself_and_gives_the_answer() -> None:
    answers = iter([FAILURES["503"], FAILURES["hangs up"], wired_reply(200, body=b'{"id":7}')])

    def script(request: Sent) -> bytes:
        return wired_reply(303, {"location": "/result"}) if request.method == "POST" else next(answers)

    with serving(script) as site:
        async with client(site.url) as made:
            assert (await made.request("POST", "/orders", json={})).json() == {"id": 7}
    assert [request.method for request in site.requests] == ["POST", "GET", "GET", "GET"]
    assert [request.headers["x-retry-count"] for request in site.requests] == ["0", "0", "1", "2"]
    assert {request.headers["authorization"] for request in site.requests} == {f"Bearer {KEY}"}


async def test_a_body_that_can_be_read_only_once_does_not_stop_the_repeat_of_what_follows() -> None:
    async def parts() -> AsyncIterator[bytes]:
        yield b"one"

    answers = iter([FAILURES["503"], wired_reply(200)])

    def script(request: Sent) -> bytes:
        return wired_reply(303, {"location": "/result"}) if request.method == "POST" else next(answers)

    with serving(script) as site:
        async with client(site.url) as made:
            await made.request("POST", "/orders", content=parts())
    assert [request.body for request in site.requests] == [b"one", b"", b""]


async def test_the_attempts_of_all_requests_are_counted_together() -> None:
    with serving(redirecting("POST", 303, "/result", FAILURES["429"])) as site:
        error = await failing(site.url)
    assert (site.count("GET"), len(error.attempts)) == (4, 4)
    assert "gave up after 3 of 3 retries" in error.explain()


async def test_reads_start_over_where_a_redirect_led_nowhere() -> None:
    """A mirror that is down is no reason to ask it again: who redirected may know another."""
    mirrors = iter([refused_url(), "/b"])

    def script(request: Sent) -> bytes:
        if request.target == "/a":
            return wired_reply(302, {"location": next(mirrors)})
        return wired_reply(200)

    with serving(script) as site:
        async with client(site.url) as made:
            await made.request("GET", "/a")
    assert [request.target for request in site.requests] == ["/a", "/a", "/b"]


async def test_a_write_sent_on_as_it_is_is_repeated_where_it_was_refused_and_not_before() -> None:
    answers = iter([FAILURES["429"], wired_reply(200)])

    def script(request: Sent) -> bytes:
        if request.target == "/orders":
            return wired_reply(307, {"location": "/here"})
        return next(answers)

    with serving(script) as site:
        async with client(site.url) as made:
            await made.request("POST", "/orders", json={"a": 1})
    assert [(request.target, request.body) for request in site.requests] == [
        ("/orders", b'{"a":1}'),
        ("/here", b'{"a":1}'),
        ("/here", b'{"a":1}'),
    ]


async def test_a_write_sent_on_as_it_is_that_may_have_acted_is_not_repeated() -> None:
    def script(request: Sent) -> bytes:
        return wired_reply(307, {"location": "/here"}) if request.target == "/orders" else b""

    with serving(script) as site:
        error = await failing(site.url)
    assert [request.target for request in site.requests] == ["/orders", "/here"]
    assert error.outcome is Outcome.UNKNOWN


async def test_an_error_names_the_request_that_failed() -> None:
    with serving(redirecting("POST", 303, f"{refused_url()}/result?sig=abc", b"")) as site:
        error = await failing(site.url)
    assert isinstance(error, ConnectError)
    assert (error.method, error.url) == ("GET", f"{site_of(error)}/result?sig=***")
    assert f"at GET {error.url}, where a redirect led" in error.message


def site_of(error: VeneerError) -> str:
    return str(error.url).partition("/result")[0]


# -- credentials -----------------------------------------------------------------------------------------------------


async def test_a_401_of_another_origin_says_nothing_of_our_credential() -> None:
    renewals: list[int] = []

    def refresh() -> str:
        renewals.append(1)
        return "new"

    with (
        serving(lambda _: wired_reply(401)) as other,
        serving(redirecting("POST", 303, f"{other.url}/result", b"")) as site,
    ):
        error = await failing(site.url, refresh_token=refresh)
    assert isinstance(error, AuthenticationError)
    assert (site.count("POST"), len(other.requests), renewals) == (1, 1, [])
    assert not any(KEY in str(request.headers) for request in other.requests)


async def test_a_credential_that_expires_on_the_way_is_renewed_without_sending_the_write_again() -> None:
    def script(request: Sent) -> bytes:
        if request.method == "POST":
            return wired_reply(303, {"location": "/result"})
        return wired_reply(200 if request.headers["authorization"] == "Bearer new" else 401)

    with serving(script) as site:
        async with client(site.url, refresh_token=lambda: "new") as made:
            await made.request("POST", "/orders", json={})
    assert [(request.method, request.headers["authorization"]) for request in site.requests] == [
        ("POST", f"Bearer {KEY}"),
        ("GET", f"Bearer {KEY}"),
        ("GET", "Bearer new"),
    ]


async def test_a_credential_does_not_come_back_from_another_origin_and_is_not_renewed_there() -> None:
    """Not on a repeat of what failed there either."""
    renewals: list[int] = []

    def refresh() -> str:
        renewals.append(1)
        return "new"

    def script(request: Sent) -> bytes:
        if request.target == "/back":
            return wired_reply(401) if site_tries.pop() else FAILURES["503 Retry-After"]
        return wired_reply(303, {"location": f"{other.url}/there"})

    site_tries = [True, False]
    with (
        serving(script) as site,
        serving(lambda _: wired_reply(302, {"location": f"{site.url}/back"})) as other,
    ):
        error = await failing(site.url, refresh_token=refresh)
    assert isinstance(error, AuthenticationError)
    assert [(request.target, request.headers.get("authorization")) for request in site.requests] == [
        ("/orders", f"Bearer {KEY}"),
        ("/back", None),
        ("/back", None),
    ]
    assert renewals == []


async def test_a_401_after_a_redirect_elsewhere_says_that_the_credential_did_not_go_there() -> None:
    """To https on the same host, for one: another scheme is another origin."""
    with (
        serving(lambda _: wired_reply(401)) as other,
        serving(lambda _: wired_reply(302, {"location": other.url})) as site,
    ):
        error = await failing(site.url, "GET")
    assert "the credential did not go there: a redirect led to another origin" in str(error)


# -- closing ---------------------------------------------------------------------------------------------------------


async def test_calls_under_way_when_their_client_is_closed_end_in_order() -> None:
    """Those that wait for a connection too."""
    begun, closed = threading.Semaphore(0), threading.Event()

    def script(_: Sent) -> bytes:
        closed.wait()
        return wired_reply(200)

    with serving(script) as site:
        made = client(site.url, max_connections=2, on_request=[lambda _: begun.release()])

        async def one(index: int) -> int | None:
            if index < 5:
                return (await made.request("POST", "/orders", json={})).status_code
            for _ in range(5):
                await _io.async_run(begun.acquire)
            await made.aclose()
            closed.set()
            return None

        assert await async_together(6, one) == [200] * 5 + [None]
    assert len(site.requests) == 5


# -- redirects that are not followed ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "location", "cause"),
    [
        (303, None, "it has no Location"),
        (302, "ftp://files.test/a", "its Location is not an http(s) address"),
        (302, "http://[bad", "its Location is not an address"),
        (307, "http://127.0.0.1:1/x", "it leads to another origin, where no POST is sent"),
        (308, "/orders", "it leads back to where this POST was sent already"),
        (300, "/one", "it names no one address"),
        (305, "/proxy", "it names no one address"),
    ],
)
async def test_a_redirect_that_is_not_followed_names_its_one_cause(
    status: int, location: str | None, cause: str
) -> None:
    headers = {} if location is None else {"location": location}
    with serving(lambda _: wired_reply(status, headers)) as site:
        error = await failing(site.url)
    assert isinstance(error, RedirectError)
    assert error.message == f"{status}: the redirect is not followed: {cause}"
    assert (len(site.requests), error.outcome) == (1, Outcome.ANSWERED)


@pytest.mark.parametrize(
    ("answer", "options", "kept"),
    [
        (wired_reply(300, body=b"one or two")[:-4], {}, b"one or"),
        (wired_reply(300, {"content-encoding": "x-own"}, b"one or two"), {}, b"one or two"),
        (wired_reply(300, body=b"one or two"), {"max_response_bytes": 6}, b"one or"),
    ],
    ids=["cut", "in an unknown coding", "larger than the bound"],
)
@pytest.mark.parametrize("streamed", [False, True], ids=["call", "download"])
async def test_the_first_status_that_is_a_failure_keeps_its_body_as_far_as_it_came(
    answer: bytes, options: dict[str, Any], kept: bytes, streamed: bool
) -> None:
    with serving(lambda _: answer) as site:
        async with client(site.url, **options) as made:
            with pytest.raises(RedirectError) as caught:
                await (made.download(GET, to=io.BytesIO()) if streamed else made.request("GET", "/orders"))
    assert caught.value.response is not None
    assert caught.value.response.content == kept


async def test_a_body_that_can_be_read_only_once_is_not_sent_on() -> None:
    async def parts() -> AsyncIterator[bytes]:
        yield b"one"

    with serving(lambda _: wired_reply(307, {"location": "/here"})) as site:
        async with client(site.url) as made:
            with pytest.raises(RedirectError, match="the body cannot be sent twice"):
                await made.request("POST", "/orders", content=parts())
    assert len(site.requests) == 1


async def test_redirects_without_end_end() -> None:
    with serving(lambda request: wired_reply(302, {"location": f"{request.target}x"})) as site:
        async with client(site.url) as made:
            with pytest.raises(RedirectError, match="it is the 10th, one after the other"):
                await made.request("GET", "/a")
    assert len(site.requests) == 10


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_query_with_a_body_is_sent_on_as_it_is(status: int) -> None:
    """RFC 10008: that a POST becomes a GET after 301 and 302 is for POST alone."""

    def script(request: Sent) -> bytes:
        return wired_reply(status, {"location": "/b"}) if request.target == "/a" else wired_reply(200)

    with serving(script) as site:
        async with client(site.url) as made:
            await made.request("QUERY", "/a", json={"q": 1})
    assert [(request.method, request.body) for request in site.requests] == [("QUERY", b'{"q":1}')] * 2


async def test_a_query_is_answered_elsewhere_by_a_get() -> None:
    def script(request: Sent) -> bytes:
        return wired_reply(303, {"location": "/b"}) if request.target == "/a" else wired_reply(200)

    with serving(script) as site:
        async with client(site.url) as made:
            await made.request("QUERY", "/a", json={"q": 1})
    assert [(request.method, request.body) for request in site.requests] == [
        ("QUERY", b'{"q":1}'),
        ("GET", b""),
    ]


@pytest.mark.parametrize("failure", ["500", "503", "504", "hangs up"])
async def test_a_query_is_repeated_as_a_get_is(failure: str) -> None:
    answers = iter([FAILURES[failure], wired_reply(200)])
    with serving(lambda _: next(answers)) as site:
        async with client(site.url) as made:
            await made.request("QUERY", "/a", json={"q": 1})
    assert [(request.method, request.body) for request in site.requests] == [("QUERY", b'{"q":1}')] * 2
