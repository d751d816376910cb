"""Use Velerian: a governed invocation, its evidence as a file, a queued run with an attachment, the audit log.

Reads VELERIAN_BASE_URL, VELERIAN_API_KEY and VELERIAN_ABP_ID (default: the sandbox's `abp_demo`).
`make demo` points them to a local sandbox.
"""

from __future__ import annotations

import itertools
import os
import tempfile
from pathlib import Path

from veneer.velerian import VelerianClient, VelerianError


def main() -> None:
    """Invoke, export evidence, run a network, and print the results."""
    abp_id = os.environ.get("VELERIAN_ABP_ID", "abp_demo")
    with VelerianClient() as client, tempfile.TemporaryDirectory() as folder:
        result = client.invoke_abp(abp_id, payload={"prompt": "Summarize the attached filing."})
        print(f"invocation  {result.outcome}, allowed: {result.is_allowed}, human: {result.requires_human}")

        export = client.invocation_evidence(abp_id, result.invocation_id)
        file = client.download_export(export, to=Path(folder) / "evidence.json")
        print(f"evidence    {file.bytes} bytes of {export.format}, presigned until {export.expires_at:%H:%M}")

        attachment = client.attachments.upload(b"code,price\nA1,120\n", filename="prices.csv")
        run = client.invoke_network(
            "demo",
            prompt_text="Review the prices.",
            attachment_ids=[attachment.attachment_id],
            poll_interval=0.2,
            progress=lambda run: print(f"run         {run.status}"),
        )
        print(f"            {run.output_text}")

        page = client.list_audit_log(action="abp.invoke", limit=50)
        print(f"audit       {len(page)} of {page.total} entries on the first page; the first three of all:")
        for entry in itertools.islice(client.iter_audit_log(action="abp.invoke"), 3):
            print(f"            {entry['created_at']} {entry['actor_user_id']} {entry['resource_id']}")

        try:
            client.invoke_abp("abp_draft", payload={})
        except VelerianError as error:
            print(f"refused     {error.explain()}")


if __name__ == "__main__":
    main()
