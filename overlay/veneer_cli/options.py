"""The common options, which every command takes before its name or after it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, get_origin

import click

from veneer._core.errors import ConfigurationError
from veneer_cli.flags import Flags, flags_of

if TYPE_CHECKING:
    from veneer_cli.selection import Fields, Query

__all__ = ["COMMON", "commanded", "note"]


def commanded(run: Callable[..., Any]) -> Callable[..., Any]:
    """Return click's callback of a command: it keeps the common options and reports errors.

    An error becomes a line and an exit code. An argument that is not valid UTF-8 raises
    ConfigurationError: no request can carry it.
    """

    @click.pass_context
    def call(ctx: click.Context, /, **values: Any) -> Any:
        from veneer_cli.guard import guarded

        note(ctx, values)
        flags = flags_of(ctx)
        with guarded(ctx.find_root().info_name or "veneer", flags):
            _check_texts(ctx, flags, values)
            flags.chosen = _chosen(flags)
            if not flags.shows_progress:
                return run(ctx, **values)
            from veneer_cli.progress import shown

            with shown(str(ctx.info_name)):
                return run(ctx, **values)

    return call


def note(ctx: click.Context, values: dict[str, Any]) -> None:
    """Move the common options out of `values`; the one nearest to the command wins, headers add up."""
    flags = flags_of(ctx)
    given = {str(one.name): values.pop(str(one.name), None) for one in COMMON}
    if given["debug"] and not flags.debug:
        # The outermost context: logging that a group starts continues in its command.
        from veneer_cli.logs import logged

        ctx.find_root().with_resource(logged())
    for name, value in given.items():
        if value is not None and value is not False and value != ():
            more = name in {"header", "credential"}
            setattr(flags, name, (*getattr(flags, name), *value) if more else value)


def _chosen(flags: Flags) -> Fields | Query | None:
    """Return the parts of a result to print. Raises ConfigurationError before anything is sent."""
    if flags.fields is None and flags.query is None:
        return None
    from veneer_cli.selection import Fields, compiled

    if flags.query is None:
        return Fields.of(flags.fields or "")
    if flags.fields is not None:
        raise ConfigurationError("--fields and --query both choose what is printed: give only one")
    return compiled(flags.query)


def _check_texts(ctx: click.Context, flags: Flags, values: Mapping[str, Any]) -> None:
    common = {
        "--base-url": flags.base_url,
        "--api-key": flags.api_key,
        "--header": flags.header,
        "--credential": flags.credential,
        "--fields": flags.fields,
        "--query": flags.query,
        "--profile": flags.profile,
    }
    flag = {param.name: param.opts[0] for param in ctx.command.params}
    for name, value in {**common, **{flag.get(name, name): value for name, value in values.items()}}.items():
        _check_text(name, value)


def _check_text(name: str, value: Any) -> None:
    """Reject text with lone surrogates, Python's form of bytes that are not UTF-8; file paths may have them."""
    for text in value if isinstance(value, (list, tuple)) else (value,):
        try:
            if isinstance(text, str) and not text.startswith("@"):
                text.encode()
        except UnicodeEncodeError:
            raise ConfigurationError(f"{name} is not UTF-8") from None


def _option(name: str, kind: Any, *words: str, **settings: Any) -> click.Option:
    if kind is bool:
        return click.Option([name, *words], is_flag=True, **settings)
    many = get_origin(kind) is list
    return click.Option([name, *words], type=str if many else kind, multiple=many, **settings)


COMMON: tuple[click.Option, ...] = (
    _option("json", bool, "--json", "-j", help="Print JSON: one value, or one line per row."),
    _option("fields", str, "--fields", metavar="NAME,NAME", help="Print only these members, such as id,owner.name."),
    _option("query", str, "--query", metavar="EXPR", help="Print the value of this JMESPath expression for each result."),
    _option("profile", str, "--profile", metavar="NAME", help="Use this profile's settings and ignore the environment's."),
    _option("base_url", str, "--base-url", "-u", metavar="URL", help="The API's address."),
    _option("api_key", str, "--api-key", "-k", metavar="KEY", help="The API key. Other users may see it: prefer the environment."),
    _option("api_key_stdin", bool, "--api-key-stdin", help="Read the key from the first line of standard input."),
    _option("credential", list[str], "--credential", metavar="SCHEME=VALUE", help="Another key, by the contract's security scheme; @FILE reads it."),
    _option("deadline", float, "--deadline", metavar="SECONDS", help="Time limit of each call, retries included."),
    _option("max_retries", int, "--max-retries", metavar="N", help="How often to retry a failed request; 0: never."),
    _option("header", list[str], "--header", "-H", metavar="NAME: VALUE", help="Send this header too."),
    _option("dry_run", bool, "--dry-run", help="Print the first request instead of sending it, secrets masked."),
    _option("curl", bool, "--curl", help="Like --dry-run, as a curl command."),
    _option("debug", bool, "--debug", help="Log every request to standard error, secrets masked."),
)  # fmt: skip
"""The options that every command takes."""
