"""Read the style of parameters and the encoding of form members.

Cases that OpenAPI leaves undefined become findings. The results are arguments of the functions in
`veneer.styles`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from veneer_codegen.contract.operations import is_json, media_type

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

__all__ = ["ARRAYS", "encoded", "styled"]

ARRAYS: Final = "x-veneer-arrays"
"""The extension for lists in `deepObject`: `brackets`, `indices` or `repeat`.

It is read from a parameter, an encoding or the document.
"""

_STYLES: Final = {
    "path": ("simple", "label", "matrix"),
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "header": ("simple",),
    "cookie": ("form", "cookie"),
}
_ARRAYS: Final = (None, "brackets", "indices", "repeat")
_OBJECTS: Final = frozenset({"object", "map"})
_STYLE_KEYS: Final = ("style", "explode", "allowReserved")


def styled(
    node: Mapping[str, Any],
    location: str,
    kinds: Collection[str],
    nested: Collection[str],
    arrays: Any,
    note: Callable[[str], None],
) -> dict[str, Any]:
    """Return style, explode and the like of a parameter or encoding, without its defaults.

    `kinds` are the JSON types of the value, `nested` the names of its nested objects and lists.
    `arrays` is the document's style of lists in `deepObject`. `note` is called for cases that
    OpenAPI does not define.
    """
    usual = _STYLES[location][0]
    style = node.get("style", usual)
    if style not in _STYLES[location]:
        note(f"{style!r} is not a style of the {location}: sent as {usual}")
        style = usual
    by_default = style in {"form", "cookie"}
    explode = node.get("explode", by_default) is True
    several = bool(_OBJECTS & set(kinds)) or "array" in kinds
    found: dict[str, Any] = {"style": style} if style != usual else {}
    if several | ("any" in kinds) and explode != by_default and style != "deepObject":
        found["explode"] = explode
    if node.get("allowReserved") is True and location in {"path", "query"}:
        found["reserved"] = True
    if style == "deepObject":
        said = node.get(ARRAYS, arrays)
        if said not in _ARRAYS:
            note(f"{ARRAYS} is {said!r}, not brackets, indices or repeat: a list repeats its name")
        found |= {"arrays": said} if said in {"brackets", "indices"} else {}
        _note_deep(kinds, nested, said, note)
        return found
    if style in {"spaceDelimited", "pipeDelimited"}:
        if explode and several:
            note(f"explode is not defined for {style}: sent as one value, joined")
        if not several:
            note(f"{style} is defined for lists and objects: a single value is sent as it is")
    if location == "cookie" and style == "form" and explode and several:
        note("exploded into one cookie, joined by &, as RFC 6570 has it; `style: cookie` makes several")
    if nested:
        repeated = style == "form" and explode and _OBJECTS & set(kinds)
        how = "a list repeats its name, an object is JSON text" if repeated else "sent as JSON text"
        note(f"objects and lists inside it ({', '.join(nested)}) are not defined: {how}")
    return found


def _note_deep(
    kinds: Collection[str], nested: Collection[str], arrays: Any, note: Callable[[str], None]
) -> None:
    if not _OBJECTS & set(kinds) and "array" not in kinds:
        note("deepObject is defined for objects: a single value is sent as it is")
    elif "array" in kinds and arrays is None:
        note(
            f"lists in deepObject are not defined: the name is repeated; `{ARRAYS}: brackets` makes it `name[]=`"
        )
    elif nested and arrays is None:
        note(
            f"objects and lists in deepObject ({', '.join(nested)}) are not defined: sent as name[a][b], a list "
            f"repeats its name; `{ARRAYS}` says otherwise"
        )


def encoded(
    node: Mapping[str, Any],
    kinds: Collection[str],
    nested: Collection[str],
    arrays: Any,
    note: Callable[[str], None],
) -> dict[str, Any]:
    """Return the encoding of a form's member: its style if it has one, else its content type."""
    if any(key in node for key in _STYLE_KEYS):
        return {"style": "form", **styled(node, "query", kinds, nested, arrays, note)}
    listed = [kind.strip() for kind in str(node.get("contentType") or "").split(",") if kind.strip()]
    if len(listed) != 1 or "*" in listed[0]:
        return {}
    if not is_json(media_type(listed[0])) and _OBJECTS & set(kinds):
        note(f"an object cannot be written as {listed[0]}: give its text")
    return {"media": listed[0]}
