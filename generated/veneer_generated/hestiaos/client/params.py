# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
"""What bodies are made of as typed dictionaries: each for the model of its name, keys by the names of its attributes."""

# No postponed annotations: a TypedDict would not know at run time which of its keys must be there (PEP 655).
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass

__all__ = []
