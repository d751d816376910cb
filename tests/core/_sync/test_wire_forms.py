# Derived from tests/core/_async/test_wire_forms.py by scripts/unasync.py: edit that file, not this one.
"""What the table of response forms says is what a call comes to, on the wire and with each engine."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from typing import Any

import pytest
from core.kit import listening
from core.responses import ROWS, sent

from veneer import APIError, Client, TransportError

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_a_call_comes_to_what_the_table_says(row: Mapping[str, Any], engine: str) -> None:
    data = sent(row)
    connections: list[socket.socket] = []

    def treat(connection: socket.socket) -> None:
        connections.append(connection)
        while connection.recv(65_536):  # one packet each
            connection.sendall(data)
            if not row.get("again"):
                connection.shutdown(socket.SHUT_WR)
                return

    with listening(treat) as url:
        with Client(url, deadline=20, max_retries=0) as client:
            for _ in range(2):
                if row.get("refused"):
                    with pytest.raises(TransportError):
                        client.request(row.get("method", "GET"), "x")
                elif row["status"] < 300:
                    response = client.request(row.get("method", "GET"), "x")
                    assert (response.status_code, response.content) == (row["status"], row["body"].encode())
                else:
                    with pytest.raises(APIError) as caught:
                        client.request(row.get("method", "GET"), "x")
                    assert caught.value.status_code == row["status"]
    assert len(connections) == (1 if row.get("again") else 2)
