"""The normaliser names, hoists, merges and unfolds a contract until the generator has nothing to drop, and reports the cost."""

from __future__ import annotations

from typing import Any

import pytest

from veneer_codegen.errors import ContractError
from veneer_codegen.normalise import Level, Normalised, names, normalise
from veneer_codegen.normalise.rules import MAP

REF = "#/components/schemas/"


def contract(
    operations: dict[str, Any] | None = None, schemas: dict[str, Any] | None = None, **root: Any
) -> dict[str, Any]:
    """Make a contract of `"METHOD /path": operation`."""
    paths: dict[str, Any] = {}
    for place, operation in (operations or {}).items():
        method, path = place.split()
        paths.setdefault(path, {})[method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": paths,
        "components": {"schemas": schemas or {}},
        **root,
    }


def answering(schema: dict[str, Any], **operation: Any) -> dict[str, Any]:
    return {
        "operationId": "x",
        "responses": {"200": {"description": "", "content": {"application/json": {"schema": schema}}}},
        **operation,
    }


def of_schema(schema: dict[str, Any], schemas: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
    """Give what a response's schema becomes, and the classes."""
    done = normalise(contract({"GET /x": answering(schema)}, schemas))
    return result(done), done.document["components"]["schemas"]


def result(done: Normalised, path: str = "/x", method: str = "get") -> Any:
    content = done.document["paths"][path][method]["responses"]["2XX"].get("content", {})
    return next(iter(content.values()))["schema"] if content else None


def findings(done: Normalised, level: Level = Level.LOSS) -> list[str]:
    return [str(finding) for finding in done.report.findings if finding.level is level]


class TestNames:
    def test_a_namespaced_key_becomes_its_last_part_with_the_nearest_part_that_tells_something(self) -> None:
        keys = [
            "app__api__v2__audit__schemas__Page",
            "app__api__v2__approvals__schemas__Page",
            "Plan",
            "io.k8s.api.core.v1.Pod",
            "pkg__mod__Foo-Input",
        ]
        assert names.schema_names(keys, {}, names.ClassNames()) == dict(
            zip(keys, ["AuditPage", "ApprovalsPage", "Plan", "CorePod", "ModFooInput"], strict=True)
        )

    def test_an_added_schema_renames_no_other(self) -> None:
        keys = ["app__api__v2__audit__schemas__Page", "app__api__v2__abps__schemas__InvokeResponse", "Plan"]
        more = [
            *keys,
            "app__api__v2__billing__schemas__Page",
            "app__api__v2__networks__schemas__InvokeResponse",
            "Page",
            "Invoke",
        ]
        before = names.schema_names(keys, {}, names.ClassNames())
        for order in (more, more[::-1]):
            after = names.schema_names(order, {}, names.ClassNames())
            assert {key: after[key] for key in keys} == before

    def test_keys_that_differ_in_their_version_alone_keep_it(self) -> None:
        keys = ["app__api__v1__audit__schemas__Page", "app__api__v2__audit__schemas__Page"]
        assert list(names.schema_names(keys, {}, names.ClassNames()).values()) == [
            "V1AuditSchemasPage",
            "V2AuditSchemasPage",
        ]

    def test_names_that_differ_in_case_or_in_nothing_but_signs_stay_apart_as_classes_and_as_files(
        self,
    ) -> None:
        found = names.schema_names(
            ["IPList", "IpList", "ip_list", "Ip-List"], {}, names.ClassNames()
        ).values()
        assert len({name.lower() for name in found}) == len({names.identifier(name) for name in found}) == 4

    def test_a_fixed_name_comes_first(self) -> None:
        assert names.schema_names(["a__Page", "Page"], {"a__Page": "Page"}, names.ClassNames()) == {
            "a__Page": "Page",
            "Page": "Page2",
        }

    @pytest.mark.parametrize(
        ("operation_id", "method", "path", "name"),
        [
            ("list_audit_log_api_v2_audit_log_get", "get", "/api/v2/audit-log", "list_audit_log"),
            (
                "invoke_abp_api_v2_abps__abp_id__invoke_post",
                "post",
                "/api/v2/abps/{abp_id}/invoke",
                "invoke_abp",
            ),
            ("getFooById", "get", "/foo/{id}", "get_foo_by_id"),
            ("_get", "get", "/", "field_get"),
            (None, "post", "/foo/{id}/bar-baz", "post_foo_id_bar_baz"),
        ],
    )
    def test_an_operation_is_called_by_its_id_without_what_fastapi_appends(
        self, operation_id: str | None, method: str, path: str, name: str
    ) -> None:
        assert names.operation_name(operation_id, method, path) == name

    def test_operations_of_one_tag_that_would_share_a_name_are_told_apart(self) -> None:
        done = normalise(
            contract(
                {
                    "GET /a": {"operationId": "getFoo"},
                    "GET /b": {"operationId": "get_foo"},
                    "POST /b": {"operationId": "get_foo"},
                }
            )
        )
        assert [operation.key for operation in done.operations] == [
            ("default", "get_foo"),
            ("default", "get_foo_get"),
            ("default", "get_foo_post"),
        ]

    def test_the_same_name_in_another_tag_stays(self) -> None:
        done = normalise(
            contract(
                {
                    "GET /a": {"operationId": "list", "tags": ["a"]},
                    "GET /b": {"operationId": "list", "tags": ["b"]},
                }
            )
        )
        assert [operation.key for operation in done.operations] == [("a", "list_"), ("b", "list_")]


class TestSchemas:
    def test_inline_objects_and_enums_become_classes_named_after_their_place(self) -> None:
        schema, classes = of_schema(
            {
                "type": "object",
                "properties": {
                    "mode": {"enum": ["a", "b"]},
                    "at": {"type": "object", "properties": {"x": {}}},
                },
            }
        )
        assert schema == {"$ref": f"{REF}XResponse"}
        assert classes["XResponse"]["properties"] == {
            "mode": {"$ref": f"{REF}XResponseMode"},
            "at": {"$ref": f"{REF}XResponseAt"},
        }

    @pytest.mark.parametrize(
        ("values", "kind"),
        [
            (True, "Any"),
            ({}, "Any"),
            ({"type": "string"}, "str"),
            ({"type": "integer"}, "int"),
            ({"$ref": f"{REF}S"}, "str"),
        ],
    )
    def test_an_object_without_properties_is_a_dictionary(self, values: Any, kind: str) -> None:
        schema, _ = of_schema({"type": "object", "additionalProperties": values}, {"S": {"type": "string"}})
        assert schema == {"example": f"{MAP}{kind}"}

    def test_an_alias_is_what_it_stands_for(self) -> None:
        schema, classes = of_schema(
            {"$ref": f"{REF}A"}, {"A": {"$ref": f"{REF}B"}, "B": {"type": "object", "properties": {"x": {}}}}
        )
        assert schema == {"$ref": f"{REF}B"}
        assert set(classes) == {"B"}

    def test_a_list_that_holds_itself_holds_anything(self) -> None:
        schema, _ = of_schema({"$ref": f"{REF}J"}, {"J": {"type": "array", "items": {"$ref": f"{REF}J"}}})
        assert schema == {"type": "array", "items": {}}

    def test_parts_of_an_all_of_become_one_class_where_later_and_narrower_words_win(self) -> None:
        _, classes = of_schema(
            {
                "allOf": [
                    {"$ref": f"{REF}Base"},
                    {
                        "type": "object",
                        "required": ["id"],
                        "properties": {"id": {"description": "d"}, "kind": {"const": "a"}},
                    },
                ]
            },
            {
                "Base": {
                    "type": "object",
                    "properties": {
                        "id": {"type": "string"},
                        "kind": {"type": "string"},
                        "n": {"type": "integer"},
                    },
                }
            },
        )
        assert classes["XResponse"] == {
            "type": "object",
            "required": ["id"],
            "properties": {
                "id": {"type": "string", "description": "d"},
                "kind": {"const": "a"},
                "n": {"type": "integer"},
            },
        }

    def test_what_stands_beside_a_union_goes_into_each_member(self) -> None:
        schema, classes = of_schema(
            {
                "type": "object",
                "properties": {"a": {"type": "string"}},
                "oneOf": [
                    {"properties": {"b": {"type": "string"}}},
                    {"properties": {"c": {"type": "string"}}},
                ],
            }
        )
        assert [
            set(classes[member["$ref"].removeprefix(REF)]["properties"]) for member in schema["anyOf"]
        ] == [{"a", "b"}, {"a", "c"}]

    def test_a_discriminator_marks_its_classes_by_mapping_or_by_name(self) -> None:
        pets = {
            name: {"type": "object", "properties": {"kind": {"type": "string"}}} for name in ("Cat", "Dog")
        }
        union = {"oneOf": [{"$ref": f"{REF}Cat"}, {"$ref": f"{REF}Dog"}]}
        _, classes = of_schema(
            {
                **union,
                "discriminator": {"propertyName": "kind", "mapping": {"meow": f"{REF}Cat", "woof": "Dog"}},
            },
            pets,
        )
        assert [classes[name]["properties"]["kind"]["const"] for name in ("Cat", "Dog")] == ["meow", "woof"]
        _, classes = of_schema({**union, "discriminator": {"propertyName": "kind"}}, pets)
        assert [classes[name]["properties"]["kind"]["const"] for name in ("Cat", "Dog")] == ["Cat", "Dog"]

    def test_a_property_whose_attribute_is_taken_keeps_its_json_name(self) -> None:
        done = normalise(
            contract(
                {"GET /x": answering({"$ref": f"{REF}A"})},
                {
                    "A": {
                        "type": "object",
                        "required": ["to_dict"],
                        "properties": {"fooBar": {}, "foo_bar": {}, "to_dict": {}},
                    }
                },
            )
        )
        assert done.wire == {("A", "foo_bar_value"): "foo_bar", ("A", "to_dict_value"): "to_dict"}
        assert done.document["components"]["schemas"]["A"]["required"] == ["to_dict_value"]

    def test_defaults_are_noted_and_never_part_of_a_type(self) -> None:
        schemas = {
            "E": {"enum": ["a", "b"]},
            "Alias": {"type": "integer", "default": 7},
            "Thing": {
                "type": "object",
                "properties": {
                    "choice": {"$ref": f"{REF}E", "default": "a"},
                    "wrapped": {"allOf": [{"$ref": f"{REF}E"}], "default": "b"},
                    "alias": {"$ref": f"{REF}Alias"},
                    "beside": {"allOf": [{"$ref": f"{REF}E"}, {"default": "a"}]},
                    "maybe": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": "x"},
                    "list": {"type": "array", "items": {"type": "string"}, "default": ["x"]},
                    "model_": {"type": "number", "default": 0.5},
                    "none": {"type": ["string", "null"], "default": None},
                },
            },
        }
        done = normalise(contract({"GET /x": answering({"$ref": f"{REF}Thing"})}, schemas))
        assert done.defaults == {
            ("Thing", "choice"): "a",
            ("Thing", "wrapped"): "b",
            ("Thing", "alias"): 7,
            ("Thing", "beside"): "a",
            ("Thing", "maybe"): "x",
            ("Thing", "list"): ["x"],
            ("Thing", "model_"): 0.5,
        }
        assert "default" not in str(done.document["components"])

    @pytest.mark.parametrize(
        ("uses", "required"),
        [
            (("body",), ["name", "secret"]),
            (("answer",), ["id", "name"]),
            (("body", "answer"), ["name"]),
            (("error",), ["id", "name"]),
        ],
        ids=["in requests", "in answers", "in both", "in errors"],
    )
    def test_what_only_the_other_direction_has_is_not_required(
        self, uses: tuple[str, ...], required: list[str]
    ) -> None:
        media = {"content": {"application/json": {"schema": {"$ref": f"{REF}Outer"}}}}
        operation: dict[str, Any] = {"operationId": "x", "responses": {"204": {"description": ""}}}
        if "body" in uses:
            operation["requestBody"] = media
        if "answer" in uses:
            operation["responses"]["200"] = media
        if "error" in uses:
            operation["responses"]["400"] = media
        schemas = {
            "Outer": {"type": "object", "properties": {"user": {"$ref": f"{REF}User"}}},
            "Secret": {"type": "string", "writeOnly": True},
            "User": {
                "allOf": [
                    {
                        "type": "object",
                        "required": ["id", "name"],
                        "properties": {
                            "id": {"type": "string", "readOnly": True},
                            "name": {"type": "string"},
                        },
                    },
                    {
                        "type": "object",
                        "required": ["secret"],
                        "properties": {"secret": {"$ref": f"{REF}Secret"}},
                    },
                ]
            },
        }
        done = normalise(contract({"POST /x": operation}, schemas))
        assert done.document["components"]["schemas"]["User"]["required"] == required
        assert "x-veneer-about" not in str(done.document)

    def test_a_reference_that_leads_nowhere_is_a_loss_with_its_place(self) -> None:
        done = normalise(contract({"GET /x": answering({"type": "array", "items": {"$ref": f"{REF}Gone"}})}))
        assert findings(done) == [
            f"reference at #/paths/~1x/get/responses/200/content/application~1json/schema/items: {REF}Gone leads nowhere"
        ]

    @pytest.mark.parametrize(
        ("reference", "what"),
        [("#gone", "leads nowhere"), ("#", "is the whole document")],
        ids=["anchor", "root"],
    )
    def test_a_reference_to_an_anchor_that_is_not_there_or_to_everything_is_a_loss(
        self, reference: str, what: str
    ) -> None:
        done = normalise(contract({"GET /x": answering({"$ref": reference})}))
        assert findings(done) == [
            f"reference at #/paths/~1x/get/responses/200/content/application~1json/schema: {reference} {what}"
        ]

    def test_an_operation_that_is_a_reference_to_nothing_is_a_loss(self) -> None:
        done = normalise(contract({"GET /x": answering({}), "GET /y": {"$ref": "#/gone"}}))
        assert findings(done) == ["reference at #/paths/~1y/get: #/gone leads nowhere"]

    def test_a_map_with_words_beside_it_in_an_all_of_is_that_map_and_no_loss(self) -> None:
        values = {"type": "object", "properties": {"a": {"type": "string"}}}
        notes = {"type": "object", "additionalProperties": values}
        for parts in (
            [notes, {"description": "by name"}],
            [notes, {"type": "object"}],
            [notes, {"required": ["a"]}],
        ):
            done = normalise(contract({"GET /x": answering({"allOf": parts})}))
            assert findings(done) == findings(done, Level.WEAKER) == []
            made = done.document["components"]["schemas"]["XResponse"]
            assert made["additionalProperties"] == {"$ref": f"{REF}XResponseValue"}

    def test_a_reference_with_words_beside_it_in_an_all_of_is_what_it_refers_to(self) -> None:
        words = {"title": "T", "description": "the first", "default": "a"}
        _, classes = of_schema(
            {"type": "object", "properties": {"e": {"allOf": [{"$ref": f"{REF}E"}, words]}, "o": {"allOf": [{"$ref": f"{REF}O"}, words]}}},
            {"E": {"enum": ["a", "b"]}, "O": {"type": "object", "properties": {"o": {}}}},
        )  # fmt: skip
        assert set(classes) == {"E", "O", "XResponse"}
        assert classes["XResponse"]["properties"] == {"e": {"$ref": f"{REF}E"}, "o": {"$ref": f"{REF}O"}}


class TestResponses:
    def test_the_success_stands_for_every_2xx_and_errors_become_facts_whose_models_stay(self) -> None:
        error = {"content": {"application/json": {"schema": {"$ref": f"{REF}Problem"}}}}
        operation = answering({"type": "string"})
        operation["responses"] |= {
            "404": error,
            "5xx": error,
            "default": {"content": {"application/json": {"schema": {"type": "string"}}}},
        }
        done = normalise(
            contract({"GET /x": operation}, {"Problem": {"type": "object", "properties": {"detail": {}}}})
        )
        assert list(done.document["paths"]["/x"]["get"]["responses"]) == ["2XX"]
        assert done.operations[0].errors == {"404": "Problem", "5XX": "Problem"}
        assert "Problem" in done.document["components"]["schemas"]

    def test_several_successes_keep_their_statuses_and_the_first_stands_for_the_rest(self) -> None:
        operation = {
            "responses": {
                "202": {"content": {"application/json": {"schema": {"type": "integer"}}}},
                "200": {"content": {"application/json": {"schema": {"type": "string"}}}},
                "204": {"description": "none"},
            }
        }
        responses = normalise(contract({"GET /x": operation})).document["paths"]["/x"]["get"]["responses"]
        assert {
            status: response["content"]["application/json"]["schema"]
            for status, response in responses.items()
        } == {"2XX": {"type": "string"}, "202": {"type": "integer"}}

    @pytest.mark.parametrize(
        ("kind", "read_as"),
        [
            ("application/problem+json", {"type": "string"}),
            ("application/json; charset=utf-8", {"type": "string"}),
            ("text/csv", {"type": "string"}),
            ("application/x-ndjson", {"type": "string"}),
            ("application/pdf", {"type": "string", "format": "binary"}),
            ("image/*", {"type": "string", "format": "binary"}),
        ],
    )
    def test_a_content_type_is_read_as_json_text_or_bytes(self, kind: str, read_as: dict[str, str]) -> None:
        done = normalise(
            contract({"GET /x": {"responses": {"200": {"content": {kind: {"schema": {"type": "string"}}}}}}})
        )
        assert result(done) == read_as

    def test_a_stream_is_a_fact_whose_item_model_stays_and_json_beside_it_is_the_result(self) -> None:
        content = {
            "text/event-stream": {
                "itemSchema": {"properties": {"data": {"contentSchema": {"$ref": f"{REF}Event"}}}}
            }
        }
        schemas = {
            "Event": {"type": "object", "properties": {"a": {}}},
            "Out": {"type": "object", "properties": {"b": {}}},
        }
        done = normalise(
            contract(
                {
                    "POST /x": {
                        "responses": {"200": {"content": content}},
                        "x-veneer-stream": {"terminator": "done"},
                    }
                },
                schemas,
            )
        )
        assert result(done, method="post") is None
        assert done.operations[0].stream == {
            "kind": "text/event-stream",
            "terminator": "done",
            "item": "Event",
        }
        both = normalise(
            contract(
                {
                    "POST /x": {
                        "responses": {
                            "200": {
                                "content": {**content, "application/json": {"schema": {"$ref": f"{REF}Out"}}}
                            }
                        }
                    }
                },
                schemas,
            )
        )
        assert result(both, method="post") == {"$ref": f"{REF}Out"}
        assert both.operations[0].accept == "application/json, text/event-stream"

    @pytest.mark.parametrize("name", ["Last-Event-ID", "last-event-id"])
    @pytest.mark.parametrize("shared", [False, True], ids=["the operation's", "the path's"])
    def test_a_stream_that_takes_the_id_of_an_event_is_resumable(self, name: str, shared: bool) -> None:
        stream = {"responses": {"200": {"content": {"text/event-stream": {}}}}}
        header = [{"name": name, "in": "header", "schema": {"type": "string"}}]
        document = contract({"GET /x": {**stream, **({} if shared else {"parameters": header})}})
        if shared:
            document["paths"]["/x"]["parameters"] = header
        assert normalise(document).operations[0].stream == {"kind": "text/event-stream", "resumable": True}

    def test_a_contract_that_says_otherwise_of_its_stream_is_believed(self) -> None:
        operation = {
            "parameters": [{"name": "Last-Event-ID", "in": "header", "schema": {"type": "string"}}],
            "responses": {"200": {"content": {"text/event-stream": {}}}},
            "x-veneer-stream": {"resumable": False},
        }
        done = normalise(contract({"GET /x": operation}))
        assert done.operations[0].stream == {"kind": "text/event-stream", "resumable": False}

    @pytest.mark.parametrize("place", ["query", "cookie"])
    def test_the_id_of_an_event_elsewhere_than_in_its_header_resumes_nothing(self, place: str) -> None:
        operation = {
            "parameters": [{"name": "Last-Event-ID", "in": place, "schema": {"type": "string"}}],
            "responses": {"200": {"content": {"text/event-stream": {}}}},
        }
        done = normalise(contract({"GET /x": operation}))
        assert done.operations[0].stream == {"kind": "text/event-stream"}

    def test_a_header_for_an_events_id_alone_makes_no_stream(self) -> None:
        operation = {
            "parameters": [{"name": "Last-Event-ID", "in": "header", "schema": {"type": "string"}}],
            "responses": {"200": {"content": {"application/json": {"schema": {"$ref": f"{REF}Out"}}}}},
        }
        done = normalise(
            contract({"GET /x": operation}, {"Out": {"type": "object", "properties": {"b": {}}}})
        )
        assert done.operations[0].stream is None

    @pytest.mark.parametrize(
        "kind",
        [
            "application/jsonlines",
            "application/x-json-stream",
            "application/json-seq",
            "application/fhir+ndjson",
        ],
    )
    def test_json_texts_in_a_row_are_a_stream_and_by_a_call_text(self, kind: str) -> None:
        content = {kind: {"itemSchema": {"$ref": f"{REF}Event"}}}
        schemas = {"Event": {"type": "object", "properties": {"a": {}}}}
        done = normalise(contract({"GET /x": {"responses": {"200": {"content": content}}}}, schemas))
        assert done.operations[0].stream == {"kind": kind, "item": "Event"}
        assert done.operations[0].accept == kind
        assert result(done) == {"type": "string"}

    @pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/vnd.acme.feed"])
    @pytest.mark.parametrize("where", ["operation", "media type"])
    def test_an_extension_makes_a_stream_of_any_media_type(self, kind: str, where: str) -> None:
        media: dict[str, Any] = {"schema": {"$ref": f"{REF}Event"}}
        operation: dict[str, Any] = {"responses": {"200": {"content": {kind: media}}}}
        if where == "operation":
            operation["x-veneer-stream"] = {"kind": kind}
        else:
            media["x-veneer-stream"] = {}
        schemas = {"Event": {"type": "object", "properties": {"a": {}}}}
        done = normalise(contract({"GET /x": operation}, schemas))
        assert done.operations[0].stream == {"kind": kind, "item": "Event"}
        assert findings(done) == []
        assert result(done) == {"type": "string"}

    @pytest.mark.parametrize("extension", [{"resumable": True}, True, {}], ids=["an object", "true", "empty"])
    def test_a_stream_of_unknown_kind_is_one_and_is_reported_with_its_place(self, extension: Any) -> None:
        operation = {
            "responses": {"200": {"content": {"application/json": {"schema": {"type": "integer"}}}}},
            "x-veneer-stream": extension,
        }
        done = normalise(contract({"GET /x": operation}))
        assert done.operations[0].facts()["stream"] == (extension if isinstance(extension, dict) else {})
        assert findings(done, Level.WEAKER) == [
            "stream-without-a-kind at #/paths/~1x/get/x-veneer-stream: no response has a media type of streams: set it in `kind`"
        ]

    def test_an_extension_that_is_neither_an_object_nor_true_is_refused_with_its_place(self) -> None:
        operation = {"responses": {"200": {"description": ""}}, "x-veneer-stream": "yes"}
        done = normalise(contract({"GET /x": operation}))
        assert findings(done, Level.LOSS) == [
            "extension at #/paths/~1x/get/x-veneer-stream: x-veneer-stream is neither an object nor true"
        ]

    @pytest.mark.parametrize("word", ["anyOf", "oneOf"])
    def test_the_item_of_a_stream_is_the_one_that_is_json_of_what_its_data_may_be(self, word: str) -> None:
        data = {"contentMediaType": "application/json", "contentSchema": {"$ref": f"{REF}Event"}}
        for item in (
            {"properties": {"data": {word: [data, {"const": "[DONE]"}]}}},
            {word: [{"properties": {"data": data}}, {"properties": {"data": {"const": "[DONE]"}}}]},
        ):
            content = {"text/event-stream": {"itemSchema": item}}
            done = normalise(
                contract(
                    {"GET /x": {"responses": {"200": {"content": content}}}},
                    {"Event": {"type": "object", "properties": {"a": {}}}},
                )
            )
            assert done.operations[0].stream == {"kind": "text/event-stream", "item": "Event"}
            assert findings(done) == []

    def test_a_stream_of_several_kinds_of_json_keeps_the_models_of_all(self) -> None:
        events = [{"contentSchema": {"$ref": f"{REF}{name}"}} for name in ("Begun", "Ended")]
        item = {"oneOf": [{"properties": {"data": data}} for data in events]}
        done = normalise(
            contract(
                {"GET /x": {"responses": {"200": {"content": {"text/event-stream": {"itemSchema": item}}}}}},
                {name: {"type": "object", "properties": {"a": {}}} for name in ("Begun", "Ended")},
            )
        )
        assert {"Begun", "Ended"} <= done.document["components"]["schemas"].keys()


class TestRequests:
    def test_json_is_chosen_of_several_bodies_and_the_choice_is_reported(self) -> None:
        content = {"application/xml": {}, "application/json": {"schema": {"type": "integer"}}}
        done = normalise(contract({"POST /x": {"requestBody": {"content": content}}}))
        assert done.document["paths"]["/x"]["post"]["requestBody"]["content"] == {
            "application/json": {"schema": {"type": "integer"}}
        }
        assert findings(done, Level.WEAKER) == [
            "one-of-several-bodies at #/paths/~1x/post/requestBody: application/json of application/xml, application/json"
        ]

    def test_files_of_a_multipart_form_are_files_however_they_are_said_to_be(self) -> None:
        form = {
            "type": "object",
            "properties": {
                "a": {"type": "string", "format": "binary"},
                "b": {"type": "string", "contentMediaType": "application/octet-stream"},
                "c": {},
                "d": {"type": "string"},
            },
        }
        done = normalise(
            contract(
                {
                    "POST /x": {
                        "requestBody": {
                            "content": {
                                "multipart/form-data": {"schema": {"$ref": f"{REF}Form"}, "encoding": {}}
                            }
                        }
                    }
                },
                {"Form": form},
            )
        )
        assert [
            value.get("format")
            for value in done.document["components"]["schemas"]["Form"]["properties"].values()
        ] == ["binary", "binary", None, None]

    def test_parameters_of_the_path_are_shared_and_those_of_the_operation_come_first(self) -> None:
        shared = [
            {"name": "a", "in": "query", "schema": {"type": "string"}},
            {"name": "b", "in": "query", "schema": {"type": "string"}},
        ]
        document = contract(
            {"GET /x": {"parameters": [{"name": "a", "in": "query", "schema": {"type": "integer"}}]}}
        )
        document["paths"]["/x"]["parameters"] = shared
        parameters = normalise(document).document["paths"]["/x"]["get"]["parameters"]
        assert [(parameter["name"], parameter["schema"]["type"]) for parameter in parameters] == [
            ("a", "integer"),
            ("b", "string"),
        ]

    @pytest.mark.parametrize(
        ("extra", "schema", "style"),
        [
            ({}, {"type": "array", "items": {"type": "string"}}, None),
            ({"explode": False}, {"type": "array", "items": {"type": "string"}}, {"explode": False}),
            (
                {"style": "spaceDelimited"},
                {"type": "array", "items": {"type": "string"}},
                {"style": "spaceDelimited"},
            ),
            (
                {"style": "deepObject"},
                {"type": "object", "properties": {"k": {"type": "string"}}},
                {"style": "deepObject"},
            ),
        ],
    )
    def test_the_style_of_a_query_parameter_is_kept(
        self, extra: dict[str, Any], schema: dict[str, Any], style: dict[str, Any] | None
    ) -> None:
        done = normalise(
            contract({"GET /x": {"parameters": [{"name": "q", "in": "query", "schema": schema, **extra}]}})
        )
        assert done.operations[0].styles.get(("query", "q")) == style

    def test_arguments_that_endpoint_modules_use_themselves_or_that_are_equal_keep_their_wire_names(
        self,
    ) -> None:
        query = [
            {"name": name, "in": "query", "schema": {"type": "string"}}
            for name in ("params", "t", "t<", "url")
        ]
        operation = normalise(contract({"GET /x": {"parameters": query}})).operations[0]
        assert operation.arguments == {
            ("query", "params_query"): "params",
            ("query", "t_lt"): "t<",
            ("query", "url_query"): "url",
        }

    def test_path_variables_get_python_names_in_the_path_too(self) -> None:
        done = normalise(
            contract(
                {
                    "GET /a/{b.c}/{é}/{d}": {
                        "parameters": [{"name": "b.c", "in": "path", "schema": {"type": "string"}}]
                    }
                }
            )
        )
        assert list(done.document["paths"]) == ["/a/{b_c}/{e}/{d}"]
        assert [
            parameter["name"] for parameter in done.document["paths"]["/a/{b_c}/{e}/{d}"]["get"]["parameters"]
        ] == ["b_c", "e", "d"]
        assert done.operations[0].path == "/a/{b.c}/{é}/{d}"

    def test_a_parameter_that_cannot_be_sent_is_a_loss_with_its_place(self) -> None:
        done = normalise(
            contract(
                {
                    "GET /x": {
                        "parameters": [
                            {"name": "q", "in": "body"},
                            {"$ref": "#/components/parameters/Gone"},
                            {"in": "query"},
                        ]
                    }
                }
            )
        )
        assert [finding.split(":")[0] for finding in findings(done)] == [
            f"{rule} at #/paths/~1x/get/parameters/{index}"
            for index, rule in enumerate(["parameter-location", "reference", "parameter"])
        ]


class TestOperations:
    def test_security_is_the_operation_s_own_or_the_root_s_and_empty_when_open(self) -> None:
        document = contract(
            {
                "GET /a": {},
                "GET /b": {"security": []},
                "GET /c": {"security": [{"key": []}, {"oauth": ["x"], "key": []}]},
                "GET /d": {"security": [{}, {"key": []}]},
            },
            security=[{"bearer": []}],
        )
        assert [operation.security for operation in normalise(document).operations] == [
            ("bearer",),
            (),
            ("key", ("oauth", "key")),
            ((), "key"),
        ]

    def test_security_is_unknown_where_the_contract_says_nothing_of_it(self) -> None:
        """Servers often check a key that their contract does not mention: the client's then goes."""
        silent, some = ({"GET /a": {}, "GET /b": facts} for facts in ({}, {"security": [{"key": []}]}))
        assert [operation.security for operation in normalise(contract(silent)).operations] == [None, None]
        assert [operation.security for operation in normalise(contract(some)).operations] == [(), ("key",)]

    def test_a_certificate_of_the_connection_is_no_credential_of_a_request(self) -> None:
        document = contract(
            {
                "GET /a": {"security": [{"mtls": []}]},
                "GET /b": {"security": [{"mtls": [], "key": []}]},
            }
        )
        document["components"] = {"securitySchemes": {"mtls": {"type": "mutualTLS"}}}
        assert [operation.security for operation in normalise(document).operations] == [((),), ("key",)]

    def test_reading_methods_and_marked_posts_are_safe(self) -> None:
        document = contract(
            {"GET /x": {}, "POST /x": {}, "PUT /x": {}, "DELETE /x": {}, "POST /y": {"x-veneer-safe": True}}
        )
        assert {operation.method for operation in normalise(document).operations if operation.safe} == {
            "get",
            "post",
        }

    def test_methods_that_3_2_adds_are_operations_like_others(self) -> None:
        document = contract({"POST /x": {"operationId": "a"}})
        document["paths"]["/x"] |= {
            "query": {"operationId": "b"},
            "additionalOperations": {"COPY": {"operationId": "c"}},
        }
        done = normalise(document)
        assert [(operation.key[1], operation.method, operation.path) for operation in done.operations] == [
            ("a", "post", "/x"),
            ("b", "query", "/x"),
            ("c", "copy", "/x"),
        ]
        assert len(done.document["paths"]) == 3

    def test_the_contract_itself_is_never_changed(self) -> None:
        document = contract({"GET /x": answering({"title": "T", "type": ["string", "null"]})})
        before = repr(document)
        normalise(document)
        assert repr(document) == before

    def test_paths_that_are_no_object_are_refused(self) -> None:
        with pytest.raises(ContractError, match="#/paths: not an object"):
            normalise({"openapi": "3.1.0", "paths": []})


class TestReport:
    def test_a_loss_is_accepted_when_it_is_allowed_by_name_wildcards_included(self) -> None:
        report = normalise(contract({"GET /x": answering({"$ref": f"{REF}Gone"})})).report
        (loss,) = report.losses()
        assert report.losses([str(loss)]) == report.losses(["reference at #/paths/~1x/*"]) == []
        assert report.losses(["reference"]) == [loss]


@pytest.mark.parametrize("kind", ["multipart/form-data", "application/x-www-form-urlencoded"])
@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({"type": "array", "items": {"type": "string"}}, "a form of arrays has no names for its parts"),
        ({"type": "string", "format": "binary"}, "a form of strings has no names for its parts"),
        ({"type": "object"}, ""),
        ({"type": "object", "properties": {"a": {"type": "string"}}}, ""),
    ],
    ids=["a list", "a file", "any object", "an object"],
)
def test_a_form_whose_parts_have_no_names_is_a_finding(kind: str, schema: dict[str, Any], said: str) -> None:
    body = {"content": {kind: {"schema": schema}}}
    done = normalise(contract({"POST /x": answering({"type": "string"}, requestBody=body)}))
    assert [one for one in findings(done, Level.WEAKER) if "form-without-fields" in one] == (
        [f"form-without-fields at #/paths/~1x/post/requestBody/content/{kind.replace('/', '~1')}/schema: {said}: set them as keys of the body"]
        if said
        else []
    )  # fmt: skip


