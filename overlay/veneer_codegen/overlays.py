"""Correct a contract with OpenAPI Overlay documents (1.0, 1.1, 1.2), with a reason per action.

https://spec.openapis.org/overlay/v1.2.0.html: 1.1 adds `copy`, 1.2 adds reusable actions.
"""

from __future__ import annotations

import copy
import re
from typing import Any, Final

from veneer_codegen.contract import pointers
from veneer_codegen.errors import ContractError

_REUSABLE: Final = "#/components/actions/"


def apply(content: dict[str, Any], overlay: Any, source: str) -> dict[str, Any]:
    """Return a contract with an overlay's actions applied in order; `content` is unchanged.

    This is stricter than the specification, because a patch without effect hides a change upstream.
    An action that matches nothing or changes nothing is an error, and so is an action without a
    `description` of its reason. Raises ContractError with the action.
    """
    minor = _minor(overlay, source)
    patched = copy.deepcopy(content)
    actions = overlay.get("actions") or []
    if not isinstance(actions, list):
        raise ContractError("not a list", source=source, place="#/actions")
    for number, written in enumerate(actions):
        place = pointers.join("#", "actions", number)
        try:
            action = _resolved(written, overlay, minor)
            _check(action, minor)
            if not _apply(action, patched, strict=minor > 0):
                raise ContractError(
                    f"target {action['target']}: the contract already has this; remove the action"
                )
        except ContractError as error:
            raise ContractError(error.reason, source=source, place=place) from error
    return patched


def carry_out(action: dict[str, Any], document: dict[str, Any]) -> None:
    """Apply one action of version 1.0 to a contract, in place.

    Raises ContractError as `apply` does.
    """
    _check(action, 0)
    if not _apply(action, document, strict=False):
        raise ContractError(f"target {action['target']}: the contract already has this; remove the action")


def _minor(overlay: Any, source: str) -> int:
    """Return the minor version of an overlay."""
    version = overlay.get("overlay") if isinstance(overlay, dict) else None
    found = re.fullmatch(r"1\.([012])(\.\d+)?", str(version))
    if not found:
        raise ContractError(
            "not an Overlay document of version 1.0, 1.1 or 1.2", source=source, place="#/overlay"
        )
    return int(found[1])


def _resolved(action: Any, overlay: dict[str, Any], minor: int) -> Any:
    """Return an action with the fields of its reusable action (1.2)."""
    if not isinstance(action, dict) or "$ref" not in action:
        return action
    reference = action["$ref"]
    if minor < 2:
        raise ContractError("a reusable action needs `overlay: 1.2.0`")
    if not isinstance(reference, str) or not re.fullmatch(re.escape(_REUSABLE) + "[^/]+", reference):
        raise ContractError(f"{reference!r} is not a reference to an action ({_REUSABLE}NAME)")
    try:
        reusable = pointers.resolve(overlay, reference)
    except KeyError:
        raise ContractError(f"{reference} leads nowhere") from None
    fields = reusable.get("fields") if isinstance(reusable, dict) else None
    if not isinstance(fields, dict) or "target" in fields:
        raise ContractError(f"{reference} needs `fields` without a target, which every use has itself")
    if more := sorted(action.keys() & {"update", "copy", "remove"}):
        raise ContractError(f"{more[0]} is set by {reference}; a use has only a target and a description")
    return {**fields, **{key: value for key, value in action.items() if key != "$ref"}}


def _check(action: Any, minor: int) -> None:
    what = "update, copy or remove" if minor else "update or remove"
    known = {"update", "copy", "remove"} if minor else {"update", "remove"}
    if isinstance(action, dict) and "copy" in action and not minor:
        raise ContractError("copy needs `overlay: 1.1.0`")
    if not isinstance(action, dict) or not isinstance(action.get("target"), str) or not action.keys() & known:
        raise ContractError(f"an action needs a target, and {what}")
    if "update" in action and "copy" in action and action.get("remove") is not True:
        raise ContractError("update and copy exclude each other")
    if not str(action.get("description") or "").strip():
        raise ContractError("an action needs a description: the reason why the contract is wrong")


