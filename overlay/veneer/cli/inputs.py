"""Read what a command is given: JSON from an argument, a file or standard input; files; secrets."""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path
from typing import Any, BinaryIO

from veneer._core.errors import ConfigurationError
from veneer.cli.flags import Flags

__all__ = ["json_object", "json_of", "json_or_text", "opened", "secret", "source", "text_of"]


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
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from None


def text_of(text: str, flags: Flags, name: str) -> str:
    """Read text from an argument, a file or standard input. Raises ConfigurationError that names the argument."""
    with contextlib.ExitStack() as stack:
        given = source(text, flags, stack)
        try:
            return (given if isinstance(given, bytes) else given.read()).decode()
        except UnicodeDecodeError:
            raise ConfigurationError(f"{name} is not UTF-8") from None


def json_or_text(text: str) -> Any:
    """Read JSON, and what is none as the text that it is."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def json_of(text: str, flags: Flags, name: str) -> Any:
    """Read JSON from an argument, a file or standard input. Raises ConfigurationError that names the argument."""
    with contextlib.ExitStack() as stack:
        given = source(text, flags, stack)
        try:
            return json.loads(given if isinstance(given, bytes) else given.read())
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

        given = getpass.getpass(f"{prompt}: ")
    elif flags.api_key_stdin:
        raise ConfigurationError(f"{prompt} and --api-key-stdin both read standard input")
    else:
        given = sys.stdin.read().removesuffix("\n").removesuffix("\r")
    if not given:
        raise ConfigurationError(f"{prompt} is empty")
    return given
