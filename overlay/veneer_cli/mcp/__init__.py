"""Offer any contract to agents over the Model Context Protocol: tools `search` and `call` (extra `mcp`)."""
