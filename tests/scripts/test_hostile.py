"""Bad and hostile contracts end in one line with the place, in bounded work, and nothing of theirs is run."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from veneer_codegen import bounds, documents, generator
from veneer_codegen.client.facade import Facade
from veneer_codegen.errors import CodegenError, ContractError, GeneratorError
from veneer_codegen.formatting import format_tree
from veneer_codegen.normalise import Level, normalise

if TYPE_CHECKING:
    from collections.abc import Callable

RUN = "__import__('pathlib').Path('pwned').touch()"

FAMILIES: dict[str, str] = {
    "quotes": "a'b\"c`d",
    "triple quotes": f'"""\n{RUN}\n"""',
    "other triple quotes": f"'''\n{RUN}\n'''",
    "a backslash before a line's end": "a\\\nb\\",
    "quotes behind backslashes": f'\\"\\\\"\\\\\\"); {RUN}  # \\',
    "braces of an f-string": f"{{{RUN}}}",
    "percent": "%s %(a)s %n %%",
    "a template": "{{ 7*7 }}{% for x in range(9) %}x{% endfor %}{# c #}",
    "control characters": "a\x00b\x01c\x1b[31md\x7f\r\n\t\x0b\x0ce\u2028f\x85",
    "bidirectional text": "a\u202eb\u2066c\u200b\ufeffd",
    "a lone surrogate": "a\ud800b",
    "a path upwards": "../../../outside",
    "an absolute path": "/tmp/outside",
    "code": RUN,
    "code on a line of its own": f"a\n{RUN}\nb\n    {RUN}",
    "the end of a comment": "*/ --> ]]> #",
    "TOML and YAML": "x = 1\n[table]\n- a: &b *c\n!!python/object:os.system",
    "very long": "a b" * 2_000,
    "no letter": "--..//",
    "nothing": "",
    "a keyword": "class",
    "letters beyond ASCII": "ünïcødé 变量 ℌ",
}


def contract(text: str) -> dict[str, Any]:
    """A contract with the text in every field that may hold one."""
    words = {"title": text, "description": text, "example": text, "$comment": text}
    thing = {
        **words,
        "type": "object",
        "required": [text],
        "properties": {
            text: {**words, "type": "string", "default": text},
            f"x{text}": {"type": "string", "enum": [text, "other"], "default": text},
            "const": {"const": text},
            "pattern": {"type": "string", "pattern": text, "format": text},
            "either": {"oneOf": [{"$ref": "#/components/schemas/One"}, {"type": "string", "enum": [text]}], "title": text},
        },
        "additionalProperties": {"type": "string", "description": text},
    }  # fmt: skip
    body = {"description": text, "content": {"application/json": {"schema": thing, "example": {text: text}}}}
    operation = {
        "operationId": text,
        "tags": [text],
        "summary": text,
        "description": text,
        "externalDocs": {"url": text, "description": text},
        "security": [{text: [text]}],
        "parameters": [
            {"name": text, "in": where, "description": text, "schema": {"type": "string", "default": text}}
            for where in ("query", "header", "cookie")
        ],
        "requestBody": body,
        "responses": {"200": body, "404": body, "4XX": {"description": text, "content": {text: {"schema": thing}}}},
        "x-veneer-note": text,
    }  # fmt: skip
    plain = {"operationId": "plain", "responses": {"200": {"description": text, "content": {text: {}}}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": text, "version": text, "description": text, "license": {"name": text}},
        "servers": [{"url": text, "description": text, "variables": {text: {"default": text, "enum": [text]}}}],
        "tags": [{"name": text, "description": text}],
        "paths": {"/fixed": {"post": operation}, f"/{text}": {"get": plain}},
        "components": {
            "schemas": {text: thing, "One": {"type": "object", "properties": {"a": {"description": text}}}, f"{text}x": {"type": "string", "enum": [text, "b"]}},
            "securitySchemes": {text: {"type": "apiKey", "in": "header", "name": text, "description": text}},
        },
        "x-veneer-note": text,
    }  # fmt: skip


def make(document: dict[str, Any], folder: Path) -> None:
    """Write a client of a contract into `folder/client`."""
    folder.mkdir(parents=True)
    file = folder / "openapi.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    normalised = normalise(documents.load(file).content)
    public = generator.Public(document, Facade(), "client", "HostileClient")
    generator.generate(normalised, folder / "client", public)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Make a client of each family and import every module of all, in one process; what became of each."""
    root = tmp_path_factory.mktemp("hostile")
    outcomes: dict[str, str] = {}
    for number, (family, text) in enumerate(FAMILIES.items()):
        try:
            make(contract(text), root / f"f{number}")
        except CodegenError as error:
            outcomes[family] = f"refused: {error}"
    with contextlib.suppress(GeneratorError):  # what is not Python is named by the import
        format_tree(root, select="I,F401")
    code = (
        "import importlib, pathlib, sys\n"
        "for folder in sorted(pathlib.Path().glob('f*')):\n"
        "    sys.path.insert(0, str(folder))\n"
        "    try:\n"
        "        for file in sorted((folder / 'client').rglob('*.py')):\n"
        "            name = '.'.join(file.relative_to(folder).with_suffix('').parts)\n"
        "            importlib.import_module(name.removesuffix('.__init__'))\n"
        "        models = sys.modules.get('client.models')\n"
        "        [getattr(models, name) for name in getattr(models, '__all__', ())]\n"
        "        print(folder.name, flush=True)\n"
        "    except BaseException as error:\n"
        "        print(folder.name, name, repr(error)[:300], file=sys.stderr)\n"
        "    sys.path.pop(0)\n"
        "    for name in [name for name in sys.modules if name.partition('.')[0] == 'client']: del sys.modules[name]\n"
    )
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, "-c", code], cwd=root, env=environment, capture_output=True, text=True, check=False)  # fmt: skip
    imported = set(done.stdout.split())
    broken = dict(line.split(" ", 1) for line in done.stderr.splitlines() if line.startswith("f"))
    for number, family in enumerate(FAMILIES):
        if family not in outcomes:
            said = broken.get(f"f{number}", done.stderr)
            outcomes[family] = "imported" if f"f{number}" in imported else f"broken: {said}"
    outcomes["written"] = " ".join(sorted({path.name for path in root.iterdir()} - {f"f{number}" for number in range(len(FAMILIES))}))  # fmt: skip
    outcomes["beside"] = " ".join(
        sorted(path.name for path in root.parent.iterdir() if path.name == "outside")
    )
    return outcomes


