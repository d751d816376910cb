# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
"""What the models and endpoints share."""

import datetime
from collections.abc import Mapping
from types import MemberDescriptorType
from typing import IO, Any, BinaryIO, Literal

from attrs import define


class Unset:
    """The type of `UNSET`: not given, which is not the same as null."""

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"

    def __reduce__(self) -> str:
        # Copies and pickles of a model hold this very object: fields are compared with it by identity.
        return "UNSET"


UNSET: Unset = Unset()

# The types that `httpx.Client(files=)` can accept, copied from that library.
FileContent = IO[bytes] | bytes | str
FileTypes = (
    # (filename, file (or bytes), content_type)
    tuple[str | None, FileContent, str | None]
    # (filename, file (or bytes), content_type, headers)
    | tuple[str | None, FileContent, str | None, Mapping[str, str]]
)


@define
class File:
    """A file to upload, or one that was downloaded."""

    payload: BinaryIO
    file_name: str | None = None
    mime_type: str | None = None

    def to_tuple(self) -> FileTypes:
        """Return a tuple representation that httpx will accept for multipart/form-data"""
        return self.file_name, self.payload, self.mime_type


class UnknownTag(TypeError):
    """An object of a union whose discriminator, the property called `tag`, has no value that the contract knows."""

    def __init__(self, data: Mapping[str, Any], *names: str) -> None:
        self.tag = next((name for name in reversed(names) if data.get(name) is not None), names[0])
        super().__init__(f"the discriminator {self.tag} has no value that the contract knows")


class Open:
    """A model that keeps the fields that its contract does not know.

    Few answers have such a field, and an empty dictionary takes as much memory as half a model: it is made when it is first asked for.
    """

    __slots__ = ()

    additional_properties: dict[str, Any]
    _unknown: Any
    """The same without making it: None as long as there is none."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        slot = vars(cls).get("additional_properties")
        if isinstance(slot, MemberDescriptorType):  # attrs makes each class twice, the second time with slots
            _make_late(cls, slot)

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties)

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties


def _make_late(cls: Any, slot: MemberDescriptorType) -> None:
    """Let `_unknown` name a model's slot for unknown fields, and `additional_properties` fill it when it is None."""
    read, write = slot.__get__, slot.__set__

    def additional_properties(model: Any) -> Any:
        found = read(model)
        if found is None:
            found = {}
            write(model, found)
        return found

    cls._unknown, cls.additional_properties = slot, property(additional_properties, write)


class ExactDatetime(datetime.datetime):
    """A date and time that says more than a datetime holds (nanoseconds, a leap second): `isoformat()` is what was sent."""

    _text = ""

    def isoformat(self, sep: str = "T", timespec: str = "auto") -> str:
        return (
            self._text
            if self._text and (sep, timespec) == ("T", "auto")
            else super().isoformat(sep, timespec)
        )

    def __reduce_ex__(self, protocol: Any) -> Any:
        return (read_datetime, (self._text,)) if self._text else super().__reduce_ex__(protocol)


def read_datetime(text: str) -> datetime.datetime:
    """Read a date and time as ISO 8601 has it. Raises ValueError for what is none."""
    try:
        made = datetime.datetime.fromisoformat(text)
    except ValueError:
        # A leap second (RFC 3339 §5.7) comes after the last moment of the second before it.
        if text[16:19] == ":60":
            return _exact(text, read_datetime(f"{text[:17]}59{text[19:]}").replace(microsecond=999_999))
        from dateutil.parser import isoparse

        return isoparse(text)
    seventh = text[26:27]  # digit of a second's fraction: most texts are shorter
    return _exact(text, made) if seventh and seventh.isdigit() else made


def _exact(text: str, made: datetime.datetime) -> ExactDatetime:
    exact = ExactDatetime.combine(made.date(), made.timetz())
    exact._text = text
    return exact


def empty(value: Any) -> list[Any]:
    """Return an empty list for one. Raises TypeError for anything else in which nothing is, such as "" or {}."""
    if value != []:
        raise TypeError(f"{type(value).__name__} is not a list")
    return []


def is_text(response: Any) -> bool:
    """Tell whether a response is a text by its media type: `text/…`, XML, YAML and the like."""
    media = str(response.headers.get("content-type", "")).partition(";")[0].strip().lower()
    return media.startswith("text/") or media.endswith(("xml", "yaml", "graphql", "javascript"))


def closest(data: Mapping[str, Any], *models: Any) -> list[Any]:
    """Order the classes that a JSON object may be: those whose required fields it has come first, then those that know most of its fields.

    Where it has the constants of some, the others are left out.
    """
    found = [model for model in models if _has_constants(data, getattr(model, "_CONSTANTS", {}))]
    return sorted(
        found or models,
        key=lambda model: (len(model._REQUIRED - data.keys()), -len(model._NAMES.keys() & data.keys())),
    )


def _has_constants(data: Any, constants: Mapping[tuple[str, ...], Any]) -> bool:
    for path, constant in constants.items():
        value = data
        for name in path:
            if not isinstance(value, Mapping) or name not in value:
                break
            value = value[name]
        else:
            if value != constant:
                return False
    return True


__all__ = [
    "UNSET",
    "ExactDatetime",
    "File",
    "FileTypes",
    "Open",
    "UnknownTag",
    "Unset",
    "closest",
    "empty",
    "is_text",
    "read_datetime",
]
