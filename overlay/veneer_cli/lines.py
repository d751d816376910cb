"""Read the inputs of many calls: JSON Lines, each an object of an operation's arguments."""

from __future__ import annotations

import contextlib
import functools
import io
import json
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MethodType, ModuleType
from typing import TYPE_CHECKING, Any, Final

from veneer._core.dotted_path import pick
from veneer._core.errors import ConfigurationError
from veneer_cli.contract import has_members
from veneer_cli.endpoints import Given, arranged
from veneer_cli.inputs import file_of, opened, source
from veneer_cli.text import read_json

if TYPE_CHECKING:
    from veneer import Client
    from veneer._core.call import Bound
    from veneer_cli.contract import Operation, Parameter
    from veneer_cli.flags import Flags
    from veneer_cli.service import Service

__all__ = ["Lines", "StoppedError", "Template", "bound"]

_JSON: Final[Mapping[str, type | tuple[type, ...]]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
}


class StoppedError(Exception):
    """Ends the wait for a line that may never come."""


class Template:
    """Makes requests of an operation of lines; `values` and `body` are what all of them have.

    A whole body is the member `body` of a line, where no argument is called so.
    """

    def __init__(
        self, service: Service, operation: Operation, flags: Flags, values: Mapping[str, Any], body: Any
    ) -> None:
        self._service = service
        self._operation = operation
        self._flags = flags
        self._known = {one.name: one for one in operation.parameters}
        self._body = "--body" if "body" in self._known else "body"
        self._values = {**values} if body is None else {**values, self._body: body}

    @functools.cached_property
    def _module(self) -> ModuleType:
        return self._service.load_module(self._operation)

    def merged(self, line: Any) -> dict[str, Any]:
        """Return a line's arguments over those of all. Raises ConfigurationError for what the operation does not take."""
        if not isinstance(line, dict):
            raise ConfigurationError(f"each line is an object of arguments, not {_shown(line)}")
        found = dict(self._values)
        for name, value in line.items():
            if name == self._body:
                self._check_body(value)
                found[name] = value
                continue
            one = self._operation.parameter(name)
            _check(one, value)
            found[one.name] = value
        return found

    def check(self, given: Mapping[str, Any]) -> None:
        """Raise ConfigurationError where no request can be made of merged arguments."""
        with contextlib.ExitStack() as stack:
            self.request(given, stack)

    def request(self, given: Mapping[str, Any], stack: contextlib.ExitStack) -> Bound[Any]:
        """Return the request of merged arguments; its files stay open until the stack ends."""
        values = {
            name: file_of(self._known[name], value, stack)
            for name, value in given.items()
            if name != self._body
        }
        body = self._content(given[self._body], stack) if self._body in given else None
        self._operation.check(values, body=body is not None, said=lambda one: one.name)
        return arranged(self._service, self._operation, values, body, module=self._module)

    def _check_body(self, value: Any) -> None:
        if not self._operation.body:
            raise ConfigurationError(f"{self._operation.name} takes no body")
        if not has_members(self._operation.body) and (not isinstance(value, str) or value == "-"):
            raise ConfigurationError(f"body is text, or a file as @PATH, not {_shown(value)}")

    def _content(self, value: Any, stack: contextlib.ExitStack) -> Given:
        return Given(value if has_members(self._operation.body) else source(value, self._flags, stack))


def _check(one: Parameter, value: Any) -> None:
    """Raise ConfigurationError for JSON of another type than the contract says; null may be meant."""
    if one.kind == "file":
        if not (isinstance(value, str) and value.startswith("@")):
            raise ConfigurationError(f"{one.name} is a file, given as @PATH, not {_shown(value)}")
        return
    kind = _JSON.get(one.kind)
    if kind is None or value is None:
        return
    if not isinstance(value, kind) or (isinstance(value, bool) and one.kind in {"integer", "number"}):
        article = "an" if one.kind[0] in "aeio" else "a"
        raise ConfigurationError(f"{one.name} takes {article} {one.kind}, not {_shown(value)}")


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else f"{text[:39]}…"


