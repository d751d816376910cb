# Derived from tests/core/_async/test_transfer_bytes.py by scripts/unasync.py: edit that file, not this one.
"""Calls, downloads and streams read coded bodies by one decoder, and hold bodies against their
digests.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from core.streamkit import END, EVENTS, WAIT, chunk, event, space_of, streaming
from core.streamkit import head as streaming_head
from core.transferkit import BODY, FILE, NEW, answer, chunked, digest, head, names, served
from faultserver import FaultServer

from veneer import (
    BadRequestError,
    Client,
    ResponseInvalidError,
    StreamProtocolError,
    StreamTruncatedError,
)

pytestmark = pytest.mark.anyio

ZIPPED = gzip.compress(BODY)
Packer = Callable[[bytes], bytes]


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def packed(module: str, data: bytes) -> bytes:
    found: bytes = pytest.importorskip(module, reason=f"{module} is not installed").compress(data)
    return found


def br(data: bytes) -> bytes:
    return packed("brotli", data)


def zstd(data: bytes) -> bytes:
    return packed("zstandard", data)


READABLE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "gzip": ("gzip", lambda: ZIPPED),
    "GZIP": ("GZIP", lambda: ZIPPED),
    "x-gzip": ("x-gzip", lambda: ZIPPED),
    "gzip of several members": ("gzip", lambda: gzip.compress(BODY[:5000]) + gzip.compress(BODY[5000:])),
    "gzip and zeros": ("gzip", lambda: ZIPPED + bytes(64)),
    "gzip of gzip": ("gzip, gzip", lambda: gzip.compress(ZIPPED)),
    "deflate": ("deflate", lambda: zlib.compress(BODY)),
    "deflate, raw": ("deflate", lambda: raw_deflate(BODY)),
    "br": ("br", lambda: br(BODY)),
    "zstd": ("zstd", lambda: zstd(BODY)),
    "zstd of several frames": ("zstd", lambda: zstd(BODY[:5000]) + zstd(BODY[5000:])),
    "br in gzip": ("br, gzip", lambda: gzip.compress(br(BODY))),
    "identity": ("identity", lambda: BODY),
    "a charset": ("utf-8", lambda: BODY),
    "none": ("none", lambda: BODY),
}
UNREADABLE: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "gzip, cut in its data": ("gzip", lambda: ZIPPED[:200], "the gzip body is cut short"),
    "gzip, cut in its trailer": ("gzip", lambda: ZIPPED[:-1], "the gzip body is cut short"),
    "gzip, its second member cut": ("gzip", lambda: ZIPPED + ZIPPED[:50], "the gzip body is cut short"),
    "gzip with another checksum": ("gzip", lambda: ZIPPED[:-8] + bytes(4) + ZIPPED[-4:], "not gzip"),
    "gzip and other bytes": ("gzip", lambda: ZIPPED + b"junk", "bytes follow the end of the gzip body"),
    "not gzip": ("gzip", lambda: BODY, "not gzip"),
    "gzip once, said twice": ("gzip, gzip", lambda: ZIPPED, "not gzip"),
    "deflate, cut": ("deflate", lambda: zlib.compress(BODY)[:-1], "the deflate body is cut short"),
    "deflate, raw, cut": ("deflate", lambda: raw_deflate(BODY)[:-1], "the deflate body is cut short"),
    "deflate and other bytes": ("deflate", lambda: zlib.compress(BODY) + b"junk", "bytes follow the end"),
    "br, cut": ("br", lambda: br(BODY)[:-1], "the br body is cut short"),
    "zstd, cut": ("zstd", lambda: zstd(BODY)[:-1], "the zstd body is cut short"),
    "zstd, its second frame cut": ("zstd", lambda: zstd(BODY) + zstd(BODY)[:9], "the zstd body is cut short"),
    "a coding that is not known": ("foo", lambda: BODY, "content coding 'foo' is not known"),
    "aws-chunked": ("aws-chunked", lambda: BODY, "content coding 'aws-chunked' is not known"),
}
FRAMINGS: dict[str, Callable[..., bytes]] = {
    "by its length": answer,
    "in chunks": chunked,
    "up to the connection's end": lambda body, **headers: head(**headers) + body,
}


@pytest.mark.parametrize(("coding", "body"), READABLE.values(), ids=READABLE.keys())
def test_calls_and_downloads_read_the_same_codings(
    faults: FaultServer, tmp_path: Path, coding: str, body: Callable[[], bytes]
) -> None:
    client, _ = served(faults, [answer(body(), content_encoding=coding)])
    with client:
        assert (client.request("GET", "x")).content == BODY
        assert (client.download(FILE, to=tmp_path / "f")).bytes == len(BODY)
    assert (tmp_path / "f").read_bytes() == BODY


@pytest.mark.parametrize(("coding", "body", "match"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_calls_and_downloads_refuse_the_same_bodies(
    faults: FaultServer, tmp_path: Path, coding: str, body: Callable[[], bytes], match: str
) -> None:
    (tmp_path / "f").write_bytes(b"older")
    client, space = served(faults, [answer(body(), content_encoding=coding)])
    with client:
        with pytest.raises(ResponseInvalidError, match=match):
            client.request("GET", "x")
        with pytest.raises((ResponseInvalidError, StreamTruncatedError), match=match):
            client.download(FILE, to=tmp_path / "f")
    assert (names(tmp_path), (tmp_path / "f").read_bytes()) == (["f"], b"older")
    assert len(space.requests()) == 2


@pytest.mark.parametrize("framed", FRAMINGS.values(), ids=FRAMINGS.keys())
def test_a_coded_body_is_whole_or_cut_however_it_is_framed(
    faults: FaultServer, tmp_path: Path, framed: Callable[..., bytes]
) -> None:
    whole, cut = (framed(body, content_encoding="gzip") for body in (ZIPPED, ZIPPED[:-1]))
    client, _ = served(faults, [whole], [whole], [cut], [cut])
    with client:
        assert (client.request("GET", "x")).content == BODY
        assert (client.download(FILE, to=tmp_path / "f")).bytes == len(BODY)
        with pytest.raises(ResponseInvalidError, match="cut short"):
            client.request("GET", "x")
        with pytest.raises(StreamTruncatedError, match="cut short"):
            client.download(FILE, to=tmp_path / "f")


def test_two_headers_name_two_codings(faults: FaultServer) -> None:
    twice = answer(gzip.compress(ZIPPED), content_encoding="gzip\r\ncontent-encoding: gzip")
    client, _ = served(faults, [twice])
    with client:
        assert (client.request("GET", "x")).content == BODY


def test_an_empty_body_is_empty_in_every_coding(faults: FaultServer, tmp_path: Path) -> None:
    client, _ = served(faults, [answer(b"", content_encoding="gzip")])
    with client:
        assert (client.request("GET", "x")).content == b""
        assert (client.download(FILE, to=tmp_path / "f")).bytes == 0
    assert (tmp_path / "f").read_bytes() == b""


@pytest.mark.parametrize("coding", ["foo", "gzip"])
def test_an_error_keeps_its_text_whatever_is_said_of_its_coding(faults: FaultServer, coding: str) -> None:
    text = b'{"message": "no such shelf"}'
    body = text if coding == "foo" else gzip.compress(text)
    client, _ = served(faults, [answer(body, "400 Bad", content_encoding=coding)])
    with client:
        with pytest.raises(BadRequestError, match="no such shelf"):
            client.request("GET", "x")


# -- digests of calls ----------------------------------------------------------------------------------------------

FIELDS = ["content_digest", "repr_digest"]


@pytest.mark.parametrize("name", FIELDS)
def test_a_call_whose_body_its_digest_does_not_fit_is_refused(faults: FaultServer, name: str) -> None:
    fitting = answer(ZIPPED, content_encoding="gzip", **{name: digest(ZIPPED)})
    other = answer(ZIPPED, content_encoding="gzip", **{name: digest(BODY)})
    client, _ = served(faults, [fitting], [other])
    with client:
        assert (client.request("GET", "x")).content == BODY
        with pytest.raises(ResponseInvalidError, match="the body is damaged: its sha-256"):
            client.request("GET", "x")


@pytest.mark.parametrize("name", FIELDS)
def test_what_has_no_body_of_its_own_is_held_against_no_digest(faults: FaultServer, name: str) -> None:
    client, _ = served(faults, [answer(b"", **{name: digest(BODY)})])
    with client:
        assert (client.request("HEAD", "x")).content == b""


def test_an_error_status_counts_for_more_than_its_digest(faults: FaultServer) -> None:
    client, _ = served(faults, [answer(b"{}", "400 Bad", content_digest=digest(NEW))])
    with client:
        with pytest.raises(BadRequestError):
            client.request("GET", "x")


# -- streams -------------------------------------------------------------------------------------------------------

PLAIN = streaming()
DONE = streaming(terminator="done")
LAST = b"event: done\ndata: {}\n\n"


def flushed_gzip() -> tuple[Packer, Packer]:
    packer = zlib.compressobj(wbits=16 + zlib.MAX_WBITS)
    return (
        lambda data: packer.compress(data) + packer.flush(zlib.Z_SYNC_FLUSH),
        lambda data: packer.compress(data) + packer.flush(),
    )


def flushed_br() -> tuple[Packer, Packer]:
    packer = pytest.importorskip("brotli", reason="brotli is not installed").Compressor()
    return (
        lambda data: packer.process(data) + packer.flush(),
        lambda data: packer.process(data) + packer.finish(),
    )


def flushed_zstd() -> tuple[Packer, Packer]:
    module = pytest.importorskip("zstandard", reason="zstandard is not installed")
    packer = module.ZstdCompressor().compressobj()
    return (
        lambda data: packer.compress(data) + packer.flush(module.COMPRESSOBJ_FLUSH_BLOCK),
        lambda data: packer.compress(data) + packer.flush(),
    )


PACKERS: dict[str, Callable[[], tuple[Packer, Packer]]] = {
    "gzip": flushed_gzip,
    "br": flushed_br,
    "zstd": flushed_zstd,
}


@pytest.mark.parametrize("coding", PACKERS)
def test_an_event_is_given_out_when_it_comes_although_the_stream_is_coded(
    faults: FaultServer, coding: str
) -> None:
    flushed, _ = PACKERS[coding]()
    coded = streaming_head(EVENTS, f"content-encoding: {coding}")
    url, _ = space_of(faults, [coded, chunk(flushed(event("1"))), chunk(flushed(event("2"))), WAIT])
    with Client(url) as client, client.stream(PLAIN) as stream:
        assert [(next(stream)).data for _ in range(2)] == ["1", "2"]


@pytest.mark.parametrize("coding", PACKERS)
def test_a_coded_stream_that_is_cut_is_not_whole(faults: FaultServer, coding: str) -> None:
    flushed, finished = PACKERS[coding]()
    coded = streaming_head(EVENTS, f"content-encoding: {coding}")
    begun, whole = chunk(flushed(event("1"))), chunk(finished(event("2")))
    url, _ = space_of(faults, [coded, begun, END], [coded, begun, whole, END])
    with Client(url) as client:
        with pytest.raises(StreamTruncatedError, match="1 events"):
            read(client.stream(PLAIN))
        assert read(client.stream(PLAIN)) == ["1", "2"]


def test_a_coded_stream_is_whole_with_its_terminator_whatever_follows(faults: FaultServer) -> None:
    flushed, _ = flushed_gzip()
    coded = streaming_head(EVENTS, "content-encoding: gzip")
    url, _ = space_of(faults, [coded, chunk(flushed(event("1") + LAST)), chunk(b"junk"), END])
    with Client(url) as client:
        assert read(client.stream(DONE)) == ["1", "{}"]


def test_a_stream_that_is_not_what_its_coding_says_is_not_whole(faults: FaultServer) -> None:
    coded = streaming_head(EVENTS, "content-encoding: gzip")
    url, _ = space_of(faults, [coded, chunk(event("1")), END])
    with Client(url) as client:
        with pytest.raises(StreamTruncatedError, match="0 events") as caught:
            read(client.stream(PLAIN))
    assert "not gzip" in str(caught.value.__cause__)


def test_a_stream_of_a_coding_that_is_not_known_is_refused_when_it_opens(faults: FaultServer) -> None:
    coded = streaming_head(EVENTS, "content-encoding: foo")
    url, _ = space_of(faults, [coded, chunk(event("1")), WAIT])
    with Client(url, max_connections=1) as client:
        for _ in range(2):  # the second waits for ever where the first keeps its connection
            with pytest.raises(StreamProtocolError, match="content coding 'foo' is not known") as caught:
                read(client.stream(PLAIN))
            assert caught.value.operation == "get_item"


def read(stream: Any) -> list[str]:
    """Read a stream whole."""
    with stream:
        return [one.data for one in stream]
