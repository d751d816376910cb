"""Aerostack's storage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Unpack

from veneer._async.aerostack.client import AsyncNamespace
from veneer._core.call import check_keywords
from veneer._core.transfer import Destination, Download, Progress
from veneer._platforms.aerostack_bodies import body
from veneer._platforms.aerostack_options import OPTIONS, CallOptions, Retries
from veneer._platforms.aerostack_uploads import upload
from veneer_generated.aerostack.api.storage import (
    storage_copy,
    storage_delete,
    storage_exists,
    storage_get,
    storage_get_metadata,
    storage_get_url,
    storage_list,
    storage_move,
    storage_upload,
)
from veneer_generated.aerostack.models.storage_exists_result import StorageExistsResult
from veneer_generated.aerostack.models.storage_key_request import StorageKeyRequest
from veneer_generated.aerostack.models.storage_list_request import StorageListRequest
from veneer_generated.aerostack.models.storage_list_result import StorageListResult
from veneer_generated.aerostack.models.storage_metadata import StorageMetadata
from veneer_generated.aerostack.models.storage_object import StorageObject
from veneer_generated.aerostack.models.storage_transfer_request import StorageTransferRequest
from veneer_generated.aerostack.models.storage_transfer_result import StorageTransferResult
from veneer_generated.aerostack.models.storage_url import StorageUrl
from veneer_generated.aerostack.models.success import Success
from veneer_generated.aerostack.models.upload_request import UploadRequest

if TYPE_CHECKING:
    from veneer._async.pager import AsyncPager
    from veneer._platforms.aerostack_requests import (
        StorageKeyRequestDict,
        StorageListRequestDict,
        StorageTransferRequestDict,
        UploadRequestDict,
    )

__all__ = ["AsyncStorage"]


class AsyncStorage(AsyncNamespace):
    """`sdk.storage`: files by key."""

    async def storage_upload_async(
        self,
        request: UploadRequest | UploadRequestDict,
        retries: Retries = None,
        *,
        progress: Progress | None = None,
        **options: Unpack[CallOptions],
    ) -> StorageUrl:
        """Keep a file under a key and get its address: POST /storage/upload.

        Files and paths are sent in pieces, whatever their size. `progress(bytes sent, bytes in all or None)`. A file that cannot be rewound is sent once: its upload is never repeated.
        """
        with upload(request, progress) as form:
            return await self._async_view(retries, options).call(storage_upload, body=form)

    async def storage_get_async(
        self,
        request: StorageKeyRequest | StorageKeyRequestDict,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> bytes:
        """Get the bytes of a file, in memory: POST /storage/get. Raises ErrorResponse: 404."""
        view = self._async_view(retries, options)
        found = await view.call(storage_get, body=body(StorageKeyRequest, request))
        return found.payload.read() if found is not None else b""

    async def storage_download_async(
        self,
        request: StorageKeyRequest | StorageKeyRequestDict,
        retries: Retries = None,
        *,
        to: Destination,
        progress: Progress | None = None,
        total: float | None = None,
        **options: Unpack[CallOptions],
    ) -> Download:
        """Write a file to a path or an open file, in flat memory: POST /storage/get.

        A path gets its name only when every byte is there. `progress(bytes done, bytes in all or
        None)`; `total` bounds the whole transfer (seconds). Raises ErrorResponse: 404,
        StreamTruncatedError, StreamTimeoutError.
        """
        view = self._async_view(retries, options)
        key = body(StorageKeyRequest, request)
        return await view.download(storage_get, body=key, to=to, progress=progress, total=total)

    async def storage_list_async(
        self,
        request: StorageListRequest | StorageListRequestDict | None = None,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> StorageListResult:
        """Get a page of files: POST /storage/list."""
        return await self._async_view(retries, options).call(
            storage_list, body=body(StorageListRequest, request)
        )

    @check_keywords(*OPTIONS)
    def storage_list_iter_async(
        self,
        request: StorageListRequest | StorageListRequestDict | None = None,
        retries: Retries = None,
        *,
        resume_from: Mapping[str, Any] | None = None,
        **options: Unpack[CallOptions],
    ) -> AsyncPager[StorageObject]:
        """Iterate all files, page by page: POST /storage/list.

        `limit` is the size of a page; `resume_from` is the `state` of an earlier iterator. Raises PaginationLoopError where the server repeats a cursor.
        """
        return self._async_view(retries, options).paginate(
            storage_list, body=body(StorageListRequest, request), resume_from=resume_from
        )

    async def storage_delete_async(
        self,
        request: StorageKeyRequest | StorageKeyRequestDict,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> Success:
        """Delete a file; one that is not there is no error: POST /storage/delete."""
        return await self._async_view(retries, options).call(
            storage_delete, body=body(StorageKeyRequest, request)
        )

    async def storage_exists_async(
        self,
        request: StorageKeyRequest | StorageKeyRequestDict,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> StorageExistsResult:
        """Ask whether there is a file: POST /storage/exists."""
        return await self._async_view(retries, options).call(
            storage_exists, body=body(StorageKeyRequest, request)
        )

    async def storage_get_metadata_async(
        self,
        request: StorageKeyRequest | StorageKeyRequestDict,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> StorageMetadata:
        """Get size (bytes), type, age and ETag of a file; `exists` says whether there is one: POST /storage/getMetadata."""
        return await self._async_view(retries, options).call(
            storage_get_metadata, body=body(StorageKeyRequest, request)
        )

    async def storage_get_url_async(
        self,
        request: StorageKeyRequest | StorageKeyRequestDict,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> StorageUrl:
        """Get where a file can be had without a key: POST /storage/getUrl. Raises ErrorResponse: 404."""
        return await self._async_view(retries, options).call(
            storage_get_url, body=body(StorageKeyRequest, request)
        )

    async def storage_copy_async(
        self,
        request: StorageTransferRequest | StorageTransferRequestDict,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> StorageTransferResult:
        """Keep a second copy of a file under `dest_key`: POST /storage/copy. Raises ErrorResponse: 404."""
        return await self._async_view(retries, options).call(
            storage_copy, body=body(StorageTransferRequest, request)
        )

    async def storage_move_async(
        self,
        request: StorageTransferRequest | StorageTransferRequestDict,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> StorageTransferResult:
        """Keep a file under `dest_key` instead: POST /storage/move. Raises ErrorResponse: 404."""
        return await self._async_view(retries, options).call(
            storage_move, body=body(StorageTransferRequest, request)
        )
