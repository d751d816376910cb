"""Uploads and downloads of any size: in pieces, resumed, verified, and without a trace of what failed."""

from __future__ import annotations

import gzip
import io
import os
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

import httpx
import pytest

from core.kit import KEY, Wire, async_at_a_limit, async_until, async_watchdog, async_wired, endpoint, reply
from core.transferkit import BODY, FILE, NEW, RANGES, TAG, answer, async_served, first, names, part
from faultserver import FaultServer
from veneer import (
    AsyncClient,
    ConfigurationError,
    NotFoundError,
    ServerError,
    StreamError,
    StreamTimeoutError,
    StreamTruncatedError,
    Timeouts,
    _io,
)
from veneer._async.transfers import AsyncChunks

pytestmark = pytest.mark.anyio


# -- downloads -----------------------------------------------------------------------------------------------------


async def test_a_download_to_a_path_is_whole_and_alone(faults: FaultServer, tmp_path: Path) -> None:
    client, space = async_served(faults, [answer(BODY)])
    told: list[tuple[int, int | None]] = []
    async with client:
        saved = await client.download(FILE, "f", to=tmp_path / "f.bin", progress=lambda *p: told.append(p))
    assert (tmp_path / "f.bin").read_bytes() == BODY
    assert (saved.path, saved.bytes, saved.content_type) == (str(tmp_path / "f.bin"), len(BODY), "text/plain")
    assert names(tmp_path) == ["f.bin"]
    assert told == sorted(told)
    assert told[-1] == (len(BODY), len(BODY))
    assert space.requests()[0].header("accept-encoding") == "identity"
    assert space.requests()[0].header("range") is None


class Keeps:
    """A file that keeps the objects that it is given."""

    def __init__(self) -> None:
        self.pieces: list[Any] = []

    def write(self, piece: Any) -> int:
        self.pieces.append(piece)
        return len(piece)


async def test_a_file_may_keep_the_pieces_that_it_is_given(faults: FaultServer) -> None:
    """They are few, and not written over by later ones."""
    body = os.urandom(2_500_000)
    client, _ = async_served(faults, [answer(body)])
    to = Keeps()
    async with client:
        saved = await client.download(FILE, "f", to=cast("BinaryIO", to))
    assert (b"".join(to.pieces) == body, saved.bytes) == (True, len(body))
    assert len(to.pieces) <= 4


@pytest.mark.parametrize("end", [[], [0.05, None]], ids=["closed", "reset"])
async def test_a_cut_download_goes_on_where_it_stopped(
    faults: FaultServer, tmp_path: Path, end: list[Any]
) -> None:
    client, space = async_served(
        faults, [first(3000), *end], [part(3000, sent=2000), *end], [part(5000)]
    )  # fmt: skip
    async with client:
        saved = await client.download(FILE, to=str(tmp_path / "f"))
    assert (tmp_path / "f").read_bytes() == BODY
    assert saved.bytes == len(BODY)
    asked = [(request.header("range"), request.header("if-range")) for request in space.requests()]
    assert asked == [(None, None), ("bytes=3000-", TAG), ("bytes=5000-", TAG)]


async def test_a_download_that_brings_something_each_time_goes_on_as_often_as_it_takes(
    faults: FaultServer, tmp_path: Path
) -> None:
    steps = range(1000, 8000, 1000)
    client, _ = async_served(faults, [first(1000)], *([part(at, sent=1000)] for at in steps), [part(8000)])
    async with client:
        await client.download(FILE, to=tmp_path / "f")
    assert (tmp_path / "f").read_bytes() == BODY


async def test_a_server_may_give_less_than_the_rest_at_once(faults: FaultServer, tmp_path: Path) -> None:
    less = answer(BODY[3000:5000], "206 Partial Content", content_range="bytes 3000-4999/10240", **RANGES)
    client, space = async_served(faults, [first(3000)], [less], [part(5000)])
    async with client:
        await client.download(FILE, to=tmp_path / "f")
    assert (tmp_path / "f").read_bytes() == BODY
    assert len(space.requests()) == 3


async def test_pieces_go_on_where_they_stopped(faults: FaultServer) -> None:
    client, _ = async_served(faults, [first(3000)], [part(3000)])
    async with client, client.chunks(FILE) as body:
        got = [piece async for piece in body]
    assert b"".join(got) == BODY
    assert body.received.whole


