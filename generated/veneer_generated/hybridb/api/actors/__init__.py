# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
"""Contains endpoint functions for accessing the API"""
