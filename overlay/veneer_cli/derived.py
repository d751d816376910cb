"""The methods of a generated client as commands: a namespace is a group, an argument of the contract a flag.

Nothing is generated for it: what there is comes from `methods.json` beside the generated client, what a command
takes from the contract. Only what the command line names is built; the rest is a name and a line of help.
"""

from __future__ import annotations

import contextlib
import enum
import importlib.resources
import inspect
import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.markup import escape

from veneer._core.dotted_path import attribute_names, pick
from veneer._core.errors import ConfigurationError
from veneer_cli import call
from veneer_cli.connect import client
from veneer_cli.contract import Operation, Parameter, has_members
from veneer_cli.endpoints import Given, arranged
from veneer_cli.flags import Flags, flags_of, output_of
from veneer_cli.inputs import text_of
from veneer_cli.options import COMMON, command, group
from veneer_cli.output import Output
from veneer_cli.text import clean

if TYPE_CHECKING:
    from veneer import Client
    from veneer._core.call import Bound
    from veneer_cli.service import Service

__all__ = ["Flag", "Offer", "add_methods", "flags_for", "offers", "said"]

_LONGEST: Final = 1200
"""Characters of a description that help shows."""
_MOST_CHOICES: Final = 12
"""Values that help lists."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A method that is a command: its name there, how it is called, and the operation ("GET /pets") that it sends."""

    name: str
    kind: str
    operation: str
    summary: str = ""
    positional: tuple[str, ...] = ()
    unwrap: str = ""
    asks: str = ""


@dataclass(frozen=True, slots=True)
class Flag:
    """What gives an argument its value: a flag, or a place (`positional`); of an object perhaps one `member`.

    `negative` is the flag that says no.
    """

    name: str
    parameter: Parameter
    member: Parameter | None = None
    positional: bool = False
    negative: str = ""

    @property
    def target(self) -> Parameter:
        """What the text is a value of."""
        return self.member or self.parameter

    @property
    def needed(self) -> bool:
        """Whether it must be given where no whole body is."""
        return self.parameter.required and self.member is None


def offers(service: Service, taken: Collection[str] = ()) -> dict[str, tuple[str, tuple[Offer, ...]]]:
    """Return the commands of each group ("" is the program itself), with the words that are said of the group.

    A list and its iterator are one command, and so are a file and its download. A group or command of a name that is
    `taken` in the program gets an underscore, as such names do in Python.
    """
    text = (importlib.resources.files(service.package) / "methods.json").read_text(encoding="utf-8")
    found: dict[str, tuple[str, tuple[Offer, ...]]] = {}
    own: list[Mapping[str, Any]] = []
    for space in json.loads(text):
        if not space["name"]:
            own = space["methods"]
            continue
        name = _free(_dashed(space["name"]), {*taken, *found})
        found[name] = (space["words"].partition(": `")[0], _offers(space["name"], space["methods"], ()))
    return {"": ("", _offers("", own, {*taken, *found})), **found}


def _offers(space: str, methods: Sequence[Mapping[str, Any]], taken: Collection[str]) -> tuple[Offer, ...]:
    kinds = {(one["operation"], one["kind"]) for one in methods}
    found: dict[str, Offer] = {}
    for one in methods:
        kind, operation = one["kind"], one["operation"]
        whole = {"iter": "list", "download": "call"}.get(kind)
        if (operation, whole) in kinds:
            continue
        name = _free(_dashed(one["name"].removeprefix(f"{space}_") or one["name"]), {*taken, *found})
        found[name] = Offer(
            name,
            "list" if kind == "iter" else kind,
            operation,
            one.get("summary", ""),
            tuple(one.get("positional", ())),
            one.get("unwrap", ""),
            one.get("asks", ""),
        )
    return tuple(found.values())


def _dashed(name: str) -> str:
    return name.strip("_").replace("_", "-") or name


def _free(name: str, taken: Collection[str]) -> str:
    while name in taken:
        name += "_"
    return name


