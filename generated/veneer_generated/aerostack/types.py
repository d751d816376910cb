# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""Types and functions that the models and endpoints share."""

import datetime
from collections.abc import Iterator, Mapping, MutableMapping
from types import MemberDescriptorType
from typing import IO, Any, BinaryIO, Literal, TypeVar
from urllib.parse import quote as _quote

from veneer import Value
from veneer.models import define, field

T = TypeVar("T")


class Unset:
    """The type of `UNSET`: not given, which is not the same as null."""

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"

    def __reduce__(self) -> str:
        # Copies and pickles of a model keep this object, because fields are compared with it by identity.
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
        """Return the tuple that httpx takes for a part of multipart/form-data."""
        return self.file_name, self.payload, self.mime_type


class UnknownTag(TypeError):
    """The discriminator of a union, the property `tag`, has no value that the contract knows."""

    def __init__(self, data: Mapping[str, Any], *names: str) -> None:
        self.tag = next((name for name in reversed(names) if data.get(name) is not None), names[0])
        super().__init__(f"the discriminator {self.tag} has no value that the contract knows")


class Open(Value):
    """A model that keeps fields which its contract does not know.

    Few responses have unknown fields, and an empty dictionary takes as much memory as half a
    model. So the dictionary is created at its first use.
    """

    __slots__ = ()

    additional_properties: dict[str, Any]
    _unknown: Any
    """The dictionary itself; None until it is created."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        slot = vars(cls).get("additional_properties")
        if isinstance(slot, MemberDescriptorType):  # a class is created twice, the second time with slots
            _make_late(cls, slot)

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties)


def _make_late(cls: Any, slot: MemberDescriptorType) -> None:
    """Make `_unknown` the slot of unknown fields, which `additional_properties` fills at its first use."""
    read, write = slot.__get__, slot.__set__

    def additional_properties(model: Any) -> Any:
        found = read(model)
        if found is None:
            found = {}
            write(model, found)
        return found

    cls._unknown, cls.additional_properties = slot, property(additional_properties, write)


class Map(Open, MutableMapping[str, T]):
    """A model without declared members: a mapping of its keys and values."""

    __slots__ = ()

    def __getitem__(self, key: str) -> T:
        found: T = self.additional_properties[key]
        return found

    def __setitem__(self, key: str, value: T) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.additional_properties)

    def __len__(self) -> int:
        return len(self.additional_properties)


class ExactDatetime(datetime.datetime):
    """A date and time with more than a datetime holds, such as nanoseconds or a leap second.

    `isoformat()` returns the text that was sent.
    """

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
    """Return the datetime of an ISO 8601 text. Raises ValueError for any other text."""
    try:
        made = datetime.datetime.fromisoformat(text)
    except ValueError:
        # A leap second (RFC 3339 §5.7) follows the last moment of the second before it.
        if text[16:19] == ":60":
            return _exact(text, read_datetime(f"{text[:17]}59{text[19:]}").replace(microsecond=999_999))
        from dateutil.parser import isoparse

        return isoparse(text)
    seventh = text[26:27]  # seventh digit of the fraction: most texts are shorter
    return _exact(text, made) if seventh and seventh.isdigit() else made


_TWO_DIGITS = [f"{number:02}" for number in range(60)]


def write_datetime(value: datetime.datetime) -> str:
    """Return `value.isoformat()`, for UTC in half its time."""
    if type(value) is not datetime.datetime or value.tzinfo is not datetime.UTC or value.year < 1000:
        return value.isoformat()
    two = _TWO_DIGITS
    fraction = f".{value.microsecond:06}" if value.microsecond else ""
    return f"{value.year}-{two[value.month]}-{two[value.day]}T{two[value.hour]}:{two[value.minute]}:{two[value.second]}{fraction}+00:00"


def _exact(text: str, made: datetime.datetime) -> ExactDatetime:
    exact = ExactDatetime.combine(made.date(), made.timetz())
    exact._text = text
    return exact


def empty(value: Any) -> list[Any]:
    """Return an empty list for an empty list. Raises TypeError for other empty values, such as "" or {}."""
    if value != []:
        raise TypeError(f"{type(value).__name__} is not a list")
    return []


def quote(text: str) -> str:
    """Return text percent-encoded, as a part of a path; most texts are such a part already."""
    if text.isascii() and text.replace("-", "").replace("_", "").isalnum():
        return text
    return _quote(text, safe="")


def is_text(response: Any) -> bool:
    """Return whether a response is text by its media type: `text/…`, XML, YAML and the like."""
    media = str(response.headers.get("content-type", "")).partition(";")[0].strip().lower()
    return media.startswith("text/") or media.endswith(("xml", "yaml", "graphql", "javascript"))


def closest(data: Mapping[str, Any], *models: Any) -> list[Any]:
    """Return the classes that a JSON object may be, the best match first.

    Classes whose required fields the object has come first, then those that know most of its
    fields. If it has the constants of some classes, the others are left out.
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
    "Map",
    "Open",
    "UnknownTag",
    "Unset",
    "Value",
    "closest",
    "define",
    "empty",
    "field",
    "is_text",
    "quote",
    "read_datetime",
    "write_datetime",
]
