"""An upload sends what it announced, or fails and says what it may have done; what cannot be sent
is refused before.
"""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core.kit import Ticks, Wire, async_tick, async_wired
from core.transferkit import Awaited
from faultserver import FaultServer
from veneer import AsyncClient, ConfigurationError, Outcome, RetryPolicy, TransportError

pytestmark = pytest.mark.anyio

SIZE = 300_000
PIECE = 256 * 1024


class Grows(io.BytesIO):
    """A file that somebody writes to whenever it is read; at its end only, where `late` says so."""

    def __init__(self, *, late: bool = False) -> None:
        super().__init__(b"a" * SIZE)
        self._late = late

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        here = self.tell()
        if data and (not self._late or here == SIZE):
            self.seek(0, os.SEEK_END)
            self.write(b"x" * 1000)
            self.seek(here)
        return data


class Shrinks(io.BytesIO):
    """A file that somebody cuts while it is read."""

    def __init__(self) -> None:
        super().__init__(b"a" * SIZE)

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self.truncate(SIZE - 20_000)
        return data


CHANGING: dict[str, tuple[Callable[[], Any], str]] = {
    "grows": (Grows, "grew while it was sent: 300,000 bytes were announced"),
    "grows at its end": (lambda: Grows(late=True), "grew while it was sent: 300,000 bytes were announced"),
    "shrinks": (Shrinks, "shrank while it was sent: 300,000 bytes were announced, and 280,000 came"),
}


@pytest.mark.parametrize(("make", "match"), CHANGING.values(), ids=CHANGING.keys())
@pytest.mark.parametrize("method", ["PUT", "POST"])
async def test_a_file_that_changes_under_its_upload_is_an_error_that_may_have_had_an_effect(
    faults: FaultServer, make: Callable[[], Any], match: str, method: str
) -> None:
    space = faults.space()
    async with AsyncClient(space.url(), retry=RetryPolicy(jitter=0)) as client:
        async_tick(client, Ticks())
        with pytest.raises(TransportError, match=match) as caught:
            await client.request(method, "x", content=make())
        with pytest.raises(TransportError, match=match):
            await client.upload_url(space.url() + "/x", make(), method=method, progress=lambda *_: None)
        assert (await client.request("GET", "x")).json() == {}, "another connection serves"
    assert caught.value.outcome is Outcome.UNKNOWN
    assert len(caught.value.attempts) == 1, "what would be sent again is something else"
    assert all(len(request.body) in {0, SIZE} for request in space.requests()), "never more than announced"


async def test_a_path_whose_file_is_cut_under_its_upload_is_an_error(
    faults: FaultServer, tmp_path: Path
) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"a" * SIZE)

    def cut(_done: int, _total: int | None) -> None:
        os.truncate(path, PIECE)

    space = faults.space()
    async with AsyncClient(space.url()) as client:
        with pytest.raises(TransportError, match="shrank while it was sent"):
            await client.upload_url(space.url() + "/x", path, progress=cut)


@pytest.mark.parametrize("make", [Grows, Shrinks])
async def test_a_file_that_changes_in_a_form_is_an_error_too(
    faults: FaultServer, make: Callable[[], Any]
) -> None:
    space = faults.space()
    async with AsyncClient(space.url()) as client:
        with pytest.raises(TransportError, match="while it was sent") as caught:
            await client.request("POST", "x", data={"a": "1"}, files={"file": ("f", make())})
        assert caught.value.outcome is Outcome.UNKNOWN
        await client.request("POST", "x", files={"file": ("f", io.BytesIO(b"still"))})
    assert b"still" in space.requests()[-1].body


@pytest.mark.parametrize(("length", "match"), [("5", "grew"), ("15", "shrank")])
async def test_an_iterator_is_held_to_the_length_that_its_caller_announced(
    faults: FaultServer, length: str, match: str
) -> None:
    space = faults.space()
    async with AsyncClient(space.url()) as client:
        with pytest.raises(TransportError, match=match):
            await client.request(
                "PUT", "x", content=iter([b"12345", b"67890"]), headers={"content-length": length}
            )
        await client.request("PUT", "x", content=iter([b"12345", b"67890"]), headers={"content-length": "10"})
    assert space.requests()[-1].body == b"1234567890"
    assert space.requests()[-1].header("transfer-encoding") is None


