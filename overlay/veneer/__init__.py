"""Thin, hand-written SDK layer over clients that openapi-python-client generates."""
