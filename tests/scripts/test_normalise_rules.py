"""Each rule turns one form that the generator cannot read into one that it can, and leaves everything else alone."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veneer_codegen.normalise.report import Level
from veneer_codegen.normalise.rules import RULES, Rule

NULL = {"type": "null"}

TABLE: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("malformed-keyword", {"properties": [], "type": "object"}, {"type": "object"}),
    ("malformed-keyword", {"allOf": {}, "format": 3}, {}),
    ("title-dropped", {"title": "Page", "type": "object"}, {"type": "object"}),
    ("single-boolean-required", {"required": [True, "a"]}, {"required": ["a"]}),
    ("nullable", {"nullable": True, "type": "string"}, {"type": ["string", "null"]}),
    ("nullable", {"nullable": False, "type": "string"}, {"type": "string"}),
    ("nullable", {"nullable": True}, NULL),
    ("nullable", {"nullable": True, "$ref": "#/A"}, {"anyOf": [{"$ref": "#/A"}, NULL]}),
    ("nullable", {"nullable": True, "type": "string", "enum": ["a"]}, {"type": ["string", "null"], "enum": ["a", None]}),
    ("nullable", {"nullable": True, "enum": ["a"]}, {"enum": ["a", None]}),
    ("nullable", {"nullable": True, "oneOf": [{"$ref": "#/A"}]}, {"oneOf": [{"$ref": "#/A"}, NULL]}),
    ("nullable", {"nullable": True, "allOf": [{"$ref": "#/A"}]}, {"anyOf": [{"allOf": [{"$ref": "#/A"}]}, NULL]}),
    ("nullable", {"nullable": True, "type": ["string", "null"]}, {"type": ["string", "null"]}),
    ("unknown-type", {"type": "uuid"}, {}),
    ("unknown-type", {"type": ["string", "date"]}, {}),
    ("reference-siblings", {"$ref": "#/A", "properties": {"b": {}}}, {"allOf": [{"$ref": "#/A"}, {"properties": {"b": {}}}]}),
    ("empty-composition", {"allOf": [], "type": "string"}, {"type": "string"}),
    ("type-inferred", {"properties": {"a": {}}}, {"type": "object", "properties": {"a": {}}}),
    ("type-inferred", {"items": {}}, {"type": "array", "items": {}}),
    ("type-list", {"type": ["string"]}, {"type": "string"}),
    ("type-list", {"type": ["string", "null"], "format": "date"}, {"anyOf": [{"type": "string", "format": "date"}, NULL]}),
    (
        "type-list",
        {"type": ["string", "integer"], "enum": ["a", 1], "description": "d"},
        {"description": "d", "anyOf": [{"type": "string", "enum": ["a"]}, {"type": "integer", "enum": [1]}]},
    ),
    ("type-list", {"type": ["object", "null"], "allOf": [{}]}, {"anyOf": [{"allOf": [{}]}, NULL]}),
    ("format-without-string", {"format": "date-time"}, {"format": "date-time", "type": "string"}),
    ("format-without-string", {"format": "uuid", "type": "integer"}, {"type": "integer"}),
    ("pattern-properties", {"patternProperties": {"^a": {"type": "string"}}}, {"additionalProperties": {"type": "string"}}),
    (
        "pattern-properties",
        {"patternProperties": {"^a": {"type": "string"}}, "additionalProperties": {"type": "integer"}},
        {"additionalProperties": {"anyOf": [{"type": "string"}, {"type": "integer"}]}},
    ),
    ("enum-null", {"enum": ["a", None]}, {"anyOf": [{"enum": ["a"]}, NULL]}),
    ("enum-null", {"enum": [None]}, NULL),
    ("enum-repeated", {"enum": ["a", "b", "a"]}, {"enum": ["a", "b"]}),
    ("enum-repeated", {"enum": [1, True, 1]}, {"enum": [1, True]}),
    ("enum-long", {"type": "string", "enum": [f"v{n}" for n in range(5001)]}, {"type": "string"}),
    ("enum-empty", {"enum": [], "type": "string"}, {"type": "string"}),
    ("enum-beside-composition", {"enum": ["a"], "allOf": [{"$ref": "#/A"}]}, {"enum": ["a"]}),
    ("enum-type-mismatch", {"enum": ["1", 2], "type": "string"}, {"enum": ["1"], "type": "string"}),
    ("enum-type-mismatch", {"enum": [1, 2], "type": "string"}, {"type": "string"}),
    (
        "enum-of-several-types",
        {"enum": ["a", 1]},
        {"anyOf": [{"type": "string", "enum": ["a"]}, {"type": "integer", "enum": [1]}]},
    ),
    ("enum-of-numbers", {"enum": [1.5, 2.5]}, {"type": "number"}),
    ("enum-of-numbers", {"enum": [True, False], "type": "boolean"}, {"type": "boolean"}),
    ("enum-of-numbers", {"enum": [[1], [2]], "type": "array"}, {}),
    ("enum-of-one", {"enum": ["a"], "type": "string"}, {"const": "a", "type": "string"}),
    ("enum-type", {"enum": ["a", "b"]}, {"enum": ["a", "b"], "type": "string"}),
    ("enum-type", {"enum": [1, 2], "type": "number", "format": "float"}, {"enum": [1, 2], "type": "integer"}),
    ("const-of-null", {"const": None}, NULL),
    ("const-of-null", {"type": "null", "default": None, "description": "d"}, {"type": "null", "description": "d"}),
    ("const-unsupported", {"const": [1]}, {"type": "array"}),
    ("const-unsupported", {"const": 1.5, "type": "number"}, {"type": "number"}),
    ("const-beside-composition", {"const": "a", "allOf": [{"$ref": "#/A"}]}, {"const": "a"}),
    ("tuple", {"prefixItems": [{"type": "string"}, {"type": "integer"}]}, {"items": {"anyOf": [{"type": "string"}, {"type": "integer"}]}}),
    ("tuple", {"items": [{"type": "string"}]}, {"items": {"type": "string"}}),
    ("array-without-items", {"type": "array"}, {"type": "array", "items": {}}),
]  # fmt: skip


def rule(name: str) -> Rule:
    (found,) = [rule for rule in RULES if rule.name == name]
    return found


@pytest.mark.parametrize(("name", "before", "after"), TABLE)
def test_a_rule_rewrites_what_it_is_for(name: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    untouched = copy.deepcopy(before)
    assert rule(name).apply(before) == after
    assert before == untouched, "a rule never changes its input"


def test_every_rule_has_a_row_a_reason_and_its_own_name() -> None:
    assert {name for name, _, _ in TABLE} == {rule.name for rule in RULES}
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert all(rule.reason for rule in RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"type": "string", "description": "d"},
        {"type": "string", "enum": ["a", "b"], "default": "a"},
        {"type": "string", "const": "a"},
        {"type": "integer", "default": 3},
        {"type": "number", "default": 3},
        {"type": "array", "items": {"$ref": "#/A"}},
        {"type": "object", "properties": {"a": {}}, "required": ["a"], "additionalProperties": False},
        {"anyOf": [{"type": "string"}, NULL], "default": "x"},
        {"$ref": "#/A", "description": "d"},
    ],
    ids=str,
)
def test_a_rule_gives_back_the_schema_itself_where_there_is_nothing_to_do(
    rule: Rule, schema: dict[str, Any]
) -> None:
    assert rule.apply(schema) is schema


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.floats(-2, 2)
    | st.sampled_from(["string", "object", "array", "null", "a"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "$ref", "items", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)
SCHEMAS = st.dictionaries(
    st.sampled_from(
        ["$ref", "type", "nullable", "enum", "const", "default", "format", "properties", "required", "items", "prefixItems", "allOf",
         "anyOf", "oneOf", "additionalProperties", "patternProperties", "title", "description", "discriminator"]
    ),
    VALUES, max_size=6,
)  # fmt: skip


@given(SCHEMAS)
@settings(max_examples=400, deadline=None)
def test_no_schema_however_wrong_breaks_the_rules_and_a_second_pass_changes_nothing(
    schema: dict[str, Any],
) -> None:
    for _ in range(3):  # a rule may make work for one above it; the walk comes by again for each part
        for each in RULES:
            schema = each.apply(schema)
    again = schema
    for each in RULES:
        again = each.apply(again)
    assert again == schema


def test_only_rules_that_make_types_say_less_cost_something() -> None:
    assert {rule.level for rule in RULES} == {Level.NOTE, Level.WEAKER}
