"""Velerian's queued runs of networks, and the attachments that they may have."""

from __future__ import annotations

from typing import Final

from veneer_sandbox import files
from veneer_sandbox.check import array, integer, mapping, opt, query_boolean, shape, text
from veneer_sandbox.responses import Refusal, Response
from veneer_sandbox.store import Doc, dump
from veneer_sandbox.web import Request, Routes

from .common import audit, bad

UPLOAD_LIFETIME_S: Final = 900
EVIDENCE_LIFETIME_S: Final = 900

routes = Routes()


@routes(
    "POST", "/api/v2/run-attachments",
    body=shape(filename=text(), content_type=text(), size_bytes=integer(0)), scope="runs:write",
)  # fmt: skip
def create_run_attachment(request: Request) -> Response:
    """Announce a file; its bytes go to a presigned URL on another origin."""
    attachment_id = request.store.new_id("att_")
    key = f"uploads/{attachment_id}"
    attachment = {"attachment_id": attachment_id, "status": "pending"}
    attachment |= {name: request.data[name] for name in ("filename", "content_type", "size_bytes")}
    request.store.put("velerian.attachment", attachment_id, attachment)
    url, _ = files.presign(request, "PUT", key, UPLOAD_LIFETIME_S)
    request.effect(f"attachment.created {attachment_id}")
    return Response({"attachment_id": attachment_id, "upload_url": url})


@routes("POST", "/api/v2/run-attachments/{attachment_id}/finalize", scope="runs:write")
def finalize_run_attachment(request: Request) -> Response:
    """Say that the upload is complete; it must have the announced size."""
    attachment = request.store.get("velerian.attachment", request.params["attachment_id"])
    if attachment is None:
        raise Refusal(404, "not_found", "Attachment not found")
    content = request.store.get_blob(f"uploads/{attachment['attachment_id']}")
    if content is None:
        raise bad("attachment_id", "Nothing was uploaded for this attachment")
    if len(content) != attachment["size_bytes"]:
        raise bad("size_bytes", f"{len(content)} bytes were uploaded, {attachment['size_bytes']} announced")
    request.effect(f"attachment.finalized {attachment['attachment_id']}")
    return Response(
        request.store.put(
            "velerian.attachment", attachment["attachment_id"], {**attachment, "status": "ready"}
        )
    )


@routes(
    "POST", "/api/agenticx/networks/{slug}/invoke", query={"async": opt(query_boolean(), default=False)},
    body=shape(
        prompt_text=text(), metadata=opt(mapping(), null=True), attachment_ids=opt(array(text()), null=True)
    ),
    scope="runs:write",
)  # fmt: skip
def invoke_network(request: Request) -> Response:
    """Queue a run of a network."""
    if request.store.get("velerian.network", request.params["slug"]) is None:
        raise Refusal(404, "not_found", "Network not found")
    for attachment_id in request.data["attachment_ids"] or ():
        attachment = request.store.get("velerian.attachment", attachment_id)
        if attachment is None or attachment["status"] != "ready":
            raise bad("attachment_ids", f"Attachment {attachment_id} is not there or not finalized")
    duration = (request.data["metadata"] or {}).get("duration_s")
    run = {
        "id": request.store.new_id("run_"),
        "status": "queued",
        "prompt": request.data["prompt_text"],
        "started": request.clock.now(),
        "duration_s": duration
        if isinstance(duration, int | float) and not isinstance(duration, bool)
        else None,
        "governance_reasons": [],
    }
    request.store.put("velerian.run", run["id"], run)
    request.effect(f"run.queued {run['id']}")
    audit(request, "network.invoke", "network", request.params["slug"], run_id=run["id"])
    if not request.args["async"]:
        raise Refusal(504, "gateway_timeout", "The gateway gave up after 180 s; the run goes on")
    response = {
        "run_id": run["id"],
        "run_url": f"{request.base}/api/v2/pack-runs/{run['id']}",
        "status": "queued",
    }
    return Response(response, 202)


@routes("GET", "/api/v2/pack-runs/{run_id}", scope="runs:read")
def get_pack_run(request: Request) -> Response:
    """A run as it stands; asking moves it along unless it has a duration."""
    run = request.store.get("velerian.run", request.params["run_id"])
    if run is None:
        raise Refusal(404, "not_found", "Run not found")
    if run["status"] not in ("queued", "running"):
        return Response(_shown(run))
    later = request.store.put("velerian.run", run["id"], _advance(request, run))
    # Without a duration it is asking that moves a run, so this answer still shows what was.
    return Response(_shown(run if run["duration_s"] is None else later))


def _shown(run: Doc) -> Doc:
    return {name: value for name, value in run.items() if name not in ("prompt", "started", "duration_s")}


def _advance(request: Request, run: Doc) -> Doc:
    """The run's next state."""
    if run["duration_s"] is not None:
        elapsed = request.clock.now() - run["started"]
        if elapsed < run["duration_s"]:
            return {**run, "status": "queued" if elapsed * 4 < run["duration_s"] else "running"}
    elif run["status"] == "queued":
        return {**run, "status": "running"}
    prompt = run["prompt"].lower()
    done = {**run, "model_id": "sandbox-1", "governance_pass": "forbidden" not in prompt}
    if "forbidden" in prompt:
        return {**done, "status": "blocked", "governance_reasons": ["the prompt says 'forbidden'"]}
    if "fail" in prompt:
        return {**done, "status": "failed"}
    content = dump({"run_id": run["id"], "prompt": run["prompt"]}).encode()
    key = f"exports/tenant_sandbox/{run['id']}"
    request.store.put_blob(key, content)
    url, _ = files.presign(request, "GET", key, EVIDENCE_LIFETIME_S)
    request.effect(f"run.finished {run['id']}")
    text_out = f"processed: {run['prompt']}"
    return {**done, "status": "succeeded", "output_text": text_out, "evidence_download_url": url}
