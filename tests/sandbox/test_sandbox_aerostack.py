"""Aerostack in the sandbox: chat, gateway and wallets, search, users, cache, SQL, queue, services, storage."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from veneer.sandbox import Sandbox


def post(client: httpx.Client, path: str, status: int = 200, /, **body: Any) -> Any:
    answer = client.post(path, json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


def upload(client: httpx.Client, key: str, content: bytes = b"hello", kind: str = "text/plain") -> str:
    answer = client.post("/storage/upload", files={"file": ("a.txt", content, kind)}, data={"key": key})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["url"])


def walk(client: httpx.Client, path: str, items: str, **body: Any) -> tuple[list[dict[str, Any]], int]:
    """All items of a paged route, and how many requests they took."""
    seen: list[dict[str, Any]] = []
    requests, cursor = 0, None
    while True:
        page = post(client, path, **body, **({"cursor": cursor} if cursor else {}))
        requests += 1
        seen += page[items]
        if page.get("list_complete", True) and not page.get("truncated", False):
            return seen, requests
        cursor = page["cursor"]


# Chat


def test_the_seeds_message_without_role_is_answered(aerostack: httpx.Client) -> None:
    answer = post(aerostack, "/ai/chat", messages=[{}], model="@cf/meta/llama-3-8b-instruct")
    assert answer["choices"][0]["message"]["role"] == "assistant"


def test_a_chat_answers_with_the_users_words_and_counts_them(aerostack: httpx.Client) -> None:
    messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "one two"}]
    answer = post(aerostack, "/ai/chat", messages=messages)
    choice = answer["choices"][0]
    assert (choice["message"]["content"], choice["finish_reason"]) == ("You said: one two", "stop")
    assert answer["usage"] == {"prompt_tokens": 4, "completion_tokens": 4, "total_tokens": 8}


def test_max_tokens_cuts_the_answer_and_says_so(aerostack: httpx.Client) -> None:
    answer = post(aerostack, "/ai/chat", messages=[{"content": "one two"}], max_tokens=3)
    assert answer["choices"][0]["message"]["content"] == "You said: one"
    assert answer["choices"][0]["finish_reason"] == "length"


@pytest.mark.parametrize("usage", [True, False])
def test_a_stream_says_the_same_ends_with_done_and_has_usage_when_asked(
    aerostack: httpx.Client, usage: bool
) -> None:
    body = {"messages": [{"content": "one two"}], "stream": True, "stream_options": {"include_usage": usage}}
    answer = aerostack.post("/ai/chat", json=body)
    assert answer.headers["content-type"] == "text/event-stream"
    frames = [line[6:] for line in answer.text.splitlines() if line.startswith("data: ")]
    assert frames.pop() == "[DONE]"
    chunks = [json.loads(frame) for frame in frames]
    if usage:
        assert chunks.pop()["usage"]["total_tokens"] == 6
    assert all(chunk.get("usage") is None for chunk in chunks)
    assert "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks) == "You said: one two"
    assert chunks[-1]["choices"][0]["finish_reason"] == "stop"


def test_the_gateway_takes_the_consumers_key_and_charges_the_wallet(
    aerostack: httpx.Client, connect: Callable[..., httpx.Client]
) -> None:
    consumer = connect("aerostack", key="consumer_sandbox")
    path = "/ai/gateway/my-model/chat/completions"
    answer = post(consumer, path, messages=[{"content": "hi"}])
    wallet = consumer.get("/ai/gateway/me/wallet", params={"api_slug": "my-model"}).json()["wallet"]
    assert wallet["total_consumed"] == answer["usage"]["total_tokens"] == 4
    assert aerostack.post(path, json={"messages": []}).status_code == 401
    assert consumer.post("/ai/chat", json={"messages": []}).status_code == 401


def test_an_empty_wallet_is_refused(aerostack: httpx.Client, connect: Callable[..., httpx.Client]) -> None:
    logged = post(aerostack, "/gateway/billing/log", consumerId="consumer_sandbox", apiId="a", units=1000)
    assert logged == {"success": True, "loggedUnits": 1000}
    answer = connect("aerostack", key="consumer_sandbox").post(
        "/ai/gateway/x/chat/completions", json={"messages": []}
    )
    assert (answer.status_code, answer.json()["code"]) == (429, "QUOTA_EXCEEDED")


@pytest.mark.parametrize("key", [None, "wrong", "hdb_sandbox"])
def test_a_missing_or_wrong_key_is_refused(connect: Callable[..., httpx.Client], key: str | None) -> None:
    answer = connect("aerostack", key=key).post("/cache/get", json={"key": "a"})
    assert (answer.status_code, answer.json()["code"]) == (401, "UNAUTHORIZED")


# Search


def test_search_ranks_by_rare_shared_words_and_narrows_by_type_and_metadata(aerostack: httpx.Client) -> None:
    documents = [
        ("the cat sat on the mat", "note", {"lang": "en"}),
        ("the dog sat on the log", "note", {"lang": "en"}),
        ("cat cat cat", "tag", {"lang": "en"}),
        ("the weather", "note", {"lang": "de"}),
    ]
    for number, (content, kind, metadata) in enumerate(documents):
        post(aerostack, "/ai/search/ingest", id=f"d{number}", content=content, type=kind, metadata=metadata)

    def found(**body: Any) -> list[str]:
        return [one["id"] for one in post(aerostack, "/ai/search/query", **body)["results"]]

    assert found(text="cat") == ["d2", "d0"]
    assert found(text="cat", types=["note"]) == ["d0"]
    assert found(text="the", filter={"lang": "de"}) == ["d3"]
    assert found(text="sat on", topK=1) == ["d0"]
    assert found(text="nothing") == []
    scores = [
        one["score"] for one in post(aerostack, "/ai/search/query", text="the cat sat on the mat")["results"]
    ]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] == 1.0


def test_documents_are_updated_counted_listed_and_deleted(aerostack: httpx.Client) -> None:
    post(aerostack, "/ai/search/ingest", id="a", content="x", type="note")
    post(aerostack, "/ai/search/ingest", content="y", type="tag")
    assert post(aerostack, "/ai/search/update", id="a", content="z") == {"success": True}
    assert post(aerostack, "/ai/search/update", id="b", content="z") == {"success": False}
    assert post(aerostack, "/ai/search/get", id="a")["result"]["content"] == "z"
    assert post(aerostack, "/ai/search/get", id="b") == {"result": None, "exists": False}
    assert post(aerostack, "/ai/search/count")["count"] == 2
    assert aerostack.get("/ai/search/listTypes").json()["types"] == [
        {"type": "note", "count": 1},
        {"type": "tag", "count": 1},
    ]
    post(aerostack, "/ai/search/deleteByType", type="tag")
    assert post(aerostack, "/ai/search/delete", id="a") == {"success": True}
    assert post(aerostack, "/ai/search/count")["count"] == 0
    assert post(aerostack, "/ai/search/configure", embeddingModel="m") == {"success": True}


# Users


def test_the_seeds_user_cannot_sign_in_before_signing_up(aerostack: httpx.Client) -> None:
    user = {"email": "Tina.Buckridge@yahoo.com", "password": "nIQ75VVtUTq8bO4"}
    refused = post(aerostack, "/auth/signin", 401, **user)
    assert refused.keys() == {"code", "message", "details"}
    made = post(aerostack, "/auth/signup", 201, **user, name="Tina", metadata={"plan": "free"})
    assert post(aerostack, "/auth/signup", 409, **user)["code"] == "USER_EXISTS"
    assert post(aerostack, "/auth/signin", **user)["user"] == made["user"]
    assert (
        post(aerostack, "/auth/signin", 401, email=user["email"], password="wrong")["code"]
        == "INVALID_CREDENTIALS"
    )


def test_a_short_password_is_refused_and_the_field_named(aerostack: httpx.Client) -> None:
    error = post(aerostack, "/auth/signup", 400, email="a@b", password="short")
    assert error["details"]["fields"] == [
        {"field": "body.password", "message": "String should have at least 8 characters"}
    ]


# Cache


@pytest.mark.parametrize("value", [None, False, 0, "text", [1, {"a": None}], {"ü": "😀"}])
def test_the_cache_keeps_any_json_value(aerostack: httpx.Client, value: Any) -> None:
    post(aerostack, "/cache/set", key="k", value=value)
    assert post(aerostack, "/cache/get", key="k") == {"value": value, "exists": True}


def test_an_entry_is_gone_when_its_time_is_over(aerostack: httpx.Client, sandbox: Sandbox) -> None:
    post(aerostack, "/cache/set", key="k", value=1, ttl=10)
    post(aerostack, "/cache/set", key="stays", value=1)
    listed = post(aerostack, "/cache/list")["keys"]
    assert listed == [{"key": "k", "expiration": 1767225610}, {"key": "stays"}]
    sandbox.advance(9)
    assert post(aerostack, "/cache/get", key="k")["exists"]
    post(aerostack, "/cache/expire", key="stays", ttl=2)
    sandbox.advance(1)
    assert post(aerostack, "/cache/get", key="k") == {"value": None, "exists": False}
    assert post(aerostack, "/cache/keys")["keys"] == ["stays"]
    sandbox.advance(1)
    assert post(aerostack, "/cache/keys")["keys"] == []
    assert post(aerostack, "/cache/expire", key="k", ttl=5) == {"success": False}


def test_a_counter_begins_where_it_is_told_and_keeps_its_time(
    aerostack: httpx.Client, sandbox: Sandbox
) -> None:
    assert post(aerostack, "/cache/increment", key="n", initialValue=5, amount=2, ttl=10)["value"] == 7
    sandbox.advance(6)
    assert post(aerostack, "/cache/increment", key="n")["value"] == 8
    sandbox.advance(4)
    assert post(aerostack, "/cache/increment", key="n")["value"] == 1
    post(aerostack, "/cache/set", key="t", value="text")
    assert post(aerostack, "/cache/increment", 400, key="t")["code"] == "NOT_AN_INTEGER"


def test_many_entries_at_once(aerostack: httpx.Client) -> None:
    entries = [{"key": f"a:{n}", "value": n} for n in range(3)]
    assert post(aerostack, "/cache/setMany", entries=entries) == {"success": True, "count": 3}
    results = post(aerostack, "/cache/getMany", keys=["a:2", "b"])["results"]
    assert results == [
        {"key": "a:2", "value": 2, "exists": True},
        {"key": "b", "value": None, "exists": False},
    ]
    removed = post(aerostack, "/cache/deleteMany", keys=["a:0", "b"])
    assert removed == {"success": True, "count": 2, "deleted": 1}
    assert post(aerostack, "/cache/delete", key="a:1") == {"success": True}
    assert post(aerostack, "/cache/flush", prefix="a:") == {"success": True, "deleted": 1}
    assert aerostack.post("/cache/getMany", json={"keys": ["k"] * 101}).status_code == 400


def test_a_walk_through_the_cache_visits_each_key_once(aerostack: httpx.Client) -> None:
    for start in range(0, 250, 100):
        entries = [{"key": f"%_{n:03}", "value": n} for n in range(start, min(start + 100, 250))]
        post(aerostack, "/cache/setMany", entries=entries)
    post(aerostack, "/cache/set", key="other", value=1)
    keys, requests = walk(aerostack, "/cache/list", "keys", prefix="%_", limit=50)
    assert ([one["key"] for one in keys], requests) == ([f"%_{n:03}" for n in range(250)], 5)
    assert post(aerostack, "/cache/list", 400, cursor="!")["code"] == "INVALID_CURSOR"


# SQL


def test_sql_runs_on_a_database_of_the_projects_own(
    aerostack: httpx.Client, connect: Callable[..., httpx.Client]
) -> None:
    rows = post(aerostack, "/db/query", sql="SELECT name FROM users WHERE id > ? ORDER BY id", params=[1])
    assert rows == {"results": [{"name": "Grace"}, {"name": "Alan"}], "count": 2}
    other = connect("aerostack", key="ak_other")
    assert "no such table" in post(other, "/db/query", 400, sql="SELECT * FROM users")["message"]


def test_a_batch_tells_of_each_statement(aerostack: httpx.Client) -> None:
    queries = [{"sql": "INSERT INTO users (name) VALUES (?)", "params": ["Zoe"]}, {"sql": "SELEC"}]
    batch = post(aerostack, "/db/batch", queries=[*queries, {"sql": "SELECT count(*) AS n FROM users"}])
    assert [one["success"] for one in batch["results"]] == [True, False, True]
    assert (batch["success"], batch["results"][2]["results"]) == (False, [{"n": 4}])
    assert aerostack.post("/db/batch", json={"queries": queries * 13}).status_code == 400


@pytest.mark.parametrize(
    "sql",
    [
        "ATTACH DATABASE '{path}' AS other",
        "VACUUM INTO '{path}'",
        "PRAGMA writable_schema=1",
        "SELECT * FROM pragma_database_list",
        "SELECT load_extension('{path}')",
        "CREATE TEMP TABLE t (a)",
        "SELECT 1; SELECT 2",
        "WITH RECURSIVE a(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM a) SELECT count(*) FROM a",
        "SELECT randomblob(100000000)",
    ],
)
def test_sql_stays_in_its_database_and_ends(aerostack: httpx.Client, tmp_path: Path, sql: str) -> None:
    target = tmp_path / "other.db"
    assert post(aerostack, "/db/query", 400, sql=sql.format(path=target))["code"] == "SQL_ERROR"
    assert not target.exists()


def test_cells_that_json_cannot_hold_are_shown_as_it_can(aerostack: httpx.Client) -> None:
    row = post(aerostack, "/db/query", sql="SELECT 1e999 AS a, x'00ff' AS b, ? AS c", params=[None])[
        "results"
    ][0]
    assert row == {"a": None, "b": "AP8=", "c": None}
    assert post(aerostack, "/db/query", 400, sql="SELECT ?", params=[2**70])["code"] == "SQL_ERROR"
    assert post(aerostack, "/db/query", 400, sql="SELECT ?", params=[{}])["code"] == "SQL_ERROR"


def test_a_transaction_ends_with_its_request(aerostack: httpx.Client) -> None:
    post(aerostack, "/db/query", sql="BEGIN")
    post(aerostack, "/db/query", sql="INSERT INTO users (name) VALUES ('stays')")
    queries = [{"sql": "BEGIN"}, {"sql": "DELETE FROM users"}]
    post(aerostack, "/db/batch", queries=queries)
    assert post(aerostack, "/db/query", sql="SELECT count(*) AS n FROM users")["results"] == [{"n": 4}]


# Queue and services


def test_a_job_waits_is_worked_on_and_done(aerostack: httpx.Client, sandbox: Sandbox) -> None:
    job_id = post(aerostack, "/queue/enqueue", 201, type="mail", data={"to": "a"}, delay=10)["jobId"]
    bad_id = post(aerostack, "/queue/enqueue", 201, type="mail", data={"fail": True})["jobId"]
    seen = []
    for seconds in (0, 10, 1):
        sandbox.advance(seconds)
        seen.append(post(aerostack, "/queue/job", jobId=job_id)["job"]["status"])
    assert seen == ["pending", "processing", "completed"]
    assert post(aerostack, "/queue/job", jobId=bad_id)["job"]["status"] == "failed"
    assert post(aerostack, "/queue/job", jobId="none") == {"job": None, "exists": False}


def test_only_a_waiting_job_is_cancelled(aerostack: httpx.Client) -> None:
    waiting = post(aerostack, "/queue/enqueue", 201, type="mail", data={}, delay=10)["jobId"]
    working = post(aerostack, "/queue/enqueue", 201, type="mail", data={})["jobId"]
    assert post(aerostack, "/queue/cancel", jobId=waiting) == {"success": True}
    assert post(aerostack, "/queue/cancel", jobId=waiting)["note"] == "The job is cancelled"
    assert post(aerostack, "/queue/cancel", jobId=working)["note"] == "The job is processing"
    assert post(aerostack, "/queue/cancel", jobId="none")["success"] is False


def test_a_walk_through_jobs_visits_each_once_under_a_filter(aerostack: httpx.Client) -> None:
    for number in range(30):
        post(aerostack, "/queue/enqueue", 201, type=("mail", "sms")[number % 2], data={"n": number})
    jobs, requests = walk(aerostack, "/queue/jobs", "jobs", type="sms", limit=4, status="processing")
    assert ([one["data"]["n"] for one in jobs], requests) == (list(range(1, 30, 2)), 4)


def test_services_answer(aerostack: httpx.Client) -> None:
    assert post(aerostack, "/services/invoke", serviceName="echo", data={"a": [1]})["result"] == {"a": [1]}
    assert post(aerostack, "/services/invoke", serviceName="sum", data={"numbers": [1, 2.5]})["result"] == {
        "sum": 3.5
    }
    assert post(aerostack, "/services/invoke", serviceName="mail", data={})["result"]["service"] == "mail"


# Storage


@pytest.mark.parametrize(
    "key", ["avatars/user-123.jpg", "../../etc/passwd", "/abs", "a b?c#d", "ü/%2e%2e", "a//b", "."]
)
def test_an_object_is_kept_under_any_key_and_read_by_key_or_url(aerostack: httpx.Client, key: str) -> None:
    url = upload(aerostack, key)
    assert aerostack.post("/storage/get", json={"key": key}).content == b"hello"
    assert post(aerostack, "/storage/getUrl", key=key)["url"] == url
    public = httpx.get(url)
    assert (public.content, public.headers["content-type"]) == (b"hello", "text/plain")
    assert post(aerostack, "/storage/list")["objects"][0]["key"] == key
    assert post(aerostack, "/storage/delete", key=key) == {"success": True}
    assert post(aerostack, "/storage/exists", key=key) == {"exists": False}
    assert httpx.get(url).status_code == 404


def test_path_tricks_in_keys_leave_no_file_behind(tmp_path: Path) -> None:
    from veneer.sandbox import running

    data = tmp_path / "inner" / "data"
    with (
        running(platforms=["aerostack"], data=data) as sandbox,
        httpx.Client(
            base_url=sandbox.base_urls["aerostack"], headers={"x-aerostack-key": "ak_sandbox"}
        ) as client,
    ):
        for key in ("../../escape", "/tmp/escape", "..\\escape", "a/../../../../escape"):
            upload(client, key)
            post(client, "/cache/set", key=key, value=1)
    found = {path.relative_to(tmp_path).parts[:2] for path in tmp_path.rglob("*") if path.is_file()}
    assert found == {("inner", "data")}


def test_ranges_and_etags_work(aerostack: httpx.Client) -> None:
    upload(aerostack, "k", b"0123456789")
    tag = post(aerostack, "/storage/getMetadata", key="k")["etag"]

    def get(**headers: str) -> httpx.Response:
        url = f"{aerostack.base_url}storage/get"
        sent = {**aerostack.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return httpx.post(url, json={"key": "k"}, headers=sent)

    assert get().headers["etag"] == tag
    part = get(range="bytes=2-4")
    assert (part.status_code, part.content, part.headers["content-range"]) == (206, b"234", "bytes 2-4/10")
    assert get(range="bytes=-3").content == b"789"
    assert get(range="bytes=8-99").content == b"89"
    beyond = get(range="bytes=10-")
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, "bytes */10")
    assert get(range="bytes=2-4", if_range='"other"').status_code == 200
    assert get(if_none_match=tag).status_code == 304
    assert get(range="lines=1-2").status_code == 200


def test_objects_are_copied_moved_and_described(aerostack: httpx.Client) -> None:
    upload(aerostack, "a", b"12345", "image/png")
    post(aerostack, "/storage/copy", sourceKey="a", destKey="b")
    post(aerostack, "/storage/move", sourceKey="b", destKey="c")
    meta = post(aerostack, "/storage/getMetadata", key="c")
    assert (meta["size"], meta["contentType"]) == (5, "image/png")
    assert post(aerostack, "/storage/getMetadata", key="b") == {"exists": False}
    post(aerostack, "/storage/move", sourceKey="a", destKey="a")
    assert [one["key"] for one in post(aerostack, "/storage/list")["objects"]] == ["a", "c"]
    assert post(aerostack, "/storage/copy", 404, sourceKey="none", destKey="x")["code"] == "NOT_FOUND"
    assert aerostack.post("/storage/get", json={"key": "none"}).status_code == 404


def test_a_walk_through_objects_visits_each_once(aerostack: httpx.Client) -> None:
    for number in range(25):
        upload(aerostack, f"p/{number:02}", b"x")
    objects, requests = walk(aerostack, "/storage/list", "objects", prefix="p/", limit=10)
    assert ([one["key"] for one in objects], requests) == ([f"p/{n:02}" for n in range(25)], 3)


def test_content_of_a_file_cannot_add_form_fields_when_the_boundary_is_unknown(
    aerostack: httpx.Client,
) -> None:
    content = b'\r\n--+++\r\nContent-Disposition: form-data; name="key"\r\n\r\nevil\r\n'
    upload(aerostack, "good", content)
    assert [one["key"] for one in post(aerostack, "/storage/list")["objects"]] == ["good"]
    assert aerostack.post("/storage/get", json={"key": "good"}).content == content


@pytest.mark.parametrize(
    ("files", "data"),
    [({}, {"key": "k"}), ({"file": ("a", b"x")}, {}), ({"key": ("a", b"x")}, {"file": "x"})],
)
def test_an_upload_without_file_or_key_is_refused(
    aerostack: httpx.Client, files: dict[str, Any], data: dict[str, str]
) -> None:
    assert aerostack.post("/storage/upload", files=files or None, data=data).status_code == 400


def test_a_broken_form_is_refused(aerostack: httpx.Client) -> None:
    headers = {"content-type": "multipart/form-data; boundary=x"}
    for content in (b"", b"garbage", b'--x\r\nContent-Disposition: form-data; name="key"\r\n\r\nk'):
        assert aerostack.post("/storage/upload", content=content, headers=headers).status_code == 400
