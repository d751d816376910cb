# Derived from tests/platforms/_async/test_velerian.py by scripts/unasync.py: edit that file, not this one.
"""Velerian: governed runs are not repeated, evidence is fetched where its key may go, lists are whole."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from core.kit import KEY, Ticks, Wire, reply, tick
from platforms.door_kit import BASE, on

from veneer import (
    APIError,
    AuthenticationError,
    BadRequestError,
    ConfigurationError,
    ConflictError,
    ConnectError,
    Heard,
    MissingMemberError,
    NotFoundError,
    Outcome,
    PaginationError,
    PaginationLoopError,
    PermissionDeniedError,
    RateLimitError,
    RedirectError,
    ResponseInvalidError,
    SchemaViolationWarning,
    ServerError,
    TransportError,
    UnprocessableError,
    WaitTimeoutError,
)
from veneer.sandbox import Sandbox
from veneer.testing import AddFault
from veneer.velerian import (
    VelerianAPIError,
    VelerianAuthError,
    VelerianClient,
    VelerianConflictError,
    VelerianError,
    VelerianForbiddenError,
    VelerianNotFoundError,
    VelerianRateLimitError,
    VelerianRunTimeoutError,
    VelerianServerError,
    VelerianValidationError,
)
from veneer_generated.velerian.api.audit import list_audit_log

pytestmark = pytest.mark.anyio

VERDICT = {
    "invocation_id": "inv_1",
    "outcome": "allowed",
    "is_allowed": True,
    "requires_human": False,
    "withheld": False,
    "constraint_count": 0,
    "aggregated_conditions": [],
}
NO_ROWS = {"items": [], "limit": 50, "offset": 0, "total": 0}
SUMMARIZE = {"prompt": "Summarize the attached filing."}


def detail(status: int, text: Any = "no", **headers: str) -> httpx.Response:
    return reply(status, json={"detail": text}, headers=headers)


# -- the main job --------------------------------------------------------------------------------------------------


def test_an_abp_is_invoked_and_its_evidence_written_to_a_file(sandbox: Sandbox, tmp_path: Path) -> None:
    with VelerianClient() as client:
        result = client.invoke_abp("abp_demo", payload=SUMMARIZE)
        export = client.invocation_evidence("abp_demo", result.invocation_id)
        done = client.download_export(export, to=tmp_path / "evidence.json")
    assert (result.is_allowed, result.requires_human, result.outcome) == (True, False, "allowed")
    assert result.raw["evidence_pack_id"] == result.evidence_pack_id
    assert (export.delivery, export.format) == ("presigned", "json")
    assert done.bytes == (tmp_path / "evidence.json").stat().st_size > 0


def test_what_waits_for_a_human_names_its_approval(sandbox: Sandbox) -> None:
    with VelerianClient() as client:
        result = client.invoke_abp("abp_demo", payload={"prompt": "for review"})
        waiting = client.approvals.iter(status="pending").collect()
    assert (result.requires_human, result.withheld, result.output) == (True, True, None)
    assert result.approval_id in {row["id"] for row in waiting}
    assert {row["status"] for row in waiting} == {"pending"}


def test_fields_and_verdicts_of_the_future_are_kept(sandbox: Sandbox, fault: AddFault) -> None:
    fault("unknown-enum;extra-field", platform="velerian")
    with VelerianClient() as client:
        result = client.invoke_abp("abp_demo", payload=SUMMARIZE)
    assert result.outcome == "sandbox_unknown"
    assert result.raw.keys() - VERDICT.keys() - set(dir(result))


# -- settings ------------------------------------------------------------------------------------------------------


def test_a_missing_key_names_the_environment_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VELERIAN_API_KEY", raising=False)
    with pytest.raises(ConfigurationError, match="VELERIAN_API_KEY"):
        VelerianClient()


def test_without_an_address_it_is_the_host_that_resolves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VELERIAN_BASE_URL", raising=False)
    assert VelerianClient(api_key="k").options.base_url == "https://app.velerian.ai"


def test_no_repr_shows_a_key_a_secret_or_a_presigned_address(sandbox: Sandbox) -> None:
    with VelerianClient(api_key="session_sandbox") as client:
        made = client.api_keys.create("CI", ["runs:read"])
        place = client.attachments.register("a.txt", "text/plain", 3)
        result = client.invoke_abp("abp_demo", payload=SUMMARIZE)
        export = client.invocation_evidence("abp_demo", result.invocation_id)
        shown = repr([client, client.api_keys, client.abps, made, place, export])
        client.api_keys.revoke(made.id)
    for secret in ("session_sandbox", made.secret, place.upload_url, export.download_url, "signature"):
        assert secret not in shown
    assert made.secret.startswith("vk_live_")


# -- errors --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "own", "core"),
    [
        (400, VelerianAPIError, BadRequestError),
        (401, VelerianAuthError, AuthenticationError),
        (403, VelerianForbiddenError, PermissionDeniedError),
        (404, VelerianNotFoundError, NotFoundError),
        (409, VelerianConflictError, ConflictError),
        (418, VelerianAPIError, APIError),
        (422, VelerianValidationError, UnprocessableError),
        (429, VelerianRateLimitError, RateLimitError),
        (500, VelerianServerError, ServerError),
        (520, VelerianServerError, ServerError),
    ],
)
def test_a_status_has_the_exception_of_the_documented_table(
    status: int, own: type[VelerianError], core: type[APIError]
) -> None:
    client = on(VelerianClient, Wire(detail(status)), max_retries=0)
    with pytest.raises(own) as caught:
        client.invoke_abp("abp_1", payload={})
    error = caught.value
    assert isinstance(error, core)
    assert isinstance(error, VelerianAPIError)
    assert (status, "no") == (error.status_code, error.detail)


def test_a_redirect_that_is_not_followed_is_an_answer_too() -> None:
    elsewhere = reply(307, headers={"location": "https://other.test/"})
    client = on(VelerianClient, wire := Wire(elsewhere))
    with pytest.raises(VelerianAPIError) as caught:
        client.invoke_abp("abp_1", payload={})
    assert isinstance(caught.value, RedirectError)
    assert (caught.value.status_code, len(wire.requests)) == (307, 1)


def test_the_places_that_do_not_fit_are_in_the_message_and_in_detail() -> None:
    places = [{"loc": ["body", "payload"], "msg": "Field required", "type": "missing"}]
    client = on(VelerianClient, Wire(detail(422, places)))
    with pytest.raises(VelerianValidationError, match=r"body\.payload: Field required") as caught:
        client.post("abps/abp_1/invoke", json={})
    assert places == caught.value.detail


def test_a_gateway_has_another_shape_and_is_read_too() -> None:
    wire = Wire(reply(503, json={"message": "Service Unavailable"}))
    with pytest.raises(VelerianServerError, match="Service Unavailable"):
        on(VelerianClient, wire, max_retries=0).list_plans()


# -- the published client's defects --------------------------------------------------------------------------------


@pytest.mark.parametrize("failure", [500, 502, 503, 504, httpx.ReadError("cut")], ids=str)
def test_v1_an_invocation_that_may_have_run_is_not_repeated(failure: int | Exception) -> None:
    client = on(VelerianClient, wire := Wire(failure, reply(json=VERDICT)))
    with pytest.raises(VelerianError) as caught:
        client.invoke_abp("abp_1", payload={})
    assert len(wire.requests) == 1
    assert caught.value.outcome is not Outcome.NOT_SENT


@pytest.mark.parametrize(
    "target", ["https://evil.test/x", "//evil.test/x", "http://api.test/x", "https://api.test@evil.test/"]
)
def test_v2_the_key_never_goes_to_another_origin(target: str) -> None:
    client = on(VelerianClient, wire := Wire(200))
    with pytest.raises(ConfigurationError):
        client.get(target)
    with pytest.raises(ConfigurationError):
        client.iter_paginated(target).collect()
    assert wire.requests == []


def test_v3_retry_after_as_a_date_is_heeded_also_on_503_and_told() -> None:
    ticks = Ticks()
    date = format_datetime(datetime.fromtimestamp(ticks.wall + 5, UTC), usegmt=True)
    busy = detail(503, **{"retry-after": date})
    on(VelerianClient, Wire(busy, reply(json=[])), ticks).list_plans()
    assert ticks.sleeps == [5.0]
    with pytest.raises(VelerianServerError) as caught:
        on(VelerianClient, Wire(busy), Ticks(), max_retries=0).list_plans()
    assert caught.value.retry_after == 5.0


@pytest.mark.parametrize("value", ["../../admin/keys", "a?force=true", "a#frag", "a/b"])
def test_v5_a_path_value_cannot_retarget_the_request(value: str) -> None:
    client = on(VelerianClient, wire := Wire(reply(json=VERDICT)))
    client.invoke_abp(value, payload={})
    path = wire.requests[0].url.raw_path.decode()
    assert f"/api/v2/abps/{quote(value, safe='')}/invoke" == path


@pytest.mark.parametrize("value", ["..", ".", ""])
def test_v5_dot_segments_and_empty_values_are_refused(value: str) -> None:
    client = on(VelerianClient, wire := Wire(reply(json=VERDICT)))
    for call in (client.get_run, lambda name: client.invoke_abp(name, payload={}), client.api_keys.revoke):
        with pytest.raises(ConfigurationError):
            call(value)
    with pytest.raises(ConfigurationError):
        client.get("pack-runs/../api-keys")
    assert wire.requests == []


def test_v6_connect_and_protocol_errors_are_repeated_for_reads_and_typed() -> None:
    refused, broken = httpx.ConnectError("refused"), httpx.RemoteProtocolError("no HTTP")
    assert on(VelerianClient, Wire(refused, broken, reply(json=[]))).list_plans() == []
    for failure, kind in ((refused, ConnectError), (broken, TransportError)):
        with pytest.raises(VelerianError) as caught:
            on(VelerianClient, Wire(failure)).list_plans()
        assert isinstance(caught.value, kind)
        assert len(caught.value.attempts) == 4


def test_v8_the_callers_own_http_client_is_not_changed() -> None:
    wire = Wire(reply(json=[]))
    with httpx.Client(transport=httpx.MockTransport(wire), headers={"x-mine": "1"}) as own:
        before = dict(own.headers)
        with VelerianClient(BASE, api_key=KEY, http_client=own) as client:
            client.list_plans()
        assert before == dict(own.headers)
        own.get("https://other.test/")
    assert [f"Bearer {KEY}", None] == wire.sent("authorization")


def test_v9_a_capped_page_is_not_the_end(sandbox: Sandbox) -> None:
    with VelerianClient() as client:
        page = client.list_audit_log(limit=5000)
        entries = client.iter_audit_log(page_size=5000).collect()
        ahead = client.iter_audit_log(page_size=5000, concurrency=4).collect()
    assert (len(page), page.limit, page.total) == (200, 200, 2500)
    assert entries == ahead
    assert len({entry["id"] for entry in entries}) == 2500


def test_v9_a_page_shorter_than_the_servers_own_limit_is_the_last_and_costs_no_further_request() -> None:
    pages = [
        reply(json={"items": rows, "limit": 2, "offset": 0}) for rows in ([{"a": 1}, {"a": 2}], [{"a": 3}])
    ]
    client = on(VelerianClient, wire := Wire(*pages))
    assert client.iter_paginated("approvals").collect() == [{"a": 1}, {"a": 2}, {"a": 3}]
    assert len(wire.requests) == 2


def test_v10_a_page_that_repeats_ends_with_an_error(sandbox: Sandbox, fault: AddFault) -> None:
    fault("repeat-cursor", platform="velerian")
    with VelerianClient() as client:
        with pytest.raises(PaginationLoopError) as caught:
            client.iter_audit_log(page_size=100).collect()
    assert isinstance(caught.value, VelerianError)


@pytest.mark.parametrize(
    ("answer", "path"),
    [
        (
            reply(json={name: value for name, value in VERDICT.items() if name != "is_allowed"}),
            "$.is_allowed",
        ),
        (reply(content=b"<html>", headers={"content-type": "text/html"}), "$"),
    ],
    ids=["a field is missing", "no JSON"],
)
def test_v11_a_success_that_does_not_fit_is_typed_and_says_where(answer: httpx.Response, path: str) -> None:
    client = on(VelerianClient, Wire(answer), strict=True)
    with pytest.raises(ResponseInvalidError) as caught:
        client.invoke_abp("abp_1", payload={})
    assert path == caught.value.path
    assert isinstance(caught.value, VelerianError)


def test_a_verdict_without_a_required_field_is_handed_over_and_says_what_is_missing() -> None:
    answer = reply(json={name: value for name, value in VERDICT.items() if name != "is_allowed"})
    client = on(VelerianClient, wire := Wire(answer))
    with pytest.warns(SchemaViolationWarning, match=r"invoke_abp 200: \$\.is_allowed is missing"):
        result = client.invoke_abp("abp_1", payload={})
    assert (result.invocation_id, len(wire.requests)) == (VERDICT["invocation_id"], 1)
    assert "is_allowed=<missing>" in repr(result)
    with pytest.raises(MissingMemberError, match=r"\$\.is_allowed is missing"):
        result.is_allowed  # noqa: B018  # asking is what raises


def test_a_queued_run_is_handed_over_although_the_answer_leaves_its_status_out() -> None:
    answer = reply(202, json={"run_id": "prun_1", "run_url": "/api/v2/pack-runs/prun_1"})
    client = on(VelerianClient, wire := Wire(answer))
    run = client.invoke_network("demo", prompt_text="x", wait=False)
    assert (run.run_id, run.status, len(wire.requests)) == ("prun_1", "queued", 1)


def json_text(text: str, status: int = 200) -> httpx.Response:
    return reply(status, content=text.encode(), headers={"content-type": "application/json"})


NO_OBJECT = pytest.mark.parametrize("answer", ['["a"]', '"a"', "null"], ids=["list", "text", "null"])


@NO_OBJECT
def test_a_run_that_was_queued_is_handed_over_although_the_answer_is_no_object(answer: str) -> None:
    client = on(VelerianClient, wire := Wire(json_text(answer, 202)))
    with pytest.warns(SchemaViolationWarning, match=r"invoke_network 202: \$ is"):
        run = client.invoke_network("demo", prompt_text="x", wait=False)
    assert (run.status, run.raw, len(wire.requests)) == ("queued", json.loads(answer), 1)
    with pytest.raises(MissingMemberError, match=r"\$\.run_id is missing"):
        run.run_id  # noqa: B018  # asking is what raises


@pytest.mark.filterwarnings("ignore::veneer.SchemaViolationWarning")
@NO_OBJECT
def test_a_run_that_is_no_object_raises_an_error_of_ours(answer: str) -> None:
    client = on(VelerianClient, Wire(json_text(answer), json_text(answer)))
    run = client.get_run("prun_1")
    assert run.raw == json.loads(answer)
    with pytest.raises(MissingMemberError, match=r"\$\.run_id is missing"):
        run.run_id  # noqa: B018  # asking is what raises
    with pytest.raises(MissingMemberError, match=r"\$ is \w+, the contract says object"):
        client.await_run("prun_1")


@pytest.mark.parametrize("answer", ['["a"]', '"a"', "null", "{}"], ids=["list", "text", "null", "no rows"])
def test_a_page_without_rows_is_an_error_that_says_so_and_has_the_answer(answer: str) -> None:
    client, heard = on(VelerianClient, Wire(json_text(answer))), Heard()
    with pytest.raises(PaginationError, match="no list"):
        client.with_options(heard=heard).list_audit_log()
    assert heard.response.json() == json.loads(answer)


@pytest.mark.parametrize("answer", ['["a"]', '"a"', "7"], ids=["list", "text", "number"])
def test_what_a_list_or_a_text_of_python_can_do_is_no_member_of_the_answer(answer: str) -> None:
    client = on(VelerianClient, Wire(json_text(answer)))
    with pytest.warns(SchemaViolationWarning, match=r"get_invocation_evidence 200: \$ is"):
        export = client.invocation_evidence("abp_1", "inv_1")
    with pytest.raises(MissingMemberError, match=r"\$\.format is missing"):
        export.format  # noqa: B018  # asking is what raises


def test_a_null_in_a_required_field_does_not_lose_the_answer() -> None:
    client = on(VelerianClient, Wire(reply(json={**VERDICT, "constraint_count": None, "outcome": None})))
    result = client.invoke_abp("abp_1", payload={})
    assert (result.outcome, result.constraint_count, result.invocation_id) == (None, None, "inv_1")


# -- evidence ------------------------------------------------------------------------------------------------------


def test_a_presigned_export_is_fetched_without_the_key_and_a_streamed_one_with_it(
    sandbox: Sandbox,
) -> None:
    presigned, streamed, by_id = io.BytesIO(), io.BytesIO(), io.BytesIO()
    with VelerianClient() as client:
        result = client.invoke_abp("abp_demo", payload=SUMMARIZE)
        export = client.invocation_evidence("abp_demo", result.invocation_id, format="json")
        client.download_export(export, to=presigned)
        package = client.evidence_package("abp_demo", since="2025-12-01T00:00:00Z", format="jsonl")
        client.download_export(package, to=streamed)
        client.download_export(package.export_id, to=by_id)
    assert package.delivery == "stream"
    assert result.invocation_id.encode() in presigned.getvalue()
    assert streamed.getvalue() == by_id.getvalue() != b""
    assert ["authorization" in one["headers"] for one in sandbox.journal(origin="files")] == [False]
    assert [one["headers"]["authorization"] for one in sandbox.journal(operation="get_export_content")] == [
        "***",
        "***",
    ]


def stored(_: httpx.Request) -> httpx.Response:
    return httpx.Response(200, stream=httpx.ByteStream(b"bytes"))


def test_a_delivery_of_the_future_is_treated_as_presigned_and_gets_no_key() -> None:
    answer = {
        "export_id": "exp_1", "artifact_kind": "evidence", "format": "json", "s3_key": "k", "delivery": "carrier_pigeon",
        "download_url": "https://storage.test/x?signature=s", "expires_at": "2026-01-01T00:00:00Z",
    }  # fmt: skip
    client = on(VelerianClient, wire := Wire(reply(json=answer), stored))
    client.download_export(client.invocation_evidence("abp_1", "inv_1"), to=io.BytesIO())
    assert [f"Bearer {KEY}", None] == wire.sent("authorization")


# -- runs of networks ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prompt", "status"), [("hello", "succeeded"), ("fail", "failed"), ("forbidden", "blocked")]
)
def test_a_run_is_queued_and_waited_for_whatever_its_end(sandbox: Sandbox, prompt: str, status: str) -> None:
    seen: list[str] = []
    with VelerianClient() as client:
        tick(client, ticks := Ticks(random=0.5))
        run = client.invoke_network("demo", prompt_text=prompt, progress=lambda run: seen.append(run.status))
        assert run.raw == (client.get_run(run.run_id)).raw
    assert ["queued", "running", status] == seen
    assert (status, "demo", True) == (run.status, run.slug, run.ended)
    assert str(run.run_url).endswith(run.run_id)
    assert ticks.sleeps == [3.0, 3.0]


def test_a_run_that_takes_too_long_is_named_by_the_error_and_collected_later(sandbox: Sandbox) -> None:
    with VelerianClient() as client:
        tick(client, Ticks())
        with pytest.raises(VelerianRunTimeoutError) as caught:
            client.invoke_network("demo", prompt_text="hello", metadata={"duration_s": 1e6}, run_timeout=60)
        error = caught.value
        assert isinstance(error, WaitTimeoutError)
        assert isinstance(error, TimeoutError)
        assert not isinstance(error, VelerianAPIError)
        assert error.status == "queued"
        assert 0 < error.waited_s <= 60
        sandbox.advance(1e6)
        run = client.await_run(error.run_id)
    assert ("succeeded", error.run_id) == (run.status, run.run_id)
    assert len(sandbox.effects("run.queued")) == 1


def test_without_waiting_a_run_is_only_queued(sandbox: Sandbox) -> None:
    with VelerianClient() as client:
        run = client.invoke_network("demo", prompt_text="hello", wait=False)
    assert (run.status, run.ended) == ("queued", False)
    assert sandbox.journal(operation="get_pack_run") == []


def test_a_run_whose_answer_the_gateway_lost_is_not_queued_again(sandbox: Sandbox, fault: AddFault) -> None:
    fault("status=504;applied", platform="velerian", path="*/invoke")
    with VelerianClient() as client:
        with pytest.raises(VelerianServerError) as caught:
            client.invoke_network("demo", prompt_text="hello")
    assert caught.value.outcome is Outcome.UNKNOWN
    assert len(sandbox.effects("run.queued")) == 1


# -- attachments ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["path", "text", "file", "bytes"])
def test_an_attachment_is_registered_uploaded_without_the_key_and_finalized(
    sandbox: Sandbox, tmp_path: Path, form: str
) -> None:
    path = tmp_path / "chart.csv"
    path.write_bytes(content := b"a,b\n" * 200_000)
    with path.open("rb") as file:
        source: Any = {"path": path, "text": str(path), "file": file, "bytes": content}[form]
        told: list[tuple[int, int | None]] = []
        with VelerianClient() as client:
            tick(client, Ticks())
            attachment = client.attachments.upload(
                source,
                filename="chart.csv" if form == "bytes" else None,
                progress=lambda *step: told.append(step),
            )
            run = client.invoke_network(
                "demo", prompt_text="hello", attachment_ids=[attachment.attachment_id]
            )
    assert ("chart.csv", "text/csv", len(content)) == (
        attachment.filename,
        attachment.content_type,
        attachment.size_bytes,
    )
    assert run.status == "succeeded"
    assert (len(content), len(content)) == told[-1]
    (put,) = sandbox.journal(origin="files")
    assert ("PUT", "text/csv", len(content)) == (
        put["method"],
        put["headers"]["content-type"],
        put["body_bytes"],
    )
    assert "authorization" not in put["headers"]


@pytest.mark.parametrize(
    "options", [{"idempotency_key": "k1"}, {"headers": {"Idempotency-Key": "k1"}}], ids=["option", "header"]
)
def test_the_requests_of_an_upload_share_no_idempotency_key(
    sandbox: Sandbox, options: dict[str, Any]
) -> None:
    """The caller's is the first one's; the last one's follows from it and from what the first gave."""
    with VelerianClient() as client:
        made = [client.with_options(**options).attachments.upload(b"abc", filename="a.txt") for _ in range(2)]
    keys = [
        request["headers"].get("idempotency-key")
        for request in sandbox.journal()
        if request["method"] in {"POST", "PUT"}
    ]
    assert keys == [key for one in made for key in ("k1", None, f"k1-finalize-{one.attachment_id}")]