@pytest.mark.parametrize("family", FAMILIES)
def test_a_client_of_hostile_texts_is_imported_and_runs_none_of_them_or_is_refused_in_one_line(
    family: str, made: dict[str, str]
) -> None:
    outcome = made[family]
    assert outcome == "imported" or outcome.startswith("refused: "), outcome
    assert outcome.count("\n") == 0 or "cannot be generated" in outcome


def test_hostile_texts_write_nothing_outside_their_folder(made: dict[str, str]) -> None:
    assert made["written"] == ""
    assert made["beside"] == ""
    assert not Path("/tmp/outside").exists()  # what a hostile path names


def answering(schema: Any, **components: Any) -> dict[str, Any]:
    content = {"application/json": {"schema": schema}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {"/x": {"get": {"operationId": "x", "responses": {"200": {"description": "", "content": content}}}}},
        "components": {"schemas": components},
    }  # fmt: skip


def nested(levels: int, wrap: Callable[[Any], Any]) -> Any:
    schema: Any = {"type": "string"}
    for _ in range(levels):
        schema = wrap(schema)
    return schema


def in_list(schema: Any) -> Any:
    return {"type": "array", "items": schema}


def in_object(schema: Any) -> Any:
    return {"type": "object", "properties": {"a": schema}}


HEAD = "openapi: 3.1.0\n"
TENFOLD = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
)
MERGED = "a0: &a0 {k0: x}\n" + "".join(
    f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}], k{n}: 1}}\n" for n in range(1, 40)
)
LONG_TEXT = f'z: &z "{"y" * 1_000_000}"\nq: [{",".join(["*z"] * 500)}]\n'

