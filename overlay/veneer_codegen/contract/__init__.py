"""Read a contract as it is written: its references, its operations and their media types.

Nothing here needs a library or changes a document, so that the command line reads contracts with it too.
"""