class Lines:
    """The merged arguments of each line of a file, or of standard input (`-`); blank lines are left out.

    A line that is wrong ends the reading, and is `error` then. Nothing is sent for it.
    """

    def __init__(self, where: str, template: Template) -> None:
        self._where = where
        self._template = template
        self._stopped = self._is_checked = False
        self._reading: int | None = None  # the thread that reads
        self.error: ConfigurationError | None = None
        self.is_read = False

    def __iter__(self) -> Iterator[dict[str, Any]]:
        with contextlib.ExitStack() as stack:
            read = _standard_input() if self._where == "-" else opened(self._where, stack).readline
            number = 0
            while True:
                try:
                    text = self._line(read)
                except StoppedError:
                    return
                number += 1
                if not text:
                    break
                if not text.strip():
                    continue
                try:
                    given = self._read(text, number)
                except ConfigurationError as error:
                    self.error = error
                    return
                yield given
        self.is_read = True

    def count(self) -> int | None:
        """Return how many there are, all of them checked; None for what can be read but once.

        Raises ConfigurationError that names the first line that is wrong.
        """
        if self._where == "-" or not Path(self._where).is_file():
            return None
        count = sum(1 for _ in self)
        self.is_read, self._is_checked = False, True
        if self.error is not None:
            raise self.error
        return count

    def stop(self) -> None:
        """Read no further line, from a signal handler. Raises StoppedError if this thread is waiting for one."""
        self._stopped = True
        if self._reading == threading.get_ident():
            raise StoppedError

    def _line(self, read: Callable[[], bytes]) -> bytes:
        try:
            self._reading = threading.get_ident()
            if self._stopped:
                raise StoppedError
            return read()
        except OSError as error:  # a folder
            raise ConfigurationError(f"{self._where} cannot be read: {error.strerror}") from None
        finally:
            self._reading = None

    def _read(self, text: bytes, number: int) -> dict[str, Any]:
        name = "standard input" if self._where == "-" else self._where
        place = f"{name}, line {number}"
        try:
            decoded = text.rstrip().decode("utf-8-sig" if number == 1 else "utf-8")
            given = self._template.merged(read_json(decoded))
            if not self._is_checked:
                self._template.check(given)
        except UnicodeDecodeError as error:
            why = f"{place}, byte {error.start + 1}: not UTF-8"
        except json.JSONDecodeError as error:
            why = f"{place}, column {error.colno}: not JSON: {error.msg}"
        except ConfigurationError as error:
            why = f"{place}: {error.message}"
        except ValueError as error:
            why = f"{place}: {error}"
        else:
            return given
        raise ConfigurationError(f"{why}; nothing is sent for it")


def _standard_input() -> Callable[[], bytes]:
    """Return a function that reads a line as soon as it is there.

    It reads past `sys.stdin`, whose lock a thread would hold while it waits: the interpreter cannot
    end then.
    """
    raw = getattr(sys.stdin.buffer, "raw", None)
    return sys.stdin.buffer.readline if raw is None else io.BufferedReader(raw).readline


class _Caller:
    """What `map` takes for a client's namespace: it is called through a view of `_client`."""

    def __init__(self, client: Client) -> None:
        self._client = client


def bound(
    client: Client, service: Service, operation: Operation, template: Template, unwrap: str = ""
) -> Callable[..., Any]:
    """Return a method for `client.map` that calls the operation with merged arguments.

    It returns the response's JSON, or the member at the dotted path `unwrap` of it.
    """

    def send(self: _Caller, /, **given: Any) -> Any:
        with contextlib.ExitStack() as stack:
            found = pick(self._client.call(template.request(given, stack)), unwrap)
        return found.decode("utf-8", "replace") if isinstance(found, bytes) else found

    # By these a journal knows its operation again.
    send.__name__ = ".".join(filter(None, (operation.id, unwrap)))
    return MethodType(send, type(service.name, (_Caller,), {})(client))
