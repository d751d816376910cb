"""The differences between two versions of a contract, as its callers see them.

    BREAKING     some correct code must be changed
    RISKY        code stays correct, but calls may behave differently: values refused, new values
    COMPATIBLE   nothing to do

Requests and responses differ in direction. A new required field breaks those who send it. A field
that is no longer required breaks those who read it. Descriptions, examples, order, and the place at
which a schema is written do not count.
"""

from __future__ import annotations

from veneer_codegen.changes.compare import compare
from veneer_codegen.changes.kinds import KINDS, Change, Severity

__all__ = ["KINDS", "Change", "Severity", "compare"]
