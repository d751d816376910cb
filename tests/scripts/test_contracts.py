"""The four contracts say what the platforms document, all of it and nothing else, and say it validly."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from openapi_schema_validator import OAS32Validator, oas32_format_checker
from openapi_spec_validator import OpenAPIV31SpecValidator, OpenAPIV32SpecValidator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from veneer_codegen import contracts, documents, overlays
from veneer_codegen.errors import ContractError

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
OPENAPI = ROOT / "openapi"
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")

# Every operation that the platforms document, read from their documentation and packages in November 2026.
DOCUMENTED = {
    "hybridb": """
        POST /api/v1/auth/token                                        create_token
        DELETE /api/v1/auth/token                                      revoke_token
        POST /api/v1/auth/refresh                                      refresh_token
        POST /api/v1/decisions                                         request_decision
        GET /api/v1/decisions/{decisionId}                             get_decision
        POST /api/v1/pipelines                                         create_pipeline
        POST /api/v1/pipelines/trigger                                 trigger_pipeline
        POST /api/v1/pipelines/{name}/execute                          execute_pipeline
        GET /api/v1/pipelines/executions/{executionId}                 get_execution
        POST /api/v1/executions/{executionId}/rollback                 rollback_execution
        POST /api/v1/executions/{executionId}/replay                   replay_execution
        GET /api/v1/executions/{executionId}/checkpoints               list_checkpoints
        GET /api/v1/executions/{executionId}/checkpoints/{checkpointId}  get_checkpoint
        GET /api/v1/executions/{executionId}/rollback-log              get_rollback_log
        GET /api/v1/pipelines/{pipelineId}/circuit-breaker             get_circuit_breaker
        POST /api/v1/pipelines/{pipelineId}/circuit-breaker            set_circuit_breaker
        POST /api/v1/events/publish                                    publish_event
        GET /api/v1/audit/actions                                      list_audit_actions
        POST /api/v1/actors/{actorId}/api-keys                         create_api_key
        DELETE /api/v1/actors/{actorId}/api-keys/{keyId}               revoke_api_key
        POST /api/v1/actors/{actorId}/identity-mappings                create_identity_mapping
        POST /api/v1/orgs/{orgId}/memberships                          add_membership
        GET /api/v1/orgs/{orgId}/memberships                           list_memberships
        PATCH /api/v1/orgs/{orgId}/memberships/{actorId}               update_membership
        DELETE /api/v1/orgs/{orgId}/memberships/{actorId}              remove_membership
        GET /health                                                    get_health
    """,
    "hestiaos": """
        POST /api/v1/run                             run
        POST /api/v1/run/stream                      run_stream
        GET /api/v1/trace/{trace_id}                 get_trace
        GET /api/v1/health                           get_health
        POST /api/chat                               chat_run
        POST /api/agents/run                         agents_run
        GET /api/system/status                       system_status
        GET /api/system/config                       system_config
        GET /api/system/metrics                      system_metrics
        POST /api/secrets                            secrets_set
        GET /api/secrets/{key}                       secrets_get
        DELETE /api/secrets/{key}                    secrets_delete
        POST /api/governance/explain                 governance_explain
        GET /api/governance/stability                governance_stability
        GET /api/governance/trace/{command_id}       governance_trace
    """,
    "velerian": """
        POST /api/v2/abps/{abp_id}/invoke                               invoke_abp
        GET /api/v2/abps                                                list_abps
        GET /api/v2/abps/{abp_id}/invocations/{invocation_id}/evidence  get_invocation_evidence
        GET /api/v2/abps/{abp_id}/evidence-package                      get_evidence_package
        GET /api/v2/exports/{export_id}/content                         get_export_content
        GET /api/v2/usage/summary                                       get_usage_summary
        GET /api/v2/audit-log                                           list_audit_log
        GET /api/v2/agent_runs                                          list_agent_runs
        GET /api/v2/approvals                                           list_approvals
        GET /api/v2/plans                                               list_plans
        POST /api/v2/api-keys                                           create_api_key
        GET /api/v2/api-keys                                            list_api_keys
        DELETE /api/v2/api-keys/{key_id}                                revoke_api_key
        POST /api/v2/run-attachments                                    create_run_attachment
        POST /api/v2/run-attachments/{attachment_id}/finalize           finalize_run_attachment
        POST /api/agenticx/networks/{slug}/invoke                       invoke_network
        GET /api/v2/pack-runs/{run_id}                                  get_pack_run
    """,
    "aerostack": """
        POST /ai/chat                                 ai_chat
        POST /ai/gateway/{apiSlug}/chat/completions   gateway_chat
        GET /ai/gateway/me/wallet                     gateway_get_wallet
        POST /gateway/billing/log                     gateway_billing_log
        POST /ai/search/ingest                        ai_search_ingest
        POST /ai/search/query                         ai_search_query
        POST /ai/search/update                        ai_search_update
        POST /ai/search/get                           ai_search_get
        POST /ai/search/count                         ai_search_count
        POST /ai/search/delete                        ai_search_delete
        POST /ai/search/deleteByType                  ai_search_delete_by_type
        GET /ai/search/listTypes                      ai_search_list_types
        POST /ai/search/configure                     ai_search_configure
        POST /auth/signup                             auth_signup
        POST /auth/signin                             auth_signin
        POST /cache/get                               cache_get
        POST /cache/set                               cache_set
        POST /cache/delete                            cache_delete
        POST /cache/deleteMany                        cache_delete_many
        POST /cache/getMany                           cache_get_many
        POST /cache/setMany                           cache_set_many
        POST /cache/expire                            cache_expire
        POST /cache/increment                         cache_increment
        POST /cache/flush                             cache_flush
        POST /cache/keys                              cache_keys
        POST /cache/list                              cache_list
        POST /db/query                                db_query
        POST /db/batch                                db_batch
        POST /queue/enqueue                           queue_enqueue
        POST /queue/job                               queue_get_job
        POST /queue/cancel                            queue_cancel_job
        POST /queue/jobs                              queue_list_jobs
        POST /services/invoke                         services_invoke
        POST /storage/upload                          storage_upload
        POST /storage/get                             storage_get
        POST /storage/list                            storage_list
        POST /storage/delete                          storage_delete
        POST /storage/exists                          storage_exists
        POST /storage/getMetadata                     storage_get_metadata
        POST /storage/getUrl                          storage_get_url
        POST /storage/copy                            storage_copy
        POST /storage/move                            storage_move
    """,
}
UNAUTHENTICATED = {("hybridb", "create_token"), ("hybridb", "refresh_token"), ("hybridb", "get_health")}
# Requests as the platforms' own guides write them, or their published clients.
GUIDE_REQUESTS: list[tuple[str, str, Any]] = [
    ("aerostack", "ai_chat", {"messages": [{}], "model": "@cf/meta/llama-3-8b-instruct"}),
    ("aerostack", "auth_signin", {"email": "Tina.Buckridge@yahoo.com", "password": "nIQ75VVtUTq8bO4"}),
    ("hybridb", "rollback_execution", {"reason": "user_request"}),
    (
        "hybridb",
        "request_decision",
        {
            "decisionType": "payment.authorize",
            "action": "payment.initiate",
            "inputData": {"actorId": "user:alice", "amount": 1},
            "idempotencyKey": "decision-1",
        },
    ),
    ("hybridb", "execute_pipeline", {"input": {"amount": 1, "to": "acct_9k2x"}, "idempotencyKey": "exec-1"}),
    ("hestiaos", "chat_run", {"message": "Hello!", "session_id": "abc"}),
    ("hestiaos", "agents_run", {"agent_id": "agent-1", "task": "analyze data"}),
    (
        "hestiaos",
        "run",
        {
            "input": "create a report",
            "context": {"session_id": None, "agent_id": None, "mode_hint": None},
            "options": {"timeout_ms": 30000, "stream": False},
        },
    ),
    ("hestiaos", "chat_run", {"message": "Hello!", "session_id": None}),
    ("hestiaos", "agents_run", {"agent_id": "agent-1", "task": "analyze data", "config": None}),
    (
        "hestiaos",
        "governance_explain",
        {"command_type": "WRITE", "command_input": {"path": "/srv/test"}},
    ),
    (
        "velerian",
        "invoke_abp_api_v2_abps__abp_id__invoke_post",
        {"payload": {"prompt": "Summarize the attached filing."}},
    ),
]
# JSON Schema 2020-12 and OpenAPI's schema vocabulary, as far as the contracts use them: anything else is a slip of the pen.
KEYWORDS = {
    *("$ref", "type", "enum", "const", "anyOf", "oneOf", "items", "properties", "required", "additionalProperties"),
    *("title", "description", "default", "examples", "format", "contentMediaType", "contentSchema"),
    *("minimum", "maximum", "minLength", "maxItems", "x-veneer-secret"),
}  # fmt: skip


class Operation(NamedTuple):
    """One operation of a contract."""

    contract: str
    path: str
    method: str
    value: dict[str, Any]

    @property
    def id(self) -> str:
        return str(self.value["operationId"])

    @property
    def parameters(self) -> list[dict[str, Any]]:
        return [resolve(self.contract, parameter) for parameter in self.value.get("parameters", [])]

    @property
    def body(self) -> dict[str, Any]:
        """The media types of the request."""
        content: dict[str, Any] = self.value.get("requestBody", {}).get("content", {})
        return content

    def responses(self, *, success: bool) -> dict[str, dict[str, Any]]:
        """The responses of one kind by status."""
        return {
            status: resolve(self.contract, response)
            for status, response in self.value["responses"].items()
            if status.startswith("2") is success
        }

    def answer(self) -> dict[str, Any]:
        """The schema of the JSON that a success answers."""
        (response,) = self.responses(success=True).values()
        return resolve(self.contract, response["content"]["application/json"]["schema"])


@cache
def listed() -> dict[str, contracts.Contract]:
    return {contract.name: contract for contract in contracts.read(ROOT)}


@cache
def corrected(name: str) -> dict[str, Any]:
    """The contract with its patches applied: what the clients are generated from."""
    return replace(listed()[name], validate=False).load().content  # `make drift` validates them


@cache
def published(name: str) -> dict[str, Any]:
    """The contract as it is checked in."""
    return documents.load(listed()[name].file).content


def resolve(name: str, node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        found: Any = corrected(name)
        for step in node["$ref"].removeprefix("#/").split("/"):
            found = found[step.replace("~1", "/").replace("~0", "~")]
        node = found
    return node


def operations(*names: str) -> list[Operation]:
    return [
        Operation(name, path, method, operation)
        for name in names or DOCUMENTED
        for path, item in corrected(name)["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    ]


def by_id(contract: str, operation_id: str) -> Operation:
    return next(operation for operation in operations(contract) if operation.id == operation_id)


def schemas(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema of a contract with its JSON pointer, nested ones included."""
    queue: list[tuple[str, Any]] = []
    holders: list[tuple[str, Any]] = [("#", corrected(name))]
    while holders:
        place, node = holders.pop()
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            here = f"{place}/{key}"
            if key in {"schema", "itemSchema"}:
                queue.append((here, value))
            elif here == "#/components/schemas":
                queue += [(f"{here}/{schema}", value[schema]) for schema in value]
            elif isinstance(value, (dict, list)) and key not in {"example", "examples"}:
                holders.append((here, value))
    while queue:
        place, schema = queue.pop()
        yield place, schema
        queue += [(f"{place}/properties/{key}", value) for key, value in schema.get("properties", {}).items()]
        for keyword in ("items", "contentSchema", "additionalProperties"):
            if isinstance(schema.get(keyword), dict):
                queue.append((f"{place}/{keyword}", schema[keyword]))
        for keyword in ("anyOf", "oneOf"):
            queue += [(f"{place}/{keyword}/{i}", part) for i, part in enumerate(schema.get(keyword, []))]


