"""HTTP/1.1 by h11: pure Python, and what httpx itself uses."""

from __future__ import annotations

import h11

from veneer._http1 import MOST_HEAD_BYTES, Answer, Headers, IllegalRequestError

__all__ = ["H11Wire"]


class H11Wire:
    """One connection's protocol, as `Wire` says."""

    def __init__(self) -> None:
        self._h11 = h11.Connection(h11.CLIENT, max_incomplete_event_size=MOST_HEAD_BYTES)
        self._hung_up = False
        self._pieces: list[bytes] = []
        self.answer: Answer | None = None
        self.over = False
        self.error: str | None = None

    def head(self, method: str, target: bytes, headers: Headers) -> bytes:
        try:
            return self._h11.send(h11.Request(method=method, target=target, headers=headers)) or b""
        except h11.LocalProtocolError as error:
            raise IllegalRequestError(str(error)) from None

    def data(self, piece: bytes) -> bytes:
        if not piece:
            return b""
        try:
            return self._h11.send(h11.Data(data=piece)) or b""
        except h11.LocalProtocolError as error:
            raise IllegalRequestError(str(error)) from None

    def end(self) -> bytes:
        try:
            return self._h11.send(h11.EndOfMessage()) or b""
        except h11.LocalProtocolError as error:
            raise IllegalRequestError(str(error)) from None

    def feed(self, data: bytes) -> None:
        self._hung_up = not data
        try:
            self._h11.receive_data(data)
            while (event := self._h11.next_event()) is not h11.NEED_DATA:
                if isinstance(event, h11.Data):
                    self._pieces.append(event.data)
                elif isinstance(event, h11.Response):
                    version = b"HTTP/" + event.http_version
                    self.answer = Answer(event.status_code, event.reason, version, event.headers.raw_items())
                elif not isinstance(event, h11.InformationalResponse):
                    self.over = True
                    return
        except h11.RemoteProtocolError as error:
            self.error = str(error)

    def take(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)

    def again(self) -> bool:
        done = self._h11.our_state is h11.DONE and self._h11.their_state is h11.DONE
        # Bytes after the answer belong to no request: the next one must not take them for its own.
        if not done or self._hung_up or self._h11.trailing_data[0]:
            return False
        self._h11.start_next_cycle()
        self.answer, self.over = None, False
        return True
