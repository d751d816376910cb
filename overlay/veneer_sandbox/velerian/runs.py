"""Emulate Velerian's queued runs of networks and their attachments."""

from __future__ import annotations

from typing import Final

from veneer_sandbox import files
from veneer_sandbox.responses import Refusal, Response
from veneer_sandbox.store import Doc, dump
from veneer_sandbox.web import Request

from .common import audit, bad, operation

UPLOAD_LIFETIME_S: Final = 900
EVIDENCE_LIFETIME_S: Final = 900


@operation(scope="runs:write")
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


@operation(scope="runs:write")
def finalize_run_attachment(request: Request) -> Response:
    """Complete an upload, which must have the announced size."""
    attachment_id = request.params["attachment_id"]
    attachment = request.kept("velerian.attachment", attachment_id, "not_found", "Attachment not found")
    content = request.store.get_blob(f"uploads/{attachment_id}")
    if content is None:
        raise bad("attachment_id", "Nothing was uploaded for this attachment")
    if len(content) != attachment["size_bytes"]:
        raise bad("size_bytes", f"{len(content)} bytes were uploaded, {attachment['size_bytes']} announced")
    request.effect(f"attachment.finalized {attachment_id}")
    return Response(
        request.store.put("velerian.attachment", attachment_id, {**attachment, "status": "ready"})
    )


@operation(scope="runs:write")
def invoke_network(request: Request) -> Response:
    """Queue a run of a network."""
    request.kept("velerian.network", request.params["slug"], "not_found", "Network not found")
    for attachment_id in request.data["attachment_ids"] or ():
        attachment = request.store.get("velerian.attachment", attachment_id)
        if attachment is None or attachment["status"] != "ready":
            raise bad("attachment_ids", f"Attachment {attachment_id} is not there or not finalized")
    duration = (request.data["metadata"] or {}).get("duration_s")
    timed = isinstance(duration, int | float) and not isinstance(duration, bool)
    run = {"id": request.store.new_id("run_"), "status": "queued", "prompt": request.data["prompt_text"]}
    run |= {"started": request.clock.now(), "duration_s": duration if timed else None}
    run["governance_reasons"] = []
    request.store.put("velerian.run", run["id"], run)
    request.effect(f"run.queued {run['id']}")
    audit(request, "network.invoke", "network", request.params["slug"], run_id=run["id"])
    # The contract's default is what clients send; without the parameter, the server waits for the run.
    if request.query.get("async") != ["true"]:
        raise Refusal(504, "gateway_timeout", "The gateway gave up after 180 s; the run goes on")
    url = f"{request.base}/api/v2/pack-runs/{run['id']}"
    return Response({"run_id": run["id"], "run_url": url, "status": "queued"}, 202)


@operation(scope="runs:read")
def get_pack_run(request: Request) -> Response:
    """Return a run; polling advances it unless it has a duration."""
    run = request.kept("velerian.run", request.params["run_id"], "not_found", "Run not found")
    if run["status"] not in ("queued", "running"):
        return Response(_shown(run))
    later = request.store.put("velerian.run", run["id"], _advance(request, run))
    # Without a duration, polling advances a run, so this response still shows the state before.
    return Response(_shown(run if run["duration_s"] is None else later))


def _shown(run: Doc) -> Doc:
    return {name: value for name, value in run.items() if name not in ("prompt", "started", "duration_s")}


def _advance(request: Request, run: Doc) -> Doc:
    """Return the run in its next state."""
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