def misfits(name: str, schema: dict[str, Any], value: Any) -> list[str]:
    """What of a value does not fit a schema of a contract; empty when all does."""
    document = DRAFT202012.create_resource(corrected(name))
    # JSON Schema 2020-12 with OpenAPI's vocabulary, which 3.1 and 3.2 share.
    validator = OAS32Validator(
        _absolute(schema, "contract:"),
        registry=Registry().with_resource("contract:", document),
        format_checker=oas32_format_checker,
    )
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


def _absolute(node: Any, base: str) -> Any:
    if isinstance(node, dict):
        return {key: base + value if key == "$ref" else _absolute(value, base) for key, value in node.items()}
    return [_absolute(value, base) for value in node] if isinstance(node, list) else node


def media_types(operation: Operation) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every media type of an operation: where, which, and what is said of it."""
    for kind, media in operation.body.items():
        yield "request", kind, media
    for success in (True, False):
        for status, response in operation.responses(success=success).items():
            for kind, media in response.get("content", {}).items():
                yield status, kind, media


def place_of(name: str, schema: dict[str, Any], path: str) -> dict[str, Any]:
    """Follow a dotted path through the properties of a schema. Raises KeyError where it leads nowhere."""
    for step in path.split("."):
        schema = resolve(name, schema)["properties"][step]
    return resolve(name, schema)


def pytest_id(operation: Operation) -> str:
    return f"{operation.contract}-{operation.id}"


every_contract = pytest.mark.parametrize("name", DOCUMENTED)
every_operation = pytest.mark.parametrize("operation", operations(), ids=pytest_id)


def test_all_contracts_are_listed() -> None:
    """contracts.toml lists the four contracts and every file of the folder."""
    files = {contract.file for contract in listed().values()}
    patches = {patch for contract in listed().values() for patch in contract.patches}

    assert set(listed()) == set(DOCUMENTED)
    assert files == {path for path in OPENAPI.iterdir() if path.stem in DOCUMENTED}
    assert patches == set((OPENAPI / "patches").iterdir())


@every_contract
def test_contract_is_valid(name: str) -> None:
    """The contract is valid OpenAPI of the version that it declares, as published and as corrected."""
    for content in (published(name), corrected(name)):
        validator = {"3.1": OpenAPIV31SpecValidator, "3.2": OpenAPIV32SpecValidator}[content["openapi"][:3]]
        assert list(validator(content).iter_errors()) == []


@every_contract
def test_contract_says_all_and_nothing_else(name: str) -> None:
    """The contract has exactly the documented operations, under the ids that the overlay calls them by."""
    documented = {tuple(line.split()) for line in DOCUMENTED[name].strip().splitlines()}
    found = {
        (operation.method.upper(), operation.path, re.sub(r"_api_(v2|agenticx)_.*", "", operation.id))
        for operation in operations(name)
    }

    assert found == documented


@every_contract
def test_operation_ids_are_unique(name: str) -> None:
    """No two operations of a contract share an id, not even after snake-casing."""
    ids = Counter(re.sub(r"\W+", "_", operation.id).lower() for operation in operations(name))

    assert [operation for operation, count in ids.items() if count > 1] == []


@every_contract
def test_no_schema_holds_a_stray_keyword(name: str) -> None:
    """Every schema uses known keywords only: a comma in an unquoted YAML text makes a new one, silently."""
    strays = {place: sorted(schema.keys() - KEYWORDS) for place, schema in schemas(name)}

    assert {place: keys for place, keys in strays.items() if keys} == {}


@every_contract
def test_schemas_are_sound(name: str) -> None:
    """Required properties exist, and defaults and examples of schemas fit them."""
    for place, schema in schemas(name):
        assert set(schema.get("required", ())) <= set(schema.get("properties", ())), place
        for value in [*schema.get("examples", []), *([schema["default"]] if "default" in schema else [])]:
            assert misfits(name, schema, value) == [], place


@every_operation
def test_operation_is_described(operation: Operation) -> None:
    """The operation has a summary, a description that says more, one declared tag, and described parameters."""
    tags = operation.value["tags"]
    declared = [tag["name"] for tag in corrected(operation.contract).get("tags", [])]

    assert operation.value["summary"]
    assert operation.value["description"].rstrip(".") != operation.value["summary"]
    assert len(tags) == 1
    assert not declared or tags[0] in declared
    assert [parameter["name"] for parameter in operation.parameters if not parameter.get("description")] == []


@every_operation
def test_operation_has_error_responses(operation: Operation) -> None:
    """The operation documents how it fails, with JSON of a named schema."""
    errors = operation.responses(success=False)

    assert errors
    assert {"default", "5XX"} & errors.keys()
    for response in errors.values():
        assert response["description"]
        assert response["content"]["application/json"]["schema"]["$ref"].startswith("#/components/schemas/")


@every_operation
def test_operation_has_a_typed_answer(operation: Operation) -> None:
    """The operation answers one success: a typed body, or none."""
    bodies = [
        media for response in operation.responses(success=True).values() if (media := response.get("content"))
    ]

    assert len(bodies) <= 1
    for media in bodies:
        assert all(kind.get("schema") or kind.get("itemSchema") for kind in media.values())


@every_operation
def test_examples_fit(operation: Operation) -> None:
    """Request and success carry an example each, and every example fits its schema."""
    for where, kind, media in media_types(operation):
        if where == "request" or where.startswith("2"):
            assert "example" in media, f"{where} {kind}"
        if "example" in media and "schema" in media:
            assert misfits(operation.contract, media["schema"], media["example"]) == [], f"{where} {kind}"
    for parameter in operation.parameters:
        if "example" in parameter:
            assert misfits(operation.contract, parameter["schema"], parameter["example"]) == []
        elif parameter["in"] == "path":
            assert parameter["schema"].get("examples"), parameter["name"]


@pytest.mark.parametrize(
    ("name", "operation_id", "body"), GUIDE_REQUESTS, ids=[f"{row[0]}-{row[1]}" for row in GUIDE_REQUESTS]
)
def test_requests_of_the_guides_fit(name: str, operation_id: str, body: Any) -> None:
    """What the platforms' own guides send fits the contract."""
    schema = by_id(name, operation_id).body["application/json"]["schema"]

    assert misfits(name, schema, body) == []


