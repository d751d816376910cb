"""Bodies are decoded whole or refused, in memory bounded by the limit."""

from __future__ import annotations

import gzip
import itertools
import tracemalloc
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veneer._core.body import BodyTooLargeError, BodyUndecodableError, Collector

TEXT = b"All good things come in threes. " * 40


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    "identity": bytes,
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
}


def collect(coding: str, *chunks: bytes, limit: int = 1_000_000) -> bytes:
    collector = Collector(coding, limit)
    for chunk in chunks:
        collector.feed(chunk)
    return collector.finish()


@pytest.mark.parametrize("coding", PACKERS)
@given(data=st.binary(max_size=2000), cuts=st.lists(st.integers(0, 2000), max_size=5))
def test_any_cut_of_a_body_decodes_to_the_same(coding: str, data: bytes, cuts: list[int]) -> None:
    packed = PACKERS[coding](data)
    places = [0, *sorted(min(cut, len(packed)) for cut in cuts), len(packed)]
    chunks = [packed[start:end] for start, end in itertools.pairwise(places)]
    assert collect(coding, *chunks) == data


@pytest.mark.parametrize("size", [256 * 1024 - 1, 256 * 1024, 256 * 1024 + 1, 3 * 256 * 1024, 800_000])
def test_bodies_at_the_step_size_lose_nothing(size: int) -> None:
    """What the decompressor holds back when its output is cut comes with the end."""
    assert collect("gzip", gzip.compress(b"x" * size)) == b"x" * size


@pytest.mark.parametrize("size", [256 * 1024 + 21, 2 * 256 * 1024 + 40])
def test_what_a_decompressor_still_holds_at_the_end_is_given(size: int) -> None:
    """A raw stream has no trailer: all input can be taken while output is left inside."""
    assert [collect("deflate", raw_deflate(b"x" * (size + more))) for more in range(9)] == [
        b"x" * (size + more) for more in range(9)
    ]


def test_raw_deflate_is_read_too() -> None:
    assert collect("deflate", raw_deflate(TEXT)) == TEXT


def test_members_follow_each_other() -> None:
    assert collect("gzip", gzip.compress(b"one") + gzip.compress(b"two")) == b"onetwo"


@pytest.mark.parametrize("padding", [b"\x00" * 512, b"junk"])
def test_padding_after_the_end_is_left_alone(padding: bytes) -> None:
    assert collect("gzip", gzip.compress(TEXT) + padding) == TEXT


@pytest.mark.parametrize("coding", ["gzip, gzip", "gzip,identity, deflate", "GZIP"])
def test_a_sequence_of_codings_is_undone_in_reverse(coding: str) -> None:
    packed = TEXT
    for name in coding.lower().replace(" ", "").split(","):
        packed = PACKERS[name](packed)
    assert collect(coding, packed) == TEXT


@pytest.mark.parametrize("coding", ["gzip, br", "br, br", "gzip, gzip, gzip, gzip, gzip, gzip"])
def test_a_sequence_that_cannot_be_undone_here_is_refused(coding: str) -> None:
    with pytest.raises(BodyUndecodableError, match="not one that was asked for"):
        collect(coding, b"x")


def test_one_foreign_coding_is_left_to_the_engine() -> None:
    collector = Collector("br", 100)
    collector.feed(b"decoded")
    assert (collector.decodes, collector.finish()) == (False, b"decoded")


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
@pytest.mark.parametrize("kept", [0.5, 0.99])
def test_a_cut_body_is_told_from_a_whole_one(coding: str, kept: float) -> None:
    packed = PACKERS[coding](TEXT)
    with pytest.raises(BodyUndecodableError):
        collect(coding, packed[: int(len(packed) * kept)])


def test_junk_is_told_from_gzip() -> None:
    with pytest.raises(BodyUndecodableError, match="not gzip"):
        collect("gzip", b"<html>")


def test_an_empty_body_is_empty_whatever_its_coding() -> None:
    assert [collect(coding) for coding in PACKERS] == [b""] * len(PACKERS)


@pytest.mark.parametrize("coding", PACKERS)
def test_the_limit_itself_is_allowed_and_one_byte_more_is_not(coding: str) -> None:
    assert collect(coding, PACKERS[coding](b"x" * 100), limit=100) == b"x" * 100
    with pytest.raises(BodyTooLargeError, match="max_response_bytes"):
        collect(coding, PACKERS[coding](b"x" * 101), limit=100)


@pytest.mark.parametrize("layers", [1, 2])
def test_a_bomb_costs_hardly_more_memory_than_the_limit(layers: int) -> None:
    bomb = bytes(64 << 20)
    for _ in range(layers):
        bomb = gzip.compress(bomb, 1)
    tracemalloc.start()
    with pytest.raises(BodyTooLargeError):
        collect(", ".join(["gzip"] * layers), bomb, limit=1 << 20)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3 << 20


def test_what_came_of_a_cut_body_can_be_shown() -> None:
    collector = Collector("gzip", 1000)
    with pytest.raises(BodyTooLargeError):
        collector.feed(gzip.compress(TEXT)[:-8])
    assert collector.partial() == TEXT[:1000]
