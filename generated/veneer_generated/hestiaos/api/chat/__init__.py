# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
"""Contains endpoint functions for accessing the API"""
