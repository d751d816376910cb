"""Correct a contract with OpenAPI Overlay documents (https://spec.openapis.org/overlay/v1.0.0.html), each action with its reason."""

from __future__ import annotations

import copy
from typing import Any

from veneer.codegen import pointers
from veneer.codegen.errors import ContractError


def apply(content: dict[str, Any], overlay: Any, source: str) -> dict[str, Any]:
    """Apply an overlay's actions in order and give the corrected contract; `content` is left alone.

    Stricter than the specification in two ways, because a patch that does nothing hides a change upstream: a target that
    matches nothing is an error, and so is an action without a `description` that says why it is there.
    """
    from jsonpath_ng.exceptions import JSONPathError
    from oas_patch import apply_overlay  # type: ignore[import-untyped]  # the wheel carries no stubs

    if not isinstance(overlay, dict) or not str(overlay.get("overlay", "")).startswith("1."):
        raise ContractError("not an Overlay 1.x document", source=source, place="#/overlay")
    patched = copy.deepcopy(content)
    for number, action in enumerate(overlay.get("actions") or []):
        place = pointers.join("#", "actions", number)
        if (
            not isinstance(action, dict)
            or not action.get("target")
            or not ({"update", "remove", "copy"} & action.keys())
        ):
            raise ContractError(
                "an action needs a target and one of update, remove, copy", source=source, place=place
            )
        if not str(action.get("description") or "").strip():
            raise ContractError(
                "an action needs a description: the reason why the contract is wrong",
                source=source,
                place=place,
            )
        before = copy.deepcopy(patched)
        try:
            matches = _matches(action["target"], patched)
            patched = apply_overlay(patched, {"actions": [copy.deepcopy(action)]})
        except (JSONPathError, ValueError, AttributeError, TypeError) as error:
            raise ContractError(f"target {action['target']}: {error}", source=source, place=place) from error
        if not matches:
            raise ContractError(
                f"target {action['target']} matches nothing in the contract", source=source, place=place
            )
        if patched == before:
            raise ContractError(
                f"target {action['target']}: the contract already says so; remove the action",
                source=source,
                place=place,
            )
    return patched


def _matches(target: str, content: dict[str, Any]) -> int:
    from jsonpath_ng.ext.parser import parse

    return len(parse(target).find(content))