def add_methods(app: typer.Typer, service: Service, words: Collection[str], taken: Collection[str]) -> None:
    """Give a program or group, whose own names are `taken`, the methods of its API as commands: those that `words` name in full."""
    groups = {"": app}
    for name, (about, listed) in offers(service, taken).items():
        home = _home(groups, name, said(about), service)
        for offer in listed if not name or {*name.split(".")} <= {*words} else ():
            if offer.name in words:
                command(home, offer.name)(_function(service, offer))
            else:
                home.command(offer.name, help=said(offer.summary))(_unnamed)


def _home(groups: dict[str, typer.Typer], name: str, about: str, service: Service) -> typer.Typer:
    """Return the group of a namespace, made in those that hold it (`chat.completions`)."""
    if name not in groups:
        holder, _, own = name.rpartition(".")
        groups[name] = group(own, about or f"{own.capitalize()}.", service)
        _home(groups, holder, "", service).add_typer(groups[name])
    return groups[name]


def _unnamed() -> None:
    """Stand for a command that the command line does not name."""
    raise AssertionError("a command that was not built")


# -- from a contract to a function with a signature, which is all that Typer reads ------------------------------------


def _function(service: Service, offer: Offer) -> Callable[..., None]:
    operation = service.contract.find(offer.operation)
    own = dict(_own(operation, offer))
    flags = {f"p{at}": one for at, one in enumerate(flags_for(operation, offer))}
    keyword = inspect.Parameter.KEYWORD_ONLY
    parameters = [inspect.Parameter("ctx", keyword, annotation=typer.Context)]
    parameters += [
        inspect.Parameter(name, keyword, default=_default(one), annotation=_annotation(one))
        for name, one in flags.items()
    ]
    parameters += [
        inspect.Parameter(name, keyword, default=default, annotation=annotation)
        for name, (annotation, default) in own.items()
    ]

    def run(ctx: typer.Context, **given: Any) -> None:
        texts = [(flag, given[name]) for name, flag in flags.items()]
        _carry_out(ctx, service, operation, offer, texts, {name: given[name] for name in own})

    run.__doc__ = _help(operation)
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # as inspect documents it
    run.__annotations__ = {one.name: one.annotation for one in parameters}
    return run


def _own(operation: Operation, offer: Offer) -> Iterator[tuple[str, tuple[Any, Any]]]:
    """The options beside the contract's: by the parameter's name the annotation and the default."""
    if operation.body:
        yield "body", (call.Body, None)
    if offer.kind == "list":
        yield "every", (call.All, False)
        yield "limit", (call.MaxItems, None)
        yield "concurrency", (call.Concurrency, 1)
    if _is_file(operation, offer):
        yield "output", (call.To, None)


_OWN_NAMES: Final = {
    "body": "body",
    "every": "all",
    "limit": "max-items",
    "concurrency": "concurrency",
    "output": "output",
}


def flags_for(operation: Operation, offer: Offer) -> Iterator[Flag]:
    """Name what gives each argument its value; a name that is taken says in which place the argument is."""
    taken = {"help", *COMMON, *(_OWN_NAMES[key] for key, _ in _own(operation, offer))}
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


def _default(flag: Flag) -> Any:
    """What Typer has for a parameter that is not given; places of the path must be."""
    return inspect.Parameter.empty if flag.positional and flag.parameter.place == "path" else None


def _annotation(flag: Flag) -> Any:
    one = flag.target
    if flag.positional:
        return Annotated[str, typer.Argument(metavar=flag.name, help=_about(flag), show_default=False)]
    kind, metavar = _type(one)
    called = f"{flag.name}/{flag.negative}" if flag.negative else flag.name
    option = typer.Option(called, metavar=metavar, help=_about(flag), show_default=False)
    taken: Any = list[kind] if one.kind == "array" else kind  # type: ignore[valid-type]
    return Annotated[taken | None, option]


def _type(one: Parameter) -> tuple[Any, str | None]:
    """The type that Typer reads, and how help names it; numbers and the like are read as the contract says, not by Typer."""
    kind = one.items if one.kind == "array" else one.kind
    if one.choices and kind in {"string", "integer", "number"}:
        listed = [*dict.fromkeys(str(value) for value in one.choices)]
        found = enum.Enum("Choice", {f"c{at}": value for at, value in enumerate(listed)}, type=str)  # type: ignore[misc]
        plain = all(re.fullmatch(r"[\w.:/ -]+", value) for value in listed)
        return found, None if plain and len(listed) <= _MOST_CHOICES else "CHOICE"
    if one.kind == "boolean":
        return bool, None
    metavar = {"integer": "INTEGER", "number": "NUMBER", "boolean": "BOOLEAN", "file": "@PATH"}.get(kind)
    return str, metavar or ("TEXT" if kind == "string" else "JSON|TEXT" if kind == "any" else "JSON|@FILE|-")


