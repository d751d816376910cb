"""Describe the changes of a public surface: one sentence a change, with its severity."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from veneer_codegen.changes import Severity
from veneer_codegen.surface.file import GROUPS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from veneer_codegen.surface.file import Surface

__all__ = ["Difference", "compare"]

Kind = Literal["added", "changed", "removed"]

_C, _R, _B = Severity.COMPATIBLE, Severity.RISKY, Severity.BREAKING


@dataclass(frozen=True)
class Difference:
    """One change: its table and name, its severity, and a sentence (Markdown, without a full stop).

    `renamed` is the new name of a removed method, if a new one has the same signature.
    """

    table: str
    name: str
    kind: Kind
    severity: Severity
    sentence: str
    renamed: str = ""

    def __str__(self) -> str:
        cost = {_B: ": breaking", _R: " (calls may behave differently)", _C: ""}[self.severity]
        return f"{self.sentence}{cost}"


def compare(before: Surface, after: Surface) -> list[Difference]:
    """Return the changes, by table and sorted by name.

    Members of removed and added names are not listed, nor changes of an operation that its methods
    share.
    """
    found: list[Difference] = []
    for table in GROUPS:
        listed = _compare_table(table, before.table(table), after.table(table))
        # The request of an operation is added and removed with the operation.
        found += [one for one in listed if table != "wire" or one.kind == "changed"]
    told = {_tail(one) for one in found if one.table == "client"}
    found = [one for one in found if one.table != "operations" or _tail(one) not in told]
    calls = {one.sentence for one in found if one.table in {"client", "classes", "functions"}}
    return [_in_body(one, after, calls) for one in found]


def _in_body(difference: Difference, after: Surface, calls: Collection[str]) -> Difference:
    """Yield changed members of operations' bodies that no method's sentence mentions."""
    model, _, member = difference.name.partition(".")
    senders = [
        f"`api.{name}`"
        for name, value in after.table("operations").items()
        if re.search(rf"\bbody: [^,)]*\b{re.escape(model)}\b", value)
    ]
    if difference.table != "models" or not member or not senders or any(f"`{member}" in one for one in calls):
        return difference
    sentence = f"{difference.sentence}, in the body of {', '.join(senders)}"
    return replace(difference, sentence=sentence)


def _tail(difference: Difference) -> str:
    """Return a sentence without its subject and low-level types."""
    return re.sub(r" = UNSET| \| (None|Unset)\b", "", difference.sentence.partition("` ")[2])


def _compare_table(table: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Difference]:
    removed = [name for name in sorted(before) if name not in after]
    added = [name for name in sorted(after) if name not in before]
    renamed = dict(_renamed(table, removed, added, before, after))
    spaces = {name.partition(".")[0] for name in removed if "." in name} if table == "client" else set()
    spaces -= {name.partition(".")[0] for name in after}
    new_spaces = {name.partition(".")[0] for name in added if "." in name} if table == "client" else set()
    new_spaces -= {name.partition(".")[0] for name in before}
    for space in sorted(spaces):
        listed = _listed(name for name in removed if name.startswith(f"{space}."))
        yield Difference(table, space, "removed", _B, f"{_shown(table, space)} is gone, with {listed}")
    for space in sorted(new_spaces):
        listed = _listed(name for name in added if name.startswith(f"{space}."))
        yield Difference(table, space, "added", _C, f"{_shown(table, space)} is new, with {listed}")
    for name in removed:
        if name.partition(".")[0] not in spaces and name.rpartition(".")[0] not in removed:
            to = renamed.get(name, "")
            hint = f" (is it {_shown(table, to)} now?)" if to else ""
            yield Difference(
                table, name, "removed", _loss(table, before[name]), f"{_shown(table, name)} is gone{hint}", to
            )
    for name in added:
        if name.partition(".")[0] not in new_spaces and name.rpartition(".")[0] not in added:
            yield _new(table, name, after[name])
    for name in sorted(before.keys() & after.keys()):
        if before[name] != after[name]:
            yield from _changed(table, name, before[name], after[name])


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name.partition('.')[2]}`" for name in names)


def _shown(table: str, name: str) -> str:
    """Return a name as users write it."""
    subject, _, flavour = name.partition(" ")
    prefix = {"client": "client.", "operations": "api.", "wire": "api."}.get(table, "")
    return f"`{prefix}{subject}`" + (f" {flavour}" if flavour else "")


def _renamed(
    table: str, removed: list[str], added: list[str], before: Mapping[str, str], after: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Return the removed names, each with the only new name of the same signature."""
    for name in removed if table in {"client", "functions"} else ():
        alike = [other for other in added if after[other] == before[name]]
        rivals = [other for other in removed if before[other] == before[name]]
        if len(alike) == 1 and len(rivals) == 1:
            yield name, alike[0]


def _loss(table: str, value: str) -> Severity:
    """Return the severity of a removed name.

    Open values, and facts of removed operations, break no code.
    """
    return _C if table == "wire" else _R if table == "enums" and value.endswith("| str") else _B


