# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""The sync operations."""
