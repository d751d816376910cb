"""Aerostack's requests and answers as the contract has them: `from veneer.aerostack.models import ChatMessage`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from veneer_generated.aerostack.models import *  # noqa: F403  # their list is the contract's
else:
    from veneer_generated.aerostack import models as _models

    __all__ = _models.__all__

    def __getattr__(name: str) -> Any:
        # Each model is loaded at its first use, there as here.
        return getattr(_models, name)

    def __dir__() -> list[str]:
        return sorted(__all__)
