# Derived from tests/core/_async/test_transfer_versions.py by scripts/unasync.py: edit that file, not this one.
"""A download is one version of its file, whole: parts of two are never put together, whatever a
server answers.
"""

from __future__ import annotations

import gzip
import io
import itertools
from pathlib import Path
from typing import Any, cast

import pytest
from core.kit import Ticks, endpoint, listening, tick
from core.transferkit import (
    BODY,
    FILE,
    MODIFIED,
    NEW,
    RANGES,
    TAG,
    Files,
    Move,
    answer,
    chunked,
    digest,
    first,
    head,
    names,
    part,
    served,
)
from faultserver import FaultServer, Space
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from veneer import (
    APIError,
    Client,
    ResponseInvalidError,
    RetryPolicy,
    StreamError,
    StreamTimeoutError,
    StreamTruncatedError,
    VeneerError,
)
from veneer._sync.transfers import Chunks

pytestmark = pytest.mark.anyio

OLD = b"an older file"
LATER = "Wed, 21 Oct 2026 07:29:00 GMT"
DATED: dict[str, Any] = {"last_modified": MODIFIED, "date": LATER, "accept_ranges": "bytes"}


def asked(space: Space) -> list[str | None]:
    """The ranges that were asked for."""
    return [request.header("range") for request in space.requests()]


def saved(faults: FaultServer, folder: Path, *scripts: Any, **options: Any) -> tuple[bytes, Space]:
    """What a download over an older file leaves there."""
    (folder / "f").write_bytes(OLD)
    client, space = served(faults, *scripts)
    with client:
        done = client.download(FILE, to=folder / "f", **options)
    assert names(folder) == ["f"]
    found = (folder / "f").read_bytes()
    assert done.bytes == len(found)
    return found, space


def refused(faults: FaultServer, folder: Path, *scripts: Any, error: type[VeneerError], match: str) -> Space:
    """See that a download fails, and leaves the older file and nothing else."""
    (folder / "f").write_bytes(OLD)
    client, space = served(faults, *scripts)
    with client:
        with pytest.raises(error, match=match):
            client.download(FILE, to=folder / "f")
    assert names(folder) == ["f"]
    assert (folder / "f").read_bytes() == OLD
    return space


# -- another version -----------------------------------------------------------------------------------------------

OTHERS: dict[str, tuple[dict[str, Any], bytes]] = {
    "another ETag": (RANGES, part(3000, NEW, etag='"v2"')),
    "a weak ETag": (RANGES, part(3000, NEW, etag='W/"v1"')),
    "no ETag but a date": (RANGES, part(3000, NEW, etag="", last_modified=MODIFIED)),
    "another Last-Modified": (DATED, part(3000, NEW, etag="", last_modified=LATER)),
    "another Last-Modified beside the same ETag": (
        {**RANGES, "last_modified": MODIFIED},
        part(3000, NEW, last_modified=LATER),
    ),
    "an ETag where there was a date": (DATED, part(3000, NEW, last_modified=MODIFIED)),
    "another total": (RANGES, part(3000, NEW, total="99999")),
    "compressed": (RANGES, part(3000, NEW, content_encoding="gzip")),
    "another digest of the whole": (
        {**RANGES, "repr_digest": digest(BODY)},
        part(3000, NEW, repr_digest=digest(NEW)),
    ),
    "no range that can be satisfied": (RANGES, answer(b"", "416 No", content_range="bytes */2000")),
    "no range that can be satisfied, and the same length": (
        RANGES,
        answer(b"", "416 No", content_range="bytes */3000"),
    ),
}


@pytest.mark.parametrize(("headers", "other"), OTHERS.values(), ids=OTHERS.keys())
def test_a_rest_of_another_version_is_dropped_and_the_file_asked_for_anew(
    faults: FaultServer, tmp_path: Path, headers: dict[str, Any], other: bytes
) -> None:
    told: list[tuple[int, int | None]] = []
    script = [first(3000, **headers)], [other], [answer(NEW, etag='"v2"')]
    found, space = saved(faults, tmp_path, *script, progress=lambda *p: told.append(p))
    assert found == NEW
    assert asked(space) == [None, "bytes=3000-", None]
    restart = told.index((0, None))
    assert told[:restart] == sorted(told[:restart])
    assert told[-1] == (len(NEW), len(NEW))


