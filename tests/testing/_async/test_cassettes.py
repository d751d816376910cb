"""What was recorded once happens again without the server: answers, faults, pages, streams, files, and their times."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import httpx2
import pytest

from core.kit import endpoint
from faultserver import FaultServer
from testing.kit import KEY, interaction, outcome, playing, recording, written
from veneer import (
    AsyncClient,
    DeadlineExceededError,
    RequestTimeoutError,
    RetryPolicy,
    ServerError,
    StreamTimeoutError,
    StreamTruncatedError,
    TransportError,
    VeneerError,
)
from veneer.testing import CassetteError

pytestmark = pytest.mark.anyio

SSE = "text/event-stream"
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
Used = Callable[[AsyncClient], Awaitable[Any]]


def client(url: str, **options: Any) -> AsyncClient:
    """Make a client that repeats at once."""
    return AsyncClient(url, **{"api_key": KEY, "retry": RetryPolicy(base=0.001), **options})


async def used(url: str, use: Used, **options: Any) -> Any:
    """Give what comes of the use of a client, an error of ours by what it says."""
    async with client(url, **options) as made:
        try:
            return await use(made)
        except VeneerError as error:
            return outcome(error)


async def twice(path: Path, url: str, use: Used, **options: Any) -> tuple[Any, Any]:
    """Give what comes of a use that is recorded, and of the same on what was recorded."""
    with recording(path):
        first = await used(url, use, **options)
    with playing(path) as tape:
        second = await used(url, use, **options)
        assert tape.cassette.unplayed == 0
    return first, second


async def get(made: AsyncClient) -> Any:
    response = await made.request("GET", "things")
    return response.status_code, response.content


@pytest.mark.parametrize("engine", ["default", "fast", "httpx", "httpx2"])
async def test_an_answer_replays_byte_for_byte_on_every_engine(
    faults: FaultServer, tmp_path: Path, engine: str
) -> None:
    space = faults.space({"a": [1.5, None, 'ü\u2028"\\'], "b": {}})
    packages: dict[str, Any] = {"httpx": httpx, "httpx2": httpx2}
    if engine in packages:
        async with packages[engine].AsyncClient(trust_env=False) as own:
            first, second = await twice(tmp_path / "c.json", space.url(), get, http_client=own)
    else:
        first, second = await twice(tmp_path / "c.json", space.url(), get, engine=engine)
    assert first == second == (200, space.answer)
    assert len(space.requests()) == 1


@pytest.mark.parametrize("behaviour", ["ok,body=html", "ok,body=non-utf8", "ok,body=cut-json", "ok,body=null", "ok,body=text"])  # fmt: skip
async def test_bodies_of_every_kind_replay_byte_for_byte(
    faults: FaultServer, tmp_path: Path, behaviour: str
) -> None:
    first, second = await twice(tmp_path / "c.json", faults.space().url(behaviour), get)
    assert first == second


@pytest.mark.parametrize(
    "behaviour",
    [
        "reset-after",
        "reset-before",
        "close",
        "short-body",
        "reset-body",
        "status=500",
        "status=404,body=html",
    ],
)
async def test_a_fault_replays_as_the_same_error_with_the_same_outcome(
    faults: FaultServer, tmp_path: Path, behaviour: str
) -> None:
    space = faults.space()

    async def post(made: AsyncClient) -> Any:
        return await made.request("POST", "things", json={"a": 1})

    first, second = await twice(tmp_path / "c.json", space.url(behaviour), post)
    assert first == second
    assert issubclass(first[0], VeneerError)


async def test_a_connection_that_could_not_be_made_replays_as_one(
    faults: FaultServer, tmp_path: Path
) -> None:
    first, second = await twice(tmp_path / "c.json", faults.refused_url, get)
    assert first == second
    assert len(first[3]) == 4  # and its repeats


async def test_retries_meet_the_answers_in_their_order(faults: FaultServer, tmp_path: Path) -> None:
    space = faults.space({"ok": True})
    first, second = await twice(tmp_path / "c.json", space.url("status=503,times=2,retry-after=0"), get)
    assert first == second == (200, space.answer)
    assert len(space.requests()) == 3


async def test_redirects_replay_hop_by_hop_to_another_origin_too(faults: FaultServer, tmp_path: Path) -> None:
    space = faults.space({"there": True})
    first, second = await twice(tmp_path / "c.json", space.url("redirect=307"), get)
    assert first == second == (200, space.answer)
    assert len(space.requests()) == 2


async def test_waits_pass_on_the_cassettes_clock_and_take_no_time(tmp_path: Path) -> None:
    url = "https://api.example.com/things"
    path = written(
        tmp_path / "c.json",
        interaction(url, status=503, headers={"retry-after": "3000"}, seconds=20.0),
        interaction(url, seconds=20.0, body={"json": {"ok": True}}),
    )
    with playing(path) as tape:
        async with client(
            "https://api.example.com", deadline=None, retry=RetryPolicy(max_server_delay=5000)
        ) as made:
            before = tape.clock.now() if tape.clock else 0.0
            assert await get(made) == (200, b'{"ok":true}')
            assert tape.clock is not None
            assert tape.clock.now() - before == pytest.approx(3040.0)


async def test_a_recorded_wait_that_is_longer_than_the_deadline_ends_at_the_deadline(tmp_path: Path) -> None:
    path = written(tmp_path / "c.json", interaction("https://api.example.com/things", seconds=20.0))
    with playing(path):
        async with client("https://api.example.com", deadline=5.0, timeouts=60.0) as made:
            with pytest.raises(DeadlineExceededError, match="deadline of 5 s passed"):
                await get(made)


async def test_a_recorded_wait_that_is_longer_than_the_time_out_is_one(tmp_path: Path) -> None:
    path = written(
        tmp_path / "c.json", interaction("https://api.example.com/things", method="POST", seconds=20.0)
    )
    with playing(path):
        async with client("https://api.example.com", timeouts=2.0) as made:
            with pytest.raises(RequestTimeoutError, match="read timeout"):
                await made.request("POST", "things")


async def test_a_silent_server_replays_as_a_deadline_that_passed(faults: FaultServer, tmp_path: Path) -> None:
    first, second = await twice(tmp_path / "c.json", faults.space().url("blackhole"), get, deadline=0.3)
    assert first == second
    assert issubclass(first[0], DeadlineExceededError)


async def test_a_read_time_out_replays_with_its_repeats(faults: FaultServer, tmp_path: Path) -> None:
    first, second = await twice(tmp_path / "c.json", faults.space().url("blackhole"), get, timeouts=0.05)
    assert first == second
    assert issubclass(first[0], RequestTimeoutError)
    assert len(first[3]) == 4


async def events_of(made: AsyncClient) -> Any:
    async with made.stream("things") as stream:
        return [(event.event, event.data, event.id) async for event in stream]


async def test_a_stream_replays_event_by_event_whatever_pieces_it_came_in(
    faults: FaultServer, tmp_path: Path
) -> None:
    text = 'event: a\ndata: {"n":\ndata: 1}\nid: 7\n\n: ping\n\ndata: "ü"\r\n\r\ndata: [DONE]\n\n'.encode()
    space = faults.space(script=[HEAD, text[:9], 0.02, text[9:45], text[45:46], 0.02, text[46:]])
    path = tmp_path / "c.json"
    first, second = await twice(path, space.url("raw"), events_of)
    assert first == second
    assert first[0] == ("a", '{"n":\n1}', "7")
    kept = json.loads(path.read_text())["interactions"][0]["response"]["events"]
    assert "".join(event for _, event in kept).encode() == text
    assert [event for _, event in kept][1] == ": ping\n\n"
    assert kept[0][0] > 0


async def test_a_stream_that_was_cut_replays_as_one_that_is_cut(faults: FaultServer, tmp_path: Path) -> None:
    space = faults.space(script=[HEAD, b"data: 1\n\ndata: 2", None])

    async def read(made: AsyncClient) -> Any:
        stream = made.stream("things")
        heard = (await anext(aiter(stream))).data
        with pytest.raises(StreamTruncatedError) as caught:
            await anext(aiter(stream))
        return heard, caught.value.events, caught.value.message

    first, second = await twice(tmp_path / "c.json", space.url("raw"), read)
    assert first == second
    assert first[0] == "1"


async def test_the_time_between_events_counts_against_a_streams_limits(tmp_path: Path) -> None:
    url = "https://api.example.com/things"
    path = written(
        tmp_path / "c.json", interaction(url, events=[[1.0, "data: 1\n\n"], [90.0, "data: 2\n\n"]])
    )
    from veneer import StreamLimits

    with playing(path):
        async with client("https://api.example.com") as made:
            stream = made.stream("things", limits=StreamLimits(idle=30.0))
            assert (await anext(aiter(stream))).data == "1"
            with pytest.raises(StreamTimeoutError, match="silent for 30 s"):
                await anext(aiter(stream))


async def test_a_download_replays_with_the_part_that_was_asked_for_again(
    faults: FaultServer, tmp_path: Path
) -> None:
    content = bytes(range(256)) * 40
    start = b'HTTP/1.1 200 OK\r\naccept-ranges: bytes\r\netag: "v1"\r\ncontent-length: 10240\r\n\r\n'
    rest = b'HTTP/1.1 206 Partial Content\r\netag: "v1"\r\ncontent-range: bytes 5000-10239/10240\r\ncontent-length: 5240\r\n\r\n'
    space = faults.space(scripts=[[start + content[:5000], 0.05, None], [rest + content[5000:]]])

    async def save(made: AsyncClient) -> Any:
        to = io.BytesIO()
        done = await made.download(endpoint("get", "/things"), to=to)
        return to.getvalue(), done.bytes

    first, second = await twice(tmp_path / "c.json", space.url("raw"), save)
    assert first == second == (content, 10240)


async def test_what_came_compressed_is_kept_as_a_person_can_read_it(
    faults: FaultServer, tmp_path: Path
) -> None:
    body = gzip.compress(b'{"name":"M\xc3\xbcller"}')
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\ncontent-length: {len(body)}\r\n\r\n"
    path = tmp_path / "c.json"
    first, second = await twice(path, faults.space(script=[head.encode() + body]).url("raw"), get)
    assert first == second
    assert "Müller" in path.read_text(encoding="utf-8")


async def test_what_a_transport_has_read_and_decoded_already_is_kept_so(tmp_path: Path) -> None:
    body = gzip.compress(b'{"name":"a"}')

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"content-encoding": "gzip"}, content=body)

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as own:
        first, second = await twice(tmp_path / "c.json", "https://api.example.com", get, http_client=own)
    assert first == second == (200, b'{"name":"a"}')


async def test_a_body_whose_coding_is_damaged_replays_as_damaged(faults: FaultServer, tmp_path: Path) -> None:
    body = gzip.compress(b"x" * 500)[:-9]
    head = f"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {len(body)}\r\n\r\n"
    first, second = await twice(
        tmp_path / "c.json", faults.space(script=[head.encode() + body]).url("raw"), get
    )
    assert first == second
    assert issubclass(first[0], VeneerError)


async def test_pages_replay_one_after_the_other(faults: FaultServer, tmp_path: Path) -> None:
    pages = [{"data": [1, 2], "total": 3}, {"data": [3], "total": 3}]
    scripts = [
        [
            f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(text)}\r\n\r\n{text}".encode()
        ]
        for text in map(json.dumps, pages)
    ]
    space = faults.space(scripts=scripts)

    async def rows(made: AsyncClient) -> Any:
        return [row async for row in made.paginate("things", items="data", params={"limit": 2})]

    first, second = await twice(tmp_path / "c.json", space.url("raw"), rows)
    assert first == second == [1, 2, 3]


async def test_a_page_that_is_got_ahead_and_is_not_kept_is_missed_only_when_it_is_asked_for(
    tmp_path: Path,
) -> None:
    url = "https://api.example.com/things?limit=1"
    path = written(tmp_path / "c.json", interaction(url, body={"json": {"data": [1], "total": 3}}))
    for asked in (1, 2):
        with playing(path) as tape:
            async with client("https://api.example.com") as made:
                rows = made.paginate("things", items="data", params={"limit": 1}, prefetch=True)
                assert await anext(aiter(rows)) == 1
                if asked == 2:
                    with pytest.raises(CassetteError, match="there is no response"):
                        await anext(aiter(rows))
                await rows.aclose()
        assert tape.misses == []


async def test_boundaries_of_forms_and_the_order_of_members_do_not_matter(
    faults: FaultServer, tmp_path: Path
) -> None:
    space, path = faults.space({"ok": True}), tmp_path / "c.json"
    files = {"file": ("a.bin", bytes(range(256)), "application/octet-stream")}
    with recording(path):
        async with client(space.url()) as made:
            await made.request("POST", "forms", files=files, data={"n": "1"})
            await made.request(
                "POST", "things", json={"a": 1, "b": {"c": 2, "d": 3}}, params={"x": 1, "y": 2}
            )
    with playing(path):
        async with client(space.url()) as made:
            await made.request(
                "POST", "things", json={"b": {"d": 3, "c": 2}, "a": 1}, params={"y": 2, "x": 1}
            )
            await made.request("POST", "forms", files=files, data={"n": "1"})
            with pytest.raises(CassetteError, match="but sent again"):
                await made.request("POST", "forms", files=files, data={"n": "1"})
            other = {"file": ("a.bin", b"other", "application/octet-stream")}
            with pytest.raises(CassetteError, match=r"body.parts\[1\].sha256 was"):
                await made.request("POST", "forms", files=other, data={"n": "1"})


async def test_a_body_that_is_read_while_it_is_sent_is_compared_too(
    faults: FaultServer, tmp_path: Path
) -> None:
    space, path = faults.space({"ok": True}), tmp_path / "c.json"
    with recording(path):
        async with client(space.url()) as made:
            await made.request("PUT", "files/1", content=io.BytesIO(b"\x00\x01" * 50_000))
    assert space.requests()[0].body == b"\x00\x01" * 50_000
    with playing(path):
        async with client(space.url()) as made:
            await made.request("PUT", "files/1", content=io.BytesIO(b"\x00\x01" * 50_000))
            with pytest.raises(CassetteError, match="there is no response"):
                await made.request("PUT", "files/1", content=io.BytesIO(b"\x00\x02" * 50_000))


async def test_a_request_without_an_answer_is_told_what_is_nearest_and_is_never_repeated(
    tmp_path: Path,
) -> None:
    path = written(
        tmp_path / "c.json",
        interaction("https://api.example.com/others", method="POST", request={"amount": 5}),
        interaction("https://api.example.com/things", method="POST", request={"amount": 5, "to": "a"}),
    )
    with playing(path) as tape:
        async with client("https://api.example.com") as made:
            with pytest.raises(CassetteError) as caught:
                await made.request("POST", "things", json={"amount": 6, "to": "a"})
    assert str(caught.value) == (
        "there is no response for POST https://api.example.com/things; the nearest is interaction 2, where "
        "body.json.amount was 5, but is 6. Record it."
    )
    assert tape.misses == [str(caught.value)]


async def test_a_range_of_a_file_is_not_taken_for_the_whole(tmp_path: Path) -> None:
    part = interaction("https://api.example.com/things", status=206, body={"text": "b"})
    part["request"]["headers"] = {"range": "bytes=1-1"}
    path = written(
        tmp_path / "c.json", part, interaction("https://api.example.com/things", body={"text": "abc"})
    )
    with playing(path):
        async with client("https://api.example.com") as made:
            assert (await made.request("GET", "things")).content == b"abc"
            response = await made.request("GET", "things", headers={"range": "bytes=1-1"})
            assert response.content == b"b"


async def test_clients_have_their_own_clock_and_connections_again_afterwards(
    faults: FaultServer, tmp_path: Path
) -> None:
    space = faults.space({"ok": True})
    async with client(space.url()) as made:
        await get(made)
        own = made._session.clock, made._session.sleep
        with recording(tmp_path / "c.json"):
            await get(made)
        with playing(tmp_path / "c.json"):
            await get(made)
            assert made._session.clock is not own[0]
        assert (made._session.clock, made._session.sleep) == own
        await get(made)
    assert len(space.requests()) == 3


async def test_transport_errors_keep_their_words(tmp_path: Path) -> None:
    url = "https://api.example.com/things"
    path = written(tmp_path / "c.json", interaction(url, failure={"error": "ReadError", "message": "gone"}))
    with playing(path):
        async with client("https://api.example.com", max_retries=0) as made:
            with pytest.raises(TransportError, match="the connection failed: gone"):
                await get(made)


async def test_a_failure_that_no_client_can_meet_is_refused(tmp_path: Path) -> None:
    url = "https://api.example.com/things"
    path = written(tmp_path / "c.json", interaction(url, failure={"error": "SystemExit"}))
    with playing(path):
        async with client("https://api.example.com") as made:
            with pytest.raises(CassetteError, match="'SystemExit', which no client raises"):
                await get(made)


async def test_an_error_says_what_the_server_said(faults: FaultServer, tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    url = faults.space().url("status=500")
    with recording(path):
        async with client(url, max_retries=0) as made:
            with pytest.raises(ServerError):
                await get(made)
    with playing(path):
        async with client(url, max_retries=0) as made:
            with pytest.raises(ServerError, match="injected fault") as caught:
                await get(made)
    assert caught.value.code == "INTERNAL_ERROR"
