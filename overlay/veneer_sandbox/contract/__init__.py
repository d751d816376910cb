"""Emulate any contract, as `veneer_sandbox.running(contract=…)` serves it."""

from __future__ import annotations

from .platform import contract_platform
from .reading import load as read_contract
from .rules import operation

__all__ = ["contract_platform", "operation", "read_contract"]
