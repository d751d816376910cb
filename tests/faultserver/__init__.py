"""A loopback HTTP/1.1 server whose addresses name the fault to commit: `/<token>/<behaviour>/<the platform's own path>`.

    with faultserver.running() as server:
        space = server.space(answer={"items": []})
        client = VelerianClient(api_key="k", base_url=space.url("status=503,times=2"))
        client.list_audit_log()
        assert len(space.requests()) == 3

A *space* (a random token) keeps its own counts, so tests that share a server do not see each other. Everything that
arrives is recorded, on both origins, so that a test can prove "once" and "the key never left".

| address | what it does |
|---|---|
| `space.url(behaviour)` | the behaviours of `faultserver.behaviours`, options and all |
| `space.other_url(behaviour)` | the same on the second origin (another port): where credentials must not arrive |
| `server.refused_url` | nothing listens: connection refused, so nothing was sent |
| `server.reset_url` | reset as soon as it is accepted, before a byte is read |
| `server.deaf_url` | never accepts: connecting takes for ever |
"""

from faultserver.route import Route, parse
from faultserver.server import FaultServer, Space, running
from faultserver.wire import Request

__all__ = ["FaultServer", "Request", "Route", "Space", "parse", "running"]
