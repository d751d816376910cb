"""Turn what a command raises into one line on standard error and an exit code.

| code | means |
|---|---|
| 0 | done |
| 1 | the platform or the network said no, or a file could not be written |
| 2 | wrong usage or configuration: nothing was sent |
| 130 | interrupted (Ctrl-C) |
| 141 | the reader of standard output went away (as after SIGPIPE) |

What goes to standard error is one line, and harmless to a terminal whatever a server sent.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import typer

from veneer._core.attempts import Outcome
from veneer._core.errors import APIError, ConfigurationError, VeneerError
from veneer._core.redact import mask_text
from veneer.cli.dryrun import CapturedError, as_curl, as_http
from veneer.cli.output import Output
from veneer.cli.process import CUT_OFF, INTERRUPTED, discard_output, interruptible, say, tell
from veneer.cli.text import clean, json_escaped

if TYPE_CHECKING:
    from veneer.cli.flags import Flags

__all__ = ["guarded"]


@contextlib.contextmanager
def guarded(program: str, flags: Flags) -> Iterator[None]:
    """Run a command; ends in `typer.Exit` where it failed as commands may."""
    code = 1
    try:
        with interruptible():
            try:
                yield
            except CapturedError as captured:
                _show(captured, flags)
            # A closed pipe or a full disk shows itself at the latest here, not while the interpreter ends.
            sys.stdout.flush()
    except BrokenPipeError:
        discard_output()
        code = CUT_OFF
    except KeyboardInterrupt:
        tell(program, "interrupted")
        code = INTERRUPTED
    except VeneerError as error:
        _tell(program, error, flags)
        code = 2 if isinstance(error, ConfigurationError) else 1
    except RecursionError:
        tell(program, "the answer is nested too deeply to be read or shown")
    except OSError as error:
        discard_output(error)
        tell(program, error)
    else:
        return
    raise typer.Exit(code) from None


def _show(captured: CapturedError, flags: Flags) -> None:
    if flags.json:
        curl = {"curl": as_curl(captured.request)} if flags.curl else {}
        Output(json=True).document({**captured.request.to_dict(), **curl})
    else:
        print(as_curl(captured.request) if flags.curl else clean(as_http(captured.request)))


def _tell(program: str, error: VeneerError, flags: Flags) -> None:
    # A server may echo what it was sent.
    if flags.json:
        say(mask_text(json_escaped(json.dumps({"error": _account(error)}, default=str)), flags.secrets))
        return
    tell(program, mask_text(_line(error), flags.secrets))
    if flags.debug and isinstance(error, APIError):
        say(mask_text(clean(f"request id: {error.request_id}\n{error.body}"), flags.secrets))


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