@every_operation
def test_credentials_are_as_documented(operation: Operation) -> None:
    """Only hybriDB's three open operations take no credentials; HestiaOS' key is optional."""
    security = operation.value.get("security", corrected(operation.contract)["security"])
    schemes = corrected(operation.contract)["components"]["securitySchemes"]

    assert all(name in schemes for requirement in security for name in requirement)
    assert (security == []) is ((operation.contract, operation.id) in UNAUTHENTICATED)
    assert ({} in security) is (operation.contract == "hestiaos")


def test_gateway_takes_the_consumers_key() -> None:
    """Aerostack's gateway routes take a consumer's bearer key; all others take the project's key in a header."""
    schemes = corrected("aerostack")["components"]["securitySchemes"]
    bearer = {operation.id for operation in operations("aerostack") if operation.value.get("security")}

    assert bearer == {"gateway_chat", "gateway_get_wallet"}
    assert (schemes["apiKey"]["in"], schemes["apiKey"]["name"]) == ("header", "X-Aerostack-Key")


@pytest.mark.parametrize(
    ("name", "urls"),
    [
        ("hybridb", ["https://hybridb.stellrai.com"]),
        ("hestiaos", ["http://localhost:8000"]),
        ("velerian", ["https://app.velerian.ai"]),
        ("aerostack", ["https://api.aerostack.ai/v1", "http://localhost:8787/v1"]),
    ],
)
def test_servers_are_as_documented(name: str, urls: list[str]) -> None:
    """The contract names the platform's servers, in the order that an index selects them by."""
    assert [server["url"] for server in corrected(name)["servers"]] == urls


