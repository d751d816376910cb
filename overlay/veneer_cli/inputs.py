"""Read a command's input: JSON from an argument, a file or standard input; files; secrets."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from veneer._core.errors import ConfigurationError
from veneer_cli.flags import Flags
from veneer_cli.text import read_json

if TYPE_CHECKING:
    from veneer_cli.contract import Parameter

__all__ = [
    "LONGEST_KEY",
    "file_of",
    "first_line",
    "json_object",
    "json_of",
    "opened",
    "secret",
    "source",
    "text_of",
]


LONGEST_KEY = 65_536
"""How many bytes of a key are read from standard input."""


def source(text: str, flags: Flags, stack: contextlib.ExitStack) -> bytes | BinaryIO:
    """Return an argument's content: `-` is standard input, `@PATH` a file, anything else the text.

    A file stays open until the stack ends. Raises ConfigurationError for an unreadable file.
    """
    if text == "-":
        if flags.api_key_stdin:
            raise ConfigurationError("- and --api-key-stdin both read standard input")
        return sys.stdin.buffer
    return opened(text[1:], stack) if text.startswith("@") else text.encode()


def opened(path: str, stack: contextlib.ExitStack) -> BinaryIO:
    """Open a file for reading until the stack ends. Raises ConfigurationError if that fails."""
    try:
        return stack.enter_context(Path(path).open("rb"))
    except (OSError, ValueError) as error:  # ValueError: a null byte
        raise ConfigurationError(
            f"{path} cannot be read: {getattr(error, 'strerror', None) or error}"
        ) from None


def file_of(parameter: Parameter, value: Any, stack: contextlib.ExitStack) -> Any:
    """Return an argument that is a file, or a list of files, as open files; any other as it is.

    A file is `@PATH`. Raises ConfigurationError for one that cannot be read.
    """
    if parameter.kind == "array" and parameter.items == "file":
        return [_file(str(one), stack) for one in value]
    return _file(str(value), stack) if parameter.kind == "file" else value


def _file(text: str, stack: contextlib.ExitStack) -> BinaryIO:
    if not text.startswith("@"):
        raise ConfigurationError(f"a file is given as @PATH, not {text!r}")
    return opened(text[1:], stack)


def text_of(text: str, flags: Flags, name: str) -> str:
    """Read text from an argument, a file or standard input. Raises ConfigurationError that names the argument."""
    with contextlib.ExitStack() as stack:
        given = source(text, flags, stack)
        return _decoded(_content(given, name), name)


def json_of(text: str, flags: Flags, name: str) -> Any:
    """Read JSON from an argument, a file or standard input. Raises ConfigurationError that names the argument."""
    with contextlib.ExitStack() as stack:
        given = _content(source(text, flags, stack), name)
        try:
            return read_json(given)
        except ConfigurationError as error:
            raise ConfigurationError(f"{name}: {error.message}") from None
        except UnicodeDecodeError:
            raise ConfigurationError(f"{name} is not UTF-8") from None
        except ValueError as error:
            raise ConfigurationError(f"{name} is not JSON: {error}") from None


def json_object(text: str | None, flags: Flags, name: str) -> dict[str, Any]:
    """Read a JSON object, empty if the argument is None. Raises ConfigurationError."""
    found = {} if text is None else json_of(text, flags, name)
    if not isinstance(found, dict):
        raise ConfigurationError(f"{name} must be a JSON object")
    return found


def secret(prompt: str, flags: Flags) -> str:
    """Prompt for a secret without echo; from a pipe, read all of it but the last line break.

    Raises ConfigurationError for an empty one.
    """
    if sys.stdin.isatty():
        import getpass

        from veneer_cli.progress import end

        end()

        try:
            given = getpass.getpass(f"{prompt}: ")
        except EOFError:  # Ctrl-D
            given = ""
    elif flags.api_key_stdin:
        raise ConfigurationError(f"{prompt} and --api-key-stdin both read standard input")
    else:
        given = _decoded(sys.stdin.buffer.read(), prompt).removesuffix("\n").removesuffix("\r")
    if not given:
        raise ConfigurationError(f"{prompt} is empty")
    return given


def first_line(name: str) -> str:
    """Return the first line of standard input, stripped. Raises ConfigurationError if it is empty."""
    given = _decoded(sys.stdin.buffer.readline(LONGEST_KEY), name).strip()
    if not given:
        raise ConfigurationError(f"{name}: the first line of standard input is empty")
    return given


def _content(given: bytes | BinaryIO, name: str) -> bytes:
    try:
        return given if isinstance(given, bytes) else given.read()
    except OSError as error:  # a folder, or a file that fails half-way
        raise ConfigurationError(f"{name} cannot be read: {error.strerror}") from None


def _decoded(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigurationError(f"{name} is not UTF-8") from None
