"""Event streams: the decoder on bytes in memory, whole streams over HTTP, typed chats. Imported by workers."""

from __future__ import annotations

import importlib
import random
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import timing
from loopback import EVENT

KEY = "key-for-the-bench"
SHAPES: dict[str, int | None] = {"one chunk per event": None, "16 KiB chunks": 16 * 1024, "64 B chunks": 64}


def in_memory(who: str, shape: str, events: int) -> timing.Batch:
    """Return a batch that decodes events in a shape; a time is that of all its events."""
    chunks = chat_deltas(events)
    if size := SHAPES[shape]:
        body = b"".join(chunks)
        chunks = [body[start : start + size] for start in range(0, len(body), size)]
    decode = {"veneer": _ours, "httpx-sse": _theirs}[who]
    return checked(lambda: decode(chunks), events)


def checked(function: Callable[[], int], expected: int) -> timing.Batch:
    """Read, and check that nothing is lost."""

    def one() -> None:
        if (got := function()) != expected:
            raise ValueError(f"{got} of {expected}")

    return timing.each(one)


def chat_deltas(count: int) -> list[bytes]:
    """Return chat completion chunks as OpenAI-style servers write them, one per event, `[DONE]` last."""
    head = (
        '{"id":"chatcmpl-9xQ2","object":"chat.completion.chunk","created":1760000000,"model":"m-1","choices":'
    )
    words = ["the ", "über", " 東京 ", "answer", " is ", "\\n\\n", "42", "…"]
    tail = ',"finish_reason":null}]}'
    rng = random.Random(7)  # noqa: S311 (not a secret)
    deltas = [
        f'data: {head}[{{"index":0,"delta":{{"content":"{rng.choice(words)}"}}{tail}\n\n'.encode()
        for _ in range(count - 1)
    ]
    return [*deltas, b"data: [DONE]\n\n"]


def _ours(chunks: list[bytes]) -> int:
    from veneer._core.sse import Decoder

    decoder = Decoder()
    return sum(event.data is not None for chunk in chunks for event in decoder.feed(chunk))


def _theirs(chunks: list[bytes]) -> int:
    """Count by httpx-sse, which only reads `httpx.Response`."""
    import httpx

    class Body(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            return iter(chunks)

    response = httpx.Response(200, headers={"content-type": "text/event-stream"}, stream=Body())
    source = importlib.import_module("httpx_sse").EventSource(response)
    return sum(event.data is not None for event in source.iter_sse())


def over_http(url: str, who: str, events: int) -> timing.Batch:
    """Return a batch that reads a stream as text: `who` is `<client> <sync or async>`."""
    read: Callable[[], int] = {
        "httpx sync": _httpx,
        "httpx async": _httpx_tasks,
        "veneer sync": _veneer,
        "veneer async": _veneer_tasks,
    }[who](url, events)
    return checked(read, events * (len(EVENT) - len("data: \n\n")))


def _httpx(url: str, events: int) -> Callable[[], int]:
    import httpx

    sse, client = importlib.import_module("httpx_sse"), httpx.Client(base_url=url)

    def function() -> int:
        with sse.connect_sse(client, "GET", f"/events/{events}") as source:
            return sum(len(event.data) for event in source.iter_sse() if event.data != "[DONE]")

    return function


def _httpx_tasks(url: str, events: int) -> Callable[[], int]:
    import httpx

    sse, client = importlib.import_module("httpx_sse"), httpx.AsyncClient(base_url=url)

    async def function() -> int:
        async with sse.aconnect_sse(client, "GET", f"/events/{events}") as source:
            return sum([len(event.data) async for event in source.aiter_sse() if event.data != "[DONE]"])

    return lambda: timing.loop().run_until_complete(function())


def endpoint(events: int) -> Any:
    """Return an endpoint module for a stream, as the generator writes it."""
    request = {"method": "get", "url": f"/events/{events}"}
    facts = {"id": "events", "stream": {"kind": "text/event-stream", "sentinel": "[DONE]"}}
    return SimpleNamespace(_get_kwargs=lambda: request, _parse_response=lambda **_: None, _OPERATION=facts)


def _veneer(url: str, events: int) -> Callable[[], int]:
    import veneer

    client, operation = veneer.Client(url), endpoint(events)

    def function() -> int:
        with client.stream(operation) as stream:
            return sum(len(event.data) for event in stream)

    return function


def _veneer_tasks(url: str, events: int) -> Callable[[], int]:
    import veneer

    client, operation = veneer.AsyncClient(url), endpoint(events)

    async def function() -> int:
        async with client.stream(operation) as stream:
            seen = 0
            async for event in stream:
                seen += len(event.data)
            return seen

    return lambda: timing.loop().run_until_complete(function())


def chat(url: str, who: str, events: int) -> timing.Batch:
    """Return a batch that reads chat chunks as models and joins their text."""
    base, count = f"{url}/chat/{events}", events * len("word ")
    messages = [{"role": "user", "content": "Say it."}]
    if who == "openai":
        theirs = importlib.import_module("openai").OpenAI(base_url=base, api_key=KEY)

        def by_openai() -> int:
            with theirs.chat.completions.create(model="m-1", messages=messages, stream=True) as stream:
                return len("".join(chunk.choices[0].delta.content or "" for chunk in stream))

        return checked(by_openai, count)
    import veneer
    from veneer.aerostack import ChatCompletionChunk
    from veneer_generated.aerostack.api.ai import ai_chat
    from veneer_generated.aerostack.models import ChatRequest

    client, body = veneer.Client(base, api_key=KEY), ChatRequest.from_dict({"messages": messages})

    def by_veneer() -> int:
        with client.stream(ai_chat, body=body, event=ChatCompletionChunk.from_dict) as stream:
            return len("".join(chunk.text for chunk in stream))

    return checked(by_veneer, count)
