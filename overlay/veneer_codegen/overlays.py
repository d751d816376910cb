"""Correct a contract with OpenAPI Overlay documents (https://spec.openapis.org/overlay/v1.0.0.html), each action with its reason."""

from __future__ import annotations

import copy
from typing import Any

from veneer_codegen import pointers
from veneer_codegen.errors import ContractError


def apply(content: dict[str, Any], overlay: Any, source: str) -> dict[str, Any]:
    """Apply an overlay's actions in order and give the corrected contract; `content` is left alone.

    Stricter than the specification in two ways, because a patch that does nothing hides a change upstream: a target that
    matches nothing (or whose action changes nothing) is an error, and so is an action without a `description` that says why
    it is there.
    """
    if not isinstance(overlay, dict) or not str(overlay.get("overlay", "")).startswith("1."):
        raise ContractError("not an Overlay 1.x document", source=source, place="#/overlay")
    patched = copy.deepcopy(content)
    for number, action in enumerate(overlay.get("actions") or []):
        place = pointers.join("#", "actions", number)
        try:
            _check(action)
            before = copy.deepcopy(patched)
            _apply(action, patched)
            if patched == before:
                raise ContractError(
                    f"target {action['target']}: the contract already says so; remove the action"
                )
        except ContractError as error:
            raise ContractError(error.reason, source=source, place=place) from error
    return patched


def _check(action: Any) -> None:
    if (
        not isinstance(action, dict)
        or not isinstance(action.get("target"), str)
        or not action.keys() & {"update", "remove"}
    ):
        raise ContractError("an action needs a target, and update or remove")
    if not str(action.get("description") or "").strip():
        raise ContractError("an action needs a description: the reason why the contract is wrong")


def _apply(action: dict[str, Any], document: dict[str, Any]) -> None:
    from jsonpath_ng.exceptions import JSONPathError
    from jsonpath_ng.ext.parser import parse

    try:
        matches = parse(action["target"]).find(document)
    except (JSONPathError, ValueError, AttributeError, TypeError) as error:
        raise ContractError(f"target {action['target']} is no JSONPath: {error}") from error
    if not matches:
        raise ContractError(f"target {action['target']} matches nothing in the contract")
    # Backwards, so that removing one element of a list leaves the places of those before it.
    for match in reversed(matches):
        if match.context is None:
            if action.get("remove") is True or not isinstance(action.get("update"), dict):
                raise ContractError("the root can be updated with an object only")
            _merge(document, action["update"])
            continue
        holder, key = match.context.value, _key(match.path)
        if action.get("remove") is True:
            del holder[key]
        else:
            holder[key] = _merged(holder[key], action["update"])


def _key(path: Any) -> str | int:
    """Give the last step of a match; releases of jsonpath-ng name an index differently."""
    if hasattr(path, "fields"):
        return str(path.fields[0])
    return int(path.indices[0] if hasattr(path, "indices") else path.index)


def _merged(old: Any, update: Any) -> Any:
    """Merge as section 4.4.3.2 says: objects member by member, lists by appending, anything else by replacing."""
    if isinstance(old, dict) and isinstance(update, dict):
        _merge(old, update)
        return old
    if isinstance(old, list):
        return [*old, *copy.deepcopy(update if isinstance(update, list) else [update])]
    return copy.deepcopy(update)


def _merge(old: dict[str, Any], update: dict[str, Any]) -> None:
    for key, value in update.items():
        old[key] = _merged(old[key], value) if key in old else copy.deepcopy(value)
