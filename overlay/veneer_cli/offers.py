"""List the commands that the methods of a generated client make: a namespace is a group.

The methods come from `methods.json` beside the generated client, their parameters from the contract.
The contract is read only for the command that is run; the others are a name and a line of help.
"""

from __future__ import annotations

import importlib.resources
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from veneer_cli.text import clean

if TYPE_CHECKING:
    from veneer_cli.service import Service

__all__ = ["Offer", "offers", "said"]

_LONGEST: Final = 1200
"""How many characters of a description help shows."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A method as a command: its name, how it is called, and the operation ("GET /pets") that it sends."""

    name: str
    kind: str
    operation: str
    summary: str = ""
    positional: tuple[str, ...] = ()
    unwrap: str = ""
    asks: str = ""


def offers(service: Service, taken: Collection[str] = ()) -> dict[str, tuple[str, tuple[Offer, ...]]]:
    """Return the commands of each group ("" is the program itself), with the group's help text.

    A list and its iterator are one command, and so are a file and its download. A name that is
    `taken` in the program gets an underscore, as it would in Python.
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


def said(text: str) -> str:
    """Return the first paragraph of a contract's description, shortened for help."""
    first = " ".join(clean(text.strip().partition("\n\n")[0]).split())
    return first if len(first) <= _LONGEST else f"{first[:_LONGEST]}…"