@pytest.mark.parametrize(("headers", "other"), OTHERS.values(), ids=OTHERS.keys())
def test_pieces_of_another_version_are_never_given_out(
    faults: FaultServer, headers: dict[str, Any], other: bytes
) -> None:
    client, space = served(faults, [first(3000, **headers)], [other], [answer(NEW, etag='"v2"')])
    got: list[bytes] = []
    with client, client.chunks(FILE) as body:
        with pytest.raises(StreamTruncatedError, match="changed on the server after 3,000 bytes"):
            gather(body, got)
    assert b"".join(got) == BODY[:3000]
    assert len(space.requests()) == 2


def gather(body: Chunks, got: list[bytes]) -> None:
    """Read a body into a list, which keeps what came before an error."""
    for piece in body:
        got.append(piece)  # noqa: PERF401  # what came before an error counts


def test_a_rest_that_does_not_say_of_which_version_it_is_is_refused(
    faults: FaultServer, tmp_path: Path
) -> None:
    nameless = part(3000, etag="")
    space = refused(
        faults,
        tmp_path,
        [first(3000)],
        [nameless],
        error=StreamTruncatedError,
        match="which version the rest belongs to",
    )
    assert len(space.requests()) == 2


def test_a_server_that_changes_the_file_each_time_is_left_after_as_many_restarts_as_retries(
    faults: FaultServer, tmp_path: Path
) -> None:
    cuts = [
        answer(NEW[: 3000 + at], length=len(NEW), etag=f'"v{at}"', accept_ranges="bytes") for at in range(9)
    ]
    space = refused(
        faults, tmp_path, *([cut] for cut in cuts), error=StreamTruncatedError, match="changed on the server"
    )
    assert len(space.requests()) == 1 + 3 + 1


# -- the whole once more -------------------------------------------------------------------------------------------

WHOLES: dict[str, bytes] = {
    "in chunks": chunked(NEW, etag='"v2"'),
    "up to the connection's end": head(etag='"v2"', connection="close") + NEW,
    "compressed": answer(gzip.compress(NEW), content_encoding="gzip"),
    "compressed, up to the connection's end": head(content_encoding="gzip") + gzip.compress(NEW),
    "longer": answer(NEW * 3, etag='"v2"'),
    "shorter": answer(NEW[:50], etag='"v2"'),
    "empty": answer(b"", etag='"v2"'),
    "of no version": answer(NEW),
}


@pytest.mark.parametrize("whole", WHOLES.values(), ids=WHOLES.keys())
def test_a_cut_download_whose_server_begins_anew_is_the_new_file_alone(
    faults: FaultServer, tmp_path: Path, whole: bytes
) -> None:
    found, space = saved(faults, tmp_path, [first(3000)], [whole])
    content = whole.partition(b"\r\n\r\n")[2]
    sizes = {len(NEW * 3): NEW * 3, 50: NEW[:50], 0: b""}
    assert found == sizes.get(len(content), NEW)
    assert asked(space) == [None, "bytes=3000-"]


CUT_AGAIN: dict[str, list[Any]] = {
    "in chunks": [chunked(NEW[:5000], end=False, etag='"v2"')],
    "with its length": [answer(NEW[:5000], length=len(NEW), etag='"v2"')],
    "by a reset": [head(etag='"v2"') + NEW[:5000], 0.05, None],
    "compressed": [head(content_encoding="gzip") + gzip.compress(NEW)[:-4]],
    "compressed, before its first byte": [head(content_encoding="gzip")],
    "compressed, in chunks": [chunked(gzip.compress(NEW)[:-4], content_encoding="gzip")],
}


@pytest.mark.parametrize("script", CUT_AGAIN.values(), ids=CUT_AGAIN.keys())
def test_a_new_file_that_is_cut_itself_is_no_file(
    faults: FaultServer, tmp_path: Path, script: list[Any]
) -> None:
    refused(faults, tmp_path, [first(3000)], script, error=StreamTruncatedError, match="download ended")


