"""The fault server commits each fault as named and records what reached it."""

from __future__ import annotations

import contextlib
import gzip
import json
import socket
import ssl
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx
import pytest
import trustme

import faultserver
from faultserver import FaultServer, Space, parse

BRIEF = httpx.Timeout(60, read=0.1)
"""Ends the wait for an answer that never comes, and no other: a busy machine may take its time to connect."""


@pytest.fixture(scope="module")
def server() -> Iterator[FaultServer]:
    with faultserver.running() as running:
        yield running


@pytest.fixture
def space(server: FaultServer) -> Space:
    return server.space(answer={"greeting": "hello"})


def get(url: str, **options: object) -> httpx.Response:
    with httpx.Client(trust_env=False, timeout=60) as client:
        return client.request("GET", url, **options)  # type: ignore[arg-type]  # options of httpx, passed on


@pytest.mark.parametrize(
    ("target", "behaviour", "value", "options", "path"),
    [
        ("/t/ok/api/v2/abps?limit=5", "ok", "", {}, "/api/v2/abps?limit=5"),
        ("/t/status=503,retry-after=2/x", "status", "503", {"retry-after": "2"}, "/x"),
        ("/t/status=429,h.x-a=b%2Cc%20d/", "status", "429", {"h.x-a": "b,c d"}, "/"),
        ("/t/ok/a%2Fb/..//c#d", "ok", "", {}, "/a%2Fb/..//c#d"),
        ("/t/ok", "ok", "", {}, "/"),
        ("/t/ok?x=1", "ok", "", {}, "?x=1"),
    ],
)
def test_an_address_names_behaviour_options_and_the_path_as_sent(
    target: str, behaviour: str, value: str, options: dict[str, str], path: str
) -> None:
    route = parse(target)
    assert ("t", behaviour, value, options, path) == (
        route.token,
        route.behaviour,
        route.value,
        route.options,
        route.path,
    )


@pytest.mark.parametrize("target", ["/", "", "/t", "//ok/x", "*"])
def test_a_target_outside_every_space_is_refused_and_kept_apart(target: str) -> None:
    with pytest.raises(ValueError, match="not a fault address"):
        parse(target)


def test_it_records_method_path_headers_and_body(space: Space) -> None:
    httpx.post(f"{space.url()}/a%2Fb?q=1", json={"n": 1}, headers={"X-Key": "k"}, trust_env=False)
    (request,) = space.requests()
    assert (
        request.method,
        request.path,
        request.header("x-key"),
        request.body,
    ) == ("POST", "/a%2Fb?q=1", "k", b'{"n":1}')


def test_a_chunked_request_body_is_put_together(space: Space) -> None:
    httpx.post(f"{space.url()}/", content=iter([b"one", b"two"]), trust_env=False)
    assert space.requests()[0].body == b"onetwo"


def test_connections_are_kept_alive_and_numbered(server: FaultServer, space: Space) -> None:
    with httpx.Client(trust_env=False) as client:
        for _ in range(3):
            assert client.get(f"{space.url()}/").json() == {"greeting": "hello"}
        assert server.open_connections == 1
    get(space.url())
    numbers = [request.connection for request in space.requests()]
    assert numbers == [numbers[0], numbers[0], numbers[0], numbers[0] + 1]


def test_spaces_do_not_see_each_other(server: FaultServer) -> None:
    first, second = server.space(), server.space()
    get(first.url("status=500,times=1"))
    assert get(second.url("status=500,times=1")).status_code == 500
    assert (len(first.requests()), len(second.requests())) == (1, 1)


