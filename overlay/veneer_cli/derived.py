"""Turn a method of a generated client into a command: each argument of the contract is a flag."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import click

from veneer._core.dotted_path import attribute_names, pick
from veneer._core.errors import ConfigurationError
from veneer._core.secret_names import is_secret
from veneer_cli import call, each
from veneer_cli.connect import client
from veneer_cli.contract import Operation, Parameter, has_members
from veneer_cli.endpoints import Given, arranged
from veneer_cli.flags import Flags, flags_of, output_of
from veneer_cli.inputs import file_of, text_of
from veneer_cli.offers import Offer, said
from veneer_cli.options import COMMON
from veneer_cli.output import Output
from veneer_cli.parameters import Action, Option, Positional
from veneer_cli.text import clean

if TYPE_CHECKING:
    from veneer import Client
    from veneer._core.call import Bound
    from veneer_cli.service import Service

__all__ = ["Flag", "action", "flags_for"]

_YIELDING: Final = {"fields", "profile", "query"}
"""Common options whose names an API may use itself: they then go before the command's name."""
_COMMON: Final = {str(one.name).replace("_", "-") for one in COMMON} - _YIELDING
_MOST_CHOICES: Final = 12
"""How many values help lists."""


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag or `positional` argument that sets an argument of the contract, or one `member` of it.

    `negative` is the flag that sets false.
    """

    name: str
    parameter: Parameter
    member: Parameter | None = None
    positional: bool = False
    negative: str = ""

    @property
    def target(self) -> Parameter:
        """The parameter that the text is a value of."""
        return self.member or self.parameter

    @property
    def needed(self) -> bool:
        """Whether it is required without a whole body."""
        return self.parameter.required and self.member is None


def action(service: Service, offer: Offer) -> Action:
    """Return the command that calls a method."""
    operation = service.contract.find(offer.operation)
    own = dict(_own(operation, offer))
    flags = {f"p{at}": one for at, one in enumerate(flags_for(operation, offer))}
    is_many = _is_many(operation, offer)
    taken = {one.name.removeprefix("--") for one in flags.values()}
    many = [*each.options(taken)] if is_many else []

    def run(ctx: click.Context, **given: Any) -> None:
        texts = [(flag, given[name]) for name, flag in flags.items()]
        found = each.chosen(ctx, given, ("every", "limit")) if is_many else None
        if found is None:
            _carry_out(ctx, service, operation, offer, texts, given)
            return
        from veneer_cli.many import call_many

        common = flags_of(ctx)
        values = _values_of_all(operation, texts, common)
        body = call.body_of_all(operation, given.get("body"), common)
        call_many(ctx, service, operation, values, body, found, offer.unwrap)

    made = (_parameter(name, one, is_many=is_many) for name, one in flags.items())
    return Action(run, (*made, *own.values(), *many), _help(operation))


def _is_many(operation: Operation, offer: Offer) -> bool:
    """Return whether the command may be called with each line of a file: its response is JSON or text."""
    return offer.kind in {"call", "list"} and not (operation.binary or operation.streams)


def _own(operation: Operation, offer: Offer) -> Iterator[tuple[str, click.Parameter]]:
    """Yield the options beside the contract's, by the parameter's name."""
    known = {str(one.name): one for one in call.call.parameters}
    if operation.body:
        yield "body", known["body"]
    if offer.kind == "list":
        yield from ((name, known[name]) for name in ("every", "limit"))
    if _is_file(operation, offer):
        yield "output", known["output"]


_OWN_NAMES: Final = {
    "body": "body",
    "every": "all",
    "limit": "max-items",
    "output": "output",
}


def flags_for(operation: Operation, offer: Offer) -> Iterator[Flag]:
    """Yield the flag of each argument; one whose name is taken is prefixed with its place."""
    taken = {"help", *_COMMON, *(_OWN_NAMES[key] for key, _ in _own(operation, offer))}
    taken |= {"concurrency"} if offer.kind == "list" else set()
    places = [one for one in operation.parameters if one.place == "path"]
    places += [
        one
        for name in offer.positional
        for one in operation.parameters
        if one.name == name and one.required and one.place != "path" and _is_plain(one)
    ]
    for one in places:
        yield Flag(_snake(one.name).upper() or one.place.upper(), one, positional=True)
    for one in operation.parameters:
        if one in places or (one.place == "body" and offer.asks and offer.asks in attribute_names(one.name)):
            continue
        name = _kebab(one.name)
        name = name if name and name not in taken else f"{one.place}-{name}".rstrip("-")
        while name in taken:
            name += "-2"
        negative = f"no-{name}" if one.kind == "boolean" and f"no-{name}" not in taken else ""
        taken |= {name, negative}
        yield Flag(f"--{name}", one, negative=negative and f"--{negative}")
        for member in one.members:
            part = f"{name}.{_kebab(member.name)}"
            if _kebab(member.name) and part not in taken:
                taken.add(part)
                yield Flag(f"--{part}", one, member)


def _is_plain(parameter: Parameter) -> bool:
    return parameter.kind not in {"array", "object", "any"}


def _snake(name: str) -> str:
    return attribute_names(name)[0].strip("_")


def _kebab(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", _snake(name)).strip("-")


def _parameter(name: str, flag: Flag, *, is_many: bool) -> click.Parameter:
    if flag.positional:
        in_path = _is_in_path(flag)
        shown = flag.name if in_path else f"[{flag.name}]"
        return Positional([name], metavar=shown, required=in_path and not is_many, about=_about(flag))
    kind, metavar = _type(flag.target)
    called = f"{flag.name}/{flag.negative}" if flag.negative else flag.name
    more: dict[str, Any] = {"is_flag": True} if kind is bool else {"type": kind, "metavar": metavar}
    return Option(
        [name, called],
        default=None,
        help=_about(flag),
        multiple=flag.target.kind == "array",
        secret=flag.target.secret or is_secret(flag.target.name),
        **more,
    )


def _is_in_path(flag: Flag) -> bool:
    """Return whether each call needs it; other required arguments may be members of a whole body."""
    return flag.positional and flag.parameter.place == "path"


def _type(one: Parameter) -> tuple[Any, str | None]:
    """Return click's type and its name in help; the contract, not click, parses numbers and the like."""
    kind = one.items if one.kind == "array" else one.kind
    if one.choices and kind in {"string", "integer", "number"}:
        listed = [*dict.fromkeys(str(value) for value in one.choices)]
        plain = all(re.fullmatch(r"[\w.:/ -]+", value) for value in listed)
        return click.Choice(listed), None if plain and len(listed) <= _MOST_CHOICES else "CHOICE"
    if one.kind == "boolean":
        return bool, None
    metavar = {"integer": "INTEGER", "number": "NUMBER", "boolean": "BOOLEAN", "file": "@PATH"}.get(kind)
    return str, metavar or ("TEXT" if kind == "string" else "JSON|TEXT" if kind == "any" else "JSON|@FILE|-")


