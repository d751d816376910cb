"""Values by the schemas of a contract: what fits, what is said of what does not, and what is made up."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openapi_schema_validator import OAS32Validator, oas32_format_checker
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from veneer_sandbox.samples import generate
from veneer_sandbox.schemas import AMBIGUOUS, ContractSchemas, SchemaError

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
# Its reference leads out of the document, which is put together before the sandbox sees it.
OUTSIDE = {"remote_ref"}
CONTRACTS = [
    *sorted((ROOT / "generated" / "veneer_generated" / "contracts").glob("*.json")),
    *sorted(one for one in (ROOT / "tests/scripts/contracts").glob("*.json") if one.stem not in OUTSIDE),
]
NODE: dict[str, Any] = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "minLength": 1},
        "next": {"$ref": "#/components/schemas/Node"},
        "children": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}},
    },
}


def schemas_of(version: str = "3.1.0", **named: Any) -> ContractSchemas:
    return ContractSchemas({"openapi": version, "components": {"schemas": {"Node": NODE, **named}}})


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


# Checking


@pytest.mark.parametrize(
    ("schema", "value", "problem"),
    [
        ({"type": "string"}, 1, (("body",), "Input should be a valid string", "string_type")),
        (
            {"required": ["a"]},
            {},
            (("body", "a"), "Field required", "missing"),
        ),
        (
            {"properties": {"a": {"items": {"maximum": 3}}}},
            {"a": [1, 5]},
            (("body", "a", 1), "Input should be less than or equal to 3", "less_than_equal"),
        ),
        (
            {"properties": {"a": {}}, "additionalProperties": False},
            {"b": 1},
            (("body", "b"), "Extra inputs are not permitted", "extra_forbidden"),
        ),
        ({"enum": ["a", "b"]}, "c", (("body",), "Input should be 'a' or 'b'", "enum")),
        ({"const": 1}, 2, (("body",), "Input should be 1", "literal_error")),
        (
            {"pattern": "^a"},
            "b",
            (("body",), "String should match pattern '^a'", "string_pattern_mismatch"),
        ),
        ({"format": "uuid"}, "x", (("body",), "Input should be a valid uuid", "string_format")),
        ({"format": "date-time"}, "2026-01-01", (("body",), "Input should be a valid date-time", "string_format")),
        ({"format": "byte"}, "a", (("body",), "Input should be a valid byte", "string_format")),
        (
            {"type": ["string", "null"]},
            1,
            (("body",), "Input should be a valid string", "string_type"),
        ),
        (
            {"anyOf": [ref("Node"), {"type": "null"}]},
            {"name": ""},
            (("body", "name"), "String should have at least 1 characters", "string_too_short"),
        ),
        (
            {"oneOf": [{"type": "string"}, {"type": "integer"}]},
            [],
            (("body",), "Input should match one of 2 alternatives", "union"),
        ),
        (ref("Node"), {"name": "a", "next": {}}, (("body", "next", "name"), "Field required", "missing")),
        ({"multipleOf": 3}, 4, (("body",), "Input is not a multiple of 3", "multipleOf")),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(schema: Any, value: Any, problem: Any) -> None:
    assert schemas_of().check(value, schema, ("body",)) == [problem]


def test_of_alternatives_with_a_constant_the_one_that_was_meant_is_named() -> None:
    kinds = {
        "oneOf": [
            {"required": ["kind", "bark"], "properties": {"kind": {"const": "dog"}}},
            {"required": ["kind", "purr"], "properties": {"kind": {"const": "cat"}}},
        ]
    }
    assert schemas_of().check({"kind": "cat"}, kinds) == [(("purr",), "Field required", "missing")]


def test_what_was_sent_is_not_repeated_in_what_is_said() -> None:
    every = {"multipleOf": 3, "uniqueItems": True, "not": {}, "propertyNames": {"pattern": "^a"}}
    for value in ({"secret": "hunter2"}, ["hunter2", "hunter2"], 13371337):
        assert "hunter2" not in str(schemas_of().check(value, every))
        assert "1337" not in str(schemas_of().check(value, every))


@pytest.mark.parametrize(
    ("version", "schema", "fitting", "refused"),
    [
        ("3.0.3", {"type": "string", "nullable": True}, None, 1),
        ("3.0.3", {"type": "string", "enum": ["a"], "nullable": True}, None, "b"),
        ("3.0.3", {**ref("Node"), "nullable": True}, None, 1),
        ("3.0.3", {"allOf": [ref("Node")], "nullable": True}, None, 1),
        ("3.0.3", {"type": "number", "minimum": 1, "exclusiveMinimum": True}, 1.5, 1),
        ("3.0.3", {"type": "number", "minimum": 1, "exclusiveMinimum": False}, 1, 0),
        ("3.0.3", {**ref("Node"), "maxProperties": 1}, {"name": "a", "more": 1}, {}),
        ("3.1.0", {"type": "number", "exclusiveMinimum": 1}, 1.5, 1),
        ("3.1.0", {**ref("Node"), "maxProperties": 1}, {"name": "a"}, {"name": "a", "more": 1}),
        ("3.1.0", {"type": ["string", "null"]}, None, 1),
    ],
    ids=str,
)
def test_both_dialects_mean_what_they_say(version: str, schema: Any, fitting: Any, refused: Any) -> None:
    schemas = schemas_of(version)
    assert schemas.check(fitting, schema) == []
    assert schemas.check(refused, schema) != []


def test_members_that_only_the_server_writes_are_ignored_in_requests() -> None:
    account = {
        "required": ["id", "name", "password"],
        "additionalProperties": False,
        "properties": {
            "id": {"type": "integer", "readOnly": True},
            "name": {"type": "string"},
            "password": {"type": "string", "writeOnly": True},
        },
    }
    schemas = schemas_of(Account=account)
    sent = schemas.read({"id": "mine", "name": "Ada", "password": "x"}, ref("Account"), ("body",))
    assert sent == ({"name": "Ada", "password": "x"}, [], [("body", "id")])
    assert schemas.read({"name": "Ada"}, ref("Account"), direction="response").problems[0].loc == ("id",)
    answer = generate(schemas, ref("Account"), "seed")
    assert answer.keys() == {"id", "name"}


def test_read_only_members_of_a_part_are_ignored_where_another_part_requires_them() -> None:
    whole = {"allOf": [ref("Base"), {"required": ["id", "name"]}]}
    schemas = schemas_of(Base={"properties": {"id": {"type": "integer", "readOnly": True}}})
    assert schemas.check({"name": "Ada"}, whole) == []


def test_absent_members_get_their_defaults_and_whole_floats_become_integers() -> None:
    schemas = schemas_of(
        Page={
            "properties": {
                "size": {"type": "integer", "default": 20},
                "options": {"properties": {"deep": {"default": {"a": []}}}},
                "broken": {"type": "integer", "default": "x"},
            }
        }
    )
    first = schemas.read({"size": 3.0, "options": {}}, ref("Page")).value
    assert first == {"size": 3, "options": {"deep": {"a": []}}}
    assert isinstance(first["size"], int)
    first["options"]["deep"]["a"].append(1)
    assert schemas.read({"options": {}}, ref("Page")).value == {"size": 20, "options": {"deep": {"a": []}}}


def test_a_request_may_fit_several_alternatives_and_an_answer_only_one() -> None:
    overlapping: dict[str, Any] = {"oneOf": [{"properties": {"a": {}}}, {"properties": {"b": {}}}]}
    assert schemas_of().check({}, overlapping) == []
    assert [one.type for one in schemas_of().check({}, overlapping, direction="response")] == [AMBIGUOUS]


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        (ref("Nothing"), "the reference '#/components/schemas/Nothing' leads nowhere"),
        ({"$ref": "other.yaml#/A"}, "leads out of the document"),
        ({"$ref": "#nothing"}, "leads nowhere"),
        (ref("Loop"), "leads to itself"),
        ("string", "a schema should be an object"),
        ({"minLength": "three"}, "a schema is malformed"),
    ],
    ids=str,
)
def test_a_schema_that_cannot_be_used_is_named(schema: Any, words: str) -> None:
    with pytest.raises(SchemaError, match=words):
        schemas_of(Loop=ref("Loop")).check(1, schema)


def test_what_cannot_be_checked_is_left_out_and_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    schemas = schemas_of()
    for schema in ({"pattern": "(", "type": "datetime"}, {"pattern": "("}):
        assert schemas.check("x", schema) == []
    assert [record.getMessage().partition(" (")[0] for record in caplog.records] == [
        "not checked: the type datetime",
        "not checked: the pattern",
    ]


@pytest.mark.parametrize("pointer", ["#thing", "https://example.com/thing"])
def test_references_lead_to_anchors_and_ids_too(pointer: str) -> None:
    thing = {"$anchor": "thing", "$id": "https://example.com/thing", "type": "integer"}
    assert schemas_of(Thing=thing).check("x", {"$ref": pointer}) != []


# Making values up


@pytest.mark.parametrize("path", CONTRACTS, ids=lambda path: path.stem)
def test_every_schema_of_a_contract_has_a_value_that_fits(path: Path) -> None:
    schemas = ContractSchemas(json.loads(path.read_text()))
    for where, schema, direction in _of_operations(schemas):
        value = generate(schemas, schema, where, direction=direction)
        assert [
            one for one in schemas.check(value, schema, direction=direction) if one.type != AMBIGUOUS
        ] == []
        assert generate(schemas, schema, where, direction=direction) == value


def _of_operations(schemas: ContractSchemas) -> Iterator[tuple[str, Any, Any]]:
    for path, item in schemas.document.get("paths", {}).items():
        for method, operation in schemas.resolve(item).items():
            if not isinstance(operation, dict):
                continue
            answers = [(status, "response", one) for status, one in operation.get("responses", {}).items()]
            body = [("body", "request", operation["requestBody"])] if "requestBody" in operation else []
            for status, direction, node in [*answers, *body]:
                for kind, media in schemas.resolve(node).get("content", {}).items():
                    yield f"{method} {path} {status} {kind}", media.get("schema", True), direction


TEXTS = st.fixed_dictionaries(
    {"type": st.just("string")},
    optional={
        "minLength": st.integers(0, 30),
        "format": st.sampled_from(["date-time", "date", "uuid", "email", "uri", "ipv4", "ipv6", "byte"]),
    },
).map(lambda one: {"type": "string", "format": one["format"]} if "format" in one else one)
PATTERNS = st.sampled_from(
    [
        "^[a-z]{3,8}$",
        "^acct_[A-Za-z0-9]+$",
        r"^\d{4}-\d\d$",
        "[^/]",
        "^(a|b)*c$",
        r"^[\w.-]+@x\.io$",
        "^.{12,}$",
    ]
).map(lambda pattern: {"type": "string", "pattern": pattern})
NUMBERS = st.builds(
    lambda kind, low, span, step, out: {
        "type": kind, out: low, "maximum": low + span + 2 * step, "multipleOf": step,
    },
    st.sampled_from(["integer", "number"]), st.integers(-50, 50), st.integers(0, 50), st.integers(1, 9),
    st.sampled_from(["minimum", "exclusiveMinimum"]),
)  # fmt: skip
LEAVES = TEXTS | PATTERNS | NUMBERS | st.sampled_from(
    [True, {}, {"type": "boolean"}, {"type": "null"}, {"enum": ["a", 1, None]}, {"const": [1]}, ref("Node"), {"type": ["integer", "null"]}]
)  # fmt: skip


def _larger(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    names = st.sampled_from("abcdef")
    objects = st.builds(
        lambda properties, required, extra: {
            "type": "object", "properties": properties, "required": sorted(required), "additionalProperties": extra,
        },
        st.dictionaries(names, inner, max_size=4), st.sets(names, max_size=2), st.just(True) | inner,
    )  # fmt: skip
    arrays = st.builds(
        lambda items, least, unique: {
            "type": "array", "items": items, "minItems": least, "uniqueItems": unique,
        },
        inner, st.integers(0, 2), st.booleans(),
    )  # fmt: skip
    unions = st.builds(
        lambda key, parts: {key: parts},
        st.sampled_from(["oneOf", "anyOf", "allOf"]),
        st.lists(inner, min_size=1, max_size=3),
    )
    examples = st.builds(
        lambda one, value: {"allOf": [one], "example": value}, inner, st.just("x") | st.just(7)
    )
    return objects | arrays | unions | examples


@settings(deadline=None, max_examples=80, suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.recursive(LEAVES, _larger, max_leaves=8), st.text(max_size=3))
def test_a_made_up_value_fits_by_another_validator_too(schema: Any, seed: str) -> None:
    schemas = schemas_of()
    value, why = _made(schemas, schema, seed)
    if why:  # parts that exclude each other have no value: the keyword in the way is named
        assert why.startswith("no value fits the schema (")
        return
    problems = schemas.check(value, schema, direction="response")
    assert {one.type for one in problems} <= {AMBIGUOUS}
    if isinstance(schema, dict) and not problems:
        text = json.dumps(schema).replace('"#/', '"urn:contract#/')
        assert list(_validator(json.loads(text)).iter_errors(value)) == []
    assert generate(schemas, schema, seed) == value


def _made(schemas: ContractSchemas, schema: Any, seed: str) -> tuple[Any, str]:
    try:
        return generate(schemas, schema, seed), ""
    except SchemaError as error:
        return None, str(error)


def _validator(schema: Any) -> OAS32Validator:
    resource: Any = DRAFT202012.create_resource({"components": {"schemas": {"Node": NODE}}})
    registry: Any = Registry().with_resource("urn:contract", resource)
    return OAS32Validator(schema, registry=registry, format_checker=oas32_format_checker)


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string", "example": "Ada"}, "Ada"),
        ({"type": "string", "examples": ["Ada", "Bob"]}, "Ada"),
        ({"type": "integer", "default": 7}, 7),
        ({"type": "integer", "example": "seven", "const": 7}, 7),
        ({"enum": [None, "a"]}, "a"),
        ({"type": "object", "properties": {"a": {"example": 1}}, "example": {"a": 2}}, {"a": 2}),
        ({"allOf": [{"properties": {"a": {"const": 1}}}, {"properties": {"b": {"const": 2}}}]}, {"a": 1, "b": 2}),
        ({"type": "object", "properties": {"a": False, "b": {"const": 1}}}, {"b": 1}),
        ({"type": "array", "items": {"enum": [1, 2, 3]}, "minItems": 3, "uniqueItems": True}, None),
        ({"type": "object", "additionalProperties": {"type": "integer"}, "minProperties": 3}, None),
        ({"type": "object", "propertyNames": {"pattern": "^x-"}, "minProperties": 2}, None),
        ({"type": "object", "patternProperties": {"^y[0-9]$": {"const": 1}}, "additionalProperties": False,
          "minProperties": 2}, None),
        ({"type": "array", "prefixItems": [{"const": 1}, {"const": 2}], "items": False}, [1, 2]),
        ({"type": "array", "contains": {"const": 5}, "minContains": 2}, [5, 5]),
        ({"type": "string", "pattern": "^[a-z]+$", "minLength": 20, "maxLength": 22}, None),
        ({"type": "string", "pattern": r"^\p{Lu}[\p{L}\u0020/]{2}$"}, None),
        ({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.001}, 0.0005),
        ({"dependentRequired": {"a": ["b"]}, "properties": {"a": {"const": 1}}, "required": ["a"]}, None),
        ({"if": {"properties": {"a": {"const": 1}}, "required": ["a"]}, "then": {"required": ["b"]}}, None),
    ],
    ids=str,
)  # fmt: skip
def test_a_value_is_made_of_what_the_schema_has(schema: Any, value: Any) -> None:
    made = generate(schemas_of(), schema, "seed")
    assert schemas_of().check(made, schema) == []
    if value is not None:
        assert made == value


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_a_discriminator_names_its_alternative(version: str) -> None:
    dog = {
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"type": "string"}, "bark": {"type": "string"}},
    }
    cat = {
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"type": "string"}, "purr": {"type": "number"}},
    }
    tags = {"propertyName": "kind", "mapping": {"a-dog": "#/components/schemas/Dog", "a-cat": "Cat"}}
    schemas = schemas_of(version, Dog=dog, Cat=cat)
    pets = [{"oneOf": [ref(one)], "discriminator": tags} for one in ("Dog", "Cat")]
    assert [generate(schemas, one, "seed")["kind"] for one in pets] == ["a-dog", "a-cat"]


@pytest.mark.parametrize(("value", "problem"), [
    ({"kind": "a-dog", "legs": 4}, ()),
    ({"kind": "Cat", "legs": "four"}, ()),
    ({"kind": "a-dog", "legs": "four"}, (("legs",), "Input should be a valid integer", "int_type")),
    ({"kind": "bird", "legs": "four"}, ()),
])  # fmt: skip
def test_the_tag_of_a_value_decides_which_alternative_it_is_held_against(value: Any, problem: Any) -> None:
    def pet(legs: str) -> dict[str, Any]:
        return {"required": ["kind"], "properties": {"kind": {"type": "string"}, "legs": {"type": legs}}}

    pets = {
        "oneOf": [ref("Dog"), ref("Cat")],
        "discriminator": {"propertyName": "kind", "mapping": {"a-dog": "#/components/schemas/Dog"}},
    }
    schemas = schemas_of(Dog=pet("integer"), Cat=pet("string"))
    assert schemas.check(value, pets, direction="response") == ([problem] if problem else [])


@pytest.mark.parametrize(("name", "beyond"), [("int32", 2**31), ("int64", 2**63)])
def test_the_format_of_an_integer_bounds_it(name: str, beyond: int) -> None:
    schema = {"type": "integer", "format": name}
    assert schemas_of().check(beyond - 1, schema) == []
    assert [one.type for one in schemas_of().check(beyond, schema)] == ["less_than_equal"]
    assert [one.type for one in schemas_of().check(-beyond - 1, schema)] == ["greater_than_equal"]


def test_members_of_the_request_are_kept_where_they_fit() -> None:
    schema = {"type": "object", "properties": {"id": {"type": "integer"}, "name": {"type": "string"}}}
    made = generate(schemas_of(), schema, "seed", given={"name": "Ada"})
    assert made["name"] == "Ada"
    assert isinstance(made["id"], int)


def test_a_circle_ends_where_its_members_are_optional_and_is_refused_where_they_are_not() -> None:
    schemas = schemas_of(
        Endless={"type": "object", "required": ["next"], "properties": {"next": ref("Endless")}}
    )
    assert schemas.check(generate(schemas, ref("Node"), "seed"), ref("Node")) == []
    with pytest.raises(SchemaError, match=r"\$ref: it leads in a circle without end"):
        generate(schemas, ref("Endless"), "seed")


@pytest.mark.parametrize(
    ("schema", "keyword"),
    [
        ({"allOf": [{"type": "string"}, {"type": "integer"}]}, "type: "),
        ({"allOf": [{"const": 1}, {"const": 2}]}, "const: "),
        ({"type": "integer", "minimum": 2, "maximum": 1}, "minimum: "),
        ({"type": "string", "pattern": "^a$", "minLength": 2}, "pattern: "),
        ({"type": "object", "required": ["a"], "additionalProperties": False}, "required: "),
        ({"enum": []}, "enum: "),
        (False, "false: "),
        ({"type": "string", "not": {"type": "string"}}, "not at "),
    ],
    ids=str,
)
def test_where_no_value_fits_the_keyword_in_the_way_is_named(schema: Any, keyword: str) -> None:
    with pytest.raises(SchemaError, match=r"no value fits the schema \(" + keyword):
        generate(schemas_of(), schema, "seed")


def test_every_process_makes_the_same_value() -> None:
    schema = {
        "properties": {
            "a": {"type": "string", "pattern": "^[^/]{9}$"},
            "b": ref("Node"),
            "c": {"format": "uuid"},
        }
    }
    code = (
        "import json,sys; from veneer_sandbox.schemas import ContractSchemas; "
        "from veneer_sandbox.samples import generate; "
        "document, schema = json.load(sys.stdin); print(json.dumps(generate(ContractSchemas(document), schema, 'seed')))"
    )
    schemas = schemas_of()
    given = json.dumps([schemas.document, schema])
    found = {
        subprocess.run(
            [sys.executable, "-c", code], input=given, capture_output=True, text=True, check=True,
            env={"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert found == {json.dumps(generate(schemas, schema, "seed")) + "\n"}