async def test_connections_that_bring_nothing_are_counted_and_end(
    faults: FaultServer, tmp_path: Path
) -> None:
    client, space = async_served(faults, [first(3000)], [part(3000, sent=0)])
    async with client:
        with pytest.raises(StreamTruncatedError, match="ended after 3,000 of 10,240 bytes") as caught:
            await client.download(FILE, to=tmp_path / "f")
    assert len(space.requests()) == 1 + 3
    assert (caught.value.bytes, caught.value.resumable) == (3000, True)
    assert names(tmp_path) == []


async def test_a_file_that_changed_meanwhile_is_taken_from_its_beginning(
    faults: FaultServer, tmp_path: Path
) -> None:
    script = [first(3000)], [answer(NEW, etag='"v2"', accept_ranges="bytes")]
    client, _ = async_served(faults, *script)
    async with client:
        await client.download(FILE, to=tmp_path / "f")
    assert (tmp_path / "f").read_bytes() == NEW
    client, _ = async_served(faults, *script)
    file = io.BytesIO(b"before" + bytes(20_000))
    file.seek(6)
    async with client:
        await client.download(FILE, to=cast("BinaryIO", file))
    assert file.getvalue() == b"before" + NEW


class Pipe:
    """A file that cannot be rewound, and takes little at a time."""

    def __init__(self) -> None:
        self.got = b""

    def seekable(self) -> bool:
        return False

    def write(self, data: bytes) -> int:
        self.got += data[:1000]
        return min(len(data), 1000)


async def gather(body: AsyncChunks, got: list[bytes]) -> None:
    """Read a body into a list, which keeps what came before an error."""
    async for piece in body:
        got.append(piece)  # noqa: PERF401  # what came before an error counts


async def test_pieces_that_were_given_out_cannot_be_taken_back(faults: FaultServer) -> None:
    script = [first(3000)], [answer(NEW, etag='"v2"')]
    client, _ = async_served(faults, *script)
    got: list[bytes] = []
    async with client, client.chunks(FILE) as body:
        with pytest.raises(StreamTruncatedError, match="changed on the server after 3,000 bytes"):
            await gather(body, got)
    assert b"".join(got) == BODY[:3000]
    client, _ = async_served(faults, *script)
    async with client:
        with pytest.raises(StreamTruncatedError, match="changed on the server"):
            await client.download(FILE, to=cast("BinaryIO", Pipe()))


async def test_a_file_that_takes_little_at_a_time_gets_everything(faults: FaultServer) -> None:
    client, _ = async_served(faults, [answer(BODY)])
    pipe = Pipe()
    async with client:
        saved = await client.download(FILE, to=cast("BinaryIO", pipe))
    assert pipe.got == BODY
    assert saved.path is None


NO_WAY_ON: dict[str, dict[str, Any]] = {
    "no ranges": {"headers": {"etag": TAG}},
    "ranges refused": {"headers": {"etag": TAG, "accept_ranges": "none"}},
    "weak ETag": {"headers": {"etag": 'W/"v1"', "accept_ranges": "bytes"}},
    "no validator": {"headers": {"accept_ranges": "bytes"}},
    "resume=False": {"headers": RANGES, "resume": False},
    "POST": {"headers": RANGES, "endpoint": endpoint("post", "/files", safe=True)},
}


@pytest.mark.parametrize("case", NO_WAY_ON.values(), ids=NO_WAY_ON.keys())
async def test_a_cut_download_that_cannot_go_on_is_an_error_and_leaves_the_old_file(
    faults: FaultServer, tmp_path: Path, case: dict[str, Any]
) -> None:
    client, space = async_served(faults, [first(3000, **case["headers"])])
    (tmp_path / "f").write_bytes(b"old")
    async with client:
        with pytest.raises(StreamTruncatedError, match="3,000 of 10,240 bytes") as caught:
            await client.download(
                case.get("endpoint", FILE), to=tmp_path / "f", resume=case.get("resume", True)
            )
    assert len(space.requests()) == 1
    assert names(tmp_path) == ["f"]
    assert (tmp_path / "f").read_bytes() == b"old"
    assert caught.value.operation in {"get_item", "post_item"}
    assert isinstance(caught.value.__cause__, httpx.HTTPError)


async def test_a_compressed_body_is_decoded_although_none_was_asked_for(
    faults: FaultServer, tmp_path: Path
) -> None:
    client, _ = async_served(faults, [answer(gzip.compress(BODY), content_encoding="gzip", **RANGES)])
    async with client:
        assert (await client.download(FILE, to=tmp_path / "f")).bytes == len(BODY)
    assert (tmp_path / "f").read_bytes() == BODY


async def test_a_transport_of_tests_serves_downloads_too(tmp_path: Path) -> None:
    await async_wired(Wire(reply(content=BODY))).download(FILE, to=tmp_path / "f")
    assert (tmp_path / "f").read_bytes() == BODY