def _new(table: str, name: str, value: str) -> Difference:
    shown = _shown(table, name)
    severity, words = _C, ""
    if value.startswith("deprecated: "):
        words = f" as an old name: {value}"
    elif table == "params" and "." in name and not value.startswith("NotRequired["):
        severity, words = _B, " and must be given"
    elif table == "models" and "." in name and " = " not in value:
        severity, words = _B, " and must be given where one is made"
    typed = (
        f": `{_short(_Declared.of(value).annotation)}`"
        if "." in name and table not in {"client", "modules", "operations", "wire"}
        else ""
    )
    return Difference(table, name, "added", severity, f"{shown} is new{typed}{words}")


def _changed(table: str, name: str, old: str, new: str) -> Iterator[Difference]:
    def told(severity: Severity, words: str) -> Difference:
        return Difference(table, name, "changed", severity, f"{_shown(table, name)} {words}")

    if old.startswith("deprecated: "):
        old = old.partition("; ")[2]
    if new.startswith("deprecated: "):
        word, _, new = new.partition("; ")
        yield told(
            _C,
            f"keeps working under its old name, with a DeprecationWarning ({word.removeprefix('deprecated: ')})",
        )
    if table == "enums":
        yield from (told(severity, words) for severity, words in _values(old, new))
    elif table == "wire":
        yield from (told(severity, words) for severity, words in _wire(old, new))
    elif (
        "(" in old
        and "(" in new
        and table in {"client", "functions", "classes", "errors", "operations"}
        and ") -> " in new
    ):
        yield from (told(severity, words) for severity, words in _signatures(old, new))
    elif old != new:
        yield from (told(severity, words) for severity, words in _fields(table, old, new))


def _fields(table: str, old: str, new: str) -> Iterator[tuple[Severity, str]]:
    """Yield the changes of a field, a key, a property or a class."""
    was, now = _Declared.of(old), _Declared.of(new)
    if table == "client":
        yield _B, f"is `{new}` now, was `{old}`"
        return
    if was.needed and not now.needed:
        yield _C, "may be left out"
    elif now.needed and not was.needed:
        made = table in {"params", "models"}
        yield (_B, "must be given") if made else (_C, "is always there")
    if was.annotation != now.annotation:
        wider = table == "params" and _wider(was.annotation, now.annotation)
        yield (_C if wider else _B), f"is `{now.annotation}` now, was `{was.annotation}`"
    elif was.default != now.default and not was.needed and not now.needed:
        yield _R, f"is {now.default} unless given, was {was.default}"
    elif was == now or (was.annotation == now.annotation and was.needed == now.needed):
        yield _R, f"is `{new}` now, was `{old}`"


@dataclass(frozen=True)
class _Declared:
    annotation: str
    default: str = ""
    needed: bool = True

    @classmethod
    def of(cls, text: str) -> _Declared:
        if match := re.fullmatch(r"NotRequired\[(.*)\]", text):
            return cls(match[1], "", needed=False)
        annotation, given, default = text.removeprefix("-> ").partition(" = ")
        annotation = re.sub(r" \| Unset$", "", annotation) if given else annotation
        return cls(annotation, default, needed=not given)


def _values(old: str, new: str) -> Iterator[tuple[Severity, str]]:
    before, after = _literals(old), _literals(new)
    lost, more = [one for one in before if one not in after], [one for one in after if one not in before]
    if lost:
        closed = not old.endswith("| str")
        yield (_B if closed else _R), f"no longer has {', '.join(f'`{one}`' for one in lost)}"
    if more:
        yield _R, f"has {', '.join(f'`{one}`' for one in more)} too"
    if not lost and not more:
        yield _B, f"is `{new}` now, was `{old}`"


