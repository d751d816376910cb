# Derived from tests/core/_async/test_transfer_places.py by scripts/unasync.py: edit that file, not this one.
"""A download is written where its caller said, or refused before anything is sent; what failed
leaves no trace.
"""

from __future__ import annotations

import errno
import gzip
import io
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from core.kit import Wire, reply, wired
from core.transferkit import BODY, FILE, names

from veneer import ConfigurationError, StreamTruncatedError

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(os.name == "nt", reason="permissions, links and devices of POSIX"),
]

OLD = b"an older file"
WHOLE = reply(content=BODY)
CUT = reply(content=BODY, headers={"content-length": str(len(BODY) + 1)})


def older(folder: Path, mode: int = 0o644) -> Path:
    """A file that is there already."""
    path = folder / "f"
    path.write_bytes(OLD)
    path.chmod(mode)
    return path


def mode_of(path: Path) -> int:
    """A file's permissions."""
    return path.stat().st_mode & 0o7777


# -- permissions ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o755, 0o666], ids=oct)
def test_the_permissions_of_an_older_file_are_kept(tmp_path: Path, mode: int) -> None:
    path = older(tmp_path, mode)
    wired(Wire(WHOLE)).download(FILE, to=path)
    assert path.read_bytes() == BODY
    assert mode_of(path) == mode


def test_what_grows_is_never_more_open_than_the_older_file(tmp_path: Path) -> None:
    path = older(tmp_path, 0o600)
    seen: set[int] = set()

    def look(_done: int, _total: int | None) -> None:
        seen.update(mode_of(one) for one in tmp_path.iterdir())

    wired(Wire(WHOLE)).download(FILE, to=path, progress=look)
    assert seen == {0o600}


def test_a_right_to_run_as_somebody_else_is_not_taken_over(tmp_path: Path) -> None:
    path = older(tmp_path, 0o4755)
    wired(Wire(WHOLE)).download(FILE, to=path)
    assert mode_of(path) == 0o755


@pytest.mark.parametrize("umask", [0, 0o022, 0o077], ids=oct)
def test_a_new_file_has_the_permissions_that_new_files_have(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        wired(Wire(WHOLE)).download(FILE, to=tmp_path / "f")
    finally:
        os.umask(before)
    assert mode_of(tmp_path / "f") == 0o666 & ~umask


def test_the_owner_of_an_older_file_is_kept_where_that_is_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = older(tmp_path)
    asked: list[tuple[int, int]] = []
    found = os.stat

    class Owned:
        """An older file of somebody else's."""

        def __init__(self, known: os.stat_result) -> None:
            self.st_mode, self.st_ino, self.st_dev = known.st_mode, known.st_ino, known.st_dev
            self.st_uid, self.st_gid = known.st_uid + 1, known.st_gid + 1

    def stat(name: Any, **options: Any) -> Any:
        known = found(name, **options)
        return Owned(known) if os.fspath(name) == str(path) else known

    def fchown(_descriptor: int, owner: int, group: int) -> None:
        asked.append((owner, group))
        raise PermissionError

    monkeypatch.setattr(os, "stat", stat)
    monkeypatch.setattr(os, "fchown", fchown)
    wired(Wire(WHOLE)).download(FILE, to=path)
    assert path.read_bytes() == BODY
    assert asked == [(os.getuid() + 1, -1), (-1, os.getgid() + 1)]


def test_a_file_that_must_not_be_written_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = older(tmp_path, 0o400)
    monkeypatch.setattr(os, "access", lambda *_: False)  # as for anybody but root
    wire = Wire(WHOLE)
    with pytest.raises(ConfigurationError, match="must not be written"):
        wired(wire).download(FILE, to=path)
    assert (path.read_bytes(), mode_of(path), wire.requests) == (OLD, 0o400, [])


# -- names ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["n" * 255, "é" * 127, "\U0001f600" * 63, "n" * 245, ".f", "a b\nc", "-"])
def test_any_name_that_the_system_allows_can_be_downloaded_to(tmp_path: Path, name: str) -> None:
    saved = wired(Wire(WHOLE)).download(FILE, to=tmp_path / name)
    assert names(tmp_path) == [name]
    assert saved.path == str(tmp_path / name)


@pytest.mark.parametrize("name", ["f", "é".encode(), b"\xff\xfe"], ids=["text", "UTF-8", "no UTF-8"])
@pytest.mark.parametrize("wrap", [False, True], ids=["path", "path-like"])
def test_a_path_may_be_bytes(tmp_path: Path, name: str | bytes, wrap: bool) -> None:
    path = os.path.join(os.fsencode(tmp_path), os.fsencode(name))  # noqa: PTH118

    class Like:
        def __fspath__(self) -> bytes:
            return path

    saved = wired(Wire(WHOLE)).download(FILE, to=Like() if wrap else path)
    assert saved.path == os.fsdecode(path)
    assert Path(os.fsdecode(path)).read_bytes() == BODY  # noqa: ASYNC240


def loop(folder: Path) -> str:
    (folder / "loop").symlink_to(folder / "loop")
    return "loop"


def below_a_file(folder: Path) -> str:
    (folder / "file").write_bytes(OLD)
    return "file/f"


NO_PLACE: dict[str, tuple[Callable[[Path], str], str]] = {
    "too long": (lambda _: "n" * 256, "File name too long"),
    "a null": (lambda _: "a\0b", "null character"),
    "a link to itself": (loop, "symbolic links"),
    "below a file": (below_a_file, "Not a directory"),
    "a folder": (lambda _: ".", "is a folder"),
    "a folder that is not there": (lambda _: "new/", "is a folder|does not exist"),
    "in no folder": (lambda _: "no/f", "does not exist"),
}


@pytest.mark.parametrize(("make", "match"), NO_PLACE.values(), ids=NO_PLACE.keys())
def test_a_place_that_is_none_is_refused_in_words_before_anything_is_sent(
    tmp_path: Path, make: Callable[[Path], str], match: str
) -> None:
    place = f"{tmp_path}/{make(tmp_path)}"
    before = names(tmp_path)
    wire = Wire(WHOLE)
    with pytest.raises(ConfigurationError, match=f"to= .*({match})"):
        wired(wire).download(FILE, to=place)
    assert (names(tmp_path), wire.requests) == (before, [])


def test_an_empty_path_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="must name a file"):
        wired(Wire(WHOLE)).download(FILE, to="")