@pytest.mark.parametrize("operation", operations("hybridb"), ids=pytest_id)
def test_hybridb_answers_envelopes(operation: Operation) -> None:
    """Every JSON answer of hybriDB is an envelope: success and data, or failure and error."""
    for success, member in ((True, "data"), (False, "error")):
        for response in operation.responses(success=success).values():
            for media in response.get("content", {}).values():
                envelope = resolve("hybridb", media["schema"])
                assert envelope["required"] == ["success", member]
                assert envelope["properties"]["success"]["const"] is success


def test_velerian_is_as_fastapi_publishes() -> None:
    """The checked-in contract keeps FastAPI's long operation ids, namespaced keys and repeated titles."""
    content = published("velerian")
    keys = content["components"]["schemas"]
    titles = Counter(schema["title"] for schema in keys.values())

    for path, item in content["paths"].items():
        for method, operation in item.items():
            assert operation["operationId"].endswith(re.sub(r"\W", "_", path) + f"_{method}")
            assert set(operation["responses"]) <= {"200", "202", "204", "422"}
    assert {key for key in keys if titles[keys[key]["title"]] > 1} == {key for key in keys if "__" in key}
    assert titles["Page"] == 5
    assert titles["InvokeRequest"] == titles["InvokeResponse"] == 2
    assert content["servers"] == [{"url": "https://api.velerian.ai"}]


