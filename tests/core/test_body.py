"""Bodies are decoded whole or refused, in memory bounded by the limit."""

from __future__ import annotations

import base64
import gzip
import hashlib
import itertools
import sys
import tracemalloc
import zlib
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veneer._core.body import BodyCutError, BodyTooLargeError, BodyUndecodableError, Collector, Decoder
from veneer._core.digest import body_digest, content_digest, repr_digest

TEXT = b"All good things come in threes. " * 40


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def packed_by(module: str) -> Callable[[bytes], bytes]:
    """Compress by a package, or skip the test where it is not installed."""

    def pack(data: bytes) -> bytes:
        packed: bytes = pytest.importorskip(module, reason=f"{module} is not installed").compress(data)
        return packed

    return pack


CODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": packed_by("brotli"),
    "zstd": packed_by("zstandard"),
}
PACKERS: dict[str, Callable[[bytes], bytes]] = {"": bytes, "identity": bytes, **CODERS}


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


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
@given(pieces=st.lists(st.binary(max_size=50), min_size=1, max_size=4), cut=st.integers(0, 400))
def test_members_follow_each_other_and_none_is_lost(coding: str, pieces: list[bytes], cut: int) -> None:
    packed = b"".join(map(CODERS[coding], pieces))
    assert collect(coding, packed[:cut], packed[cut:]) == b"".join(pieces)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "zstd"])
def test_zeros_after_the_end_are_padding(coding: str) -> None:
    assert collect(coding, CODERS[coding](TEXT), bytes(300), bytes(212)) == TEXT


def test_a_member_may_follow_padding() -> None:
    assert collect("gzip", gzip.compress(b"one") + bytes(7) + gzip.compress(b"two")) == b"onetwo"


@pytest.mark.parametrize("coding", CODERS)
@pytest.mark.parametrize("apart", [False, True], ids=["at once", "in a later chunk"])
def test_other_bytes_after_the_end_are_told_since_they_may_be_a_lost_member(coding: str, apart: bool) -> None:
    packed = CODERS[coding](TEXT)
    with pytest.raises(BodyUndecodableError):
        collect(coding, *((packed, b"junk") if apart else (packed + b"junk",)))


@pytest.mark.parametrize("coding", ["gzip, gzip", "gzip,identity, deflate", "GZIP", "br, gzip", "zstd, br"])
def test_a_sequence_of_codings_is_undone_in_reverse(coding: str) -> None:
    packed = TEXT
    for name in coding.lower().replace(" ", "").split(","):
        packed = PACKERS[name](packed)
    assert collect(coding, packed) == TEXT


@pytest.mark.parametrize("name", ["compress", "aws-chunked", "exi", "gzip;q=1", "windows-1252"])
def test_a_coding_that_is_not_known_is_refused_by_its_name(name: str) -> None:
    with pytest.raises(BodyUndecodableError, match=f"content coding {name!r} is not known"):
        collect(f"gzip, {name}", b"x")


def test_more_codings_than_anybody_has_are_refused() -> None:
    with pytest.raises(BodyUndecodableError, match="6 content codings"):
        collect(", ".join(["gzip"] * 6), b"x")


@pytest.mark.parametrize("name", ["utf-8", "UTF-8", "none", "binary", "identity, identity", ","])
def test_a_name_that_says_nothing_of_a_coding_changes_nothing(name: str) -> None:
    assert collect(name, TEXT) == TEXT


