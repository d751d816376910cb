"""Read a contract as written: its references, its operations and their media types.

Nothing here needs a library or changes a document, so the command line uses it too.
"""
