# Written by scripts/regenerate.py from openapi/velerian.json: change the contract, not this file.
"""Contains endpoint functions for accessing the API"""
