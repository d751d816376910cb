"""Aerostack's requests and responses: `from veneer.aerostack.models import ChatMessage`.

These are the contract's models, their typed dictionaries (`ChatMessageTypedDict`), and both under
the names of the published package (`AiChatRequestBody`). Each is loaded on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from veneer_generated.aerostack.client.names import *  # noqa: F403  # their list is derived
    from veneer_generated.aerostack.models import *  # noqa: F403  # as theirs
else:
    from veneer_generated.aerostack import models as _models
    from veneer_generated.aerostack.client import names as _names

    __all__ = _models.__all__ + _names.__all__

    def __getattr__(name: str) -> Any:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(_models if name in _models.__all__ else _names, name)

    def __dir__() -> list[str]:
        return sorted(__all__)
