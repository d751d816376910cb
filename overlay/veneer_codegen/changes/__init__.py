"""What differs between two versions of a contract, seen from the people who call it.

    BREAKING     some code that was right has to be changed
    RISKY        code stays right, but calls may behave otherwise: values refused, values never seen before
    COMPATIBLE   nothing to do

Requests and answers count the other way round: a new required field breaks those who send it, a field that is no longer
required breaks those who read it. Words, examples, order, and where a schema is written down do not count at all.
"""

from __future__ import annotations

from veneer_codegen.changes.compare import compare
from veneer_codegen.changes.kinds import KINDS, Change, Severity

__all__ = ["KINDS", "Change", "Severity", "compare"]
