"""HestiaOS's errors: `from veneer.hestiaos.errors import HestiaError`. The tree is in `veneer._platforms.hestiaos`."""

from veneer._platforms.hestiaos import GovernanceBlock, HestiaError, InvalidInput, NotFound

__all__ = ["GovernanceBlock", "HestiaError", "InvalidInput", "NotFound"]
