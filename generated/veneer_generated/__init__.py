# Written by scripts/regenerate.py from openapi/contracts.toml: change the contract, not this file.

"""Clients generated from the contracts of openapi/contracts.toml; the lock beside this file lists the sources."""
