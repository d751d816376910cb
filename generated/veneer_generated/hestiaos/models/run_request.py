# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

from .. import models, types
from ..types import UNSET, Unset
from ..types import define as _attrs_define
from ..types import field as _attrs_field

if TYPE_CHECKING:
    from ..models.run_context import RunContext
    from ..models.run_options import RunOptions


@_attrs_define(repr=False)
class RunRequest(types.Open):
    """What to run."""

    input_: str
    """The command."""

    context: RunContext | Unset = UNSET
    """Where a run belongs."""

    options: RunOptions | Unset = UNSET
    """How to run."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "input": "input_",
        "context": "context",
        "options": "options",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(("input",))

    def __init__(
        self,
        input_: str,
        context: RunContext | Unset = UNSET,
        options: RunOptions | Unset = UNSET,
    ) -> None:
        (self.input_, self.context, self.options, self._unknown) = (input_, context, options, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "input": self.input_,
        }
        if not isinstance(self.context, Unset):
            field_dict["context"] = self.context.to_dict()
        if not isinstance(self.options, Unset):
            field_dict["options"] = self.options.to_dict()
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.input_ = src_dict["input"]
        value = src_dict.get("context", UNSET)
        made.context = UNSET if value is UNSET else models.RunContext.from_dict(value)
        value = src_dict.get("options", UNSET)
        made.options = UNSET if value is UNSET else models.RunOptions.from_dict(value)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(RunRequest._NAMES).issuperset
