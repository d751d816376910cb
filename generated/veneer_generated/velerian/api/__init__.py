# Written by scripts/regenerate.py from openapi/velerian.json: change the contract, not this file.
"""Contains methods for accessing the API"""