def _about(flag: Flag) -> str:
    one = flag.target
    parts = [said(one.description)]
    if one.default is not None and not flag.needed:
        parts.append(escape(clean(f"(default: {json.dumps(one.default, ensure_ascii=False)})")))
    if one.choices and _type(one)[1] == "CHOICE":
        shown = ", ".join(str(value) for value in one.choices[:_MOST_CHOICES])
        more = ", …" if len(one.choices) > _MOST_CHOICES else ""
        parts.append(escape(clean(f"({len(one.choices)} choices: {shown}{more})")))
    if one.kind == "array":
        parts.append("(repeatable)")
    if flag.needed and _default(flag) is None:  # of a place in the path Typer says it
        parts.append("(required)")
    return " ".join(filter(None, parts))


def said(text: str) -> str:
    """A contract's words for help: the first paragraph, which Rich is not to read as markup."""
    first = " ".join(clean(text.strip().partition("\n\n")[0]).split())
    return escape(first if len(first) <= _LONGEST else f"{first[:_LONGEST]}…")


def _help(operation: Operation) -> str:
    leaving = "Deprecated." if operation.deprecated else ""
    description = said(operation.description)
    summary = said(operation.summary)
    more = "" if description.startswith(summary) and len(description) == len(summary) else description
    where = escape(clean(f"{operation.method} {operation.path}"))
    return "\n\n".join(filter(None, (leaving, summary, more, where)))


# -- what a command does ----------------------------------------------------------------------------------------------


def _carry_out(
    ctx: typer.Context,
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
    """Return the arguments in the path and others, by name, and the body with its members, read as the contract says."""
    path: dict[str, Any] = {}
    values: dict[str, Any] = {}
    members: dict[str, Any] = {}
    homes = {"path": path, "body": members}
    for flag, given in texts:
        if given in (None, [], ()):
            continue
        held = homes.get(flag.parameter.place, values)
        name, value = flag.parameter.name, _value(flag, given, flags, stack)
        if flag.member is not None:
            whole = held.setdefault(name, {})
            if not isinstance(whole, dict):
                raise ConfigurationError(f"{flag.name} needs an object, and {name} is given as none")
            whole[flag.member.name] = value
        else:
            held[name] = value
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


def _value(flag: Flag, given: Any, flags: Flags, stack: contextlib.ExitStack) -> Any:
    one = flag.target
    if isinstance(given, bool):
        return given
    several = [given] if isinstance(given, str) else [*given]
    listed = [one.value if isinstance(one, enum.Enum) else one for one in several]
    kind = one.items if one.kind == "array" else one.kind
    if kind == "file":
        found = [text if text.startswith("@") else f"@{text}" for text in listed]
        return call.file_of(one, found if one.kind == "array" else found[0], stack)
    if kind in {"object", "array"} or one.kind == "array":
        listed = [text_of(text, flags, flag.name) if _is_source(text) else text for text in listed]
    return one.value(listed, flag.name)


def _is_source(text: str) -> bool:
    return text == "-" or text.startswith("@")


def _is_file(operation: Operation, offer: Offer) -> bool:
    return offer.kind == "download" or (offer.kind == "call" and operation.binary)


def _list(at: Client, asked: Bound[Any], out: Output, operation: Operation, own: Mapping[str, Any]) -> None:
    if own["every"] or own["limit"] is not None:
        call.paginate(at, asked, out, own["limit"], own["concurrency"], operation.columns)
        return
    page = at.paginate(asked).page()
    _print([*page], out, operation)
    if page.next is not None:
        whole = f" of {page.total:,}" if page.total is not None else ""
        out.note(f"{len(page):,}{whole} rows: --all gets all pages")


def _print(found: Any, out: Output, operation: Operation) -> None:
    """Print a result: rows in columns, an object in lines; anything else as it is."""
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