def test_the_same_version_has_the_same_length_however_it_is_framed(
    faults: FaultServer, tmp_path: Path
) -> None:
    short = head(connection="close", **RANGES) + BODY[:5000]
    found, space = saved(faults, tmp_path, [first(3000)], [short], [part(5000)])
    assert found == BODY
    assert asked(space) == [None, "bytes=3000-", "bytes=5000-"]


# -- how long the whole is -----------------------------------------------------------------------------------------

LENGTHS: dict[str, list[bytes]] = {
    "the part says it": [part(3000)],
    "by the end of an empty part": [part(3000, total="*"), part(len(BODY), total="*")],
    "by a 416 of the same version": [
        part(3000, total="*"),
        answer(b"no more", "416 No", content_range=f"bytes */{len(BODY)}", etag=TAG),
    ],
    "in parts": [
        part(3000, stop=4000, total="*"),
        part(4000, stop=9000, total="*"),
        part(9000),
    ],
}


@pytest.mark.parametrize("rest", LENGTHS.values(), ids=LENGTHS.keys())
def test_a_total_that_the_first_answer_did_not_give_is_learnt(
    faults: FaultServer, tmp_path: Path, rest: list[bytes]
) -> None:
    begun = chunked(BODY[:3000], end=False, **RANGES)
    found, space = saved(faults, tmp_path, [begun], *([one] for one in rest))
    assert found == BODY
    assert len(space.requests()) == 1 + len(rest)


def test_a_total_that_a_part_does_not_give_is_no_other_total(faults: FaultServer, tmp_path: Path) -> None:
    found, space = saved(faults, tmp_path, [first(3000)], [part(3000, total="*")])
    assert (found, len(space.requests())) == (BODY, 2)


def test_parts_that_are_whole_are_asked_for_one_after_the_other_without_a_wait(
    faults: FaultServer, tmp_path: Path
) -> None:
    ticks = Ticks()
    parts = [part(at, stop=at + 1000, connection="close") for at in range(0, len(BODY), 1000)]
    client, space = served(faults, *([one] for one in parts), ticks=ticks)
    told: list[tuple[int, int | None]] = []
    with client:
        client.download(FILE, to=tmp_path / "f", progress=lambda *p: told.append(p))
    assert (tmp_path / "f").read_bytes() == BODY
    assert ticks.sleeps == []
    assert told == sorted(told)
    assert told[-1] == (len(BODY), len(BODY))
    assert asked(space) == [None, *(f"bytes={at}-" for at in range(1000, len(BODY), 1000))]


def test_what_breaks_after_the_last_byte_that_was_announced_takes_nothing_away(
    faults: FaultServer, tmp_path: Path
) -> None:
    rest = chunked(
        BODY[3000:], end=False, content_range=f"bytes 3000-{len(BODY) - 1}/{len(BODY)}", **RANGES
    ).replace(b"200 OK", b"206 Partial Content", 1)
    found, space = saved(faults, tmp_path, [first(3000)], [rest])
    assert (found, len(space.requests())) == (BODY, 2)


# -- ranges that were not asked for --------------------------------------------------------------------------------

