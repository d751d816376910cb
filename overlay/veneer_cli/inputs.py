"""Read what a command is given: JSON from an argument, a file or standard input; files; secrets."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import Any, BinaryIO

from veneer._core.errors import ConfigurationError
from veneer_cli.flags import Flags
from veneer_cli.text import read_json

__all__ = ["LONGEST_KEY", "first_line", "json_object", "json_of", "opened", "secret", "source", "text_of"]


LONGEST_KEY = 65_536
"""Bytes of a key that is read from standard input."""


def source(text: str, flags: Flags, stack: contextlib.ExitStack) -> bytes | BinaryIO:
    """What an argument stands for: `-` is standard input, `@PATH` a file, open until the stack ends, anything else itself.

    Raises ConfigurationError for a file that cannot be read.
    """
    if text == "-":
        if flags.api_key_stdin:
            raise ConfigurationError("- and --api-key-stdin both read standard input")
        return sys.stdin.buffer
    return opened(text[1:], stack) if text.startswith("@") else text.encode()


def opened(path: str, stack: contextlib.ExitStack) -> BinaryIO:
    """Open a file for reading until the stack ends. Raises ConfigurationError where that is not possible."""
    try:
        return stack.enter_context(Path(path).open("rb"))
    except (OSError, ValueError) as error:  # ValueError: a null byte
        raise ConfigurationError(
            f"{path} cannot be read: {getattr(error, 'strerror', None) or error}"
        ) from None


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
    """Read a JSON object; an argument that was not given is an empty one. Raises ConfigurationError."""
    found = {} if text is None else json_of(text, flags, name)
    if not isinstance(found, dict):
        raise ConfigurationError(f"{name} must be a JSON object")
    return found


def secret(prompt: str, flags: Flags) -> str:
    """Ask for a secret without showing it; from a pipe, take all of it but the last line break.

    Raises ConfigurationError for an empty one.
    """
    if sys.stdin.isatty():
        import getpass

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
    """Read the first line of standard input, white space around it taken off. Raises ConfigurationError for none."""
    given = _decoded(sys.stdin.buffer.readline(LONGEST_KEY), name).strip()
    if not given:
        raise ConfigurationError(f"{name}: the first line of standard input is empty")
    return given


def _content(given: bytes | BinaryIO, name: str) -> bytes:
    try:
        return given if isinstance(given, bytes) else given.read()
    except OSError as error:  # a folder, a file that cannot be read to its end
        raise ConfigurationError(f"{name} cannot be read: {error.strerror}") from None


def _decoded(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigurationError(f"{name} is not UTF-8") from None
