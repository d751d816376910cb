"""Any contract for agents, over the Model Context Protocol: two tools, `search` and `call` (extra `mcp`)."""
