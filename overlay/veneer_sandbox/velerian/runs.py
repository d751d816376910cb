"""Velerian's queued runs of networks, and the attachments that they may have."""

from __future__ import annotations

from typing import Final

from veneer.sandbox import files
from veneer.sandbox.check import array, integer, mapping, opt, query_boolean, shape, text
from veneer.sandbox.store import Doc, dump
from veneer.sandbox.web import Answer, Ask, Refuse, Routes

from .common import audit, bad

UPLOAD_LIFETIME_S: Final = 900
EVIDENCE_LIFETIME_S: Final = 900

routes = Routes()


@routes(
    "POST", "/api/v2/run-attachments",
    body=shape(filename=text(), content_type=text(), size_bytes=integer(0)), scope="runs:write",
)  # fmt: skip
def create_run_attachment(ask: Ask) -> Answer:
    """Announce a file; its bytes go to a presigned URL on another origin."""
    attachment_id = ask.store.new_id("att_")
    key = f"uploads/{attachment_id}"
    attachment = {"attachment_id": attachment_id, "status": "pending"}
    attachment |= {name: ask.data[name] for name in ("filename", "content_type", "size_bytes")}
    ask.store.put("velerian.attachment", attachment_id, attachment)
    url, _ = files.presign(ask, "PUT", key, UPLOAD_LIFETIME_S)
    ask.effect(f"attachment.created {attachment_id}")
    return Answer({"attachment_id": attachment_id, "upload_url": url})


@routes("POST", "/api/v2/run-attachments/{attachment_id}/finalize", scope="runs:write")
def finalize_run_attachment(ask: Ask) -> Answer:
    """Say that the upload is complete; it must have the announced size."""
    attachment = ask.store.get("velerian.attachment", ask.params["attachment_id"])
    if attachment is None:
        raise Refuse(404, "not_found", "Attachment not found")
    content = ask.store.get_blob(f"uploads/{attachment['attachment_id']}")
    if content is None:
        raise bad("attachment_id", "Nothing was uploaded for this attachment")
    if len(content) != attachment["size_bytes"]:
        raise bad("size_bytes", f"{len(content)} bytes were uploaded, {attachment['size_bytes']} announced")
    ask.effect(f"attachment.finalized {attachment['attachment_id']}")
    return Answer(
        ask.store.put("velerian.attachment", attachment["attachment_id"], {**attachment, "status": "ready"})
    )


@routes(
    "POST", "/api/agenticx/networks/{slug}/invoke", query={"async": opt(query_boolean(), default=False)},
    body=shape(
        prompt_text=text(), metadata=opt(mapping(), null=True), attachment_ids=opt(array(text()), null=True)
    ),
    scope="runs:write",
)  # fmt: skip
def invoke_network(ask: Ask) -> Answer:
    """Queue a run of a network."""
    if ask.store.get("velerian.network", ask.params["slug"]) is None:
        raise Refuse(404, "not_found", "Network not found")
    for attachment_id in ask.data["attachment_ids"] or ():
        attachment = ask.store.get("velerian.attachment", attachment_id)
        if attachment is None or attachment["status"] != "ready":
            raise bad("attachment_ids", f"Attachment {attachment_id} is not there or not finalized")
    duration = (ask.data["metadata"] or {}).get("duration_s")
    run = {
        "id": ask.store.new_id("run_"),
        "status": "queued",
        "prompt": ask.data["prompt_text"],
        "started": ask.clock.now(),
        "duration_s": duration
        if isinstance(duration, int | float) and not isinstance(duration, bool)
        else None,
        "governance_reasons": [],
    }
    ask.store.put("velerian.run", run["id"], run)
    ask.effect(f"run.queued {run['id']}")
    audit(ask, "network.invoke", "network", ask.params["slug"], run_id=run["id"])
    if not ask.args["async"]:
        raise Refuse(504, "gateway_timeout", "The gateway gave up after 180 s; the run goes on")
    answer = {"run_id": run["id"], "run_url": f"{ask.base}/api/v2/pack-runs/{run['id']}", "status": "queued"}
    return Answer(answer, 202)


@routes("GET", "/api/v2/pack-runs/{run_id}", scope="runs:read")
def get_pack_run(ask: Ask) -> Answer:
    """A run as it stands; asking moves it along unless it has a duration."""
    run = ask.store.get("velerian.run", ask.params["run_id"])
    if run is None:
        raise Refuse(404, "not_found", "Run not found")
    if run["status"] not in ("queued", "running"):
        return Answer(_shown(run))
    later = ask.store.put("velerian.run", run["id"], _advance(ask, run))
    # Without a duration it is asking that moves a run, so this answer still shows what was.
    return Answer(_shown(run if run["duration_s"] is None else later))


def _shown(run: Doc) -> Doc:
    return {name: value for name, value in run.items() if name not in ("prompt", "started", "duration_s")}


def _advance(ask: Ask, run: Doc) -> Doc:
    """The run's next state."""
    if run["duration_s"] is not None:
        elapsed = ask.clock.now() - run["started"]
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
    ask.store.put_blob(key, content)
    url, _ = files.presign(ask, "GET", key, EVIDENCE_LIFETIME_S)
    ask.effect(f"run.finished {run['id']}")
    text_out = f"processed: {run['prompt']}"
    return {**done, "status": "succeeded", "output_text": text_out, "evidence_download_url": url}