def _find(expression: Any, document: dict[str, Any], what: str) -> list[Any]:
    from jsonpath_ng.exceptions import JSONPathError
    from jsonpath_ng.ext.parser import parse

    try:
        matches: list[Any] = parse(expression).find(document)
    except (JSONPathError, ValueError, AttributeError, TypeError, RecursionError) as error:
        raise ContractError(f"{what} {expression} is not a JSONPath: {error}") from error
    if not matches:
        raise ContractError(f"{what} {expression} matches nothing in the contract")
    return matches


def _apply(action: dict[str, Any], document: dict[str, Any], *, strict: bool) -> bool:
    """Apply an action in place. Return whether it changed anything.

    Only the matched nodes are compared, so the cost does not grow with the document.
    """
    target, removes = action["target"], action.get("remove") is True
    matches = _find(target, document, "target")
    update = None if removes else _update(action, document)
    kinds = {_kind(match.value) for match in matches}
    if strict and not removes and len(kinds) > 1:
        raise ContractError(f"target {target} selects {' and '.join(sorted(kinds))}: one kind is allowed")
    changed = False
    # Backwards, so that removing an element of a list keeps the places of those before it.
    for match in reversed(matches):
        if match.context is None:
            if removes or not isinstance(update, dict):
                raise ContractError("the root can be updated with an object only")
            changed |= _merge(document, update, strict=strict, place=target)
            continue
        holder, key = match.context.value, _key(match.path)
        if removes:
            del holder[key]
            changed = True
        else:
            changed |= _set(holder, key, update, strict=strict, place=target)
    return changed


def _update(action: dict[str, Any], document: dict[str, Any]) -> Any:
    """Return the value that an action merges: its own, or a copy of a part of the contract."""
    if "copy" not in action:
        return action.get("update", {})
    found = _find(action["copy"], document, "copy")
    if len(found) > 1:
        raise ContractError(f"copy {action['copy']} selects {len(found)} nodes: one is allowed")
    return copy.deepcopy(found[0].value)


def _key(path: Any) -> str | int:
    """Return the last step of a match. Releases of jsonpath-ng name an index differently."""
    if hasattr(path, "fields"):
        return str(path.fields[0])
    return int(path.indices[0] if hasattr(path, "indices") else path.index)


def _kind(value: Any) -> str:
    return "objects" if isinstance(value, dict) else "arrays" if isinstance(value, list) else "values"


def _set(holder: Any, key: str | int, update: Any, *, strict: bool, place: str) -> bool:
    """Merge objects by member, append to lists, replace other values.

    Return whether anything changed.

    From 1.1 on, values of different kinds cannot be merged (`strict`).
    """
    old = holder[key]
    if isinstance(old, dict) and isinstance(update, dict):
        return _merge(old, update, strict=strict, place=place)
    if isinstance(old, list):
        new: Any = [*old, *copy.deepcopy(update if isinstance(update, list) else [update])]
    elif strict and _kind(old) != _kind(update):
        raise ContractError(f"{place}: {_kind(update)} cannot be merged into {_kind(old)}")
    else:
        new = copy.deepcopy(update)
    holder[key] = new
    return bool(new != old)


def _merge(old: dict[str, Any], update: dict[str, Any], *, strict: bool, place: str) -> bool:
    changed = False
    for key, value in update.items():
        where = f"{place} member {key}"
        if strict and isinstance(old.get(key), list) and not isinstance(value, list):
            raise ContractError(f"{where}: {_kind(value)} cannot be merged into arrays")
        if key in old:
            changed |= _set(old, key, value, strict=strict, place=where)
        else:
            old[key] = copy.deepcopy(value)
            changed = True
    return changed
