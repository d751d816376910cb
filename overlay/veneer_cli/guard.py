"""Turn a command's exception into one line on standard error and an exit code.

| code | means |
|---|---|
| 0 | done |
| 1 | the platform or the network failed, or a file could not be written |
| 2 | wrong usage or configuration: nothing was sent |
| 130 | interrupted (Ctrl-C) |
| 141 | the reader of standard output closed it (as after SIGPIPE) |

Standard error gets one line, which is harmless to a terminal whatever a server sent.
"""

from __future__ import annotations

import contextlib
import json
import logging
import sys
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from click.exceptions import Exit

from veneer._core.attempts import Outcome
from veneer._core.errors import APIError, ConfigurationError, VeneerError
from veneer._core.violations import SchemaViolation, SchemaViolationWarning
from veneer_cli.dryrun import CapturedError, as_curl, as_http
from veneer_cli.masking import Mask
from veneer_cli.met import remember
from veneer_cli.output import Output
from veneer_cli.process import CUT_OFF, INTERRUPTED, discard_output, interruptible, reason, say, tell
from veneer_cli.selection import QueryError
from veneer_cli.text import clean, json_escaped, line

if TYPE_CHECKING:
    from veneer._core.deprecation import Deprecation
    from veneer_cli.flags import Flags
    from veneer_cli.service import Service

__all__ = ["account", "guarded", "note_deprecation", "note_violation"]

_MISREAD = (AttributeError, IndexError, KeyError, TypeError, ValueError)
_SILENT = logging.NullHandler()


@contextlib.contextmanager
def guarded(program: str, flags: Flags) -> Iterator[None]:
    """Run a command; an expected failure becomes `Exit`."""
    code = 1
    try:
        with interruptible(), warnings.catch_warnings():
            # This program reports them in its own way.
            warnings.simplefilter("ignore", SchemaViolationWarning)
            warnings.filterwarnings("ignore", r"[A-Z]+ .* is deprecated", DeprecationWarning)
            logging.getLogger("veneer").addHandler(_SILENT)
            try:
                yield
            except CapturedError as captured:
                _show(captured, flags)
            # Flush here, so that a closed pipe or a full disk fails now, not at interpreter exit.
            sys.stdout.flush()
    except BrokenPipeError:
        discard_output()
        code = CUT_OFF
    except QueryError as error:
        _report(program, flags, QueryError, str(error))
    except KeyboardInterrupt:
        _report(program, flags, KeyboardInterrupt, "interrupted")
        code = INTERRUPTED
    except VeneerError as error:
        _tell(program, error, flags)
        code = 2 if isinstance(error, ConfigurationError) else 1
    except RecursionError:
        _report(
            program,
            flags,
            RecursionError,
            "the document or response is nested too deeply to be read or shown",
        )
    except OSError as error:
        discard_output(error)
        _report(program, flags, type(error), reason(error))
    except _MISREAD as error:
        if not flags.violations:
            raise
        # A response of another shape broke the command.
        text = f"the response cannot be shown ({next(iter(flags.violations.values()))})"
        _report(program, flags, type(error), text)
    else:
        return
    raise Exit(code) from None


def note_violation(violation: SchemaViolation, flags: Flags) -> None:
    """Report once how a response breaks the contract; with --debug the log reports it."""
    key, text = (violation.operation, violation.pattern, violation.kind), str(violation)
    if key in flags.violations:
        return
    flags.violations[key] = text
    if flags.debug:
        return
    message = f"{text}; kept as the server sent it"
    if flags.json:
        facts = {"type": "SchemaViolation", "message": message}
        facts |= {name: getattr(violation, name) for name in ("operation", "path", "kind")}
        say(json_escaped(json.dumps({"warning": facts})))
    else:
        say(f"warning: {line(message)}")


def note_deprecation(found: Deprecation, service: Service, flags: Flags) -> None:
    """Report once that an operation is deprecated, and remember it for `doctor`."""
    key, text = (found.method, found.path), found.said(datetime.now(UTC))
    if key in flags.deprecations:
        return
    flags.deprecations.add(key)
    remember(service, found)
    if flags.json:
        facts = {"type": "Deprecation", "message": text, **found.to_dict()}
        say(json_escaped(json.dumps({"warning": facts})))
    elif not flags.debug:
        say(f"warning: {line(text)}")


def _show(captured: CapturedError, flags: Flags) -> None:
    if flags.json:
        curl = {"curl": as_curl(captured.request)} if flags.curl else {}
        Output(json=True).document({**captured.request.to_dict(), **curl})
    elif flags.curl:
        # A shell needs the exact bytes; a terminal must not get them.
        text = as_curl(captured.request)
        print(clean(text) if sys.stdout.isatty() else text)
    else:
        print(clean(as_http(captured.request)))


def _report(program: str, flags: Flags, kind: type[BaseException], text: str) -> None:
    """Print an error that does not come from the library."""
    account = {"type": kind.__name__, "message": text}
    say(json_escaped(json.dumps({"error": account})) if flags.json else f"{program}: {line(text)}")


def _tell(program: str, error: VeneerError, flags: Flags) -> None:
    mask = Mask(tuple(flags.secrets))  # a server may echo a key
    if flags.json:
        known = account(error)
        known["message"] += _keyless(error, flags)
        facts = {name: mask.value(value) for name, value in known.items()}
        say(json_escaped(json.dumps({"error": facts}, default=str)))
        return
    tell(program, mask.text(_line(error) + _keyless(error, flags)))
    if flags.debug and isinstance(error, APIError):
        say(clean(mask.text(f"request id: {error.request_id}\n{error.body}")))


def _line(error: VeneerError) -> str:
    if isinstance(error, ConfigurationError):
        return error.message
    unsure = "; the operation may have been carried out" if error.outcome is Outcome.UNKNOWN else ""
    if len(error.attempts) > 1:
        return f"{error.explain()}{unsure}"
    where = f" [{error.method} {error.url}]" if error.method and error.url else ""
    return f"{error.message}{where}{unsure}"


def _keyless(error: VeneerError, flags: Flags) -> str:
    """Return how to provide a key, if the server requires one and none was given."""
    wants = isinstance(error, APIError) and error.status_code == 401
    return f"; {flags.keyless}" if wants and flags.keyless else ""


def account(error: VeneerError) -> dict[str, Any]:
    """Return an error as JSON, without unknown members."""
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