async def test_a_file_is_measured_anew_when_it_is_sent_again(faults: FaultServer, tmp_path: Path) -> None:
    space = faults.space()
    path = tmp_path / "f"
    path.write_bytes(b"a" * SIZE)
    async with AsyncClient(space.url("redirect=307,to=here,times=1")) as client:
        await client.request("PUT", "x", content=path)
    assert [len(request.body) for request in space.requests()] == [SIZE, SIZE]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
async def test_a_file_of_the_kernels_is_sent_whole_though_it_says_that_it_is_empty(
    faults: FaultServer,
) -> None:
    space = faults.space()
    told: list[tuple[int, int | None]] = []
    async with AsyncClient(space.url()) as client:
        await client.request("PUT", "x", content=Path("/proc/self/status"))
        status = space.url() + "/x"
        await client.upload_url(status, Path("/proc/self/status"), progress=lambda *p: told.append(p))
    first, second = space.requests()
    assert first.body.startswith(b"Name:")
    assert second.body.startswith(b"Name:")
    assert told == [(len(second.body), None)]


async def test_an_empty_file_is_announced_as_one(faults: FaultServer, tmp_path: Path) -> None:
    space = faults.space()
    (tmp_path / "f").touch()
    async with AsyncClient(space.url()) as client:
        await client.request("PUT", "x", content=tmp_path / "f")
    request = space.requests()[0]
    assert (request.body, request.header("content-length")) == (b"", "0")


# -- what cannot be sent -------------------------------------------------------------------------------------------


def text(folder: Path) -> Any:
    (folder / "f").touch()
    return (folder / "f").open()


def closed(folder: Path) -> Any:
    with text(folder) as _, (folder / "f").open("rb") as file:
        pass
    return file


REFUSED: dict[str, tuple[Callable[[Path], Any], str]] = {
    "in text mode": (text, "text mode"),
    "of text, in memory": (lambda _: io.StringIO("a"), "text mode"),
    "of text, temporary": (lambda folder: tempfile.NamedTemporaryFile("w+", dir=folder), "text mode"),  # noqa: SIM115
    "closed": (closed, "closed"),
    "open for writing": (lambda folder: (folder / "f").open("wb"), "not open for reading"),
    "to be awaited": (lambda _: Awaited(), "asynchronous"),
}


@pytest.fixture
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    file = request.param(tmp_path)
    yield file
    if hasattr(file, "close"):
        file.close()


@pytest.mark.parametrize(("made", "match"), REFUSED.values(), ids=REFUSED.keys(), indirect=["made"])
@pytest.mark.parametrize("way", ["content", "url", "url, told", "form"])
async def test_a_file_that_cannot_be_sent_is_refused_in_words_before_anything_is(
    made: Any, match: str, way: str
) -> None:
    wire = Wire()
    client = async_wired(wire)
    ways: dict[str, Callable[[], Any]] = {
        "content": lambda: client.request("PUT", "x", content=made),
        "url": lambda: client.upload_url("https://files.test/f", made),
        "url, told": lambda: client.upload_url("https://files.test/f", made, progress=lambda *_: None),
        "form": lambda: client.request("POST", "x", files={"file": ("f", made)}),
    }
    with pytest.raises(ConfigurationError, match=f"the file to be sent is .*{match}") as caught:
        await ways[way]()
    assert caught.value.outcome is Outcome.NOT_SENT
    assert wire.requests == []


@pytest.mark.parametrize(("name", "error"), [("no", FileNotFoundError), (".", IsADirectoryError)])
async def test_a_path_that_cannot_be_opened_is_the_systems_own_error(
    tmp_path: Path, name: str, error: type[OSError]
) -> None:
    wire = Wire()
    with pytest.raises(error):
        await async_wired(wire).request("PUT", "x", content=tmp_path / name)
    assert wire.requests == []


async def test_a_file_of_few_words_is_sent(faults: FaultServer) -> None:
    class Reader:
        """As little of a file as there can be."""

        left = b"a" * 10

        def read(self, size: int = -1) -> bytes:
            data, self.left = self.left[:size], self.left[size:]
            return data

    space = faults.space()
    told: list[int] = []
    async with AsyncClient(space.url()) as client:
        await client.request("PUT", "x", content=Reader())
        await client.upload_url(space.url() + "/x", Reader(), progress=lambda done, _: told.append(done))
    assert [request.body for request in space.requests()] == [b"a" * 10] * 2
    assert told == [10]