def _about(flag: Flag) -> str:
    one = flag.target
    parts = [said(one.description)]
    if one.default is not None and not flag.needed:
        parts.append(clean(f"(default: {json.dumps(one.default, ensure_ascii=False)})"))
    if one.choices and _type(one)[1] == "CHOICE":
        shown = ", ".join(str(value) for value in one.choices[:_MOST_CHOICES])
        more = ", …" if len(one.choices) > _MOST_CHOICES else ""
        parts.append(clean(f"({len(one.choices)} choices: {shown}{more})"))
    if one.kind == "array":
        parts.append("(repeatable)")
    if flag.needed:
        parts.append("(required)")
    return " ".join(filter(None, parts))


def _help(operation: Operation) -> str:
    leaving = "Deprecated." if operation.deprecated else ""
    description = said(operation.description)
    summary = said(operation.summary)
    more = "" if description.startswith(summary) and len(description) == len(summary) else description
    where = clean(f"{operation.method} {operation.path}")
    return "\n\n".join(filter(None, (leaving, summary, more, where)))


# -- running a command ------------------------------------------------------------------------------------------------


def _carry_out(
    ctx: click.Context,
    service: Service,
    operation: Operation,
    offer: Offer,
    texts: Sequence[tuple[Flag, Any]],
    own: Mapping[str, Any],
) -> None:
    flags, out = flags_of(ctx), output_of(ctx)
    with contextlib.ExitStack() as stack:
        given = call.content(operation, own.get("body"), flags, stack)
        path, values, given = _values(operation, offer, texts, given, flags, stack)
        asked = arranged(service, operation, values, given, stream=offer.kind == "stream", path=path)
        with client(service, flags) as at:
            if _is_file(operation, offer) and not flags.shows:
                call.download(at, asked, out, own["output"])
            elif offer.kind == "stream":
                call.stream(at, asked, out)
            elif offer.kind == "list":
                _list(at, asked, out, operation, own)
            else:
                _print(pick(at.call(asked), offer.unwrap), out, operation)


