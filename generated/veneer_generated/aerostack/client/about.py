# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""The version and the servers of the contract."""

__all__ = ["OPENAPI_DOC_VERSION", "SERVERS"]

OPENAPI_DOC_VERSION = "1.5.0"
"""The contract's own version."""

SERVERS: tuple[str, ...] = ("https://api.aerostack.ai/v1", "http://localhost:8787/v1")
"""The contract's servers, by index."""
