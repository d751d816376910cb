"""Aerostack's requests and answers under the names of the published package.

Its request bodies are typed dicts here, made from the same keywords; its answers are the contract's
models.
"""

from __future__ import annotations

from typing import TypeAlias

from veneer._platforms import aerostack_requests as _requests
from veneer_generated.aerostack import models as _models

__all__ = [
    "AiChatRequestBody",
    "AiChatRequestBodyTypedDict",
    "AiChatResponseBody",
    "AuthSigninRequestBody",
    "AuthSigninRequestBodyTypedDict",
    "AuthSignupRequestBody",
    "AuthSignupRequestBodyTypedDict",
    "CacheGetRequestBody",
    "CacheGetRequestBodyTypedDict",
    "CacheGetResponseBody",
    "CacheSetRequestBody",
    "CacheSetRequestBodyTypedDict",
    "CacheSetResponseBody",
    "DbQueryRequestBody",
    "DbQueryRequestBodyTypedDict",
    "File",
    "FileTypedDict",
    "Messages",
    "MessagesTypedDict",
    "QueueEnqueueRequestBody",
    "QueueEnqueueRequestBodyTypedDict",
    "QueueEnqueueResponseBody",
    "Role",
    "ServicesInvokeRequestBody",
    "ServicesInvokeRequestBodyTypedDict",
    "ServicesInvokeResponseBody",
    "StorageUploadRequestBody",
    "StorageUploadRequestBodyTypedDict",
    "StorageUploadResponseBody",
]

AiChatRequestBody: TypeAlias = _requests.ChatRequestDict
AiChatRequestBodyTypedDict: TypeAlias = _requests.ChatRequestDict
AuthSigninRequestBody: TypeAlias = _requests.SigninRequestDict
AuthSigninRequestBodyTypedDict: TypeAlias = _requests.SigninRequestDict
AuthSignupRequestBody: TypeAlias = _requests.SignupRequestDict
AuthSignupRequestBodyTypedDict: TypeAlias = _requests.SignupRequestDict
CacheGetRequestBody: TypeAlias = _requests.CacheKeyRequestDict
CacheGetRequestBodyTypedDict: TypeAlias = _requests.CacheKeyRequestDict
CacheSetRequestBody: TypeAlias = _requests.CacheSetRequestDict
CacheSetRequestBodyTypedDict: TypeAlias = _requests.CacheSetRequestDict
DbQueryRequestBody: TypeAlias = _requests.DbQueryRequestDict
DbQueryRequestBodyTypedDict: TypeAlias = _requests.DbQueryRequestDict
File: TypeAlias = _requests.FileDict
FileTypedDict: TypeAlias = _requests.FileDict
Messages: TypeAlias = _requests.ChatMessageDict
MessagesTypedDict: TypeAlias = _requests.ChatMessageDict
QueueEnqueueRequestBody: TypeAlias = _requests.EnqueueRequestDict
QueueEnqueueRequestBodyTypedDict: TypeAlias = _requests.EnqueueRequestDict
ServicesInvokeRequestBody: TypeAlias = _requests.InvokeRequestDict
ServicesInvokeRequestBodyTypedDict: TypeAlias = _requests.InvokeRequestDict
StorageUploadRequestBody: TypeAlias = _requests.UploadRequestDict
StorageUploadRequestBodyTypedDict: TypeAlias = _requests.UploadRequestDict

AiChatResponseBody: TypeAlias = _models.ChatCompletion
CacheGetResponseBody: TypeAlias = _models.CacheGetResult
CacheSetResponseBody: TypeAlias = _models.Success
QueueEnqueueResponseBody: TypeAlias = _models.EnqueueResult
Role: TypeAlias = _models.ChatMessageRole
ServicesInvokeResponseBody: TypeAlias = _models.InvokeResult
StorageUploadResponseBody: TypeAlias = _models.StorageUrl
