"""The round trips of `make servers` with one server, by the client that `veneer new` made from its contract.

The client's results are compared with the bytes on the wire, and reads also with plain httpx's
responses to the same requests. `python scripts/roundtrips.py NAME ADDRESS` prints the results as
JSON. The generated project is on PYTHONPATH.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import inspect
import json
import re
import socket
import sys
import threading
import time
import tomllib
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import h11
import httpx

import veneer
from veneer._core.members import dumped

SERVERS: Final = Path(__file__).with_name("servers.toml")
ROWS: Final = 11
_SENT_AGAIN: Final = ("authorization", "accept", "content-type")
_END: Final = object()

Use = Sequence[Any]
"""A method of the client (`threads.get_thread`) and its arguments.

Their texts may name the id of the last row of a
kind (`{thread}`), and a number that no other row has (`{n}`).
"""


class Relay:
    """A TCP relay before a server.

    It records responses, and cuts the first one after `cut` bytes.
    """

    def __init__(self, port: int, cut: int | None = None) -> None:
        self._target, self._cut = ("127.0.0.1", port), cut
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.brought: list[bytearray] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # the listener was closed
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        limit, self._cut = self._cut, None
        brought = bytearray()
        self.brought.append(brought)
        with client, socket.create_connection(self._target) as server, contextlib.suppress(OSError):
            threading.Thread(target=_pump, args=(client, server), daemon=True).start()
            while (limit is None or len(brought) < limit) and (data := server.recv(65536)):
                piece = data if limit is None else data[: limit - len(brought)]
                brought += piece
                client.sendall(piece)
            for one in (client, server):
                one.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Accept no further connections."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


# -- the server's bytes ----------------------------------------------------------------------------------------


def _events(brought: bytes | bytearray) -> list[Any]:
    """Return the JSON of the complete events in a connection's first response."""
    wire = h11.Connection(h11.CLIENT)
    wire.send(h11.Request(method="GET", target="/", headers=[("host", "server")]))
    wire.send(h11.EndOfMessage())
    wire.receive_data(bytes(brought))
    body = b""
    while isinstance(part := wire.next_event(), (h11.Response, h11.Data)):
        body += part.data if isinstance(part, h11.Data) else b""
    blocks = re.split(r"\r?\n\r?\n", body.decode("utf-8", "replace"))[:-1]
    texts = ["\n".join(re.findall(r"^data: ?(.*?)\r?$", block, re.MULTILINE)) for block in blocks]
    return [json.loads(text) for text in texts if text]


def _body(response: httpx.Response) -> Any:
    """Return a response's body: JSON, else text; None for an empty body without a type."""
    with contextlib.suppress(ValueError):
        return response.json()
    return response.text if response.content or "text/" in response.headers.get("content-type", "") else None


def _sent(responses: Sequence[httpx.Response], *, rows: bool) -> Any:
    """Return the last response's body; with `rows`, the rows of all: the bodies, or the list in each."""
    if not rows:
        return _body(responses[-1])
    answers = map(_body, responses)
    pages = [
        one if isinstance(one, list) else next(v for v in one.values() if isinstance(v, list))
        for one in answers
    ]
    return [row for page in pages for row in page]


def _leaves(value: Any) -> int:
    """Return the number of scalar values in a JSON document."""
    if isinstance(value, (dict, list)) and value:
        return sum(map(_leaves, value.values() if isinstance(value, dict) else value))
    return 1


def _differences(read: Any, sent: Any, path: str = "$") -> Iterator[str]:
    """Yield the paths at which two JSON documents differ.

    Two spellings of one instant are equal.
    """
    if isinstance(read, dict) and isinstance(sent, dict):
        for name in {**sent, **read}:
            if name in read and name in sent:
                yield from _differences(read[name], sent[name], f"{path}.{name}")
            else:
                yield f"{path}.{name}"
    elif isinstance(read, list) and isinstance(sent, list) and len(read) == len(sent):
        for index, (one, other) in enumerate(zip(read, sent, strict=True)):
            yield from _differences(one, other, f"{path}[{index}]")
    elif (read != sent or isinstance(read, bool) != isinstance(sent, bool)) and _instant(read) != _instant(
        sent
    ):
        yield path


def _instant(value: Any) -> Any:
    try:
        return datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return (value,)


# -- the round trips -------------------------------------------------------------------------------------------