def _values(
    operation: Operation,
    offer: Offer,
    texts: Sequence[tuple[Flag, Any]],
    body: Given | None,
    flags: Flags,
    stack: contextlib.ExitStack,
) -> tuple[dict[str, Any], dict[str, Any], Given | None]:
    """Return path arguments and others, by name, and the body with its members, all typed by the contract."""
    path: dict[str, Any] = {}
    values: dict[str, Any] = {}
    members: dict[str, Any] = {}
    homes = {"path": path, "body": members}
    for flag, given in _given(texts):
        _set(homes.get(flag.parameter.place, values), flag, _value(flag, given, flags, stack))
    missing = [
        flag.name
        for flag, _ in texts
        if flag.needed
        and flag.parameter.name not in homes.get(flag.parameter.place, values)
        and not (flag.parameter.place == "body" and body is not None)
    ]
    missing += ["--body"] if operation.needs_body and body is None else []
    if missing:
        raise ConfigurationError(f"{offer.name} needs {', '.join(missing)}")
    if not members:
        return path, values, body
    whole = {} if body is None else body.payload
    if not has_members(operation.body) or not isinstance(whole, dict):
        raise ConfigurationError("--body must be a JSON object here: flags give members of it")
    return path, values, Given({**whole, **members})


def _values_of_all(operation: Operation, texts: Sequence[tuple[Flag, Any]], flags: Flags) -> dict[str, Any]:
    """Return the arguments that all lines have, by name; a file stays a path, which each call opens."""
    values: dict[str, Any] = {}
    for flag, given in _given(texts):
        name = flag.parameter.name
        if flag.parameter != operation.parameter(name):
            raise ConfigurationError(
                f"{flag.name} does not go with --each: {name} of a line is another argument of that name"
            )
        _set(values, flag, _value(flag, given, flags, None))
    return values


def _given(texts: Iterable[tuple[Flag, Any]]) -> Iterator[tuple[Flag, Any]]:
    return (pair for pair in texts if pair[1] not in (None, [], ()))


def _set(held: dict[str, Any], flag: Flag, value: Any) -> None:
    """Set a flag's argument, or one member of it."""
    name = flag.parameter.name
    if flag.member is None:
        held[name] = value
        return
    whole = held.setdefault(name, {})
    if not isinstance(whole, dict):
        raise ConfigurationError(f"{flag.name} needs {name} to be an object")
    whole[flag.member.name] = value


def _value(flag: Flag, given: Any, flags: Flags, stack: contextlib.ExitStack | None) -> Any:
    """Return a flag's value, typed by the contract. Without a stack, a file is its `@PATH`."""
    one = flag.target
    if isinstance(given, bool):
        return given
    listed = [given] if isinstance(given, str) else [*given]
    kind = one.items if one.kind == "array" else one.kind
    if kind == "file":
        paths = [text if text.startswith("@") else f"@{text}" for text in listed]
        found = paths if one.kind == "array" else paths[0]
        return found if stack is None else file_of(one, found, stack)
    if kind in {"object", "array"} or one.kind == "array":
        listed = [text_of(text, flags, flag.name) if _is_source(text) else text for text in listed]
    return one.value(listed, flag.name)


def _is_source(text: str) -> bool:
    return text == "-" or text.startswith("@")


def _is_file(operation: Operation, offer: Offer) -> bool:
    return offer.kind == "download" or (offer.kind == "call" and operation.binary)


def _list(at: Client, asked: Bound[Any], out: Output, operation: Operation, own: Mapping[str, Any]) -> None:
    if own["every"] or own["limit"] is not None:
        call.paginate(at, asked, out, own["limit"], own.get("concurrency"), operation.columns)
        return
    page = at.paginate(asked).page()
    _print([*page], out, operation)
    if page.next is not None:
        whole = f" of {page.total:,}" if page.total is not None else ""
        out.note(f"{len(page):,}{whole} rows: --all gets all pages")


def _print(found: Any, out: Output, operation: Operation) -> None:
    """Print a result: rows in columns, an object in lines, anything else unchanged."""
    if isinstance(found, list) and (
        out.json or (operation.columns and all(isinstance(one, Mapping) for one in found))
    ):
        out.rows(found, operation.columns)
    elif isinstance(found, Mapping):
        out.value(found)
    elif isinstance(found, str) and not out.json:
        out.text(found)
    else:
        call.print_answer(found, out)
