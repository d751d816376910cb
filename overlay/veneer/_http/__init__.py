"""The connection layer: HTTP/1.1, sockets, TLS, proxies and pools behind one transport."""
