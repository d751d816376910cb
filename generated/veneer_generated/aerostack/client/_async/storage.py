# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""Files by key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import veneer
from veneer.speakeasy import PAGE_OPTIONS, take_page_options, with_options

if TYPE_CHECKING:
    import os
    from collections.abc import Callable
    from typing import BinaryIO

    from veneer.speakeasy import CallOptions, PageCallOptions, Retries
    from veneer_generated.aerostack.client.params import (
        StorageKeyRequestParam,
        StorageListRequestParam,
        StorageTransferRequestParam,
        UploadRequestParam,
    )
    from veneer_generated.aerostack.models import (
        StorageExistsResult,
        StorageKeyRequest,
        StorageListRequest,
        StorageListResult,
        StorageMetadata,
        StorageObject,
        StorageTransferRequest,
        StorageTransferResult,
        StorageUrl,
        Success,
        UploadRequest,
    )


class AsyncStorage(veneer.MethodGroup):
    """Files by key."""

    def __init__(self, client: veneer.AsyncClient) -> None:
        self._async_client = client

    async def storage_upload_async(
        self,
        request: UploadRequest | UploadRequestParam,
        retries: Retries = None,
        *,
        progress: Callable[[int, int | None], None] | None = None,
        **options: Unpack[CallOptions],
    ) -> StorageUrl:
        """Upload file to storage.

        Files and paths are streamed, whatever their size. `progress` is called with the bytes sent
        and the total, or None. The upload of a file that cannot be rewound is never retried.

        Keeps a file under a key and answers its address.

        POST /storage/upload

        Args:
            request: A file to keep.

        Raises:
            AuthenticationError: 401: The key, or the credentials, are not valid.
            RateLimitError: 429: Too many requests.
            APIError: any other status: Any other failure.
        """
        from veneer.arguments import as_model, open_files
        from veneer_generated.aerostack import models
        from veneer_generated.aerostack.api.storage import storage_upload as _operation

        _body = as_model(models.UploadRequest, request)

        with open_files(_body, progress) as _body:
            return await with_options(self._async_client, retries, options).call(_operation, body=_body)

    async def storage_get_async(
        self,
        request: StorageKeyRequest | StorageKeyRequestParam,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> bytes:
        """Download a file.

        Answers the bytes of a file.

        POST /storage/get

        Args:
            request: A file.

        Raises:
            AuthenticationError: 401: The key, or the credentials, are not valid.
            NotFoundError: 404: There is no such thing.
            RateLimitError: 429: Too many requests.
            APIError: any other status: Any other failure.
        """
        from veneer.arguments import as_model
        from veneer_generated.aerostack import models
        from veneer_generated.aerostack.api.storage import storage_get as _operation

        _body = as_model(models.StorageKeyRequest, request)

        return (
            await with_options(self._async_client, retries, options).call(_operation, body=_body)
        ).payload.read()

    async def storage_download_async(
        self,
        request: StorageKeyRequest | StorageKeyRequestParam,
        retries: Retries = None,
        *,
        to: str | os.PathLike[str] | BinaryIO,
        progress: Callable[[int, int | None], None] | None = None,
        resume: bool = True,
        total: float | None = None,
        **options: Unpack[CallOptions],
    ) -> veneer.Download:
        """Download a file.

        Writes the body to a path or an open file in constant memory. The file appears at its path
        only when it is complete. `progress` is called with the bytes so far and the total, or None.
        `total` bounds the whole transfer, in seconds.

        Answers the bytes of a file.

        POST /storage/get

        Args:
            request: A file.

        Raises:
            AuthenticationError: 401: The key, or the credentials, are not valid.
            NotFoundError: 404: There is no such thing.
            RateLimitError: 429: Too many requests.
            APIError: any other status: Any other failure.
        """
        from veneer.arguments import as_model
        from veneer_generated.aerostack import models
        from veneer_generated.aerostack.api.storage import storage_get as _operation

        _body = as_model(models.StorageKeyRequest, request)

        _bound = veneer.bind(_operation, body=_body)
        return await with_options(self._async_client, retries, options).download(
            _bound, to=to, progress=progress, resume=resume, total=total
        )

    async def storage_list_async(
        self,
        request: StorageListRequest | StorageListRequestParam | None = None,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> StorageListResult:
        """List files.

        Answers a page of files.

        POST /storage/list

        Args:
            request: Which page of files.

        Raises:
            AuthenticationError: 401: The key, or the credentials, are not valid.
            RateLimitError: 429: Too many requests.
            APIError: any other status: Any other failure.
        """
        from veneer.arguments import as_model
        from veneer_generated.aerostack import models
        from veneer_generated.aerostack.api.storage import storage_list as _operation

        _body = as_model(models.StorageListRequest, {} if request is None else request)

        return await with_options(self._async_client, retries, options).call(_operation, body=_body)

    @veneer.check_keywords(*PAGE_OPTIONS)
    def storage_list_iter_async(
        self,
        request: StorageListRequest | StorageListRequestParam | None = None,
        retries: Retries = None,
        **options: Unpack[PageCallOptions],
    ) -> veneer.AsyncPager[StorageObject]:
        """List files.

        Iterates over the rows of all pages; page options are those of `paginate`.

        Answers a page of files.

        POST /storage/list

        Args:
            request: Which page of files.

        Raises:
            AuthenticationError: 401: The key, or the credentials, are not valid.
            RateLimitError: 429: Too many requests.
            APIError: any other status: Any other failure.
        """
        from veneer.arguments import as_model
        from veneer_generated.aerostack import models
        from veneer_generated.aerostack.api.storage import storage_list as _operation

        _body = as_model(models.StorageListRequest, {} if request is None else request)

        _page_options = take_page_options(options)
        _bound = veneer.bind(_operation, body=_body)
        return with_options(self._async_client, retries, options).paginate(_bound, **_page_options)

    async def storage_delete_async(
        self,
        request: StorageKeyRequest | StorageKeyRequestParam,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> Success:
        """Delete a file.

        Forgets a file.

        POST /storage/delete

        Args:
            request: A file.

        Raises:
            AuthenticationError: 401: The key, or the credentials, are not valid.
            RateLimitError: 429: Too many requests.
            APIError: any other status: Any other failure.
        """
        from veneer.arguments import as_model
        from veneer_generated.aerostack import models
        from veneer_generated.aerostack.api.storage import storage_delete as _operation

        _body = as_model(models.StorageKeyRequest, request)

        return await with_options(self._async_client, retries, options).call(_operation, body=_body)

    async def storage_exists_async(
        self,
        request: StorageKeyRequest | StorageKeyRequestParam,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> StorageExistsResult:
        """Ask whether a file exists.

        Answers yes or no; a file that does not exist is no error.

        POST /storage/exists

        Args:
            request: A file.

        Raises:
            AuthenticationError: 401: The key, or the credentials, are not valid.
            RateLimitError: 429: Too many requests.
            APIError: any other status: Any other failure.
        """
        from veneer.arguments import as_model
        from veneer_generated.aerostack import models
        from veneer_generated.aerostack.api.storage import storage_exists as _operation

        _body = as_model(models.StorageKeyRequest, request)

        return await with_options(self._async_client, retries, options).call(_operation, body=_body)

    async def storage_get_metadata_async(
        self,
        request: StorageKeyRequest | StorageKeyRequestParam,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> StorageMetadata:
        """Get what is known of a file.

        Answers size, type and age of a file; one that does not exist is no error.

        POST /storage/getMetadata

        Args:
            request: A file.

        Raises:
            AuthenticationError: 401: The key, or the credentials, are not valid.
            RateLimitError: 429: Too many requests.
            APIError: any other status: Any other failure.
        """
        from veneer.arguments import as_model
        from veneer_generated.aerostack import models
        from veneer_generated.aerostack.api.storage import storage_get_metadata as _operation

        _body = as_model(models.StorageKeyRequest, request)

        return await with_options(self._async_client, retries, options).call(_operation, body=_body)

    async def storage_get_url_async(
        self,
        request: StorageKeyRequest | StorageKeyRequestParam,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> StorageUrl:
        """Get the address of a file.

        Answers where a file can be had.

        POST /storage/getUrl

        Args:
            request: A file.

        Raises:
            AuthenticationError: 401: The key, or the credentials, are not valid.
            RateLimitError: 429: Too many requests.
            APIError: any other status: Any other failure.
        """
        from veneer.arguments import as_model
        from veneer_generated.aerostack import models
        from veneer_generated.aerostack.api.storage import storage_get_url as _operation

        _body = as_model(models.StorageKeyRequest, request)

        return await with_options(self._async_client, retries, options).call(_operation, body=_body)

    async def storage_copy_async(
        self,
        request: StorageTransferRequest | StorageTransferRequestParam,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> StorageTransferResult:
        """Copy a file.

        Keeps a second copy of a file under another key.

        POST /storage/copy

        Args:
            request: From where to where.

        Raises:
            AuthenticationError: 401: The key, or the credentials, are not valid.
            RateLimitError: 429: Too many requests.
            APIError: any other status: Any other failure.
        """
        from veneer.arguments import as_model
        from veneer_generated.aerostack import models
        from veneer_generated.aerostack.api.storage import storage_copy as _operation

        _body = as_model(models.StorageTransferRequest, request)

        return await with_options(self._async_client, retries, options).call(_operation, body=_body)

    async def storage_move_async(
        self,
        request: StorageTransferRequest | StorageTransferRequestParam,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> StorageTransferResult:
        """Move a file.

        Keeps a file under another key and forgets the old one.

        POST /storage/move

        Args:
            request: From where to where.

        Raises:
            AuthenticationError: 401: The key, or the credentials, are not valid.
            RateLimitError: 429: Too many requests.
            APIError: any other status: Any other failure.
        """
        from veneer.arguments import as_model
        from veneer_generated.aerostack import models
        from veneer_generated.aerostack.api.storage import storage_move as _operation

        _body = as_model(models.StorageTransferRequest, request)

        return await with_options(self._async_client, retries, options).call(_operation, body=_body)