class Trip:
    """The round trips with one server, by the sync or the async client."""

    def __init__(self, name: str, server: Mapping[str, Any], port: int, flavour: str) -> None:
        self._server, self._port, self._flavour = server, port, flavour
        self._package, self._title = f"{name}_trip", f"{name.capitalize()}TripClient"
        self._models = importlib.import_module(f"{self._package}_generated.{self._package}.models")
        self._runner = asyncio.Runner()
        self._answers: list[httpx.Response] = []
        self._kept: dict[str, Any] = {"n": f"{flavour}-0"}
        self._begun = time.monotonic()
        self.counts: Counter[str] = Counter()
        self.lost: list[str] = []
        self.faults: list[str] = []
        self.told: set[str] = set()
        self.listed: set[str] = set()

    def run(self) -> None:
        """Run all steps of this server's table."""
        with self._connected() as (self._client, _):
            self._each("read", [(name, {}) for name in self._plain_reads()], self._read)
            for kind in self._server.get("rows", ()):
                self._each(f"rows: {kind['name']}", [kind], self._make_and_change)
            self._each("use", self._server.get("uses", ()), self._use)
            self._each("stream", self._server.get("streams", ()), self._read_and_cut)
            self._each("error", self._server.get("errors", ()), lambda one: self._provoke(self._client, one))
            for arguments, status in self._server.get("refused", ()):
                use = self._server["rows"][0]["get"]
                with self._connected(arguments) as (client, _):
                    self._each("refused", [(*use, status)], lambda one: self._provoke(client, one))

    def _each(self, step: str, subjects: Sequence[Any], act: Callable[[Any], object]) -> None:
        """Run one step with each subject. An exception is a fault, and the others still run."""
        for subject in subjects:
            try:
                act(subject)
            except Exception as error:  # noqa: BLE001  # any exception is reported
                what = subject.get("name") or subject["open"][0] if isinstance(subject, dict) else subject[0]
                self.faults.append(
                    f"{self._flavour}: {step} {what}: {type(error).__name__}: {str(error)[:300]}"
                )
        if subjects:
            print(
                f"  {time.monotonic() - self._begun:5.1f} s {self._flavour}: {step} ({len(subjects)})",
                file=sys.stderr,
                flush=True,
            )

    # -- calls -------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _connected(
        self, arguments: Mapping[str, Any] | None = None, *, cut: int | None = None
    ) -> Iterator[tuple[Any, Relay]]:
        """Yield a client with its own connections, and their relay."""
        relay = Relay(self._port, cut)
        title = f"Async{self._title}" if self._flavour == "async" else self._title
        client = getattr(importlib.import_module(self._package), title)(
            relay.address + self._server.get("api", ""),
            **(self._server.get("client", {}) if arguments is None else arguments),
            on_response=[self._answers.append],
            on_violation=[lambda one: self.told.add(f"{one.operation} {one.pattern} {one.kind}")],
        )
        try:
            yield client, relay
        finally:
            self._close(client)
            relay.close()

    def _done(self, value: Any) -> Any:
        """Return the result of a call of either flavour."""
        return self._runner.run(value) if inspect.iscoroutine(value) else value

    def _close(self, what: Any) -> None:
        self._done((getattr(what, "aclose", None) or what.close)())

    def _next(self, iterator: Any) -> Any:
        try:
            return self._done(iterator.__anext__()) if hasattr(iterator, "__anext__") else next(iterator)
        except (StopIteration, StopAsyncIteration):
            return _END

    def _start(self, client: Any, method: str, arguments: Mapping[str, Any]) -> Any:
        """Call a method. Objects among its arguments become the models that it takes."""
        space, _, name = method.partition(".")
        function = getattr(getattr(client, space), name)
        given = {name: self._filled(value) for name, value in arguments.items()}
        for name, value in given.items():
            if isinstance(value, dict):
                words = re.findall(r"\w+", str(inspect.signature(function).parameters[name].annotation))
                models: list[Any] = [getattr(self._models, word, None) for word in words]
                given[name] = next(one for one in models if hasattr(one, "from_dict")).from_dict(value)
        self.counts["calls"] += 1
        return function(**given)

    def _filled(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self._filled(one) for name, one in value.items()}
        if isinstance(value, list):
            return [self._filled(one) for one in value]
        return value.format_map(self._kept) if isinstance(value, str) else value

    def _act(self, client: Any, use: Use) -> tuple[Any, list[httpx.Response]]:
        """Return a method's result (the rows of an iterator), and its responses."""
        before = len(self._answers)
        started = self._start(client, *use)
        if not hasattr(started, "collect"):
            return self._done(started), self._answers[before:]
        rows: list[Any] = []
        while (row := self._step(started)) is not _END:
            rows.append(row)
        return rows, self._answers[before:]

    def _step(self, rows: Any) -> Any:
        try:
            return self._next(rows)
        except veneer.TransportError:  # cut: the iterator resumes at the page that failed
            return self._next(rows)

    def _use(self, use: Use) -> Any:
        """Call a method and return its JSON, compared with the response, and for reads with plain httpx."""
        iterates = ".iter_" in use[0]
        value, answers = self._act(self._client, use)
        self._compare(use[0], value, own := _sent(answers, rows=iterates))
        if iterates or answers[-1].request.method == "GET":
            before, changing = self._plainly(answers, rows=iterates), set[str]()
            if any(_differences(own, before)):  # by itself, or by a fault: two plain responses show which
                _, answers = self._act(self._client, use)
                own, after = _sent(answers, rows=iterates), self._plainly(answers, rows=iterates)
                changing, before = set(_differences(before, after)), after
            apart = [path for path in _differences(own, before) if path not in changing]
            self.lost += [f"{self._flavour}: {use[0]} {path} beside httpx" for path in apart]
        return dumped(value)

    def _plainly(self, answers: Sequence[httpx.Response], *, rows: bool) -> Any:
        """Send the requests of these responses again with plain httpx, and return the bodies."""
        again: list[httpx.Response] = []
        for request in (answer.request for answer in answers):
            kept = {name: request.headers[name] for name in _SENT_AGAIN if name in request.headers}
            again.append(
                httpx.request(request.method, request.url, headers=kept, content=request.content, timeout=60)
            )
        return _sent(again, rows=rows)

    def _read(self, use: Use) -> None:
        try:
            self._use(use)
        except veneer.APIError as error:  # a request without arguments may be refused
            self._refused(use[0], error)

    def _compare(self, what: str, value: Any, sent: Any) -> None:
        self.counts["values"] += _leaves(sent)
        name = what.partition(" ")[0].rpartition(".")[2]
        known = {one.partition(" ")[2] for one in self.told}
        found = {f"{one.pattern} {one.kind}" for one in veneer.violations(value)}
        self.listed |= {f"{name} {one}" for one in found - known}
        self.lost += [f"{self._flavour}: {what} {path}" for path in _differences(dumped(value), sent)]

    def _plain_reads(self) -> Iterator[str]:
        """Yield the GET methods without required arguments."""
        for space in [name for name, one in vars(type(self._client)).items() if isinstance(one, property)]:
            for name, method in inspect.getmembers(getattr(self._client, space), inspect.ismethod):
                place = re.search(r"\bGET (/\S*)$", (method.__doc__ or "").partition("\n")[0])
                signature = inspect.signature(method)
                needed = [one for one in signature.parameters.values() if one.default is one.empty]
                iterates = "veneer." in str(signature.return_annotation)
                if place and not needed and not iterates and place[1] not in self._server.get("waiting", ()):
                    yield f"{space}.{name}"

    # -- rows, streams, errors -----------------------------------------------------------------------------------

    def _make(self, kind: Mapping[str, Any]) -> None:
        self._kept["n"] = f"{self._flavour}-{int(self._kept['n'].rpartition('-')[2]) + 1}"
        made = self._use(kind["make"])
        self._kept[kind["name"]] = made[kind["key"]]

    def _make_and_change(self, kind: Mapping[str, Any]) -> None:
        pages = kind.get("pages")
        held = len(self._use(pages)) if pages else 0
        for _ in range(ROWS):
            self._make(kind)
        for step in ("get", "change", "get"):
            if step in kind:
                self._use(kind[step])
        if pages:
            self._cut_a_write(kind["make"])
            rows = self._use(pages)
            if len(rows) != held + ROWS + 1:
                self.faults.append(f"{self._flavour}: {held} rows and {ROWS + 1} made, {len(rows)} paged")
            self._cut_a_page(pages, kind["key"], rows)
        if "delete" in kind:
            self._use(kind["delete"])
            self._provoke(self._client, (*kind["get"], 404))
            self._make(kind)

    def _cut_a_write(self, make: Use) -> None:
        """Cut the response to a POST: the error reports the unknown outcome, and there is no retry."""
        self._kept["n"] += "0"
        with self._connected(cut=10) as (client, relay):
            try:
                self._act(client, make)
            except veneer.TransportError as error:
                if error.outcome is not veneer.Outcome.UNKNOWN or len(relay.brought) != 1:
                    self.faults.append(
                        f"{self._flavour}: {make[0]} cut: {error.outcome}, {len(relay.brought)} requests"
                    )
            else:
                self.faults.append(f"{self._flavour}: {make[0]} cut: no error")

    def _cut_a_page(self, pages: Use, key: str, whole: list[Any]) -> None:
        """Cut a page in the middle: every row still arrives once.

        Other members of rows may change.
        """
        with self._connected() as (client, relay):
            self._act(client, pages)
        with self._connected(cut=len(relay.brought[0]) * 2 // 3) as (client, again):
            rows, _ = self._act(client, pages)
        self._compare(f"{pages[0]} cut", [row[key] for row in dumped(rows)], [row[key] for row in whole])
        self.counts["resumes"] += len(again.brought) > 1

    def _read_and_cut(self, stream: Mapping[str, Any]) -> None:
        """Read a whole stream, then cut it and open it again: resumed if the server can, else restarted."""
        (method, arguments), enough = stream["open"], stream.get("enough")
        whole: list[Any] = []
        with self._connected() as (client, relay):
            self._follow(self._start(client, method, arguments), stream, whole, enough)
        self._compare(method, whole, _events(relay.brought[0])[: len(whole)])
        self.counts["streams"] += 1
        events: list[Any] = []
        with self._connected(cut=len(relay.brought[0]) * 2 // 3) as (client, relay):
            try:
                self._follow(self._start(client, method, arguments), stream, events, None)
            except veneer.StreamTruncatedError:
                if "last_event_id" in arguments:  # if the server can resume, the client does so by itself
                    raise
                self._follow(self._start(client, method, arguments), stream, events, enough)
        sent = [event for brought in relay.brought for event in _events(brought)]
        self._compare(f"{method} cut", events, sent[: len(events)])
        if "last_event_id" in arguments:
            self._compare(f"{method} resumed", events, dumped(whole))
        self.counts["resumes"] += len(relay.brought) > 1

    def _follow(self, opened: Any, stream: Mapping[str, Any], events: list[Any], enough: int | None) -> None:
        """Read a stream, up to a number of events, into a list that keeps events before an error."""
        begun = len(events)
        try:
            while (enough is None or len(events) < begun + enough) and (
                event := self._next(opened)
            ) is not _END:
                events.append(event.json() if isinstance(event, veneer.Event) else event)
                if "feed" in stream:
                    self._act(self._client, stream["feed"])
        finally:
            self._close(opened)

    def _provoke(self, client: Any, use: Use) -> None:
        method, arguments, status = use
        try:
            self._act(client, (method, arguments))
        except veneer.APIError as error:
            if error.status_code != status:
                raise
            self._refused(method, error)
        else:
            self.faults.append(f"{self._flavour}: {method}: no {status}")

    def _refused(self, method: str, error: veneer.APIError) -> None:
        self.counts["errors"] += 1
        self.counts["typed"] += hasattr(error.data, "to_dict")
        if error.response is not None:
            self._compare(f"{method} {error.status_code}", error.data, _body(error.response))


def main() -> None:
    """Run the round trips with a server, sync and async."""
    warnings.simplefilter("ignore", veneer.SchemaViolationWarning)  # they are counted
    name, port = sys.argv[1], int(sys.argv[2])
    trips = [
        Trip(name, tomllib.loads(SERVERS.read_text())[name], port, flavour) for flavour in ("sync", "async")
    ]
    for trip in trips:
        trip.run()
    print(json.dumps({
        **sum((trip.counts for trip in trips), Counter()),
        "lost": [one for trip in trips for one in trip.lost],
        "faults": [one for trip in trips for one in trip.faults],
        "told": sorted(set.union(*(trip.told for trip in trips))),
        "listed": sorted(set.union(*(trip.listed for trip in trips))),
    }))  # fmt: skip


if __name__ == "__main__":
    main()
