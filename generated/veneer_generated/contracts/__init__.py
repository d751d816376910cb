# Written by scripts/regenerate.py from openapi/contracts.toml: change the contract, not this file.

"""The contracts that the clients of veneer_generated were generated from, patched, as JSON: one `<name>.json` each."""