BAD: dict[str, tuple[str, str]] = {
    "JSON nested too deep": ('{"openapi": "3.1.0",\n"x": ' + "[" * 50_000 + "]" * 50_000 + "}", "line 2: nested deeper than 200"),
    "JSON nested a little too deep": (json.dumps(answering(nested(200, in_list))), "#/paths/.*/items.*: nested deeper than 200"),
    "objects nested too deep": (json.dumps(answering(nested(200, in_object))), "#/paths/.*/properties/a.*: nested deeper than 200"),
    "YAML nested too deep in a line": (HEAD + "x: " + "[" * 50_000 + "]" * 50_000, "line 2: nested deeper than 200"),
    "YAML nested too deep in blocks": (HEAD + "x:\n  " + "- " * 30_000 + "a\n", "line 3: nested deeper than 200"),
    "a lone surrogate": (json.dumps({**answering({}), "x": {"a": "\ud800"}}), "#/x/a: holds a lone surrogate"),
    "a lone surrogate in a key": (json.dumps({**answering({}), "x": {"\udfff": 1}}), r"#/x/\\udfff: holds a lone surrogate"),
    "an integer of many digits": ('{"openapi": "3.1.0",\n"x": ' + "9" * 5000 + "}", "line 2: an integer of 5,000 digits"),
    "an integer of many digits in YAML": (HEAD + "x: " + "9" * 5000, "line 2: an integer of 5,000 digits"),
    "an integer of some hundred digits": (json.dumps({**answering({}), "x": 10**500}), "#/x: a number of more than 400 digits"),
    "infinity": (json.dumps(answering({"type": "number", "default": 1})).replace(": 1}", ": 1e400}"), "/default: a number that is not finite"),
    "not a number": (json.dumps(answering({"type": "number", "default": float("nan")})), "/default: a number that is not finite"),
    "aliases of aliases": (HEAD + TENFOLD, "line .*: its aliases repeat more than"),
    "merges of merges": (HEAD + MERGED, "line .*: its aliases repeat more than"),
    "a long text repeated": (HEAD + LONG_TEXT, "line .*: its aliases repeat more than"),
    "a chain of references": (
        json.dumps(answering({"$ref": "#/components/schemas/S0"}, **{f"S{n}": in_list({"$ref": f"#/components/schemas/S{n + 1}"}) for n in range(3000)}, S3000={})),
        "#/paths/~1x/get: its schemas are within each other, or refer to each other, too deeply",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_what_no_client_can_be_made_of_is_refused_in_one_line_with_its_place(
    case: str, tmp_path: Path
) -> None:
    text, message = BAD[case]
    file = tmp_path / f"c.{'json' if text.startswith('{') else 'yaml'}"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ContractError, match=message) as caught:
        normalise(documents.load(file).content)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


def test_values_that_are_only_large_are_read() -> None:
    lists = documents.parse(
        json.dumps({"a": nested(90, in_object), "b": 10**300, "c": 1e300, "d": "\U0001f600"}).encode()
    )
    assert lists["b"] == 10**300
    assert documents.parse(b"a: &x {b: [1, 2]}\nc: [*x, *x]\n")["c"] == [{"b": [1, 2]}] * 2


@pytest.mark.parametrize(
    ("schema", "components", "finding"),
    [
        (nested(30, in_list), {}, "deep-list"),
        ({"type": "string", "enum": [f"v{number}" for number in range(100_000)]}, {}, "enum-long"),
        ({"anyOf": [in_object({"const": number}) for number in range(201)]}, {}, "large-union"),
        (
            {"$ref": "#/components/schemas/S0"},
            {f"S{n}": {"anyOf": [{"$ref": f"#/components/schemas/S{n + 1}"}, {"allOf": [{"$ref": f"#/components/schemas/S{n + 1}"}, {"properties": {f"p{n}": {}}}]}]} for n in range(30)} | {"S30": in_object({"type": "string"})},
            "large-union",
        ),
    ],
    ids=["lists within lists", "an enum of 100,000 values", "a union of 201 members", "a union that doubles 30 times"],
)  # fmt: skip
def test_what_is_too_large_to_be_a_type_is_any_value_and_a_finding_with_its_place(
    schema: Any, components: Any, finding: str
) -> None:
    report = normalise(answering(schema, **components)).report
    assert {one.rule for one in report.findings if one.level is Level.WEAKER} >= {finding}
    assert all(one.place.startswith("#/") for one in report.findings)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("x-veneer-stream", "yes"),
        ("x-veneer-stream", {"kind": 7}),
        ("x-veneer-stream", {"terminator": ["[DONE]"]}),
        ("x-veneer-idempotency", True),
        ("x-veneer-idempotency", {"in": "query", "name": "key"}),
        ("x-veneer-idempotency", {"in": "header"}),
        ("x-veneer-pagination", []),
        ("x-veneer-pagination", {"items": "data"}),
        ("x-veneer-pagination", {"style": "sideways"}),
        ("x-veneer-pagination", {"style": "cursor", "curser": "next"}),
    ],
)
def test_a_malformed_extension_is_a_loss_with_its_place(name: str, said: Any) -> None:
    document = answering({"type": "object", "properties": {"items": in_list({})}})
    document["paths"]["/x"]["get"][name] = said
    (loss,) = normalise(document).report.losses()
    assert str(loss).startswith(f"extension at #/paths/~1x/get/{name}: {name}")


def test_a_stream_whose_media_type_nobody_says_is_a_finding_with_its_place() -> None:
    document = answering({"type": "object", "properties": {"a": {"type": "string"}}})
    document["paths"]["/x"]["get"]["x-veneer-stream"] = {"terminator": "[DONE]"}
    findings = [str(one) for one in normalise(document).report.findings if one.level]
    assert findings[0].startswith("stream-without-a-kind at #/paths/~1x/get/x-veneer-stream: ")


def test_a_file_larger_than_the_bound_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "LARGEST", 10)
    (tmp_path / "c.json").write_text(json.dumps(answering({})))
    with pytest.raises(ContractError, match="larger than 10 bytes"):
        documents.load(tmp_path / "c.json")
