# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
"""hybriDB"""
