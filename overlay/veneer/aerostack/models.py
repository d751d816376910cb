"""Aerostack's requests and answers: `from veneer.aerostack.models import ChatMessage`.

The contract's models by their names there, and by those of the published package.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from veneer._platforms.aerostack_published import *  # noqa: F403  # each is an alias
    from veneer_generated.aerostack.models import *  # noqa: F403  # their list is the contract's
else:
    from veneer._platforms import aerostack_published as _published
    from veneer_generated.aerostack import models as _models

    __all__ = _models.__all__ + _published.__all__

    def __getattr__(name: str) -> Any:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        # Each model is loaded at its first use, there as here.
        return getattr(_models if name in _models.__all__ else _published, name)

    def __dir__() -> list[str]:
        return sorted(__all__)
