"""Serialize parameters and forms by a contract's styles and encodings, for generated operations.

| function | for |
|---|---|
| `path` | simple, label, matrix |
| `query` | form, spaceDelimited, pipeDelimited, deepObject |
| `header`, `cookie` | simple; form, cookie |
| `form`, `parts` | bodies: `application/x-www-form-urlencoded`, `multipart/…` |
| `as_json`, `whole_query` | parameters with `content`, and the whole query (OpenAPI 3.2) |
"""

from __future__ import annotations

from veneer._core.styles import Encoded, as_json, cookie, form, header, parts, path, query, whole_query

__all__ = ["Encoded", "as_json", "cookie", "form", "header", "parts", "path", "query", "whole_query"]