def test_times_limits_a_behaviour_to_the_first_requests(space: Space) -> None:
    answers = [get(space.url("status=503,body=html,times=2")) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [503, 503, 200]
    assert answers[2].json() == {"greeting": "hello"}


@pytest.mark.parametrize("code", [204, 400, 429, 503, 520])
def test_any_status_can_be_asked_for(space: Space, code: int) -> None:
    assert code == get(space.url(f"status={code}")).status_code


def test_an_answer_to_head_has_no_body(space: Space) -> None:
    with httpx.Client(trust_env=False) as client:
        assert client.head(space.url()).headers["content-length"] == "21"
        assert client.get(space.url()).json() == {"greeting": "hello"}  # the connection is still in step


def test_retry_after_is_sent_verbatim_or_as_a_date(space: Space) -> None:
    assert get(space.url("status=503,retry-after=soon")).headers["retry-after"] == "soon"
    date = parsedate_to_datetime(get(space.url("status=503,retry-after=date+60")).headers["retry-after"])
    assert 57 < (date - datetime.now(UTC)).total_seconds() <= 61


@pytest.mark.parametrize(
    ("kind", "media_type", "start"),
    [
        ("json", "application/json", b'{"success": false'),
        ("answer", "application/json", b'{"greeting"'),
        ("html", "text/html", b"<html>"),
        ("text", "text/plain", b"upstream"),
        ("list", "application/json", b"[1,"),
    ],
)
def test_an_error_can_carry_any_body(space: Space, kind: str, media_type: str, start: bytes) -> None:
    response = get(space.url(f"status=503,body={kind}"))
    assert (media_type, True) == (response.headers["content-type"], response.content.startswith(start))


def test_bodies_that_no_parser_takes(space: Space) -> None:
    assert get(space.url("ok,body=empty")).content == b""
    with pytest.raises(UnicodeDecodeError):
        get(space.url("ok,body=non-utf8")).content.decode()
    with pytest.raises(json.JSONDecodeError):
        get(space.url("ok,body=cut-json")).json()


def test_a_dribbling_body_never_ends(space: Space) -> None:
    with httpx.stream("GET", space.url("dribble=0.001"), timeout=60, trust_env=False) as response:
        pieces = [piece for piece, _ in zip(response.iter_raw(), range(20), strict=False)]
    assert len(b"".join(pieces)) >= 20


def test_dribbling_headers_never_end(space: Space) -> None:
    with socket.create_connection(address(space.server.url), 60) as client:
        client.sendall(f"GET /{space.token}/dribble-head=0.001/ HTTP/1.1\r\nhost: x\r\n\r\n".encode())
        received = b""
        while len(received) < 40:
            received += client.recv(64)
    assert b"\r\n\r\n" not in received


def test_a_slow_body_arrives_in_pieces_and_whole(space: Space) -> None:
    assert get(space.url("slow=0.1")).json() == {"greeting": "hello"}


def test_a_black_hole_takes_the_request_and_says_nothing(space: Space) -> None:
    with pytest.raises(httpx.ReadTimeout):
        get(space.url("blackhole"), timeout=BRIEF)
    assert len(space.wait(1)) == 1


def test_reset_before_leaves_the_body_unread_and_reset_after_reads_it(space: Space) -> None:
    for behaviour in ("reset-before", "reset-after"):
        # Which error it is depends on whether the client was still writing.
        with pytest.raises(httpx.TransportError):
            httpx.post(space.url(behaviour), content=b"body", trust_env=False)
    assert [request.body for request in space.requests()] == [b"", b"body"]


def test_a_reset_in_the_body_comes_after_its_first_bytes(space: Space) -> None:
    received: list[bytes] = []
    with (
        httpx.stream("GET", space.url("reset-body=5"), trust_env=False) as response,
        pytest.raises(httpx.ReadError),
    ):
        received.extend(response.iter_raw())
    assert b"".join(received) == b'{"gre'


@pytest.mark.parametrize("behaviour", ["close", "short-body"])
def test_an_answer_that_ends_early_breaks_the_protocol(space: Space, behaviour: str) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        get(space.url(behaviour))


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_leads_to_the_same_path_on_the_other_origin(space: Space, code: int) -> None:
    response = get(
        f"{space.url(f'redirect={code}')}/a%2Fb?q=1", follow_redirects=True, headers={"x-key": "s3cret"}
    )
    assert (200, f"{space.other_url()}/a%2Fb?q=1") == (response.status_code, str(response.url))
    assert [request.holds("s3cret") for request in space.requests(origin=1)] == [True]


def test_a_redirect_loop_stays_on_its_origin(space: Space) -> None:
    with pytest.raises(httpx.TooManyRedirects):
        get(space.url("redirect=302,to=loop"), follow_redirects=True)
    assert not space.requests(origin=1)


def test_the_gzip_bomb_is_a_valid_stream_a_thousand_times_its_size(space: Space) -> None:
    with httpx.stream("GET", space.url("gzip-bomb=20"), trust_env=False) as response:
        raw = b"".join(response.iter_raw())
    assert len(raw) < 30_000
    assert bytes(20 << 20) == gzip.decompress(raw)


def test_three_hundred_mebibytes_travel_as_about_three_hundred_kilobytes(space: Space) -> None:
    with httpx.stream("GET", space.url("gzip-bomb"), trust_env=False) as response:
        assert 250_000 < int(response.headers["content-length"]) < 450_000
        start = zlib.decompressobj(31).decompress(next(response.iter_raw()), 100)
    assert bytes(100) == start


def test_a_huge_header_is_as_large_as_asked(space: Space) -> None:
    with socket.create_connection(address(space.server.url), 2) as client:
        client.sendall(f"GET /{space.token}/huge-header=64/ HTTP/1.1\r\nhost: x\r\n\r\n".encode())
        received = b""
        while b"\r\n\r\n" not in received:
            received += client.recv(65536)
    assert len(received) > 64 * 1024


def test_an_endless_line_has_no_end_within_a_megabyte(space: Space) -> None:
    received = b""
    with httpx.stream("GET", space.url("endless-line"), trust_env=False) as response:
        for chunk in response.iter_raw():
            received += chunk
            if len(received) > 1 << 20:
                break
    assert b"\n" not in received


def test_a_script_is_sent_as_it_is(server: FaultServer) -> None:
    space = server.space(script=[b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nab", 0.01, b"cd"])
    assert get(space.url("raw")).text == "abcd"


def test_a_script_can_end_in_a_reset(server: FaultServer) -> None:
    space = server.space(script=[b"HTTP/1.1 200 OK\r\n", None])
    with pytest.raises(httpx.ReadError):
        get(space.url("raw"))


def test_latency_delays_the_answer(space: Space) -> None:
    with pytest.raises(httpx.ReadTimeout):
        get(space.url("ok,latency=1000"), timeout=BRIEF)
    assert get(space.url("ok,latency=0.01")).status_code == 200


def test_addresses_that_fail_before_a_request(server: FaultServer) -> None:
    with pytest.raises(httpx.ConnectError):
        get(server.refused_url)
    with pytest.raises(httpx.ConnectTimeout):
        get(server.deaf_url, timeout=httpx.Timeout(60, connect=0.1))
    with pytest.raises((httpx.ReadError, httpx.WriteError, httpx.ConnectError)):
        get(server.reset_url)


def test_a_request_that_leaves_its_space_is_kept_under_no_token(server: FaultServer) -> None:
    before = len(server.requests(""))
    with socket.create_connection(address(server.url), 60) as client:
        client.sendall(b"DELETE / HTTP/1.1\r\nhost: x\r\n\r\n")
        assert client.recv(100).startswith(b"HTTP/1.1 404")
    assert [request.method for request in server.requests("")[before:]] == ["DELETE"]


def test_waiting_for_requests_ends_when_they_have_come_or_time_is_up(space: Space) -> None:
    get(space.url())
    assert len(space.wait(1)) == 1
    with pytest.raises(TimeoutError):
        space.wait(2, timeout=0.01)


def test_it_speaks_tls_on_both_origins() -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    with faultserver.running(tls=context) as server, httpx.Client(verify=trusting, trust_env=False) as client:
        space = server.space()
        assert [client.get(url).status_code for url in (space.url(), space.other_url())] == [200, 200]


def test_stopping_breaks_open_connections_and_frees_the_ports() -> None:
    with faultserver.running() as server, socket.create_connection(address(server.url), 60) as client:
        space = server.space()
        client.sendall(f"GET /{space.token}/blackhole/ HTTP/1.1\r\nhost: x\r\n\r\n".encode())
        space.wait(1)
        server.stop()
        # A reset rather than an end, where bytes were left unread.
        with contextlib.suppress(ConnectionResetError):
            assert client.recv(1) == b""
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(address(server.url), 60)


def address(url: str) -> tuple[str, int]:
    host, _, port = url.removeprefix("http://").partition(":")
    return host, int(port)
