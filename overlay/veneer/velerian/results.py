"""The result of a network run, queued or ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from veneer.velerian.platform import ENDED
from veneer_generated.velerian.client.results import RunResult

__all__ = ["NetworkRun"]


@dataclass(frozen=True, slots=True)
class NetworkRun(RunResult):
    """A run of a network: queued, running, succeeded, failed or blocked.

    `slug` is the network and `run_url` the page for people; both are None for a run that was not
    started by this call. `evidence_download_url` is presigned: `client.download_url` writes it to
    a file.
    """

    _SOURCES: ClassVar[Mapping[str, str]] = RunResult._SOURCES  # noqa: SLF001  # a subclass's own
    slug: str | None = None
    run_url: str | None = None

    @property
    def ended(self) -> bool:
        """Whether the run is final: succeeded, failed or blocked."""
        return self.status in ENDED