async def test_an_error_status_is_raised_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        await async_wired(Wire(404)).download(FILE, to=tmp_path / "f")
    assert names(tmp_path) == []


async def test_a_progress_function_that_fails_leaves_nothing(own_faults: FaultServer, tmp_path: Path) -> None:
    def broken(done: int, total: int | None) -> None:
        raise ZeroDivisionError

    before = own_faults.open_connections
    client, _ = async_served(own_faults, [first(3000), ...])
    async with client:
        with pytest.raises(ZeroDivisionError):
            await client.download(FILE, to=tmp_path / "f", progress=broken)
        assert names(tmp_path) == []
        await gone(own_faults, before)


@pytest.mark.usefixtures("joined")
async def test_a_download_that_is_cancelled_leaves_nothing(own_faults: FaultServer, tmp_path: Path) -> None:
    before = own_faults.open_connections
    client, _ = async_served(own_faults, [first(3000), ...])
    async with client:
        told: list[int] = []
        job = _io.AsyncBackgroundCall(download, client, tmp_path / "f", told)
        await async_until(lambda: told, "no piece came")
        async with async_watchdog("cancelling waits for the rest"):
            await job.cancel()
        assert names(tmp_path) == []
        await gone(own_faults, before)


async def download(client: AsyncClient, to: Path, told: list[int]) -> None:
    await client.download(FILE, to=to, progress=lambda done, _: told.append(done))


async def gone(faults: FaultServer, open_before: int) -> None:
    """Wait until the server has no more connections than before."""
    await async_until(lambda: faults.open_connections <= open_before, "a connection stays open")


async def test_silence_is_an_error_that_says_how_far_it_came(faults: FaultServer, tmp_path: Path) -> None:
    space = faults.space(script=[answer(BODY[:3000], length=len(BODY)), ...])

    async def silence(limit: float) -> None:
        async with AsyncClient(space.url("raw"), timeouts=Timeouts(read=limit)) as client:
            with pytest.raises(StreamTimeoutError, match=f"silent for {limit} s after 3,000 bytes"):
                await client.download(FILE, to=tmp_path / "f")

    await async_at_a_limit(silence)
    assert names(tmp_path) == []


async def test_leaving_a_body_early_frees_its_connection_at_once(own_faults: FaultServer) -> None:
    before = own_faults.open_connections
    space = own_faults.space(script=[first(3000), ...])
    async with AsyncClient(space.url("raw"), max_connections=1, timeouts=None) as client:
        for _ in range(2):
            async with async_watchdog("leaving waits for the rest"), client.chunks(FILE) as body:
                async for _piece in body:
                    break
        await gone(own_faults, before)
        with pytest.raises(StreamError, match="closed before its end"):
            await anext(body)


async def test_the_response_is_there_once_the_body_is_open() -> None:
    body: AsyncChunks = async_wired(Wire(reply(content=BODY))).chunks(FILE)
    with pytest.raises(StreamError, match="not open yet"):
        _ = body.response
    async with body:
        assert body.response.status_code == 200


@pytest.mark.parametrize("to", [".", "missing/f"])
async def test_a_place_that_is_none_is_refused_before_anything_is_sent(tmp_path: Path, to: str) -> None:
    wire = Wire(reply(content=BODY))
    with pytest.raises(ConfigurationError, match="folder"):
        await async_wired(wire).download(FILE, to=tmp_path / to)
    assert wire.requests == []


async def test_a_device_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    saved = await async_wired(Wire(reply(content=BODY))).download(FILE, to=os.devnull)
    assert saved.bytes == len(BODY)
    assert not Path(os.devnull).is_file()  # noqa: ASYNC240


