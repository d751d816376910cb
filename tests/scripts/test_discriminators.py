"""A discriminator is obeyed wherever the contract has it: the class of an object is the one that its tag names."""

from __future__ import annotations

import importlib
import json
import sys
import warnings
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from core.kit import Wire, reply, wired
from veneer import SchemaViolationWarning, violations
from veneer.arguments import as_one_of
from veneer_codegen import documents, regenerate
from veneer_codegen.normalise import normalise

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from veneer import SchemaViolation

STRING = {"type": "string"}
REF = "#/components/schemas/"


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"{REF}{name}"}


def _one_of(*names: str, tag: str = "kind", **discriminator: Any) -> dict[str, Any]:
    return {"oneOf": [_ref(name) for name in names], "discriminator": {"propertyName": tag, **discriminator}}


def _object(required: list[str] | None = None, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": required or [], "properties": properties}


def _pair(first: str, second: str, tag: dict[str, Any] | None) -> dict[str, Any]:
    """Two classes of one shape, whose tag is as given."""
    members = {} if tag is None else {"kind": tag}
    return {first: _object(**members, size=STRING), second: _object(**members, size=STRING)}


def _made_of(parent: str, **properties: Any) -> dict[str, Any]:
    return {"allOf": [_ref(parent), _object(**properties)]}


CAT_OR_DOG = {"cat": "Feline", "dog": "Canine"}
SHARED = {"type": "string", "enum": ["cat", "dog"]}
SCHEMAS: dict[str, Any] = {
    "Kind": SHARED,
    **_pair("InlineA", "InlineB", SHARED),
    **_pair("SharedA", "SharedB", _ref("Kind")),
    **_pair("WrappedA", "WrappedB", {"allOf": [_ref("Kind")], "description": "which"}),
    **_pair("PlainA", "PlainB", {**STRING, "minLength": 1}),
    **_pair("NullableA", "NullableB", {"type": ["string", "null"]}),
    **_pair("NullableEnumA", "NullableEnumB", {"anyOf": [_ref("Kind"), {"type": "null"}]}),
    **_pair("UndeclaredA", "UndeclaredB", None),
    **_pair("NumberA", "NumberB", {"type": "integer"}),
    **_pair("FlagA", "FlagB", {"type": "boolean"}),
    **_pair("TextNumberA", "TextNumberB", STRING),
    **_pair("TwiceA", "TwiceB", STRING),
    **_pair("NamedA", "NamedB", STRING),
    **_pair("Named.With.Dots", "NamedPlain", STRING),
    **_pair("OtherA", "OtherB", STRING),
    **_pair("BothA", "BothB", STRING),
    "BothC": _object(kind=STRING, size=STRING),
    "Based": _object(["kind"], kind=STRING),
    "BasedA": _made_of("Based", size=STRING),
    "BasedB": _made_of("Based", size=STRING),
    "BasedEnum": _object(["kind"], kind=SHARED),
    "BasedEnumA": _made_of("BasedEnum", size=STRING),
    "BasedEnumB": _made_of("BasedEnum", size=STRING),
    # Parents whose children are made of them by allOf
    "Pet": {
        **_object(["kind"], kind=STRING, friend=_ref("Pet")),
        "discriminator": {"propertyName": "kind", "mapping": {"cat": f"{REF}Cat", "dog": "Dog"}},
    },
    "Cat": _made_of("Pet", size=STRING),
    "Dog": _made_of("Pet", size=STRING),
    "Puppy": {"allOf": [_ref("Dog")], "description": "A dog that adds nothing."},
    "Owner": _object(
        pet=_ref("Pet"), pets={"type": "array", "items": _ref("Pet")}, named={"type": "object", "additionalProperties": _ref("Pet")},
        maybe={"anyOf": [_ref("Pet"), {"type": "null"}]}, told={"allOf": [_ref("Pet"), {"description": "the first"}]},
    ),
    "Vehicle": {"allOf": [{"discriminator": {"propertyName": "@type"}}, _object(**{"@type": STRING})]},
    "Car": {"allOf": [_ref("Vehicle"), {**_object(fuel=STRING), "discriminator": {"propertyName": "fuel", "mapping": {"diesel": "Diesel"}}}]},
    "Diesel": _made_of("Car", size=STRING),
    "Bike": _made_of("Vehicle", size=STRING),
    # A parent that lists its children, each of which is made of it
    "Shape": {**_object(["kind"], kind=STRING, colour=STRING), **_one_of("Circle", "Square")},
    "Circle": _made_of("Shape", size=STRING),
    "Square": _made_of("Shape", size=STRING),
    # Unions around and beside unions
    "Inner": _one_of("InnerA", "InnerB"),
    **_pair("InnerA", "InnerB", STRING),
    "Outer": _object(kind=STRING, size=STRING),
    "ByOther": _one_of("ByOtherA", "ByOtherB", tag="sort"),
    "ByOtherA": _object(kind=STRING, sort=STRING),
    "ByOtherB": _object(kind=STRING, sort=STRING),
    "BesideA": _object(kind=STRING, size=STRING, a=STRING),
    "BesideB": _object(kind=STRING, size=STRING, b=STRING),
    "Problem": _object(size=STRING, title=STRING),
    "Beside": {**_object(note=STRING), **_one_of("BesideA", "BesideB")},
    "Extended": {"allOf": [_one_of("BesideA", "BesideB"), _object(more=STRING)]},
}  # fmt: skip
ANSWERS: dict[str, Any] = {
    "inline_enum": _one_of("InlineA", "InlineB", mapping={"cat": "InlineA", "dog": "InlineB"}),
    "shared_enum": _one_of("SharedA", "SharedB", mapping={"cat": "SharedA", "dog": "SharedB"}),
    "wrapped_enum": _one_of("WrappedA", "WrappedB", mapping={"cat": "WrappedA", "dog": "WrappedB"}),
    "plain": _one_of("PlainA", "PlainB", mapping={"cat": f"{REF}PlainA", "dog": f"{REF}PlainB"}),
    "based": _one_of("BasedA", "BasedB", mapping={"cat": "BasedA", "dog": "BasedB"}),
    "based_enum": _one_of("BasedEnumA", "BasedEnumB", mapping={"cat": "BasedEnumA", "dog": "BasedEnumB"}),
    "nullable": _one_of("NullableA", "NullableB", mapping={"cat": "NullableA", "dog": "NullableB"}),
    "nullable_enum": _one_of("NullableEnumA", "NullableEnumB", mapping={"cat": "NullableEnumA", "dog": "NullableEnumB"}),
    "undeclared": _one_of("UndeclaredA", "UndeclaredB", mapping={"cat": "UndeclaredA", "2": "UndeclaredB"}),
    "number": _one_of("NumberA", "NumberB", mapping={"1": "NumberA", "2": "NumberB"}),
    "flag": _one_of("FlagA", "FlagB", mapping={"true": "FlagA", "false": "FlagB"}),
    "text_number": _one_of("TextNumberA", "TextNumberB", mapping={"1": "TextNumberA", "2": "TextNumberB"}),
    "twice": _one_of("TwiceA", "TwiceB", mapping={"cat": "TwiceA", "dog": "TwiceB", "wolf": "TwiceB"}),
    "named": _one_of("NamedA", "NamedB"),
    "dotted": _one_of("Named.With.Dots", "NamedPlain"),
    "other": _one_of("OtherA", "OtherB", mapping={"a": "OtherA"}, defaultMapping="OtherB"),
    "both_one": _one_of("BothA", "BothB", mapping={"a": "BothA", "b": "BothB"}),
    "both_two": _one_of("BothC", "BothB", mapping={"a": "BothC", "z": "BothB"}),
    "pet": _ref("Pet"),
    "pets": {"type": "array", "items": _ref("Pet")},
    "dog": _ref("Dog"),
    "owner": _ref("Owner"),
    "vehicle": _ref("Vehicle"),
    "shape": _ref("Shape"),
    "in_a_union": {"oneOf": [_ref("Outer"), _ref("Inner")], "discriminator": {"propertyName": "kind"}},
    "by_another": {
        "oneOf": [_ref("Outer"), _ref("ByOther")],
        "discriminator": {"propertyName": "kind", "mapping": {"outer": "Outer", "other": "ByOther"}},
    },
    "with_texts": {"anyOf": [_ref("Inner"), STRING, {"type": "null"}]},
    "in_maps": {"type": "object", "additionalProperties": {"type": "array", "items": _ref("Inner")}},
    "of_lists": {"anyOf": [{"type": "array", "items": _ref("Inner")}, {"type": "array", "items": STRING}]},
    "or_a_problem": {"anyOf": [_ref("Pet"), _ref("Problem")]},
    "beside": _ref("Beside"),
    "extended": _ref("Extended"),
}  # fmt: skip
CONTRACT = {
    "openapi": "3.2.0",
    "info": {"title": "Tags", "version": "1"},
    "paths": {
        f"/{name}": {
            "get": {
                "operationId": name,
                "tags": ["tags"],
                "responses": {
                    "200": {"description": "", "content": {"application/json": {"schema": schema}}}
                },
            }
        }
        for name, schema in ANSWERS.items()
    },
    "components": {"schemas": SCHEMAS},
}
PACKAGE = "tagged_answers.tagged"


@pytest.fixture(scope="module")
def tagged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """The endpoint modules of the contract above, its models, and what was found in it."""
    root = tmp_path_factory.mktemp("tagged")
    (root / "openapi").mkdir()
    (root / "openapi/tagged.json").write_text(json.dumps(CONTRACT))
    (root / "openapi/contracts.toml").write_text(
        f'[[contract]]\nname = "tagged"\nfile = "tagged.json"\npackage = "{PACKAGE}"\n'
    )
    (outcome,) = regenerate.regenerate(root)
    sys.path.insert(0, str(root / "generated"))
    try:
        found = {name: importlib.import_module(f"{PACKAGE}.api.tags.{name}") for name in ANSWERS}
        models = importlib.import_module(f"{PACKAGE}.models")
        yield SimpleNamespace(**found, models=models, report=outcome.report)
    finally:
        sys.path.remove(str(root / "generated"))
        for name in [name for name in sys.modules if name.partition(".")[0] == "tagged_answers"]:
            del sys.modules[name]


def told(operation: Any, payload: Any, **options: Any) -> tuple[Any, list[tuple[str, str]]]:
    """A call's value, and what its hook was told."""
    heard: list[SchemaViolation] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SchemaViolationWarning)
        client = wired(Wire(reply(200, json=payload)), on_violation=[heard.append], **options)
        return client.call(operation), [(one.kind, one.path) for one in heard]