@pytest.mark.parametrize("patch", sorted((OPENAPI / "patches").iterdir()), ids=lambda patch: patch.stem)
def test_every_patch_action_is_needed(patch: Path) -> None:
    """Each action gives its reason and changes the contract: applied again, or to a contract without its target, it fails."""
    overlay = documents.load_plain(patch)
    (contract,) = (contract for contract in listed().values() if patch in contract.patches)
    content = published(contract.name)

    for action in overlay["actions"]:
        assert len(action["description"].split()) > 5, action["target"]
        once = {"overlay": overlay["overlay"], "actions": [action]}
        changed = overlays.apply(content, once, patch.name)
        assert changed != content
        content = changed
    with pytest.raises(ContractError, match="matches nothing"):
        overlays.apply({"openapi": "3.1.0", "paths": {}}, overlay, patch.name)


def test_rate_limits_say_how_long_to_wait() -> None:
    """Velerian's corrected contract documents 401, 403 and 429 on every operation, 429 with Retry-After in seconds."""
    for operation in operations("velerian"):
        errors = operation.responses(success=False)
        assert {"401", "403", "429", "5XX"} <= errors.keys()
        assert errors["429"]["headers"]["Retry-After"]["schema"]["type"] == "integer"


def test_networks_are_invoked_in_the_queue() -> None:
    """The synchronous form of Velerian's network invocation, billed when it dies at the gateway, has to be asked for."""
    (parameter,) = (
        parameter
        for operation in operations("velerian")
        for parameter in operation.parameters
        if parameter["name"] == "async"
    )

    assert parameter["schema"]["default"] is True