@pytest.mark.parametrize(("coding", "package"), [("br", "brotli"), ("zstd", "zstandard")])
def test_a_coding_whose_package_is_not_installed_is_refused_by_the_packages_name(
    monkeypatch: pytest.MonkeyPatch, coding: str, package: str
) -> None:
    for module in ("brotli", "brotlicffi", "zstandard", "compression.zstd"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(
        BodyUndecodableError, match=f"which was not asked for: to read it, pip install {package}"
    ):
        collect(coding, b"x")


@pytest.mark.parametrize("coding", [*CODERS, "gzip, gzip"])
def test_a_body_that_is_cut_anywhere_is_told_from_a_whole_one(coding: str) -> None:
    packed = TEXT
    for name in coding.split(", "):
        packed = CODERS[name](packed)
    for kept in range(1, len(packed)):
        with pytest.raises(
            BodyCutError,
            match=f"the {coding.rsplit(', ', maxsplit=1)[-1].removeprefix('x-')} body is cut short",
        ):
            collect(coding, packed[:kept])


def test_a_second_member_that_is_cut_is_told_from_none() -> None:
    packed = gzip.compress(b"one") + gzip.compress(b"two")
    for kept in range(len(gzip.compress(b"one")) + 1, len(packed)):
        with pytest.raises(BodyCutError):
            collect("gzip", packed[:kept])


@pytest.mark.parametrize("damaged", [-8, -1], ids=["checksum", "length"])
def test_a_gzip_body_whose_trailer_does_not_fit_is_refused(damaged: int) -> None:
    packed = bytearray(gzip.compress(TEXT))
    packed[damaged] ^= 0xFF
    with pytest.raises(BodyUndecodableError, match="not gzip"):
        collect("gzip", bytes(packed))


@pytest.mark.parametrize("coding", CODERS)
def test_what_is_not_coded_is_told_from_what_is(coding: str) -> None:
    CODERS[coding](b"")  # skips where the package is not installed
    with pytest.raises(BodyUndecodableError, match=f"not {coding.removeprefix('x-')}"):
        collect(coding, b"<html> and so on")


@pytest.mark.parametrize("coding", PACKERS)
def test_an_empty_body_is_empty_whatever_its_coding(coding: str) -> None:
    PACKERS[coding](b"")  # skips where the package is not installed
    assert collect(coding) == b""


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


def bomb(coding: str) -> bytes:
    return CODERS[coding](bytes(32 << 20))


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
def test_no_piece_of_output_is_larger_than_a_mebibyte_whatever_a_few_bytes_become(coding: str) -> None:
    largest = total = 0
    packed = bomb(coding)
    for piece in Decoder(coding).feed(packed):
        largest, total = max(largest, len(piece)), total + len(piece)
    assert total == 32 << 20
    assert largest <= 1 << 20


def test_a_package_that_has_no_bound_of_its_own_is_given_little_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    brotli = pytest.importorskip("brotli", reason="brotli is not installed")
    given: list[int] = []
    packed = CODERS["br"](TEXT)

    class Older:
        """The decompressor as it was before brotli 1.2."""

        def __init__(self) -> None:
            self._inner = brotli.Decompressor()
            self.is_finished = self._inner.is_finished

        def process(self, data: bytes) -> bytes:
            given.append(len(data))
            found: bytes = self._inner.process(data)
            return found

    monkeypatch.setitem(sys.modules, "brotli", SimpleNamespace(Decompressor=Older, error=brotli.error))
    assert collect("br", packed) == TEXT
    assert max(given) == 16


class Compression:
    """Python 3.14's own module for zstd, as far as it is asked here, on the package's decompressor."""

    def __init__(self, package: Any) -> None:
        self.ZstdError = package.ZstdError
        self.DecompressionParameter = SimpleNamespace(window_log_max="window_log_max")
        self.asked: list[dict[str, int]] = []
        self._package = package

    def ZstdDecompressor(self, options: dict[str, int]) -> Any:
        self.asked.append(options)
        return self._package.ZstdDecompressor().decompressobj()


def test_pythons_own_zstd_is_used_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    found = Compression(pytest.importorskip("zstandard", reason="zstandard is not installed"))
    monkeypatch.setitem(sys.modules, "compression.zstd", found)
    monkeypatch.setitem(sys.modules, "compression", SimpleNamespace(zstd=found))
    packed = CODERS["zstd"](TEXT)
    assert collect("zstd", packed, packed) == TEXT * 2
    assert found.asked == [{"window_log_max": 23}] * 2


def test_a_zstd_window_that_is_larger_than_the_web_allows_is_refused() -> None:
    package = pytest.importorskip("zstandard", reason="zstandard is not installed")
    parameters = package.ZstdCompressionParameters(window_log=25, compression_level=1)
    packer = package.ZstdCompressor(compression_params=parameters).compressobj()
    packed = packer.compress(bytes(100)) + packer.flush()
    with pytest.raises(BodyUndecodableError, match="not zstd"):
        collect("zstd", packed)


# -- digests -------------------------------------------------------------------------------------------------------


def field(data: bytes, *algorithms: str) -> str:
    """A digest field of some bytes."""
    return ", ".join(
        f"{name}=:{base64.b64encode(hashlib.new(name.replace('-', ''), data).digest()).decode()}:"
        for name in algorithms
    )


@pytest.mark.parametrize(
    "value",
    [
        field(TEXT, "sha-256"),
        field(TEXT, "sha-512"),
        field(TEXT, "md5", "sha-256"),
        field(b"", "sha-256") + ", " + field(TEXT, "sha-512"),
        field(TEXT, "sha-256") + ";p=1",
    ],
    ids=["sha-256", "sha-512", "behind another", "the strongest counts", "with a parameter"],
)
def test_a_digest_tells_the_body_that_it_was_made_of_from_others(value: str) -> None:
    for body, fits in ((TEXT, True), (TEXT[:-1], False), (TEXT + b"!", False)):
        digest = content_digest({"Content-Digest": value})
        assert digest is not None
        digest.update(body)
        assert digest.fits is fits


@pytest.mark.parametrize(
    "value",
    ["", "md5=:AAAA:", "sha-256=AAAA", 'sha-256="AAAA"', "sha-256=:A:", "SHA-256=:AAAA:", "unixsum=30637"],
)
def test_what_is_no_digest_that_is_known_is_passed_over(value: str) -> None:
    assert repr_digest({"Repr-Digest": value}) is None


def test_a_body_that_its_digest_does_not_fit_is_refused_by_the_fields_name() -> None:
    packed = gzip.compress(TEXT)
    for sent, whole in ((packed, True), (gzip.compress(TEXT + b"!"), False)):
        collector = Collector("gzip", 1 << 20, content_digest({"Content-Digest": field(packed, "sha-256")}))
        collector.feed(sent)
        if whole:
            assert collector.finish() == TEXT, "of the bytes as they are coded"
        else:
            with pytest.raises(BodyUndecodableError, match="sha-256 is not the one in Content-Digest"):
                collector.finish()


BOTH = {"Content-Digest": field(b"content", "sha-256"), "Repr-Digest": field(b"whole", "sha-256")}


@pytest.mark.parametrize(
    ("method", "status", "headers", "expected"),
    [
        ("GET", 200, BOTH, "Content-Digest"),
        ("GET", 200, {"Repr-Digest": BOTH["Repr-Digest"]}, "Repr-Digest"),
        ("POST", 200, {"Repr-Digest": BOTH["Repr-Digest"]}, None),
        ("GET", 206, {"Repr-Digest": BOTH["Repr-Digest"]}, None),
        ("GET", 206, BOTH, "Content-Digest"),
        ("HEAD", 200, BOTH, None),
    ],
    ids=["both", "of the whole", "POST", "a part", "a part's own", "HEAD"],
)
def test_an_answer_is_held_against_the_digest_of_what_it_carries(
    method: str, status: int, headers: dict[str, str], expected: str | None
) -> None:
    digest = body_digest(method, status, headers)
    assert (digest.field if digest is not None else None) == expected
