"""The errors of the pipeline from a contract to its client, with their places.

CodegenError            shown to the user without a traceback
├── ContractError       a contract that is missing, invalid or not expressible
└── GeneratorError      the generator or formatter failed
"""

from __future__ import annotations


class CodegenError(Exception):
    """A failure of the pipeline. Its message is complete and names the remedy."""


class ContractError(CodegenError):
    """A part of a contract that cannot be used.

    `source` is the file or URL, `place` the JSON pointer (RFC 6901) or line in it; either may be
    empty.
    """

    def __init__(self, reason: str, *, source: str = "", place: str = "") -> None:
        self.reason = reason
        self.source = source
        self.place = place
        super().__init__(": ".join(part for part in (source, place, reason) if part))

    def within(self, source: str) -> ContractError:
        """Return the same error with its document as the source."""
        return self if self.source else ContractError(self.reason, source=source, place=self.place)


class GeneratorError(CodegenError):
    """The generator dropped, changed or refused a part of the contract, which the message lists."""
