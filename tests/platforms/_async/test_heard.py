"""Status, headers and request id of any method's answer: `with_options(heard=…)`."""

from __future__ import annotations

import pytest

from core.kit import Wire, reply
from platforms.door_kit import async_on
from veneer import Heard
from veneer.velerian import AsyncVelerianClient, VelerianNotFoundError

pytestmark = pytest.mark.anyio

PAGE = {"items": [], "total": 0, "limit": 50, "offset": 0}


async def test_a_view_hears_status_headers_and_request_id_of_every_method() -> None:
    wire = Wire(
        reply(json=PAGE, headers={"x-request-id": "one", "x-region": "eu"}),
        reply(json={"attachment_id": "a", "upload_url": "https://s.test/x"}, headers={"request-id": "two"}),
    )
    client, heard = async_on(AsyncVelerianClient, wire), Heard()
    view = client.with_options(heard=heard)
    await view.abps.list()
    assert (heard.status_code, heard.request_id, heard.headers["x-region"]) == (200, "one", "eu")
    await view.attachments.register("a.txt", "text/plain", 1)
    assert heard.request_id == "two"
    assert [response.status_code for response in heard.responses] == [200, 200]


async def test_a_view_hears_an_error_too_and_a_client_without_it_keeps_nothing() -> None:
    wire = Wire(reply(404, json={"detail": "no such run"}, headers={"x-request-id": "gone"}))
    client, heard = async_on(AsyncVelerianClient, wire), Heard()
    with pytest.raises(VelerianNotFoundError):
        await client.with_options(heard=heard).get_run("run_1")
    assert (heard.status_code, heard.request_id) == (404, "gone")


def test_before_an_answer_there_is_nothing_to_ask_for() -> None:
    with pytest.raises(LookupError, match="heard="):
        _ = Heard().status_code
