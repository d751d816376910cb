"""The options that every command takes, before its name or after it."""

from __future__ import annotations

import contextlib
import functools
import inspect
import logging
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_type_hints

import typer

from veneer._core.errors import ConfigurationError
from veneer_cli.flags import Flags, flags_of
from veneer_cli.guard import guarded
from veneer_cli.service import Service
from veneer_cli.text import line

__all__ = [
    "COMMON",
    "PASSED_ON",
    "ContractURL",
    "Forget",
    "Sampled",
    "Samples",
    "WritePatch",
    "command",
    "group",
    "with_common_options",
]

_Command = TypeVar("_Command", bound=Callable[..., Any])

ContractURL = Annotated[
    str | None,
    typer.Option(metavar="URL", help="Where the contract is; default: openapi.json at the API's address."),
]
Samples = Annotated[
    list[Path] | None,
    typer.Option(
        "--samples", metavar="FILE", help="A report of veneer.sampling (report().to_json()); repeatable."
    ),
]
WritePatch = Annotated[
    Path | None,
    typer.Option(
        "--write-patch",
        metavar="FILE",
        help="Write what was seen as Overlay actions, to be reviewed: openapi/patches/seen.json.",
    ),
]
PASSED_ON: dict[str, bool] = {
    "ignore_unknown_options": True,
    "allow_extra_args": True,
    "allow_interspersed_args": False,
}
"""The settings of a command that reads its own options."""
Sampled = Annotated[
    list[str] | None,
    typer.Argument(metavar="[OPERATION]...", help="Operations to call; default: all that can be."),
]
Forget = Annotated[bool, typer.Option("--forget", help="Log out: take the token out of the keyring.")]


def group(name: str, help: str, service: Service | None = None) -> typer.Typer:  # noqa: A002  # Typer's own name
    """Return an empty group of commands that takes the common options for all of them; they call `service`."""
    settings = {} if service is None else {"obj": service}
    made = typer.Typer(
        name=name, help=help, no_args_is_help=True, pretty_exceptions_enable=False, context_settings=settings
    )
    made.callback()(with_common_options(_nothing))
    return made


def command(app: typer.Typer, name: str, **settings: Any) -> Callable[[_Command], _Command]:
    """Register a function as a command that takes the common options too.

    What it raises becomes a line and an exit code. An argument that is not text raises ConfigurationError: no
    request can carry it.
    """

    def register(function: _Command) -> _Command:
        app.command(name, **settings)(with_common_options(function, guard=True))
        return function

    return register


def with_common_options(function: Callable[..., Any], *, guard: bool = False) -> Callable[..., Any]:
    """Return the function with the common options behind its own parameters.

    They are kept in the command's `Flags`. Typer reads a signature and nothing else, so this needs no class of its.
    """
    hints = get_type_hints(function, include_extras=True)
    own = dict(inspect.signature(function).parameters)
    takes_context = "ctx" in own
    parameters = [one.replace(annotation=hints[name]) for name, one in own.items()]
    if not takes_context:
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        parameters.insert(0, inspect.Parameter("ctx", kind, annotation=typer.Context))
    parameters = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in (*parameters, *_COMMON)]

    @functools.wraps(function)
    def run(*, ctx: typer.Context, **values: Any) -> Any:
        _note(ctx, {one.name: values.pop(one.name) for one in _COMMON})
        arguments = {"ctx": ctx, **values} if takes_context else values
        if not guard:
            return function(**arguments)
        flags = flags_of(ctx)
        with guarded(ctx.find_root().info_name or "veneer", flags):
            _check_texts(ctx, flags, values)
            return function(**arguments)

    signature = inspect.Signature(parameters)
    run.__signature__ = signature  # type: ignore[attr-defined]  # as functools documents it
    run.__annotations__ = {one.name: one.annotation for one in parameters}
    return run


def _nothing(ctx: typer.Context) -> None:
    """A group does nothing by itself."""


def _check_texts(ctx: typer.Context, flags: Flags, values: Mapping[str, Any]) -> None:
    common = {
        "--base-url": flags.base_url,
        "--api-key": flags.api_key,
        "--header": flags.header,
        "--credential": flags.credential,
    }
    flag = {param.name: param.opts[0] for param in ctx.command.params}
    for name, value in {**common, **{flag.get(name, name): value for name, value in values.items()}}.items():
        _check_text(name, value)


def _check_text(name: str, value: Any) -> None:
    """Refuse bytes that are not UTF-8, which Python makes lone surrogates of; the path of a file may have them."""
    for text in value if isinstance(value, (list, tuple)) else (value,):
        try:
            if isinstance(text, str) and not text.startswith("@"):
                text.encode()
        except UnicodeEncodeError:
            raise ConfigurationError(f"{name} is not UTF-8") from None


def _note(ctx: typer.Context, given: Mapping[str, Any]) -> None:
    """Keep the common options; the one nearer to the command wins, headers add up."""
    flags = flags_of(ctx)
    if given["debug"] and not flags.debug:
        # The outermost context: what a group logs goes on in its command.
        ctx.find_root().with_resource(_logged())
    for name, value in given.items():
        if value is not None and value is not False and value != []:
            more = name in {"header", "credential"}
            setattr(flags, name, (*getattr(flags, name), *value) if more else value)


class _Harmless(logging.Formatter):
    """One line for each record, which cannot steer the terminal that it is printed on."""

    def format(self, record: logging.LogRecord) -> str:
        return line(super().format(record))


@contextlib.contextmanager
def _logged() -> Iterator[None]:
    """Send the library's log to standard error while a command runs; it masks credentials itself."""
    logger, handler = logging.getLogger("veneer"), logging.StreamHandler()
    handler.setFormatter(_Harmless())
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)


def _option(name: str, kind: Any, *names: str, help: str, metavar: str | None = None) -> inspect.Parameter:  # noqa: A002
    option = typer.Option(*names, help=help, metavar=metavar, rich_help_panel="Common options")
    default, value = (False, kind) if kind is bool else (None, kind | None)
    annotation: Any = Annotated[value, option]
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


_COMMON = (
    _option("json", bool, "--json", "-j", help="Print JSON: one value, or one line for each."),
    _option("base_url", str, "--base-url", "-u", metavar="URL", help="Where the API is."),
    _option("api_key", str, "--api-key", "-k", metavar="KEY", help="The key. Other users may see it: prefer the environment."),
    _option("api_key_stdin", bool, "--api-key-stdin", help="Read the key from the first line of standard input."),
    _option("credential", list[str], "--credential", metavar="SCHEME=VALUE", help="A further key, by the contract's security scheme; @FILE reads it."),
    _option("deadline", float, "--deadline", metavar="SECONDS", help="Bound of each call, retries included."),
    _option("max_retries", int, "--max-retries", metavar="N", help="Repeats of a failed request; 0: none."),
    _option("header", list[str], "--header", "-H", metavar="NAME: VALUE", help="Send this header too."),
    _option("dry_run", bool, "--dry-run", help="Print the first request instead of sending it, secrets masked."),
    _option("curl", bool, "--curl", help="Like --dry-run, as a curl command."),
    _option("debug", bool, "--debug", help="Log every request to standard error, secrets masked."),
)  # fmt: skip

COMMON = tuple(one.name.replace("_", "-") for one in _COMMON)
"""The names of these options, without their dashes."""
