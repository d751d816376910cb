"""Return a command line for a shell to run again, without its secrets."""

from __future__ import annotations

import itertools
import json
import re
import shlex
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from veneer._core.secret_names import is_secret
from veneer_cli.parameters import Option

if TYPE_CHECKING:
    import click

    from veneer_cli.flags import Flags

__all__ = ["resuming"]

_SECRET: Final = frozenset({"--api-key", "-k"})
_NAMED: Final = frozenset({"--header", "-H", "--credential", "--param", "-p"})
_VALUED: Final = _SECRET | _NAMED | {"--body", "-b", "--base-url", "-u", "--contract", "-c"}


def resuming(
    ctx: click.Context, flags: Flags, secret: Collection[str] = (), *, again: str | None = None
) -> str:
    """Return this process's command line for a shell, with one more `--again` and a comment on what is left out.

    `secret` are the names of arguments that the contract marks as secret.
    """
    left_out: list[str] = []
    options = [one for one in ctx.command.params if isinstance(one, Option)]
    valued = {word: one.secret for one in options if not one.is_flag for word in one.opts}
    words = [*_kept(sys.argv[1:], flags, secret, valued, left_out)]
    if again is not None and not _has(words, again):
        words += ["--again", again]
    line = shlex.join([str(ctx.find_root().info_name or "veneer"), *words])
    missing = ", ".join(dict.fromkeys(left_out))
    return f"{line}  # give again what is secret: {missing}" if missing else line


def _has(words: Sequence[str], again: str) -> bool:
    pairs = itertools.pairwise(words)
    return f"--again={again}" in words or ("--again", again) in pairs


def _kept(
    words: Sequence[str],
    flags: Flags,
    secret: Collection[str],
    valued: Mapping[str, bool],
    left_out: list[str],
) -> Iterator[str]:
    """Yield the words without options whose values are secrets, which go into `left_out`.

    `valued` are the command's own options that take a value, and whether it is a secret.
    """
    rest = iter(words)
    for word in rest:
        name, value, is_joined = _split(word)
        if name not in _VALUED and name not in valued:
            if _holds_key(word, flags):
                left_out.append(name if is_joined else "a word")
            else:
                yield word
            continue
        value = value if is_joined else next(rest, "")
        if valued.get(name) or _is_secret(name, value, secret) or _holds_key(value, flags):
            left_out.append(name)
        elif is_joined:
            yield word
        else:
            yield from (word, value)


def _split(word: str) -> tuple[str, str, bool]:
    """Return an option's name and the value that is joined to it: `--param=a=b`, `-pa=b`."""
    if word.startswith("--"):
        name, sign, value = word.partition("=")
        return name, value, bool(sign)
    if word.startswith("-") and len(word) > 2 and word[:2] in _VALUED:
        return word[:2], word[2:], True
    return word, "", False


def _is_secret(name: str, value: str, secret: Collection[str]) -> bool:
    if name in _SECRET:
        return True
    if name not in _NAMED:
        return _holds_secret(value)
    called, _, given = value.partition(":" if name in {"--header", "-H"} else "=")
    if name == "--credential":
        return not given.startswith("@")
    return (
        called.strip() in secret
        or is_secret(called.strip(), given.strip())
        or called.strip().lower().endswith("key")
        or _holds_secret(given)
    )


def _holds_secret(text: str) -> bool:
    """Return whether JSON has a member with the name of a secret."""
    try:
        waiting: list[Any] = [json.loads(text)]
    except (ValueError, RecursionError):
        return False
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            if any(is_secret(name, value) for name, value in one.items()):
                return True
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
    return False


def _holds_key(word: str, flags: Flags) -> bool:
    """Return whether a word contains a key in use, or the password of a URL."""
    return (
        any(secret in word for secret in flags.secrets)
        or re.search(r"://[^/@\s]+:[^/@\s]*@", word) is not None
    )
