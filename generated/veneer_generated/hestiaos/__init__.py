# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
"""HestiaOS"""
