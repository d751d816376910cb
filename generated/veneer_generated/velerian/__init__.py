# Written by scripts/regenerate.py from openapi/velerian.json: change the contract, not this file.
"""Velerian"""