def named(value: Any) -> Any:
    """The classes of a value: of itself, or of what it holds."""
    if isinstance(value, list):
        return [named(one) for one in value]
    return type(value).__name__ if hasattr(value, "to_dict") else value


@pytest.mark.parametrize(
    ("name", "tag", "expected"),
    [
        *[
            (name, value, f"{prefix}{letter}")
            for name, prefix in [
                ("inline_enum", "Inline"), ("shared_enum", "Shared"), ("wrapped_enum", "Wrapped"), ("plain", "Plain"), ("based", "Based"),
                ("based_enum", "BasedEnum"), ("nullable", "Nullable"), ("nullable_enum", "NullableEnum"),
            ]
            for value, letter in [("cat", "A"), ("dog", "B")]
        ],
        ("undeclared", "cat", "UndeclaredA"),
        ("undeclared", "2", "UndeclaredB"),
        ("undeclared", 2, "UndeclaredB"),
        ("number", 1, "NumberA"),
        ("number", 2, "NumberB"),
        ("flag", True, "FlagA"),
        ("flag", False, "FlagB"),
        ("text_number", "2", "TextNumberB"),
        ("twice", "dog", "TwiceB"),
        ("twice", "wolf", "TwiceB"),
        ("named", "NamedA", "NamedA"),
        ("named", "NamedB", "NamedB"),
        ("dotted", "NamedPlain", "NamedPlain"),
        ("dotted", "Named.With.Dots", "WithDots"),
        ("other", "a", "OtherA"),
        ("other", "anything", "OtherB"),
        ("both_one", "a", "BothA"),
        ("both_one", "b", "BothB"),
        ("both_two", "a", "BothC"),
        ("both_two", "z", "BothB"),
        ("pet", "cat", "Cat"),
        ("pet", "dog", "Dog"),
        ("pet", "Puppy", "Puppy"),
        ("pet", "Pet", "Pet"),
        ("pet", "fish", "Pet"),
        ("dog", "Puppy", "Puppy"),
        ("dog", "dog", "Dog"),
        ("shape", "Circle", "Circle"),
        ("shape", "Square", "Square"),
        ("in_a_union", "Outer", "Outer"),
        ("in_a_union", "InnerB", "InnerB"),
        ("by_another", "outer", "Outer"),
        ("with_texts", "InnerB", "InnerB"),
        ("beside", "BesideA", "BesideType0"),
        ("beside", "BesideB", "BesideType1"),
        ("extended", "BesideA", "ExtendedType0"),
        ("extended", "BesideB", "ExtendedType1"),
    ],
    ids=repr,
)  # fmt: skip
def test_the_class_of_an_object_is_the_one_that_its_tag_names(
    tagged: SimpleNamespace, name: str, tag: Any, expected: str
) -> None:
    payload = {"kind": tag, "size": "1"}
    value, found = told(getattr(tagged, name), payload)
    assert (named(value), found) == (expected, [])
    assert value.to_dict() == payload
    assert violations(value) == []


