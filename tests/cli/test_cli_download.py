"""`call --output` gives a file its name when it is whole; else it exits with 1 and leaves the older one."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

import faultserver
from cli.kit import Invoke
from core.transferkit import BODY, NEW, answer, digest, first, head, names, part

EXPORT = ("call", "get_export_content", "--param", "export_id=e1", "--output")


@pytest.fixture(scope="module")
def faults() -> Iterator[faultserver.FaultServer]:
    with faultserver.running() as server:
        yield server


WHOLE = {
    "a cut and its rest": ([first(3000), part(3000)], BODY),
    "a cut and a new version, compressed": (
        [first(3000), answer(gzip.compress(NEW), content_encoding="gzip")],
        NEW,
    ),
}
BROKEN = {
    "a cut": [first(3000, etag='"v1"')],
    "gzip, cut": [head(content_encoding="gzip") + gzip.compress(BODY)[:-5]],
    "of another digest": [answer(BODY, content_digest=digest(NEW))],
}


@pytest.mark.parametrize(("answers", "expected"), WHOLE.values(), ids=WHOLE.keys())
def test_a_whole_download_is_written_and_exits_with_0(
    bare: Invoke,
    faults: faultserver.FaultServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    answers: list[bytes],
    expected: bytes,
) -> None:
    space = faults.space(scripts=[[one] for one in answers])
    monkeypatch.setenv("VELERIAN_BASE_URL", space.url("raw"))
    monkeypatch.setenv("VELERIAN_API_KEY", "vk-test")
    done = bare("velerian", *EXPORT, str(tmp_path / "f"))
    assert done.exit_code == 0, done.output
    assert (tmp_path / "f").read_bytes() == expected


@pytest.mark.parametrize("answers", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_download_exits_with_1_and_leaves_the_older_file(
    bare: Invoke,
    faults: faultserver.FaultServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    answers: list[bytes],
) -> None:
    space = faults.space(scripts=[[one] for one in answers])
    monkeypatch.setenv("VELERIAN_BASE_URL", space.url("raw"))
    monkeypatch.setenv("VELERIAN_API_KEY", "vk-test")
    (tmp_path / "f").write_bytes(b"older")
    done = bare("velerian", *EXPORT, str(tmp_path / "f"))
    assert done.exit_code == 1
    assert names(tmp_path) == ["f"]
    assert (tmp_path / "f").read_bytes() == b"older"