async def test_a_link_stays_one_and_leads_to_the_new_file(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    saved = await async_wired(Wire(reply(content=BODY))).download(FILE, to=tmp_path / "link")
    assert saved.path == str(tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == BODY


SECRET_HEADERS: dict[str, Any] = {"headers": {"x-api-key": KEY}, "query": {"key": KEY}}


async def test_a_presigned_address_gets_nothing_that_is_meant_for_the_api(
    faults: FaultServer, tmp_path: Path
) -> None:
    space = faults.space(scripts=[[answer(BODY)], [answer(b"")]])
    url = space.other_url("raw") + "/bucket/f?signature=abc"
    async with AsyncClient(space.url("ok"), api_key=KEY, **SECRET_HEADERS) as client:
        await client.download_url(url, to=tmp_path / "f")
        await client.upload_url(url, BODY, headers={"x-ms-blob-type": "BlockBlob"})
    assert (tmp_path / "f").read_bytes() == BODY
    assert space.requests()[1].header("x-ms-blob-type") == "BlockBlob", "what a store signs is sent"
    assert [request.method for request in space.requests()] == ["GET", "PUT"]
    for request in space.requests():
        assert request.origin == 1
        assert request.path == "/bucket/f?signature=abc"
        assert not request.holds(KEY)


# -- uploads -------------------------------------------------------------------------------------------------------


class Reads(io.BytesIO):
    """A file that remembers how much was read of it at once."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.sizes: list[int] = []

    def read(self, size: int | None = -1, /) -> bytes:
        self.sizes.append(-1 if size is None else size)
        return super().read(size)


BIG = os.urandom(700_000)


def from_path(folder: Path) -> Any:
    (folder / "big").write_bytes(BIG)
    return folder / "big"


SOURCES: dict[str, Callable[[Path], Any]] = {
    "path": from_path,
    "file": lambda _: Reads(BIG),
    "bytes": lambda _: BIG,
    "bytearray": lambda _: bytearray(BIG),
    "iterator": lambda _: (BIG[at : at + 99_999] for at in range(0, len(BIG), 99_999)),
}


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES.keys())
@pytest.mark.parametrize("tell", [True, False], ids=["told", "silent"])
async def test_an_upload_arrives_whole_and_tells_its_progress(
    faults: FaultServer, tmp_path: Path, source: Callable[[Path], Any], tell: bool
) -> None:
    space = faults.space()
    told: list[tuple[int, int | None]] = []
    content = source(tmp_path)
    is_iterator = isinstance(content, Iterator) and not hasattr(content, "read")
    async with AsyncClient(space.url()) as client:
        url = space.url() + "/bucket/f"
        await client.upload_url(url, content, progress=(lambda *p: told.append(p)) if tell else None)
    request = space.requests()[0]
    assert request.body == BIG
    assert request.header("content-length") == (None if is_iterator else str(len(BIG)))
    if tell:
        assert told == sorted(told)
        assert told[-1] == (len(BIG), None if is_iterator else len(BIG))
    if isinstance(content, Reads):
        assert 0 < max(content.sizes) <= _io.async_file_bytes
        assert min(content.sizes) > 0


async def test_an_async_iterator_is_sent_by_the_async_client_alone(faults: FaultServer) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield BIG[:5]
        yield BIG[5:]

    space = faults.space()
    told: list[tuple[int, int | None]] = []
    async with AsyncClient(space.url()) as client:
        await client.upload_url(space.url() + "/f", pieces(), progress=lambda *p: told.append(p))
    assert space.requests()[0].body == BIG
    assert told == [(5, None), (len(BIG), None)]


async def test_a_file_is_sent_again_from_where_it_stood() -> None:
    wire = Wire(503, 200)
    file = io.BytesIO(b"header" + BODY)
    file.seek(6)
    told: list[int] = []
    await async_wired(wire).upload_url(
        "https://files.test/f", file, progress=lambda done, _: told.append(done)
    )
    assert wire.bodies == [BODY, BODY]
    assert wire.sent("content-length") == [str(len(BODY))] * 2
    assert told == [len(BODY), len(BODY)]


async def test_a_path_is_sent_again_whole(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(BODY)
    wire = Wire(httpx.WriteError("cut"), 200)
    await async_wired(wire).upload_url("https://files.test/f", tmp_path / "f")
    assert wire.bodies == [BODY, BODY]


async def test_what_can_be_read_once_is_sent_once() -> None:
    wire = Wire(503, 200)
    with pytest.raises(ServerError, match="cannot be sent twice"):
        await async_wired(wire).upload_url("https://files.test/f", iter([BODY]))
    assert len(wire.requests) == 1


async def test_a_request_sends_a_path_in_pieces_too(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(BODY)
    wire = Wire()
    await async_wired(wire).request("PUT", "files/f", content=tmp_path / "f")
    assert wire.bodies == [BODY]
    assert wire.sent("content-length") == [str(len(BODY))]


async def test_a_relative_address_is_not_presigned() -> None:
    with pytest.raises(ConfigurationError, match="absolute"):
        await async_wired(Wire()).upload_url("/bucket/f", BODY)


async def test_text_is_no_file_to_upload_as_it_may_be_meant_as_a_path() -> None:
    wire = Wire()
    with pytest.raises(ConfigurationError, match=r"pathlib\.Path.*encode"):
        await async_wired(wire).upload_url("https://files.test/f", "report.pdf")
    assert wire.requests == []
