"""Warn about a member of a request body that is nearly one of the contract's: `tll` for `ttl`.

Contracts leave most objects open, and a server ignores unknown members, so a typo goes unnoticed. A
warning is given if all of these are true:

- the contract does not know it, and does not declare the object's further members (`additionalProperties`, `patternProperties`);
- it is a member of the contract in another spelling (`maxTokens`, `max-tokens`), or with a letter or two wrong;
- that member is not given.

The body is sent unchanged.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from veneer._core.members import holders

__all__ = ["UnknownKeyWarning", "warn_of_near_keys"]

_LEAVES: Final = frozenset({str, int, float, bool, type(None)})
_SHORT: Final = 6
_ALIKE, _SHORT_ALIKE = 0.82, 0.66
"""Least similarity of two names (`difflib`): above `evidence_limit`/`evidence_offset`, below `tll`/`ttl`."""


class UnknownKeyWarning(UserWarning):
    """A member of a request body is not in the contract, but nearly is. It was sent unchanged."""


def warn_of_near_keys(body: Any) -> None:
    """Warn about each member of a typed body and its models that is nearly one of the contract's."""
    model: Any = type(body)
    unknown = getattr(body, "_unknown", None)
    if unknown and not getattr(model, "_DECLARED_OPEN", False):
        names = model._NAMES  # noqa: SLF001  # of generated models
        for key in unknown:
            right = _nearest(str(key), tuple(names))
            if right is not None and not _is_given(body, names[right]):
                from veneer._core.violations import warn_caller

                warn_caller(
                    f"{model.__name__} has no member {key!r} in the contract: did you mean {right!r}? It is sent unchanged",
                    UnknownKeyWarning,
                )
    for name in holders(model):
        _search(getattr(body, name, None))


def _search(value: Any) -> None:
    if type(value) in _LEAVES:
        return
    if isinstance(value, (list, tuple)):
        for one in value:
            _search(one)
    elif hasattr(value, "to_dict"):
        warn_of_near_keys(value)
    elif isinstance(value, Mapping):
        for one in value.values():
            _search(one)


def _is_given(body: Any, attribute: str) -> bool:
    value = getattr(body, attribute, None)
    return value is not None and type(value).__name__ != "Unset"


def _nearest(key: str, names: tuple[str, ...]) -> str | None:
    plain = _letters(key)
    same = next((name for name in names if _letters(name) == plain), None)
    if same is not None:
        return same
    import difflib

    cutoff = _SHORT_ALIKE if len(key) < _SHORT else _ALIKE
    by_plain = {_letters(name): name for name in names}
    found = difflib.get_close_matches(plain, by_plain, n=1, cutoff=cutoff)
    return by_plain[found[0]] if found else None


def _letters(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())
