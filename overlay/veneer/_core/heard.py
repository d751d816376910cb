"""What calls were answered beside their results: status, headers, request id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from veneer._core.errors import request_id

if TYPE_CHECKING:
    import httpx

__all__ = ["Heard"]


class Heard:
    """Keeps the responses of a view's calls, whichever methods make them.

        heard = veneer.Heard()
        decision = client.with_options(heard=heard).decisions.get(decision_id)
        print(heard.status_code, heard.request_id, heard.headers["date"])

    `responses` has one for each attempt that was answered, errors and pages among them, in the
    order in which they came; the other attributes are those of the last one. Each raises
    LookupError where no answer has come.
    """

    def __init__(self) -> None:
        self.responses: list[httpx.Response] = []
        self._request_ids: tuple[str, ...] = ()

    def add(self, response: httpx.Response, request_ids: tuple[str, ...]) -> None:
        """Keep a response; `request_ids` are the headers that carry the platform's id of it."""
        self.responses.append(response)
        self._request_ids = request_ids

    @property
    def response(self) -> httpx.Response:
        """The last response."""
        if not self.responses:
            raise LookupError("no answer has come yet: make a call by with_options(heard=…)")
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
        """The platform's id of the last exchange; None where it named none."""
        return request_id(self.response.headers, self._request_ids)

    def __repr__(self) -> str:
        return f"Heard({[response.status_code for response in self.responses]})"