def test_the_name_of_a_component_is_taken_where_the_mapping_has_another_value(
    tagged: SimpleNamespace,
) -> None:
    value, found = told(tagged.plain, {"kind": "PlainB"})
    assert (named(value), found) == ("PlainB", [])


@pytest.mark.parametrize(
    ("name", "payload", "expected"),
    [
        ("pets", [{"kind": "dog"}, {"kind": "cat"}, {"kind": "fish"}], ["Dog", "Cat", "Pet"]),
        ("vehicle", {"@type": "Bike"}, "Bike"),
        ("vehicle", {"@type": "Car", "fuel": "diesel"}, "Diesel"),
        ("vehicle", {"@type": "Car", "fuel": "petrol"}, "Car"),
        ("vehicle", {"@type": "Ship"}, "Vehicle"),
        ("by_another", {"kind": "other", "sort": "ByOtherB"}, "ByOtherB"),
        ("by_another", {"kind": "other", "sort": "ByOtherA"}, "ByOtherA"),
        ("or_a_problem", {"kind": "dog"}, "Dog"),
        ("or_a_problem", {"kind": "fish"}, "Pet"),
        ("or_a_problem", {"title": "down"}, "Problem"),
        ("other", {"size": "1"}, "OtherB"),
        ("with_texts", "InnerB", "InnerB"),
        ("of_lists", [{"kind": "InnerB"}, "text", {"kind": "InnerA"}], ["InnerB", "text", "InnerA"]),
    ],
    ids=repr,
)
def test_so_are_those_within_lists_parents_and_unions(
    tagged: SimpleNamespace, name: str, payload: Any, expected: Any
) -> None:
    value, found = told(getattr(tagged, name), payload)
    assert (named(value), found) == (expected, [])