WRONG: dict[str, bytes] = {
    "another start": part(2000),
    "a gap": part(3001),
    "no range": answer(b"", "206 Partial Content", **RANGES),
    "an end before its beginning": part(3000, content_range="bytes 9-5/10"),
    "an end before its beginning, at the right place": part(3000, content_range="bytes 3000-2000/10240"),
    "an empty one where there is more": part(3000, content_range="bytes 3000-2999/10240"),
    "none at all": part(3000, content_range="bytes */10240"),
    "beyond the whole": part(3000, content_range="bytes 3000-10240/10240"),
    "beyond the whole that was announced": part(3000, content_range="bytes 3000-10240/*"),
    "of another length than the answer": part(3000, content_range="bytes 3000-9999/10240"),
    "of other units": part(3000, content_range="rows 3000-10239/10240"),
    "of more digits than there are bytes": part(3000, content_range=f"bytes 3000-{'9' * 5000}/*"),
    "several": answer(
        b"--x\r\n\r\n--x--", "206 Partial Content", **RANGES, content_type="multipart/byteranges; boundary=x"
    ),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_another_range_than_the_one_asked_for_is_refused_at_once(
    faults: FaultServer, tmp_path: Path, wrong: bytes
) -> None:
    space = refused(
        faults, tmp_path, [first(3000)], [wrong], error=StreamTruncatedError, match="another range"
    )
    assert len(space.requests()) == 2


@pytest.mark.parametrize(
    "empty",
    [
        answer(b"", "206 Partial Content", content_range="bytes 3000-2999/10240", **RANGES),
        head("206 Partial Content", content_range="bytes 3000-2999/*", **RANGES),
    ],
    ids=["where the whole is longer", "of no length"],
)
def test_an_empty_part_that_does_not_say_for_sure_that_there_is_no_more_is_refused(
    faults: FaultServer, tmp_path: Path, empty: bytes
) -> None:
    begun = chunked(BODY[:3000], end=False, **RANGES)
    refused(faults, tmp_path, [begun], [empty], error=StreamTruncatedError, match="another range")


@pytest.mark.parametrize("status", ["204 No Content", "202 Accepted", "203 Other"])
def test_an_answer_that_is_neither_the_rest_nor_the_whole_is_refused(
    faults: FaultServer, tmp_path: Path, status: str
) -> None:
    rest = head(status) if status.startswith("204") else answer(NEW, status)
    refused(faults, tmp_path, [first(3000)], [rest], error=StreamTruncatedError, match=status[:3])


def test_more_bytes_than_announced_are_an_error_at_once(faults: FaultServer, tmp_path: Path) -> None:
    long = (
        head("206 Partial Content", content_range="bytes 3000-10239/10240", **RANGES) + BODY[3000:] + b"junk"
    )
    space = refused(
        faults,
        tmp_path,
        [first(3000)],
        [long],
        error=ResponseInvalidError,
        match="more than the 10,240 bytes",
    )
    assert len(space.requests()) == 2


def test_connections_that_bring_nothing_new_are_counted_though_each_brings_something(
    faults: FaultServer, tmp_path: Path
) -> None:
    begun = answer(BODY[:3000], length=len(BODY), etag='"v1"', accept_ranges="bytes")
    anew = answer(BODY[:2000], length=len(BODY), etag='"v1"', accept_ranges="bytes")
    space = refused(faults, tmp_path, [begun], [anew], error=StreamTruncatedError, match="ended after 2,000")
    assert len(space.requests()) <= 1 + 3 + 1


# -- parts that were not asked for ---------------------------------------------------------------------------------


def test_a_part_unasked_is_taken_where_it_is_the_whole_or_the_beginning(
    faults: FaultServer, tmp_path: Path
) -> None:
    assert (saved(faults, tmp_path, [part(0)]))[0] == BODY
    found, space = saved(faults, tmp_path, [part(0, stop=3000)], [part(3000)])
    assert found == BODY
    assert asked(space) == [None, "bytes=3000-"]


@pytest.mark.parametrize(
    ("script", "match"),
    [
        (part(5), "another range"),
        (answer(BODY, "206 Partial Content"), "another range"),
        (part(0, stop=3000, etag=""), "ended after 3,000 of 10,240 bytes"),
        (part(0, content_encoding="gzip"), "part of a compressed body"),
    ],
    ids=["from the middle", "of no range", "the beginning of no version", "compressed"],
)
def test_a_part_unasked_that_cannot_become_the_whole_is_refused(
    faults: FaultServer, tmp_path: Path, script: bytes, match: str
) -> None:
    space = refused(faults, tmp_path, [script], error=StreamTruncatedError, match=match)
    assert len(space.requests()) == 1


def ranged(value: str) -> Any:
    """An operation that has a parameter for the range."""
    found = endpoint(path="/files/{item}")
    found._get_kwargs = lambda: {"method": "get", "url": "/files/1", "headers": {"Range": value}}
    return found


def test_a_range_of_the_callers_own_is_what_he_gets(faults: FaultServer, tmp_path: Path) -> None:
    client, space = served(faults, [part(100, stop=200)])
    with client:
        client.download(ranged("bytes=100-199"), to=tmp_path / "f")
    assert (tmp_path / "f").read_bytes() == BODY[100:200]
    assert asked(space) == ["bytes=100-199"]
    client, _ = served(faults, [part(100, stop=200, sent=50)])
    with client:
        with pytest.raises(StreamTruncatedError, match="50 of 100 bytes"):
            client.download(ranged("bytes=100-199"), to=tmp_path / "g")
    assert names(tmp_path) == ["f"]


# -- validators ----------------------------------------------------------------------------------------------------


def test_a_date_serves_where_there_is_no_tag_and_the_file_is_old_enough(
    faults: FaultServer, tmp_path: Path
) -> None:
    rest = part(3000, etag="", last_modified=MODIFIED)
    found, space = saved(faults, tmp_path, [first(3000, **DATED)], [rest])
    assert found == BODY
    assert space.requests()[1].header("if-range") == MODIFIED


WEAK: dict[str, dict[str, Any]] = {
    "a date that is too fresh": {**DATED, "date": "Wed, 21 Oct 2026 07:28:59 GMT"},
    "a date without the answer's own": {**DATED, "date": ""},
    "a date beside a weak ETag": {**DATED, "etag": 'W/"v1"'},
    "a date that is none": {**DATED, "last_modified": "yesterday"},
    "a weak ETag": {"etag": 'W/"v1"', "accept_ranges": "bytes"},
    "an ETag without quotes": {"etag": "v1", "accept_ranges": "bytes"},
    "two ETags": {"etag": '"v1", "v2"', "accept_ranges": "bytes"},
}


@pytest.mark.parametrize("headers", WEAK.values(), ids=WEAK.keys())
def test_a_validator_that_is_not_strong_is_none(
    faults: FaultServer, tmp_path: Path, headers: dict[str, Any]
) -> None:
    space = refused(
        faults, tmp_path, [first(3000, **headers)], [part(3000)], error=StreamTruncatedError, match="3,000 of"
    )
    assert len(space.requests()) == 1


def test_an_error_status_to_the_request_for_the_rest_is_raised(faults: FaultServer, tmp_path: Path) -> None:
    gone = answer(b"{}", "410 Gone")
    refused(faults, tmp_path, [first(3000)], [gone], error=APIError, match="410")
    unsatisfied = answer(b"{}", "416 No")
    refused(faults, tmp_path, [unsatisfied], error=APIError, match="416")


# -- the time of the whole -----------------------------------------------------------------------------------------


def test_no_wait_is_begun_that_would_pass_the_time_of_the_whole(faults: FaultServer, tmp_path: Path) -> None:
    ticks = Ticks()
    retry = RetryPolicy(jitter=0, base=50, cap=800)
    client, space = served(faults, [first(3000)], [part(3000, sent=0)], ticks=ticks, retry=retry)
    with client:
        with pytest.raises(StreamTruncatedError, match="ended after 3,000"):
            client.download(FILE, to=tmp_path / "f", total=120)
    assert ticks.sleeps == [50]
    assert len(space.requests()) == 2
    assert names(tmp_path) == []


def test_a_download_that_brings_a_little_each_time_ends_when_its_time_is_over(
    faults: FaultServer, tmp_path: Path
) -> None:
    ticks = Ticks()
    steps = [first(1000), *(part(at, sent=1000) for at in range(1000, 9000, 1000))]
    retry = RetryPolicy(jitter=0, base=50, cap=800)
    client, _ = served(faults, *([step] for step in steps), ticks=ticks, retry=retry)
    with client:
        with pytest.raises(StreamError, match=r"did not end within 160 s|ended after"):
            client.download(FILE, to=tmp_path / "f", total=160)
    assert 0 < sum(ticks.sleeps) < 160
    assert names(tmp_path) == []


def test_the_callers_own_time_between_pieces_counts(faults: FaultServer) -> None:
    ticks = Ticks()
    client, _ = served(faults, [first(3000), ...], ticks=ticks)
    with client, client.chunks(FILE, total=5) as body:
        assert next(body)
        ticks.advance(5)
        with pytest.raises(StreamTimeoutError, match="did not end within 5 s: 3,000 bytes came") as caught:
            next(body)
    assert isinstance(caught.value, TimeoutError)


@pytest.mark.parametrize("script", [[first(3000), ...], [...]], ids=["in the body", "before the head"])
def test_a_server_that_falls_silent_does_not_outlast_the_time_of_the_whole(
    faults: FaultServer, tmp_path: Path, script: list[Any]
) -> None:
    space = faults.space(script=script)
    with Client(space.url("raw"), retry=RetryPolicy(max_retries=0)) as client:
        with pytest.raises(StreamTimeoutError, match=r"did not end within 0\.1 s"):
            client.download(FILE, to=tmp_path / "f", total=0.1)
    assert names(tmp_path) == []


@pytest.mark.parametrize("total", [0, -1.0])
def test_a_time_that_is_none_is_refused_before_anything_is_sent(
    faults: FaultServer, tmp_path: Path, total: float
) -> None:
    client, space = served(faults, [answer(BODY)])
    with client:
        with pytest.raises(ValueError, match="total takes positive seconds"):
            client.download(FILE, to=tmp_path / "f", total=total)
    assert space.requests() == []


# -- digests -------------------------------------------------------------------------------------------------------

GZIPPED = gzip.compress(BODY)
FITTING: dict[str, list[bytes]] = {
    "of the content": [answer(BODY, content_digest=digest(BODY))],
    "of the whole": [answer(BODY, repr_digest=digest(BODY, "sha-512"))],
    "of both": [answer(BODY, content_digest=digest(BODY), repr_digest=digest(BODY))],
    "of what is coded": [answer(GZIPPED, content_encoding="gzip", content_digest=digest(GZIPPED))],
    "in chunks": [chunked(BODY, content_digest=digest(BODY))],
    "of a part": [first(3000), part(3000, content_digest=digest(BODY[3000:]))],
    "of the whole, which came in parts": [first(3000, **RANGES, repr_digest=digest(BODY)), part(3000)],
    "of the content of the first answer, whose rest came by another": [
        first(3000, **RANGES, content_digest=digest(BODY)),
        part(3000, content_digest=digest(BODY[3000:]), repr_digest=digest(BODY)),
    ],
    "of a part unasked and the whole": [
        part(0, stop=3000, content_digest=digest(BODY[:3000]), repr_digest=digest(BODY)),
        part(3000),
    ],
    "of a kind that is not known": [answer(BODY, content_digest="md5=:AAAA:")],
    "of the new file": [
        first(3000, **RANGES, repr_digest=digest(BODY)),
        answer(BODY, repr_digest=digest(BODY)),
    ],
}
NOT_FITTING: dict[str, tuple[list[bytes], str]] = {
    "of the content": ([answer(BODY, content_digest=digest(NEW))], "Content-Digest"),
    "of the whole": ([answer(BODY, repr_digest=digest(NEW))], "Repr-Digest"),
    "of the whole, though the content's fits": (
        [answer(BODY, content_digest=digest(BODY), repr_digest=digest(NEW))],
        "Repr-Digest",
    ),
    "of what is decoded": (
        [answer(GZIPPED, content_encoding="gzip", content_digest=digest(BODY))],
        "Content-Digest",
    ),
    "of a part": ([first(3000), part(3000, content_digest=digest(BODY))], "Content-Digest"),
    "of a part in the middle": (
        [first(3000), part(3000, stop=5000, content_digest=digest(NEW)), part(5000)],
        "Content-Digest",
    ),
    "of the whole, which came in parts": (
        [first(3000, **RANGES, repr_digest=digest(NEW)), part(3000)],
        "Repr-Digest",
    ),
    "of the content of the first answer, whose rest came by another": (
        [first(3000, **RANGES, content_digest=digest(NEW)), part(3000)],
        "Content-Digest",
    ),
    "of nothing": ([answer(b"", content_digest=digest(BODY))], "Content-Digest"),
}


@pytest.mark.parametrize("answers", FITTING.values(), ids=FITTING.keys())
def test_a_digest_that_fits_lets_the_file_have_its_name(
    faults: FaultServer, tmp_path: Path, answers: list[bytes]
) -> None:
    found, space = saved(faults, tmp_path, *([one] for one in answers))
    assert found == BODY
    assert len(space.requests()) == len(answers)


@pytest.mark.parametrize(("answers", "name"), NOT_FITTING.values(), ids=NOT_FITTING.keys())
def test_a_digest_that_does_not_fit_leaves_the_older_file(
    faults: FaultServer, tmp_path: Path, answers: list[bytes], name: str
) -> None:
    space = refused(
        faults, tmp_path, *([one] for one in answers), error=ResponseInvalidError, match=f"damaged.*{name}"
    )
    assert len(space.requests()) <= len(answers)


def test_a_post_is_held_against_the_digest_of_its_content_alone(faults: FaultServer, tmp_path: Path) -> None:
    made = endpoint("post", "/files", safe=True)
    client, _ = served(faults, [answer(BODY, repr_digest=digest(NEW))])
    with client:
        client.download(made, to=tmp_path / "f")
    client, _ = served(faults, [answer(BODY, content_digest=digest(NEW))])
    with client:
        with pytest.raises(ResponseInvalidError, match="Content-Digest"):
            client.download(made, to=tmp_path / "g")
    assert names(tmp_path) == ["f"]


# -- any server ----------------------------------------------------------------------------------------------------

BODIES = st.binary(min_size=0, max_size=40)
MOVES = st.builds(
    Move,
    version=st.integers(0, 2),
    cut=st.none() | st.floats(0, 0.99),
    framing=st.sampled_from(["length", "length", "chunked", "close"]),
    coded=st.integers(0, 5).map(lambda drawn: drawn == 0),
    heeds=st.sampled_from([{"range", "if-range"}, {"range", "if-range"}, {"range"}, set()]).map(frozenset),
    most=st.none() | st.integers(1, 20),
    says=st.just((0, 0, 0)) | st.tuples(st.integers(-2, 2), st.integers(-2, 2), st.integers(0, 2)),
    total=st.booleans(),
    tagged=st.integers(0, 5).map(bool),
    extra=st.sampled_from([0, 0, 0, 3]),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(versions=st.tuples(BODIES, BODIES, BODIES), moves=st.lists(MOVES, min_size=1, max_size=8))
def test_any_server_gives_one_version_whole_or_an_error_and_the_older_file(
    tmp_path: Path, versions: tuple[bytes, bytes, bytes], moves: list[Move]
) -> None:
    files = Files(versions, moves)
    place = tmp_path / "f"
    place.write_bytes(OLD)
    told: list[tuple[int, int | None]] = []
    with listening(files.treat) as url:
        with Client(url, retry=RetryPolicy(jitter=0)) as client:
            tick(client, Ticks())
            try:
                client.download(FILE, to=place, progress=lambda *p: told.append(p))
            except VeneerError:
                expected = {OLD}
            else:
                expected = set(versions)
    assert place.read_bytes() in expected
    assert names(tmp_path) == ["f"]
    assert all(total is None or done <= total for done, total in told)
    rises = [later >= earlier or later == 0 for (earlier, _), (later, _) in itertools.pairwise(told)]
    assert all(rises), "it goes back only where it begins anew, and that is told"
    assert files.asked < 200


def test_a_file_object_holds_the_new_version_alone(faults: FaultServer) -> None:
    file = io.BytesIO(b"before")
    file.seek(6)
    client, _ = served(faults, [first(3000)], [part(3000, NEW, etag='"v2"')], [answer(NEW[:2000])])
    with client:
        client.download(FILE, to=cast("Any", file))
    assert file.getvalue() == b"before" + NEW[:2000]