def _literals(text: str) -> list[str]:
    try:
        tree = ast.parse(text, mode="eval")
    except SyntaxError:
        return []
    return [
        repr(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node.value is not None
    ]


def _wire(old: str, new: str) -> Iterator[tuple[Severity, str]]:
    (request, _, keys), (request_now, _, keys_now) = old.partition(", "), new.partition(", ")
    if request != request_now:
        yield _R, f"is {request_now} now, was {request}"
    if keys != keys_now:
        yield _R, f"is sent with {keys_now} now, was with {keys}"


# -- signatures ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Parameter:
    name: str
    kind: str
    annotation: str
    default: str | None

    @property
    def needed(self) -> bool:
        return self.default is None and self.kind in {"position", "keyword"}

    @property
    def shown(self) -> str:
        return f"`{'**' if self.kind == '**' else ''}{self.name}: {_short(self.annotation)}`"


@dataclass(frozen=True)
class _Signature:
    parameters: Mapping[str, _Parameter]
    returns: str
    awaited: bool


def _read(text: str) -> _Signature | None:
    """Return the parts of a signature; None for one with overloads."""
    awaited = text.startswith("await ")
    try:
        tree = ast.parse(f"def _{text.removeprefix('await ')}: ...")
    except SyntaxError:
        return None
    function = tree.body[0]
    if not isinstance(function, ast.FunctionDef):
        return None
    arguments = function.args
    first = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [None] * (len(first) - len(arguments.defaults))
    found: dict[str, _Parameter] = {}
    for argument, default in zip(first, [*defaults, *arguments.defaults], strict=True):
        found[argument.arg] = _parameter(argument, "position", default)
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        found[argument.arg] = _parameter(argument, "keyword", default)
    for star, several in (("*", arguments.vararg), ("**", arguments.kwarg)):
        if several is not None:
            found[several.arg] = _parameter(several, star, None)
    return _Signature(found, ast.unparse(function.returns) if function.returns else "Any", awaited)


def _parameter(argument: ast.arg, kind: str, default: ast.expr | None) -> _Parameter:
    annotation = ast.unparse(argument.annotation) if argument.annotation else "Any"
    return _Parameter(argument.arg, kind, annotation, None if default is None else ast.unparse(default))


def _signatures(old: str, new: str) -> Iterator[tuple[Severity, str]]:
    forms, forms_now = old.split("; "), new.split("; ")
    if len(forms) == len(forms_now) > 1:  # overloads: equal sentences are listed once
        pairs = zip(forms, forms_now, strict=True)
        yield from dict.fromkeys(one for pair in pairs for one in _signatures(*pair))
        return
    before, after = _read(old), _read(new)
    if before is None or after is None:
        if old != new:
            yield _B, f"is `{new}` now, was `{old}`"
        return
    yield from _arguments(before.parameters, after.parameters)
    if before.returns != after.returns:
        yield _B, f"returns `{after.returns}` now, was `{before.returns}`"
    if before.awaited != after.awaited:
        yield (
            _B,
            "must be awaited in the async flavour"
            if after.awaited
            else "is no longer awaited in the async flavour",
        )


def _arguments(
    before: Mapping[str, _Parameter], after: Mapping[str, _Parameter]
) -> Iterator[tuple[Severity, str]]:
    lost = [before[name] for name in before if name not in after]
    more = [after[name] for name in after if name not in before]
    for one in lost[:1]:
        twin = [
            two
            for two in more
            if (two.kind, two.annotation, two.default) == (one.kind, one.annotation, one.default)
        ]
        if len(twin) == 1 and len(lost) == 1 and len(more) == 1:
            # `**name` cannot be passed by its name.
            cost = _C if one.kind in {"*", "**"} else _B
            yield cost, f"takes `{twin[0].name}` in place of `{one.name}`"
            lost, more = [], []
    for one in lost:
        yield _B, f"no longer takes `{one.name}`"
    for one in more:
        yield (
            (_B, f"needs a new argument {one.shown}")
            if one.needed
            else (_C, f"takes a new optional argument {one.shown}")
        )
    for name in [name for name in before if name in after]:
        yield from _argument(before[name], after[name])
    first = [
        name
        for name, one in before.items()
        if one.kind == "position" and name in after and after[name].kind == "position"
    ]
    now = [name for name, one in after.items() if one.kind == "position"]
    if first != now[: len(first)]:
        yield _B, f"takes its positional arguments in another order: {', '.join(f'`{name}`' for name in now)}"


def _argument(was: _Parameter, now: _Parameter) -> Iterator[tuple[Severity, str]]:
    if was.needed and not now.needed:
        yield _C, f"no longer needs `{now.name}`"
    elif now.needed and not was.needed:
        yield _B, f"needs `{now.name}`, which could be left out"
    elif was.default != now.default:
        yield _R, f"takes {now.default} for `{now.name}` unless given, was {was.default}"
    if was.kind == "position" and now.kind == "keyword":
        yield _B, f"takes `{now.name}` by its name only"
    elif was.kind == "keyword" and now.kind == "position":
        yield _C, f"takes `{now.name}` by position too"
    given, taken = _short(was.annotation), _short(now.annotation)
    if given != taken:
        yield (_C if _wider(given, taken) else _B), f"takes `{taken}` for `{now.name}` now, was `{given}`"


_NOTHING: Final = {"None", "Unset"}


def _short(annotation: str) -> str:
    """Return a type without the parts that only make an argument optional."""
    return " | ".join(part for part in _parts(annotation) if part not in _NOTHING) or annotation


def _wider(old: str, new: str) -> bool:
    """Return whether a type accepts every value of another one."""
    return set(_parts(old)) <= set(_parts(new)) or "Any" in _parts(new)


def _parts(annotation: str) -> list[str]:
    """Return the members of a union, as source."""
    try:
        node: ast.expr = ast.parse(annotation, mode="eval").body
    except SyntaxError:
        return [annotation]
    parts: list[str] = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        parts.insert(0, ast.unparse(node.right))
        node = node.left
    return [ast.unparse(node), *parts]
