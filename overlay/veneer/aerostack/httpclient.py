"""The interface of the caller's HTTP client: any client of httpx or httpx2, or an object around one."""

from veneer._http._async.external_client import AsyncHttpClient
from veneer._http._sync.external_client import HttpClient

__all__ = ["AsyncHttpClient", "HttpClient"]