def test_a_folder_that_takes_no_file_is_refused_before_anything_is_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire = Wire(WHOLE)
    opened = os.open

    def refusing(path: Any, *args: Any, **options: Any) -> int:
        if str(path).endswith(".part"):
            raise PermissionError(errno.EACCES, "Permission denied")
        return opened(path, *args, **options)

    monkeypatch.setattr(os, "open", refusing)
    with pytest.raises(ConfigurationError, match="to= cannot be written: Permission denied"):
        wired(wire).download(FILE, to=tmp_path / "f")
    assert wire.requests == []


def test_a_link_that_leads_nowhere_yet_leads_to_the_new_file(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("new")
    wired(Wire(WHOLE)).download(FILE, to=tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "new").read_bytes() == BODY


def test_a_link_into_no_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("no/f")
    with pytest.raises(ConfigurationError, match="does not exist"):
        wired(Wire(WHOLE)).download(FILE, to=tmp_path / "link")
    assert names(tmp_path) == ["link"]


def test_a_second_name_of_the_older_file_keeps_it(tmp_path: Path) -> None:
    path = older(tmp_path)
    (tmp_path / "other").hardlink_to(path)
    wired(Wire(WHOLE)).download(FILE, to=path)
    assert (path.read_bytes(), (tmp_path / "other").read_bytes()) == (BODY, OLD)


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs /proc")
def test_a_descriptors_name_leads_to_what_it_is_open_for(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    try:
        saved = wired(Wire(reply(content=b"piped"))).download(FILE, to=f"/proc/self/fd/{writing}")
        assert os.read(reading, 100) == b"piped"
    finally:
        os.close(reading)
        os.close(writing)
    assert saved.bytes == 5
    with tempfile.TemporaryFile(dir=tmp_path) as nameless:
        wired(Wire(WHOLE)).download(FILE, to=f"/proc/self/fd/{nameless.fileno()}")
        assert nameless.read() == BODY
    assert names(tmp_path) == []


# -- disks ---------------------------------------------------------------------------------------------------------


def test_a_file_is_on_the_disk_before_it_gets_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    fsync, replace = os.fsync, os.replace

    def syncing(descriptor: int) -> None:
        what = "folder" if os.path.isdir(f"/proc/self/fd/{descriptor}") else "file"  # noqa: PTH112
        steps.append(f"{what} with {os.fstat(descriptor).st_size if what == 'file' else '…'} bytes")
        fsync(descriptor)

    def replacing(*args: Any) -> None:
        steps.append("name")
        replace(*args)

    monkeypatch.setattr(os, "fsync", syncing)
    monkeypatch.setattr(os, "replace", replacing)
    wired(Wire(WHOLE)).download(FILE, to=tmp_path / "f")
    assert steps == [f"file with {len(BODY)} bytes", "name", "folder with … bytes"]


@pytest.mark.parametrize("code", [errno.EINVAL, errno.ENOTSUP], ids=["EINVAL", "ENOTSUP"])
def test_a_file_system_that_knows_no_sync_takes_files_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    monkeypatch.setattr(os, "fsync", failing(code))
    wired(Wire(WHOLE)).download(FILE, to=tmp_path / "f")
    assert (tmp_path / "f").read_bytes() == BODY


def failing(code: int) -> Callable[..., Any]:
    """A function of the system's that fails."""

    def fails(*_: Any) -> Any:
        raise OSError(code, os.strerror(code))

    return fails


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_disk_that_fails_at_the_end_leaves_the_older_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = older(tmp_path)
    monkeypatch.setattr(os, step, failing(errno.EIO))
    with pytest.raises(OSError, match="Input/output error"):
        wired(Wire(WHOLE)).download(FILE, to=path)
    assert (names(tmp_path), path.read_bytes()) == (["f"], OLD)


def test_a_disk_that_is_full_leaves_the_older_file_and_nothing_else(tmp_path: Path) -> None:
    import resource
    import signal

    path = older(tmp_path)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (5000, before[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            wired(Wire(WHOLE)).download(FILE, to=path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    assert (names(tmp_path), path.read_bytes()) == (["f"], OLD)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_device_that_is_full_says_so() -> None:
    with pytest.raises(OSError, match="No space left"):
        wired(Wire(WHOLE)).download(FILE, to="/dev/full")


# -- files of the caller's -----------------------------------------------------------------------------------------


def closed(folder: Path) -> Any:
    with (folder / "f").open("wb") as file:
        return file


TEXT_FILES: dict[str, tuple[Callable[[Path], Any], str]] = {
    "open": (lambda folder: (folder / "f").open("w"), "text mode"),
    "in memory": (lambda _: io.StringIO(), "text mode"),
    "temporary": (lambda folder: tempfile.NamedTemporaryFile("w", dir=folder), "text mode"),  # noqa: SIM115
    "closed": (closed, "closed"),
    "for reading": (lambda folder: (older(folder)).open("rb"), "not open for writing"),
    "none": (lambda _: 5, "must be a path, or a file"),
}


@pytest.mark.parametrize(("make", "match"), TEXT_FILES.values(), ids=TEXT_FILES.keys())
def test_a_file_that_takes_no_bytes_is_refused_in_words_before_anything_is_sent(
    tmp_path: Path, make: Callable[[Path], Any], match: str
) -> None:
    wire, file = Wire(WHOLE), make(tmp_path)
    try:
        with pytest.raises(ConfigurationError, match=f"to= .*{match}"):
            wired(wire).download(FILE, to=file)
    finally:
        if hasattr(file, "close"):
            file.close()
    assert wire.requests == []


def test_a_file_that_is_appended_to_keeps_what_it_has(tmp_path: Path) -> None:
    path = older(tmp_path)
    with path.open("ab") as file:
        wired(Wire(WHOLE)).download(FILE, to=file)
    assert path.read_bytes() == OLD + BODY


def test_a_file_of_few_words_is_written_to_once(tmp_path: Path) -> None:
    class Writer:
        """As little of a file as there can be: it does not say how much it took."""

        got = b""

        def write(self, data: bytes) -> None:
            self.got += data

    writer: Any = Writer()
    wired(Wire(WHOLE)).download(FILE, to=writer)
    assert writer.got == BODY


def test_a_compressed_file_is_written_through(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "f.gz", "wb") as file:
        target: Any = file
        wired(Wire(WHOLE)).download(FILE, to=target)
    assert gzip.decompress((tmp_path / "f.gz").read_bytes()) == BODY


def test_a_body_shorter_than_announced_is_found_in_a_transport_of_tests_too(tmp_path: Path) -> None:
    path = older(tmp_path)
    with pytest.raises(StreamTruncatedError, match="10,240 of 10,241 bytes"):
        wired(Wire(CUT)).download(FILE, to=path)
    assert (names(tmp_path), path.read_bytes()) == (["f"], OLD)


def test_a_body_that_was_read_to_its_end_stays_there() -> None:
    with wired(Wire(WHOLE)).chunks(FILE) as body:
        assert b"".join([piece for piece in body]) == BODY
        with pytest.raises(StopIteration):
            next(body)