@pytest.mark.parametrize(
    "operation", [o for o in operations() if "x-veneer-pagination" in o.value], ids=pytest_id
)
def test_pagination_names_what_exists(operation: Operation) -> None:
    """Request parameters and answer paths of `x-veneer-pagination` exist, and items are a list."""
    name, pages = operation.contract, operation.value["x-veneer-pagination"]
    if pages["in"] == "query":
        takes = {parameter["name"]: parameter["schema"] for parameter in operation.parameters}
    else:
        takes = resolve(name, operation.body["application/json"]["schema"])["properties"]
    more = pages.get("more", {})

    assert pages["style"] in {"offset", "page", "cursor"}
    assert {pages["limit"], pages[pages["style"]]} <= takes.keys()
    assert takes[pages["limit"]].get("maximum") == pages.get("max_limit")
    assert "array" in place_of(name, operation.answer(), pages["items"])["type"]
    for path in [more] if isinstance(more, str) else more:
        assert place_of(name, operation.answer(), path)["type"] == "boolean"
    for key in ("total", "next_cursor", "reported_limit", "reported_offset", "reported_page"):
        if key in pages:
            place_of(name, operation.answer(), pages[key])


def test_every_list_in_pages_says_so() -> None:
    """Every operation that takes a limit says how its pages go on."""
    takers = {
        pytest_id(operation)
        for operation in operations()
        for schema in [operation.body.get("application/json", {}).get("schema", {})]
        if any(parameter["name"].endswith("limit") for parameter in operation.parameters)
        or "limit" in resolve(operation.contract, schema).get("properties", {})
    }

    assert takers == {
        pytest_id(operation) for operation in operations() if "x-veneer-pagination" in operation.value
    }


