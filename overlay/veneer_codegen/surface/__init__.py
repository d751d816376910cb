"""The public surface of a contract's client as a file, and the effects of a change on it.

generated/…/NAME/api.toml     every public name with its signature, one per line (`file`, `reading`)
two such files                ─▶ sentences with their severity (`differences`)
a release and the tree        ─▶ added, changed, removed, the next version, the changelog (`release`)
hand-written code             ─▶ the lines that no longer fit (`fitting`)
"""

from __future__ import annotations

from veneer_codegen.surface.differences import Difference, compare
from veneer_codegen.surface.file import NAME, Surface, dump, load
from veneer_codegen.surface.reading import Member, Reader, Space, parameters_of, read, room_of

__all__ = [
    "NAME",
    "Difference",
    "Member",
    "Reader",
    "Space",
    "Surface",
    "compare",
    "dump",
    "load",
    "parameters_of",
    "read",
    "room_of",
]