def test_a_parent_gives_its_children_as_a_property_a_row_a_value_and_within_itself(
    tagged: SimpleNamespace,
) -> None:
    dog, cat = {"kind": "dog", "friend": {"kind": "cat"}}, {"kind": "cat"}
    payload = {"pet": dog, "pets": [cat, dog], "named": {"a": dog}, "maybe": cat, "told": dog}
    owner, found = told(tagged.owner, payload)
    assert found == []
    assert [named(one) for one in (owner.pet, owner.pets, owner.maybe, owner.told)] == [
        "Dog",
        ["Cat", "Dog"],
        "Cat",
        "Dog",
    ]
    assert named(owner.pet.friend) == "Cat"
    assert named(owner.named["a"]) == "Dog"
    assert owner.to_dict() == payload


def test_values_of_maps_are_told_apart_too(tagged: SimpleNamespace) -> None:
    value, found = told(tagged.in_maps, {"a": [{"kind": "InnerB"}], "b": []})
    assert (named(value["a"]), found) == (["InnerB"], [])


@pytest.mark.parametrize(
    "name", ["plain", "based", "shared_enum", "nullable", "named", "in_a_union", "by_another"]
)
def test_an_object_whose_tag_has_no_known_value_is_kept_as_sent_and_told(
    tagged: SimpleNamespace, name: str
) -> None:
    payload = {"kind": "fish", "size": "1"}
    assert told(getattr(tagged, name), payload) == (payload, [("enum", "$.kind")])


@pytest.mark.parametrize("payload", [{"size": "1"}, {"kind": None, "size": "1"}], ids=["missing", "null"])
def test_an_object_without_its_tag_is_none_of_several_classes_that_fit(
    tagged: SimpleNamespace, payload: dict[str, Any]
) -> None:
    assert told(tagged.nullable, payload) == (payload, [("missing", "$.kind")])


