# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
"""Typed dictionaries for request bodies.

Each stands for the model of the same name. Its keys are the names of the model's attributes.
"""

# No postponed annotations: a TypedDict would not know its required keys at run time (PEP 655).
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass

__all__: list[str] = []
