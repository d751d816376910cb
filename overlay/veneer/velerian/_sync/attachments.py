# Derived from overlay/veneer/velerian/_async/attachments.py by scripts/unasync.py: edit that file, not this one.
"""Files that runs work on: register, upload, finalize."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from veneer._core.errors import ConfigurationError
from veneer.velerian.platform import upload_metadata
from veneer_generated.velerian.client._sync import attachments as derived

if TYPE_CHECKING:
    from veneer._core.transfer import Progress
    from veneer_generated.velerian.models import RunAttachment

__all__ = ["Attachments"]


class Attachments(derived.Attachments):
    """Attachments of runs; `invoke_network(…, attachment_ids=[…])` takes their ids."""

    def upload(
        self,
        source: str | os.PathLike[str] | BinaryIO | bytes,
        *,
        filename: str | None = None,
        content_type: str | None = None,
        progress: Progress | None = None,
    ) -> RunAttachment:
        """Upload a path, seekable file or bytes as an attachment: register it, send it in pieces, finalize it.

        An `idempotency_key` of the options goes with the first of these requests, and a key derived
        from it with the last. `filename` and `content_type` default to the path's or the file's
        name; `progress(bytes done, total bytes)` is called as it is sent. The API key is not sent
        to the presigned URL. Raises ConfigurationError for a source without a name or known size.

        POST /api/v2/run-attachments, PUT to storage, POST
        /api/v2/run-attachments/{attachment_id}/finalize
        """
        name, kind = upload_metadata(source, filename, content_type)
        file = io.BytesIO(source) if isinstance(source, bytes) else source
        from veneer._core.transfer import body_length, opened

        with opened(Path(file) if isinstance(file, str) else file) as body:
            size = body_length(body)
            if size is None:
                raise ConfigurationError(
                    "the size must be known before the upload: pass a path, bytes or a seekable file"
                )
            place = self.register(name, kind, size)
            self._client.upload_url(place.upload_url, body, content_type=kind, progress=progress)
        last = self._client._step(f"finalize-{place.attachment_id}")  # noqa: SLF001  # ours
        return Attachments(last).finalize(place.attachment_id)