def test_the_neighbours_of_an_unknown_row_are_read(tagged: SimpleNamespace) -> None:
    rows = [{"kind": "InnerA"}, {"kind": "fish"}, {"kind": "InnerB"}]
    value, found = told(tagged.of_lists, rows)
    assert found == [("enum", "$[1].kind")]
    assert named(value) == ["InnerA", {"kind": "fish"}, "InnerB"]


def test_a_class_with_one_value_is_typed_with_it_and_one_with_several_is_not(tagged: SimpleNamespace) -> None:
    kinds = {name: getattr(tagged.models, name).__annotations__["kind"] for name in ("PlainA", "TwiceB", "BothB", "Dog", "Pet")}  # fmt: skip
    assert kinds == {
        "PlainA": "Literal['cat'] | Unset",
        "TwiceB": "str | Unset",
        "BothB": "str | Unset",
        "Dog": "str",
        "Pet": "str",
    }


@pytest.mark.parametrize(
    ("classes", "given", "expected"),
    [
        (["PlainA", "PlainB"], {"kind": "dog"}, "PlainB"),
        (["Cat", "Dog", "Pet"], {"kind": "dog"}, "Dog"),
        (["BesideType0", "BesideType1"], {"b": "1"}, "BesideType1"),
    ],
    ids=repr,
)
def test_a_mapping_that_is_sent_is_the_class_that_its_tag_or_its_keys_name(
    tagged: SimpleNamespace, classes: list[str], given: dict[str, Any], expected: str
) -> None:
    models = [getattr(tagged.models, name) for name in classes]
    assert type(as_one_of(given, *models)).__name__ == expected


# -- what cannot be obeyed -------------------------------------------------------------------------------------


def _found(schema: dict[str, Any], schemas: dict[str, Any]) -> list[str]:
    """What is found in a contract whose one answer is of a schema: all that weakens a type or loses one."""
    answer = {"responses": {"200": {"description": "", "content": {"application/json": {"schema": schema}}}}}
    document = {"openapi": "3.2.0", "paths": {"/x": {"get": answer}}, "components": {"schemas": schemas}}
    return [str(one) for one in normalise(document).report.findings if one.level]


AT = "discriminator at #/paths/~1x/get/responses/200/content/application~1json/schema/discriminator: "


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (_one_of("A", "B", mapping={"a": "A", "b": "B", "c": "C"}), "'c' is mapped to C, which is not a member of the union"),
        (_one_of("A", "B", mapping={"a": "A", "b": f"{REF}Gone"}), f"'b' is mapped to {REF}Gone, which is not a member of the union"),
        (_one_of("A", "B", defaultMapping="C"), "its defaultMapping, C, is not one member of the union"),
        ({"oneOf": [_ref("A"), _ref("B")], "discriminator": {}}, "it has no propertyName: the classes are told apart by their shape"),
        ({"oneOf": [_ref("A"), _object(b=STRING)], "discriminator": {"propertyName": "kind"}}, "GetXResponseType1 has no value of kind of its own: it is told apart by its shape"),
        ({"oneOf": [_ref("A"), _ref("Group")], "discriminator": {"propertyName": "kind", "mapping": {"a": "A", "g": "Group"}}}, "'g' is mapped to Group, a union that no discriminator tells apart"),
    ],
    ids=["no member", "no schema", "no default", "no property", "inline", "a union"],
)  # fmt: skip
def test_a_discriminator_that_cannot_be_obeyed_is_a_finding_with_its_place(
    schema: dict[str, Any], expected: str
) -> None:
    schemas = {
        **_pair("A", "B", STRING),
        "C": _object(c=STRING),
        "Group": {"oneOf": [_object(d=STRING), _ref("C")]},
    }
    assert f"{AT}{expected}" in _found(schema, schemas)