@pytest.mark.parametrize(
    "operation", [o for o in operations() if "x-veneer-stream" in o.value], ids=pytest_id
)
def test_stream_example_is_a_whole_stream(operation: Operation) -> None:
    """The example of a stream ends as `x-veneer-stream` says, and each of its items fits the item's schema."""
    name, stream = operation.contract, operation.value["x-veneer-stream"]
    marks = {stream["terminator"], stream.get("sentinel")}
    (response,) = operation.responses(success=True).values()
    media = response["content"]["text/event-stream"]
    data = [
        line.removeprefix("data: ") for line in media["example"].splitlines() if line.startswith("data: ")
    ]
    items = [json.loads(line) for line in data if line not in marks]
    schema = media["itemSchema"]["properties"]["data"]["anyOf"][0]["contentSchema"]
    types = [item.get(stream.get("type_field")) for item in items]

    assert [fault for item in items for fault in misfits(name, schema, item)] == []
    assert [fault for text in data for fault in misfits(name, media["itemSchema"], {"data": text})] == []
    assert data[-1] in marks or types[-1] in marks
    if "order" in stream:
        assert re.fullmatch(stream["order"].replace(" ", ""), "".join(types))
    for key in stream["request"]:
        assert key in resolve(name, operation.body["application/json"]["schema"])["properties"]


def test_event_streams_are_marked() -> None:
    """Every operation that can answer an event stream says how the stream ends."""
    streams = {
        pytest_id(operation)
        for operation in operations()
        if any(kind == "text/event-stream" for _, kind, _ in media_types(operation))
    }

    assert streams == {
        pytest_id(operation) for operation in operations() if "x-veneer-stream" in operation.value
    }


@every_operation
def test_repetition_is_marked_where_it_is_safe(operation: Operation) -> None:
    """`x-veneer-safe` stands on POSTs only, and `x-veneer-idempotency` exactly where the body takes a key."""
    schema = operation.body.get("application/json", {}).get("schema", {})
    takes_key = "idempotencyKey" in resolve(operation.contract, schema).get("properties", {})
    key = operation.value.get("x-veneer-idempotency")

    assert operation.value.get("x-veneer-safe", True) is True
    assert operation.method == "post" or "x-veneer-safe" not in operation.value
    assert key == ({"in": "body", "name": "idempotencyKey"} if takes_key else None)


def test_only_reads_are_safe_to_repeat() -> None:
    """The POSTs marked as safe are the documented reads of Aerostack; SQL is not among them."""
    safe = {operation.id for operation in operations() if operation.value.get("x-veneer-safe")}

    assert safe == {
        *("ai_search_query", "ai_search_get", "ai_search_count"),
        *("cache_get", "cache_get_many", "cache_keys", "cache_list"),
        *("queue_get_job", "queue_list_jobs"),
        *("storage_get", "storage_list", "storage_exists", "storage_get_metadata", "storage_get_url"),
    }  # fmt: skip


@every_contract
def test_models_stay_open(name: str) -> None:
    """No schema forbids further properties: a server may add a field at any time."""
    closed = [place for place, schema in schemas(name) if schema.get("additionalProperties") is False]

    assert closed == []


def test_extensions_are_documented() -> None:
    """openapi/README.md explains every extension and every key that the contracts use."""
    text = (OPENAPI / "README.md").read_text(encoding="utf-8")
    used = {
        key: value
        for operation in operations()
        for key, value in operation.value.items()
        if key.startswith("x-")
    }
    keys = {key for value in used.values() if isinstance(value, dict) for key in value}

    assert sorted(word for word in used.keys() | keys if word not in text) == []


def test_a_contract_is_written_as_the_json_of_the_standard_library() -> None:
    content = {
        "": {},
        'a\n"é\u2028': [[], {}, "", [1, [True, None, -0.0, 1e300, {"b": []}]], 10**30],
        "paths": {"/a": {"get": {"tags": ["a", "b"], "x": {"y": {"z": False}}}, "put": None}, "/b": []},
    }
    file = io.StringIO()
    contracts.write(content, file)
    assert file.getvalue() == contracts.dump(content)
