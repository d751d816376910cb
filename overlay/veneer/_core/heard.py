"""The responses of calls beside their results: status, headers, request id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from veneer._core.errors import request_id

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    import httpx

    from veneer._core.attempts import Attempt

__all__ = ["Heard"]


class Heard:
    """Keeps the responses of all calls that a view makes.

        heard = veneer.Heard()
        decision = client.with_options(heard=heard).decisions.get(decision_id)
        print(heard.status_code, heard.request_id, heard.headers["date"])

    `responses` has one for each answered attempt, errors and pages included, in the
    order of arrival; the other attributes are those of the last one. Each raises
    LookupError before the first response. `attempts` are those of the last request that succeeded.
    """

    sleep: Callable[[float], Any] | None = None
    """Waits between two attempts, in place of the client's own function."""

    def __init__(self) -> None:
        self.responses: list[httpx.Response] = []
        self.attempts: tuple[Attempt, ...] = ()
        self._request_ids: tuple[str, ...] = ()

    def new_key(self) -> str | None:
        """Return the idempotency key of a request that takes one, None for a random one."""
        return None

    def sending(self, *, safe: bool) -> None:
        """Note a request before it is sent; `safe` is whether it may be repeated."""

    def leaving(self) -> None:
        """Take note of an attempt that leaves now: what it waited for at shared limits is over."""

    def add(self, response: httpx.Response, request_ids: tuple[str, ...]) -> None:
        """Keep a response; `request_ids` are the headers that carry the platform's request id."""
        self.responses.append(response)
        self._request_ids = request_ids

    @property
    def response(self) -> httpx.Response:
        """The last response."""
        if not self.responses:
            raise LookupError("no response yet: make a call with with_options(heard=…)")
        return self.responses[-1]

    @property
    def status_code(self) -> int:
        """The HTTP status of the last response."""
        return self.response.status_code

    @property
    def headers(self) -> httpx.Headers:
        """The headers of the last response."""
        return self.response.headers

    @property
    def request_id(self) -> str | None:
        """The platform's request id of the last response; None without one."""
        return request_id(self.response.headers, self._request_ids)

    def __repr__(self) -> str:
        return f"Heard({[response.status_code for response in self.responses]})"