def test_members_and_children_in_other_files_are_told_by_reference_and_by_the_name_of_their_file(
    tmp_path: Path,
) -> None:
    files = {
        "api.yaml": """
            openapi: 3.1.0
            paths:
              /mapped: {get: {responses: {'200': {content: {application/json: {schema: {$ref: 'union.yaml#/Mapped'}}}}}}}
              /named: {get: {responses: {'200': {content: {application/json: {schema: {$ref: 'union.yaml#/Named'}}}}}}}
              /pet: {get: {responses: {'200': {content: {application/json: {schema: {$ref: pet.yaml}}}}}}}
            """,
        "union.yaml": """
            Mapped: {oneOf: [{$ref: cat.yaml}, {$ref: dog.yaml}], discriminator: {propertyName: k, mapping: {c: ./cat.yaml, d: dog.yaml}}}
            Named: {oneOf: [{$ref: cat.yaml}, {$ref: dog.yaml}], discriminator: {propertyName: k}}
            """,
        "pet.yaml": "{type: object, properties: {k: {type: string}}, discriminator: {propertyName: k, mapping: {x: cat.yaml}}}",
        "cat.yaml": "{allOf: [{$ref: pet.yaml}, {type: object, properties: {c: {type: string}}}]}",
        "dog.yaml": "{allOf: [{$ref: pet.yaml}, {type: object, properties: {d: {type: string}}}]}",
    }  # fmt: skip
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    done = normalise(documents.load(tmp_path / "api.yaml").content)
    assert [one for one in done.report.findings if one.level] == []
    assert [dict(tree.tags[0].classes) for tree in done.tags.values()] == [
        {"c": "Cat", "d": "Dog", "cat": "Cat", "dog": "Dog"},
        {"cat": "Cat", "dog": "Dog"},
        {"x": "Cat", "cat": "Cat", "dog": "Dog", "pet": "Pet"},
    ]


def test_a_parent_of_more_children_than_a_union_takes_is_read_as_itself_and_named() -> None:
    children = {f"C{index}": _made_of("Pet", **{f"p{index}": STRING}) for index in range(201)}
    pet = {**_object(kind=STRING), "discriminator": {"propertyName": "kind"}}
    assert _found(_ref("Pet"), {"Pet": pet, **children}) == [
        "large-union at #/components/schemas/Pet: its 201 children are read as itself"
    ]


def test_events_of_several_types_are_a_finding_and_those_of_a_parent_are_of_its_class() -> None:
    schemas = {**_pair("A", "B", STRING), "Pet": SCHEMAS["Pet"], "Cat": SCHEMAS["Cat"], "Dog": SCHEMAS["Dog"]}
    paths = {
        f"/{name}": {"get": {"operationId": name, "responses": {"200": {"content": {"text/event-stream": {"itemSchema": schema}}}}}}
        for name, schema in {"union": _one_of("A", "B"), "parent": _ref("Pet")}.items()
    }  # fmt: skip
    done = normalise({"openapi": "3.2.0", "paths": paths, "components": {"schemas": schemas}})
    assert [str(one) for one in done.report.findings if one.level] == [
        (
            "stream-of-a-union at #/paths/~1union/get/responses/200/content/text~1event-stream/itemSchema: "
            "its events have several types: each is its JSON, unless `event=` converts it"
        )
    ]
    assert [dict(one.stream or {}).get("item") for one in done.operations] == [None, "Pet"]


def test_values_that_several_classes_list_name_none_of_them() -> None:
    found = _found(_one_of("A", "B"), _pair("A", "B", SHARED))
    assert found == [
        f"{AT}{name} lists 'cat', 'dog' for kind, as others do: it is known by its name alone, '{name}'"
        for name in ("A", "B")
    ]


def test_a_schema_that_is_made_of_itself_is_a_finding_and_a_child_in_its_parent_has_all_its_members() -> None:
    loop = {
        "A": {"allOf": [_ref("B")], "properties": {"a": STRING}},
        "B": {"allOf": [_ref("A"), _object(b=STRING)]},
    }
    assert _found(_ref("A"), loop) == [
        "circular-allOf at #/components/schemas/B/allOf/0: #/components/schemas/A is made of itself: left out"
    ]
    document = {
        "openapi": "3.1.0",
        "paths": {"/x": {"get": {"responses": {"200": {"description": "", "content": {"application/json": {"schema": _ref("Node")}}}}}}},
        "components": {"schemas": {"Node": _object(id=STRING, leaf=_ref("Leaf")), "Leaf": _made_of("Node", size=STRING)}},
    }  # fmt: skip
    classes = normalise(document).document["components"]["schemas"]
    assert set(classes["Leaf"]["properties"]) == {"id", "leaf", "size"}
