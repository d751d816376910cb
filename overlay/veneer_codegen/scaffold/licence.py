"""The licence of a new project: the requested one, else the contract's, else MIT."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

PROPRIETARY: Final = "proprietary"
NAMES: Final = ("MIT", "Apache-2.0", "BSD-3-Clause", PROPRIETARY)
"""The licences to choose from: SPDX identifiers, and all rights reserved."""

_SPOKEN: Final = (
    (r"\bmit\b", "MIT"),
    (r"\bapache\b.*\b2(\.0)?\b|apache\.org/licenses/license-2", "Apache-2.0"),
    (r"\bbsd\b.*\b3\b|\b(new|modified) bsd\b", "BSD-3-Clause"),
)


@dataclass(frozen=True)
class Licence:
    """A licence by its name among NAMES, and the reason for the choice."""

    name: str
    why: str

    @property
    def spdx(self) -> str:
        """Its SPDX identifier; "" for all rights reserved, which has none."""
        return "" if self.name == PROPRIETARY else self.name


def choose(asked: str, info: Mapping[str, Any]) -> Licence:
    """Return the requested licence (one of NAMES, in any case), else that of a contract's `info`.

    A contract's licence that is not among NAMES counts as no permission.
    """
    if asked:
        return Licence(next(name for name in NAMES if name.lower() == asked.lower()), "as asked")
    node = info.get("license")
    said = (
        [str(node[key]) for key in ("identifier", "name", "url") if node.get(key)]
        if isinstance(node, dict)
        else []
    )
    if not said:
        return Licence("MIT", "the contract names none")
    for text in said:
        for pattern, name in _SPOKEN:
            if re.search(pattern, text, re.IGNORECASE):
                return Licence(name, "the contract's")
    return Licence(PROPRIETARY, "the contract's has another text")