TWICE = {"name": "q", "in": "query", "schema": {"type": "string"}}
DEEP = {
    "name": "q",
    "in": "query",
    "style": "deepObject",
    "schema": {"type": "array", "items": {"type": "string"}},
}


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"servers": [{"url": 5}]}, "server at #/servers/0"),
        ({"servers": [{"url": "ftp://x.test"}]}, "server at #/servers/0"),
        ({"servers": [{"url": "https://{r}.test"}]}, "server at #/servers/0"),
        ({"security": [{"nope": []}]}, "security at #/security"),
    ],
    ids=["a server that is no text", "a server of FTP", "a variable without a default", "an unknown scheme"],
)
def test_what_is_wrong_with_the_whole_contract_is_told_with_its_place(
    more: dict[str, Any], told: str
) -> None:
    done = normalise(contract({"GET /x": {"responses": {"204": {}}}}, **more))
    assert [one for one in findings(done, Level.WEAKER) if one.startswith(told)]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"security": [{"nope": []}]}, "security at #/paths/~1x/get/security"),
        ({"parameters": [TWICE, TWICE]}, "parameter-twice at #/paths/~1x/get/parameters/1"),
        ({"requestBody": "text"}, "request-body at #/paths/~1x/get/requestBody"),
        ({"parameters": [{**DEEP, "x-veneer-arrays": "nope"}]}, "parameter-style at #/paths/~1x/get/parameters/0"),
    ],
    ids=["an unknown scheme", "a parameter twice", "a body that is no object", "an unknown way of lists"],
)  # fmt: skip
def test_what_is_wrong_with_an_operation_is_told_with_its_place(more: dict[str, Any], told: str) -> None:
    done = normalise(contract({"GET /x": {"responses": {"204": {}}, **more}}))
    assert [one for one in findings(done, Level.WEAKER) if one.startswith(told)]