def test_an_upload_needs_a_name_and_a_size_before_anything_is_sent() -> None:
    client = on(VelerianClient, wire := Wire(200))
    with pytest.raises(ConfigurationError, match="filename"):
        client.attachments.upload(b"abc")
    pieces: Any = iter([b"abc"])
    with pytest.raises(ConfigurationError, match="size"):
        client.attachments.upload(pieces, filename="a.txt")
    assert wire.requests == []


# -- lists, usage, keys --------------------------------------------------------------------------------------------


def test_a_page_of_the_audit_log_has_a_length_and_plain_entries(sandbox: Sandbox) -> None:
    with VelerianClient() as client:
        page = client.list_audit_log(action="abp.invoke", limit=20, offset=40)
        first = client.iter_audit_log(action="abp.invoke").first()
    assert (len(page), page.limit, page.offset) == (20, 20, 40)
    assert list(page) == page.items == page.raw["items"]
    assert first is not None
    assert first["created_at"] == "2025-12-02T00:00:00.000Z"


def test_the_audit_log_is_one_table_whose_types_are_the_contracts(sandbox: Sandbox, tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed (extra tables)")
    pq = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "audit.parquet"
    with VelerianClient() as client:
        count = client.iter_audit_log(page_size=500).to_parquet(
            path, journal=tmp_path / "run", batch_rows=600
        )
        models = client.paginate(list_audit_log, page_size=500, concurrency=3).to_arrow()
        entries = client.iter_audit_log(page_size=500).collect()
        none = client.iter_audit_log(action="never").to_arrow()
    table = pq.read_table(path)
    assert count == len(entries) == len(table)
    assert table.schema.field("created_at").type == pa.timestamp("us", "UTC")
    assert table.schema == models.schema == none.schema  # as JSON, as models, and without a row
    assert table.to_pylist() == models.to_pylist()
    assert table["id"].to_pylist() == [entry["id"] for entry in entries]
    read = [datetime.fromisoformat(entry["created_at"]) for entry in entries]
    assert table["created_at"].to_pylist() == read
    assert [json.loads(text) for text in table["details"].to_pylist()] == [
        entry["details"] for entry in entries
    ]


def test_the_audit_log_is_filtered_by_moments(sandbox: Sandbox) -> None:
    with VelerianClient() as client:
        text = client.iter_audit_log(
            since="2025-12-02T00:00:00Z", until="2025-12-02T01:00:00+00:00"
        ).collect()
        begin, end = datetime(2025, 12, 2, tzinfo=UTC), datetime(2025, 12, 2, 1, tzinfo=UTC)
        page = client.list_audit_log(since=begin, until=end)
    assert 7 == len(text) == page.total


def test_an_iteration_goes_on_from_its_saved_state(sandbox: Sandbox) -> None:
    with VelerianClient() as client:
        whole = [row["id"] for row in client.agent_runs.iter().collect()]
        walk = client.agent_runs.iter(page_size=70)
        begun = [(next(walk))["id"] for _ in range(100)]
        rest = client.agent_runs.iter(page_size=70, resume_from=walk.state).collect()
    assert whole == begun + [row["id"] for row in rest]


def test_any_list_is_iterated_by_its_path_and_parameter_names(sandbox: Sandbox) -> None:
    with VelerianClient() as client:
        approvals = client.iter_paginated("approvals", page_size=100).collect()
        packs = client.iter_paginated(
            "usage/summary",
            limit_param="evidence_limit",
            offset_param="evidence_offset",
            items_key="evidence_packs",
        ).collect()
        summary = client.usage_summary(evidence_limit=10, evidence_offset=5)
        same = client.iter_evidence_packs(page_size=30).collect()
        pending = client.iter_paginated("approvals", params={"status": "pending"}).collect()
    assert (len(approvals), len(packs), len(pending)) == (150, 130, 50)
    assert packs == same
    assert packs[5:15] == summary.evidence_packs


def test_a_list_without_rows_at_the_key_is_an_error_that_says_what_is_there() -> None:
    client = on(VelerianClient, Wire(reply(json={"rows": []})))
    with pytest.raises(VelerianError, match="rows"):
        client.iter_paginated("approvals").collect()


def test_rows_of_lists_are_models_where_their_fields_are_documented(sandbox: Sandbox) -> None:
    with VelerianClient() as client:
        abps = client.abps.list()
        keys = client.api_keys.iter().collect()
    assert [abp.status for abp in abps] == ["deployed", "draft", "retired"]
    assert [key.name for key in keys] == ["sandbox"]


# -- any route -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("plans", "/api/v2/plans"),
        ("pack-runs/run_1", "/api/v2/pack-runs/run_1"),
        ("/api/agenticx/networks/demo", "/api/agenticx/networks/demo"),
        (f"{BASE}/api/v2/plans", "/api/v2/plans"),
    ],
)
def test_a_route_is_below_the_prefix_unless_it_starts_at_the_root(path: str, url: str) -> None:
    client = on(VelerianClient, wire := Wire(200))
    assert (client.get(path, params={"a": None, "b": 1})).status_code == 200
    client.post(path, json={"x": 1}, headers={"x-trace": "t"})
    client.delete(path)
    assert [request.method for request in wire.requests] == ["GET", "POST", "DELETE"]
    assert [f"{url}?b=1", url, url] == [request.url.raw_path.decode() for request in wire.requests]
    assert wire.sent("x-trace") == [None, "t", None]
    assert wire.bodies[1] == b'{"x":1}'


def test_path_parameters_of_a_route_are_encoded() -> None:
    client = on(VelerianClient, wire := Wire(200))
    client.request("GET", "abps/{abp}/invocations", path_params={"abp": "a/b"})
    assert wire.requests[0].url.raw_path == b"/api/v2/abps/a%2Fb/invocations"
