# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

from .. import models, types
from ..types import UNSET, Unset, empty
from ..types import define as _attrs_define
from ..types import field as _attrs_field

if TYPE_CHECKING:
    from ..models.pipeline_step import PipelineStep


@_attrs_define(repr=False)
class CreatePipelineRequest(types.Open):
    name: str
    """The name it is executed by."""

    steps: list[PipelineStep]
    """The steps."""

    description: str | Unset = UNSET
    """What it does, for people."""

    input_schema: dict[str, Any] | Unset = UNSET
    """JSON Schema of the input."""

    output_schema: dict[str, Any] | Unset = UNSET
    """JSON Schema of the output."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "name": "name",
        "steps": "steps",
        "description": "description",
        "inputSchema": "input_schema",
        "outputSchema": "output_schema",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "name",
            "steps",
        )
    )

    def __init__(
        self,
        name: str,
        steps: list[PipelineStep],
        description: str | Unset = UNSET,
        input_schema: dict[str, Any] | Unset = UNSET,
        output_schema: dict[str, Any] | Unset = UNSET,
    ) -> None:
        (self.name, self.steps, self.description, self.input_schema, self.output_schema, self._unknown) = (
            name,
            steps,
            description,
            input_schema,
            output_schema,
            None,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "name": self.name,
            "steps": [item0.to_dict() for item0 in self.steps],
        }
        if self.description is not UNSET:
            field_dict["description"] = self.description
        if self.input_schema is not UNSET:
            field_dict["inputSchema"] = self.input_schema
        if self.output_schema is not UNSET:
            field_dict["outputSchema"] = self.output_schema
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.name = src_dict["name"]
        made.steps = list(map(models.PipelineStep.from_dict, src_dict["steps"])) or empty(src_dict["steps"])
        made.description = src_dict.get("description", UNSET)
        made.input_schema = src_dict.get("inputSchema", UNSET)
        made.output_schema = src_dict.get("outputSchema", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(CreatePipelineRequest._NAMES).issuperset
