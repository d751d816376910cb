"""What the SDK says of itself: its version, what it calls itself to servers, the contract that it was made from."""

from __future__ import annotations

import importlib.resources
import json

from veneer import __version__
from veneer._platforms.aerostack import PLATFORM

__all__ = ["OPENAPI_DOC_VERSION", "USER_AGENT", "VERSION"]

VERSION = __version__
"""The package's version."""

USER_AGENT = str(PLATFORM.user_agent)
"""The User-Agent of every request."""

_CONTRACT = importlib.resources.files("veneer_generated.contracts") / "aerostack.json"
OPENAPI_DOC_VERSION = str(json.loads(_CONTRACT.read_bytes())["info"]["version"])
"""The contract's own version."""
