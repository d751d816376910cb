"""Turn what a command raises into one line on standard error and an exit code.

| code | means |
|---|---|
| 0 | done |
| 1 | the platform or the network said no, or a file could not be written |
| 2 | wrong usage or configuration: nothing was sent |
| 130 | interrupted (Ctrl-C) |
| 141 | the reader of standard output went away (as after SIGPIPE) |
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import typer

from veneer._core.attempts import Outcome
from veneer._core.errors import APIError, ConfigurationError, VeneerError
from veneer._core.redact import mask_text
from veneer.cli.dryrun import CapturedError, as_curl, as_http
from veneer.cli.output import Output, clean

if TYPE_CHECKING:
    from veneer.cli.flags import Flags

__all__ = ["guarded"]


@contextlib.contextmanager
def guarded(program: str, flags: Flags) -> Iterator[None]:
    """Run a command; ends in `typer.Exit` where it failed as commands may."""
    try:
        yield
        # A closed pipe shows itself at the latest here, not while the interpreter ends.
        sys.stdout.flush()
    except CapturedError as captured:
        _show(captured, flags)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(141) from None
    except KeyboardInterrupt:
        print(f"{program}: interrupted", file=sys.stderr)
        raise typer.Exit(130) from None
    except VeneerError as error:
        _tell(program, error, flags)
        raise typer.Exit(2 if isinstance(error, ConfigurationError) else 1) from None
    except OSError as error:
        print(f"{program}: {clean(str(error))}", file=sys.stderr)
        raise typer.Exit(1) from None


def _show(captured: CapturedError, flags: Flags) -> None:
    if flags.json:
        curl = {"curl": as_curl(captured.request)} if flags.curl else {}
        Output(json=True).document({**captured.request.to_dict(), **curl})
    else:
        print(as_curl(captured.request) if flags.curl else clean(as_http(captured.request)))


def _tell(program: str, error: VeneerError, flags: Flags) -> None:
    text = json.dumps({"error": _account(error)}, default=str)
    if not flags.json:
        text = f"{program}: {' '.join(clean(_line(error)).split())}"
        if flags.debug and isinstance(error, APIError):
            text += f"\nrequest id: {error.request_id}\n{clean(error.body)}"
    # A server may echo what it was sent.
    print(mask_text(text, flags.secrets), file=sys.stderr)


def _line(error: VeneerError) -> str:
    if isinstance(error, ConfigurationError):
        return error.message
    unsure = "; it may have been carried out all the same" if error.outcome is Outcome.UNKNOWN else ""
    if len(error.attempts) > 1:
        return f"{error.explain()}{unsure}"
    where = f" [{error.method} {error.url}]" if error.method and error.url else ""
    return f"{error.message}{where}{unsure}"


def _account(error: VeneerError) -> dict[str, Any]:
    """An error as JSON, without what is not known."""
    facts: dict[str, Any] = {
        "type": type(error).__name__,
        "message": error.message,
        "operation": error.operation,
        "outcome": error.outcome.name,
        "retry_after": error.retry_after,
        "attempts": [str(attempt) for attempt in error.attempts] or None,
    }
    for name in ("status_code", "code", "detail", "request_id", "run_id", "waited_s"):
        facts[name] = getattr(error, name, None)
    return {name: value for name, value in facts.items() if value is not None}
