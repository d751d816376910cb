"""Use Aerostack: chat, SQL, cache, queue, search and files of a project through one object.

Reads AEROSTACK_API_KEY, and AEROSTACK_SERVER_URL (default: production); `make demo` points them to a local sandbox.
"""

from __future__ import annotations

import io

from veneer.aerostack import SDK, errors


def main() -> None:
    """Use each service once and print its response."""
    with SDK() as sdk:
        answer = sdk.ai.ai_chat(request={"messages": [{"role": "user", "content": "Hello"}]})
        print(f"chat       {answer.text}")

        print("stream     ", end="")
        with sdk.ai.ai_chat_stream(
            {
                "messages": [{"role": "user", "content": "Say it word by word"}],
                "stream_options": {"include_usage": True},
            }
        ) as chunks:
            for chunk in chunks:
                print(chunk.text, end="", flush=True)
                if chunk.usage:
                    print(f" ({chunk.usage.total_tokens} tokens)")

        rows = sdk.database.db_query({"sql": "SELECT name FROM users WHERE id > ?", "params": [1]})
        print(f"database   {', '.join(row['name'] for row in rows.results)}")

        sdk.cache.cache_set({"key": "greeting", "value": {"text": "hi"}, "ttl": 60})
        print(f"cache      {sdk.cache.cache_get({'key': 'greeting'}).value}")

        job = sdk.queue.queue_enqueue({"type": "send-email", "data": {"to": "ada"}, "delay": 60})
        print(f"queue      {job.job_id} waits, and is cancelled: ", end="")
        print(sdk.queue.queue_cancel_job({"job_id": job.job_id}).success)

        sdk.ai.ai_search_ingest({"content": "Refunds take five days.", "type": "faq", "id": "faq-1"})
        found = sdk.ai.ai_search_query({"text": "How long do refunds take?", "top_k": 1}).results[0]
        print(f"search     {found.content}")

        photo = io.BytesIO(b"\xff\xd8" + bytes(200_000))
        for number in range(3):
            sdk.storage.storage_upload(
                {
                    "file": {"content": photo, "file_name": "photo.jpg"},
                    "key": f"avatars/{number}.jpg",
                    "content_type": "image/jpeg",
                },
            )
        for file in sdk.storage.storage_list_iter({"prefix": "avatars/", "limit": 2}):
            print(f"storage    {file.key}, {file.size} bytes")

        try:
            sdk.authentication.auth_signin({"email": "ada@example.com", "password": "not hers"})
        except errors.ErrorResponse as error:
            print(f"refused    {error.status_code} {error.data.code}: {error.data.message}")


if __name__ == "__main__":
    main()
