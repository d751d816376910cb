"""What can go wrong between a contract and its client, said with the place.

CodegenError            shown to the person at the keyboard, without a traceback
├── ContractError       a contract that is not found, not valid, or not expressible
└── GeneratorError      the generator or formatter did not do what was asked
"""

from __future__ import annotations


class CodegenError(Exception):
    """A failure of the pipeline; the message is complete and says what to do."""


class ContractError(CodegenError):
    """Something in a contract that cannot be used.

    `source` is the file or URL, `place` the JSON pointer (RFC 6901) or line in it; either may be empty.
    """

    def __init__(self, reason: str, *, source: str = "", place: str = "") -> None:
        self.reason = reason
        self.source = source
        self.place = place
        super().__init__(": ".join(part for part in (source, place, reason) if part))

    def within(self, source: str) -> ContractError:
        """Give the same error with the document that it was found in."""
        return self if self.source else ContractError(self.reason, source=source, place=self.place)


class GeneratorError(CodegenError):
    """The generator dropped, changed or refused something that the contract has; the message lists it."""
