# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""Requests and responses by the names of Speakeasy's generator, each loaded at its first use."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from veneer.aerostack.results import ChatCompletion as AiChatResponseBody
    from veneer.aerostack.results import ChatCompletion as GatewayChatResponseBody
    from veneer.arguments import FileParam as File
    from veneer.arguments import FileParam as FileTypedDict
    from veneer_generated.aerostack.client.params import BillingLogRequestParam as BillingLogRequestParam
    from veneer_generated.aerostack.client.params import BillingLogRequestParam as BillingLogRequestTypedDict
    from veneer_generated.aerostack.client.params import (
        BillingLogRequestParam as GatewayBillingLogRequestBody,
    )
    from veneer_generated.aerostack.client.params import (
        BillingLogRequestParam as GatewayBillingLogRequestBodyTypedDict,
    )
    from veneer_generated.aerostack.client.params import (
        CacheDeleteManyRequestParam as CacheDeleteManyRequestBody,
    )
    from veneer_generated.aerostack.client.params import (
        CacheDeleteManyRequestParam as CacheDeleteManyRequestBodyTypedDict,
    )
    from veneer_generated.aerostack.client.params import (
        CacheDeleteManyRequestParam as CacheDeleteManyRequestParam,
    )
    from veneer_generated.aerostack.client.params import (
        CacheDeleteManyRequestParam as CacheDeleteManyRequestTypedDict,
    )
    from veneer_generated.aerostack.client.params import CacheExpireRequestParam as CacheExpireRequestBody
    from veneer_generated.aerostack.client.params import (
        CacheExpireRequestParam as CacheExpireRequestBodyTypedDict,
    )
    from veneer_generated.aerostack.client.params import CacheExpireRequestParam as CacheExpireRequestParam
    from veneer_generated.aerostack.client.params import (
        CacheExpireRequestParam as CacheExpireRequestTypedDict,
    )
    from veneer_generated.aerostack.client.params import CacheGetManyRequestParam as CacheGetManyRequestBody
    from veneer_generated.aerostack.client.params import (
        CacheGetManyRequestParam as CacheGetManyRequestBodyTypedDict,
    )
    from veneer_generated.aerostack.client.params import CacheGetManyRequestParam as CacheGetManyRequestParam
    from veneer_generated.aerostack.client.params import (
        CacheGetManyRequestParam as CacheGetManyRequestTypedDict,
    )
    from veneer_generated.aerostack.client.params import (
        CacheIncrementRequestParam as CacheIncrementRequestBody,
    )
    from veneer_generated.aerostack.client.params import (
        CacheIncrementRequestParam as CacheIncrementRequestBodyTypedDict,
    )
    from veneer_generated.aerostack.client.params import (
        CacheIncrementRequestParam as CacheIncrementRequestParam,
    )
    from veneer_generated.aerostack.client.params import (
        CacheIncrementRequestParam as CacheIncrementRequestTypedDict,
    )
    from veneer_generated.aerostack.client.params import CacheKeyRequestParam as CacheDeleteRequestBody
    from veneer_generated.aerostack.client.params import (
        CacheKeyRequestParam as CacheDeleteRequestBodyTypedDict,
    )
    from veneer_generated.aerostack.client.params import CacheKeyRequestParam as CacheGetRequestBody
    from veneer_generated.aerostack.client.params import CacheKeyRequestParam as CacheGetRequestBodyTypedDict
    from veneer_generated.aerostack.client.params import CacheKeyRequestParam as CacheKeyRequestParam
    from veneer_generated.aerostack.client.params import CacheKeyRequestParam as CacheKeyRequestTypedDict
    from veneer_generated.aerostack.client.params import CacheListRequestParam as CacheListRequestBody
    from veneer_generated.aerostack.client.params import (
        CacheListRequestParam as CacheListRequestBodyTypedDict,
    )
    from veneer_generated.aerostack.client.params import CacheListRequestParam as CacheListRequestParam
    from veneer_generated.aerostack.client.params import CacheListRequestParam as CacheListRequestTypedDict
    from veneer_generated.aerostack.client.params import CachePrefixRequestParam as CacheFlushRequestBody
    from veneer_generated.aerostack.client.params import (
        CachePrefixRequestParam as CacheFlushRequestBodyTypedDict,
    )
    from veneer_generated.aerostack.client.params import CachePrefixRequestParam as CacheKeysRequestBody
    from veneer_generated.aerostack.client.params import (
        CachePrefixRequestParam as CacheKeysRequestBodyTypedDict,
    )
    from veneer_generated.aerostack.client.params import CachePrefixRequestParam as CachePrefixRequestParam
    from veneer_generated.aerostack.client.params import (
        CachePrefixRequestParam as CachePrefixRequestTypedDict,
    )
    from veneer_generated.aerostack.client.params import CacheSetManyRequestParam as CacheSetManyRequestBody
    from veneer_generated.aerostack.client.params import (
        CacheSetManyRequestParam as CacheSetManyRequestBodyTypedDict,
    )
    from veneer_generated.aerostack.client.params import CacheSetManyRequestParam as CacheSetManyRequestParam
    from veneer_generated.aerostack.client.params import (
        CacheSetManyRequestParam as CacheSetManyRequestTypedDict,
    )
    from veneer_generated.aerostack.client.params import CacheSetRequestParam as CacheSetRequestBody
    from veneer_generated.aerostack.client.params import CacheSetRequestParam as CacheSetRequestBodyTypedDict
    from veneer_generated.aerostack.client.params import CacheSetRequestParam as CacheSetRequestParam
    from veneer_generated.aerostack.client.params import CacheSetRequestParam as CacheSetRequestTypedDict
    from veneer_generated.aerostack.client.params import ChatMessageParam as ChatMessageParam
    from veneer_generated.aerostack.client.params import ChatMessageParam as ChatMessageTypedDict
    from veneer_generated.aerostack.client.params import ChatMessageParam as Messages
    from veneer_generated.aerostack.client.params import ChatMessageParam as MessagesTypedDict
    from veneer_generated.aerostack.client.params import ChatRequestParam as AiChatRequestBody
    from veneer_generated.aerostack.client.params import ChatRequestParam as AiChatRequestBodyTypedDict
    from veneer_generated.aerostack.client.params import ChatRequestParam as ChatRequestParam
    from veneer_generated.aerostack.client.params import ChatRequestParam as ChatRequestTypedDict
    from veneer_generated.aerostack.client.params import ChatRequestParam as GatewayChatRequestBody
    from veneer_generated.aerostack.client.params import ChatRequestParam as GatewayChatRequestBodyTypedDict
    from veneer_generated.aerostack.client.params import DbBatchRequestParam as DbBatchRequestBody
    from veneer_generated.aerostack.client.params import DbBatchRequestParam as DbBatchRequestBodyTypedDict
    from veneer_generated.aerostack.client.params import DbBatchRequestParam as DbBatchRequestParam
    from veneer_generated.aerostack.client.params import DbBatchRequestParam as DbBatchRequestTypedDict
    from veneer_generated.aerostack.client.params import DbQueryRequestParam as DbQueryRequestBody
    from veneer_generated.aerostack.client.params import DbQueryRequestParam as DbQueryRequestBodyTypedDict
    from veneer_generated.aerostack.client.params import DbQueryRequestParam as DbQueryRequestParam
    from veneer_generated.aerostack.client.params import DbQueryRequestParam as DbQueryRequestTypedDict
    from veneer_generated.aerostack.client.params import EnqueueRequestParam as EnqueueRequestParam
    from veneer_generated.aerostack.client.params import EnqueueRequestParam as EnqueueRequestTypedDict
    from veneer_generated.aerostack.client.params import EnqueueRequestParam as QueueEnqueueRequestBody
    from veneer_generated.aerostack.client.params import (
        EnqueueRequestParam as QueueEnqueueRequestBodyTypedDict,
    )
    from veneer_generated.aerostack.client.params import InvokeRequestParam as InvokeRequestParam
    from veneer_generated.aerostack.client.params import InvokeRequestParam as InvokeRequestTypedDict
    from veneer_generated.aerostack.client.params import InvokeRequestParam as ServicesInvokeRequestBody
    from veneer_generated.aerostack.client.params import (
        InvokeRequestParam as ServicesInvokeRequestBodyTypedDict,
    )
    from veneer_generated.aerostack.client.params import JobListRequestParam as JobListRequestParam
    from veneer_generated.aerostack.client.params import JobListRequestParam as JobListRequestTypedDict
    from veneer_generated.aerostack.client.params import JobListRequestParam as QueueListJobsRequestBody
    from veneer_generated.aerostack.client.params import (
        JobListRequestParam as QueueListJobsRequestBodyTypedDict,
    )
    from veneer_generated.aerostack.client.params import JobRequestParam as JobRequestParam
    from veneer_generated.aerostack.client.params import JobRequestParam as JobRequestTypedDict
    from veneer_generated.aerostack.client.params import JobRequestParam as QueueCancelJobRequestBody
    from veneer_generated.aerostack.client.params import JobRequestParam as QueueCancelJobRequestBodyTypedDict
    from veneer_generated.aerostack.client.params import JobRequestParam as QueueGetJobRequestBody
    from veneer_generated.aerostack.client.params import JobRequestParam as QueueGetJobRequestBodyTypedDict
    from veneer_generated.aerostack.client.params import (
        SearchConfigureRequestParam as AiSearchConfigureRequestBody,
    )
    from veneer_generated.aerostack.client.params import (
        SearchConfigureRequestParam as AiSearchConfigureRequestBodyTypedDict,
    )
    from veneer_generated.aerostack.client.params import (
        SearchConfigureRequestParam as SearchConfigureRequestParam,
    )
    from veneer_generated.aerostack.client.params import (
        SearchConfigureRequestParam as SearchConfigureRequestTypedDict,
    )
    from veneer_generated.aerostack.client.params import SearchCountRequestParam as AiSearchCountRequestBody
    from veneer_generated.aerostack.client.params import (
        SearchCountRequestParam as AiSearchCountRequestBodyTypedDict,
    )
    from veneer_generated.aerostack.client.params import SearchCountRequestParam as SearchCountRequestParam
    from veneer_generated.aerostack.client.params import (
        SearchCountRequestParam as SearchCountRequestTypedDict,
    )
    from veneer_generated.aerostack.client.params import (
        SearchDocumentRequestParam as AiSearchDeleteRequestBody,
    )
    from veneer_generated.aerostack.client.params import (
        SearchDocumentRequestParam as AiSearchDeleteRequestBodyTypedDict,
    )
    from veneer_generated.aerostack.client.params import SearchDocumentRequestParam as AiSearchGetRequestBody
    from veneer_generated.aerostack.client.params import (
        SearchDocumentRequestParam as AiSearchGetRequestBodyTypedDict,
    )
    from veneer_generated.aerostack.client.params import (
        SearchDocumentRequestParam as SearchDocumentRequestParam,
    )
    from veneer_generated.aerostack.client.params import (
        SearchDocumentRequestParam as SearchDocumentRequestTypedDict,
    )
    from veneer_generated.aerostack.client.params import SearchIngestRequestParam as AiSearchIngestRequestBody
    from veneer_generated.aerostack.client.params import (
        SearchIngestRequestParam as AiSearchIngestRequestBodyTypedDict,
    )
    from veneer_generated.aerostack.client.params import SearchIngestRequestParam as SearchIngestRequestParam
    from veneer_generated.aerostack.client.params import (
        SearchIngestRequestParam as SearchIngestRequestTypedDict,
    )
    from veneer_generated.aerostack.client.params import SearchQueryRequestParam as AiSearchQueryRequestBody
    from veneer_generated.aerostack.client.params import (
        SearchQueryRequestParam as AiSearchQueryRequestBodyTypedDict,
    )
    from veneer_generated.aerostack.client.params import SearchQueryRequestParam as SearchQueryRequestParam
    from veneer_generated.aerostack.client.params import (
        SearchQueryRequestParam as SearchQueryRequestTypedDict,
    )
    from veneer_generated.aerostack.client.params import (
        SearchTypeRequestParam as AiSearchDeleteByTypeRequestBody,
    )
    from veneer_generated.aerostack.client.params import (
        SearchTypeRequestParam as AiSearchDeleteByTypeRequestBodyTypedDict,
    )
    from veneer_generated.aerostack.client.params import SearchTypeRequestParam as SearchTypeRequestParam
    from veneer_generated.aerostack.client.params import SearchTypeRequestParam as SearchTypeRequestTypedDict
    from veneer_generated.aerostack.client.params import SearchUpdateRequestParam as AiSearchUpdateRequestBody
    from veneer_generated.aerostack.client.params import (
        SearchUpdateRequestParam as AiSearchUpdateRequestBodyTypedDict,
    )
    from veneer_generated.aerostack.client.params import SearchUpdateRequestParam as SearchUpdateRequestParam
    from veneer_generated.aerostack.client.params import (
        SearchUpdateRequestParam as SearchUpdateRequestTypedDict,
    )
    from veneer_generated.aerostack.client.params import SigninRequestParam as AuthSigninRequestBody
    from veneer_generated.aerostack.client.params import SigninRequestParam as AuthSigninRequestBodyTypedDict
    from veneer_generated.aerostack.client.params import SigninRequestParam as SigninRequestParam
    from veneer_generated.aerostack.client.params import SigninRequestParam as SigninRequestTypedDict
    from veneer_generated.aerostack.client.params import SignupRequestParam as AuthSignupRequestBody
    from veneer_generated.aerostack.client.params import SignupRequestParam as AuthSignupRequestBodyTypedDict
    from veneer_generated.aerostack.client.params import SignupRequestParam as SignupRequestParam
    from veneer_generated.aerostack.client.params import SignupRequestParam as SignupRequestTypedDict
    from veneer_generated.aerostack.client.params import StorageKeyRequestParam as StorageDeleteRequestBody
    from veneer_generated.aerostack.client.params import (
        StorageKeyRequestParam as StorageDeleteRequestBodyTypedDict,
    )
    from veneer_generated.aerostack.client.params import StorageKeyRequestParam as StorageExistsRequestBody
    from veneer_generated.aerostack.client.params import (
        StorageKeyRequestParam as StorageExistsRequestBodyTypedDict,
    )
    from veneer_generated.aerostack.client.params import (
        StorageKeyRequestParam as StorageGetMetadataRequestBody,
    )
    from veneer_generated.aerostack.client.params import (
        StorageKeyRequestParam as StorageGetMetadataRequestBodyTypedDict,
    )
    from veneer_generated.aerostack.client.params import StorageKeyRequestParam as StorageGetRequestBody
    from veneer_generated.aerostack.client.params import (
        StorageKeyRequestParam as StorageGetRequestBodyTypedDict,
    )
    from veneer_generated.aerostack.client.params import StorageKeyRequestParam as StorageGetUrlRequestBody
    from veneer_generated.aerostack.client.params import (
        StorageKeyRequestParam as StorageGetUrlRequestBodyTypedDict,
    )
    from veneer_generated.aerostack.client.params import StorageKeyRequestParam as StorageKeyRequestParam
    from veneer_generated.aerostack.client.params import StorageKeyRequestParam as StorageKeyRequestTypedDict
    from veneer_generated.aerostack.client.params import StorageListRequestParam as StorageListRequestBody
    from veneer_generated.aerostack.client.params import (
        StorageListRequestParam as StorageListRequestBodyTypedDict,
    )
    from veneer_generated.aerostack.client.params import StorageListRequestParam as StorageListRequestParam
    from veneer_generated.aerostack.client.params import (
        StorageListRequestParam as StorageListRequestTypedDict,
    )
    from veneer_generated.aerostack.client.params import StorageTransferRequestParam as StorageCopyRequestBody
    from veneer_generated.aerostack.client.params import (
        StorageTransferRequestParam as StorageCopyRequestBodyTypedDict,
    )
    from veneer_generated.aerostack.client.params import StorageTransferRequestParam as StorageMoveRequestBody
    from veneer_generated.aerostack.client.params import (
        StorageTransferRequestParam as StorageMoveRequestBodyTypedDict,
    )
    from veneer_generated.aerostack.client.params import (
        StorageTransferRequestParam as StorageTransferRequestParam,
    )
    from veneer_generated.aerostack.client.params import (
        StorageTransferRequestParam as StorageTransferRequestTypedDict,
    )
    from veneer_generated.aerostack.client.params import StreamOptionsParam as StreamOptionsParam
    from veneer_generated.aerostack.client.params import StreamOptionsParam as StreamOptionsTypedDict
    from veneer_generated.aerostack.client.params import UploadRequestParam as StorageUploadRequestBody
    from veneer_generated.aerostack.client.params import (
        UploadRequestParam as StorageUploadRequestBodyTypedDict,
    )
    from veneer_generated.aerostack.client.params import UploadRequestParam as UploadRequestParam
    from veneer_generated.aerostack.client.params import UploadRequestParam as UploadRequestTypedDict
    from veneer_generated.aerostack.models import AuthResponse as AuthSigninResponseBody
    from veneer_generated.aerostack.models import AuthResponse as AuthSignupResponseBody
    from veneer_generated.aerostack.models import BillingLogResult as GatewayBillingLogResponseBody
    from veneer_generated.aerostack.models import CacheDeleteManyResult as CacheDeleteManyResponseBody
    from veneer_generated.aerostack.models import CacheFlushResult as CacheFlushResponseBody
    from veneer_generated.aerostack.models import CacheGetManyResult as CacheGetManyResponseBody
    from veneer_generated.aerostack.models import CacheGetResult as CacheGetResponseBody
    from veneer_generated.aerostack.models import CacheIncrementResult as CacheIncrementResponseBody
    from veneer_generated.aerostack.models import CacheKeysResult as CacheKeysResponseBody
    from veneer_generated.aerostack.models import CacheListResult as CacheListResponseBody
    from veneer_generated.aerostack.models import CacheSetManyResult as CacheSetManyResponseBody
    from veneer_generated.aerostack.models import CancelJobResult as QueueCancelJobResponseBody
    from veneer_generated.aerostack.models import ChatMessageRole as Role
    from veneer_generated.aerostack.models import DbBatchResult as DbBatchResponseBody
    from veneer_generated.aerostack.models import DbQueryResult as DbQueryResponseBody
    from veneer_generated.aerostack.models import EnqueueResult as QueueEnqueueResponseBody
    from veneer_generated.aerostack.models import ErrorResponse as ErrorResponseData
    from veneer_generated.aerostack.models import InvokeResult as ServicesInvokeResponseBody
    from veneer_generated.aerostack.models import JobListResult as QueueListJobsResponseBody
    from veneer_generated.aerostack.models import JobResult as QueueGetJobResponseBody
    from veneer_generated.aerostack.models import SearchCountResult as AiSearchCountResponseBody
    from veneer_generated.aerostack.models import SearchGetResult as AiSearchGetResponseBody
    from veneer_generated.aerostack.models import SearchQueryResult as AiSearchQueryResponseBody
    from veneer_generated.aerostack.models import SearchTypesResult as AiSearchListTypesResponseBody
    from veneer_generated.aerostack.models import StorageExistsResult as StorageExistsResponseBody
    from veneer_generated.aerostack.models import StorageListResult as StorageListResponseBody
    from veneer_generated.aerostack.models import StorageMetadata as StorageGetMetadataResponseBody
    from veneer_generated.aerostack.models import StorageTransferResult as StorageCopyResponseBody
    from veneer_generated.aerostack.models import StorageTransferResult as StorageMoveResponseBody
    from veneer_generated.aerostack.models import StorageUrl as StorageGetUrlResponseBody
    from veneer_generated.aerostack.models import StorageUrl as StorageUploadResponseBody
    from veneer_generated.aerostack.models import Success as AiSearchConfigureResponseBody
    from veneer_generated.aerostack.models import Success as AiSearchDeleteByTypeResponseBody
    from veneer_generated.aerostack.models import Success as AiSearchDeleteResponseBody
    from veneer_generated.aerostack.models import Success as AiSearchIngestResponseBody
    from veneer_generated.aerostack.models import Success as AiSearchUpdateResponseBody
    from veneer_generated.aerostack.models import Success as CacheDeleteResponseBody
    from veneer_generated.aerostack.models import Success as CacheExpireResponseBody
    from veneer_generated.aerostack.models import Success as CacheSetResponseBody
    from veneer_generated.aerostack.models import Success as StorageDeleteResponseBody
    from veneer_generated.aerostack.models import WalletResult as GatewayGetWalletResponseBody

_HOMES: dict[str, tuple[str, str]] = {
    "AiChatRequestBody": ("veneer_generated.aerostack.client.params", "ChatRequestParam"),
    "AiChatRequestBodyTypedDict": ("veneer_generated.aerostack.client.params", "ChatRequestParam"),
    "AiChatResponseBody": ("veneer.aerostack.results", "ChatCompletion"),
    "AiSearchConfigureRequestBody": (
        "veneer_generated.aerostack.client.params",
        "SearchConfigureRequestParam",
    ),
    "AiSearchConfigureRequestBodyTypedDict": (
        "veneer_generated.aerostack.client.params",
        "SearchConfigureRequestParam",
    ),
    "AiSearchConfigureResponseBody": ("veneer_generated.aerostack.models", "Success"),
    "AiSearchCountRequestBody": ("veneer_generated.aerostack.client.params", "SearchCountRequestParam"),
    "AiSearchCountRequestBodyTypedDict": (
        "veneer_generated.aerostack.client.params",
        "SearchCountRequestParam",
    ),
    "AiSearchCountResponseBody": ("veneer_generated.aerostack.models", "SearchCountResult"),
    "AiSearchDeleteByTypeRequestBody": ("veneer_generated.aerostack.client.params", "SearchTypeRequestParam"),
    "AiSearchDeleteByTypeRequestBodyTypedDict": (
        "veneer_generated.aerostack.client.params",
        "SearchTypeRequestParam",
    ),
    "AiSearchDeleteByTypeResponseBody": ("veneer_generated.aerostack.models", "Success"),
    "AiSearchDeleteRequestBody": ("veneer_generated.aerostack.client.params", "SearchDocumentRequestParam"),
    "AiSearchDeleteRequestBodyTypedDict": (
        "veneer_generated.aerostack.client.params",
        "SearchDocumentRequestParam",
    ),
    "AiSearchDeleteResponseBody": ("veneer_generated.aerostack.models", "Success"),
    "AiSearchGetRequestBody": ("veneer_generated.aerostack.client.params", "SearchDocumentRequestParam"),
    "AiSearchGetRequestBodyTypedDict": (
        "veneer_generated.aerostack.client.params",
        "SearchDocumentRequestParam",
    ),
    "AiSearchGetResponseBody": ("veneer_generated.aerostack.models", "SearchGetResult"),
    "AiSearchIngestRequestBody": ("veneer_generated.aerostack.client.params", "SearchIngestRequestParam"),
    "AiSearchIngestRequestBodyTypedDict": (
        "veneer_generated.aerostack.client.params",
        "SearchIngestRequestParam",
    ),
    "AiSearchIngestResponseBody": ("veneer_generated.aerostack.models", "Success"),
    "AiSearchListTypesResponseBody": ("veneer_generated.aerostack.models", "SearchTypesResult"),
    "AiSearchQueryRequestBody": ("veneer_generated.aerostack.client.params", "SearchQueryRequestParam"),
    "AiSearchQueryRequestBodyTypedDict": (
        "veneer_generated.aerostack.client.params",
        "SearchQueryRequestParam",
    ),
    "AiSearchQueryResponseBody": ("veneer_generated.aerostack.models", "SearchQueryResult"),
    "AiSearchUpdateRequestBody": ("veneer_generated.aerostack.client.params", "SearchUpdateRequestParam"),
    "AiSearchUpdateRequestBodyTypedDict": (
        "veneer_generated.aerostack.client.params",
        "SearchUpdateRequestParam",
    ),
    "AiSearchUpdateResponseBody": ("veneer_generated.aerostack.models", "Success"),
    "AuthSigninRequestBody": ("veneer_generated.aerostack.client.params", "SigninRequestParam"),
    "AuthSigninRequestBodyTypedDict": ("veneer_generated.aerostack.client.params", "SigninRequestParam"),
    "AuthSigninResponseBody": ("veneer_generated.aerostack.models", "AuthResponse"),
    "AuthSignupRequestBody": ("veneer_generated.aerostack.client.params", "SignupRequestParam"),
    "AuthSignupRequestBodyTypedDict": ("veneer_generated.aerostack.client.params", "SignupRequestParam"),
    "AuthSignupResponseBody": ("veneer_generated.aerostack.models", "AuthResponse"),
    "BillingLogRequestParam": ("veneer_generated.aerostack.client.params", "BillingLogRequestParam"),
    "BillingLogRequestTypedDict": ("veneer_generated.aerostack.client.params", "BillingLogRequestParam"),
    "CacheDeleteManyRequestBody": ("veneer_generated.aerostack.client.params", "CacheDeleteManyRequestParam"),
    "CacheDeleteManyRequestBodyTypedDict": (
        "veneer_generated.aerostack.client.params",
        "CacheDeleteManyRequestParam",
    ),
    "CacheDeleteManyRequestParam": (
        "veneer_generated.aerostack.client.params",
        "CacheDeleteManyRequestParam",
    ),
    "CacheDeleteManyRequestTypedDict": (
        "veneer_generated.aerostack.client.params",
        "CacheDeleteManyRequestParam",
    ),
    "CacheDeleteManyResponseBody": ("veneer_generated.aerostack.models", "CacheDeleteManyResult"),
    "CacheDeleteRequestBody": ("veneer_generated.aerostack.client.params", "CacheKeyRequestParam"),
    "CacheDeleteRequestBodyTypedDict": ("veneer_generated.aerostack.client.params", "CacheKeyRequestParam"),
    "CacheDeleteResponseBody": ("veneer_generated.aerostack.models", "Success"),
    "CacheExpireRequestBody": ("veneer_generated.aerostack.client.params", "CacheExpireRequestParam"),
    "CacheExpireRequestBodyTypedDict": (
        "veneer_generated.aerostack.client.params",
        "CacheExpireRequestParam",
    ),
    "CacheExpireRequestParam": ("veneer_generated.aerostack.client.params", "CacheExpireRequestParam"),
    "CacheExpireRequestTypedDict": ("veneer_generated.aerostack.client.params", "CacheExpireRequestParam"),
    "CacheExpireResponseBody": ("veneer_generated.aerostack.models", "Success"),
    "CacheFlushRequestBody": ("veneer_generated.aerostack.client.params", "CachePrefixRequestParam"),
    "CacheFlushRequestBodyTypedDict": ("veneer_generated.aerostack.client.params", "CachePrefixRequestParam"),
    "CacheFlushResponseBody": ("veneer_generated.aerostack.models", "CacheFlushResult"),
    "CacheGetManyRequestBody": ("veneer_generated.aerostack.client.params", "CacheGetManyRequestParam"),
    "CacheGetManyRequestBodyTypedDict": (
        "veneer_generated.aerostack.client.params",
        "CacheGetManyRequestParam",
    ),
    "CacheGetManyRequestParam": ("veneer_generated.aerostack.client.params", "CacheGetManyRequestParam"),
    "CacheGetManyRequestTypedDict": ("veneer_generated.aerostack.client.params", "CacheGetManyRequestParam"),
    "CacheGetManyResponseBody": ("veneer_generated.aerostack.models", "CacheGetManyResult"),
    "CacheGetRequestBody": ("veneer_generated.aerostack.client.params", "CacheKeyRequestParam"),
    "CacheGetRequestBodyTypedDict": ("veneer_generated.aerostack.client.params", "CacheKeyRequestParam"),
    "CacheGetResponseBody": ("veneer_generated.aerostack.models", "CacheGetResult"),
    "CacheIncrementRequestBody": ("veneer_generated.aerostack.client.params", "CacheIncrementRequestParam"),
    "CacheIncrementRequestBodyTypedDict": (
        "veneer_generated.aerostack.client.params",
        "CacheIncrementRequestParam",
    ),
    "CacheIncrementRequestParam": ("veneer_generated.aerostack.client.params", "CacheIncrementRequestParam"),
    "CacheIncrementRequestTypedDict": (
        "veneer_generated.aerostack.client.params",
        "CacheIncrementRequestParam",
    ),
    "CacheIncrementResponseBody": ("veneer_generated.aerostack.models", "CacheIncrementResult"),
    "CacheKeyRequestParam": ("veneer_generated.aerostack.client.params", "CacheKeyRequestParam"),
    "CacheKeyRequestTypedDict": ("veneer_generated.aerostack.client.params", "CacheKeyRequestParam"),
    "CacheKeysRequestBody": ("veneer_generated.aerostack.client.params", "CachePrefixRequestParam"),
    "CacheKeysRequestBodyTypedDict": ("veneer_generated.aerostack.client.params", "CachePrefixRequestParam"),
    "CacheKeysResponseBody": ("veneer_generated.aerostack.models", "CacheKeysResult"),
    "CacheListRequestBody": ("veneer_generated.aerostack.client.params", "CacheListRequestParam"),
    "CacheListRequestBodyTypedDict": ("veneer_generated.aerostack.client.params", "CacheListRequestParam"),
    "CacheListRequestParam": ("veneer_generated.aerostack.client.params", "CacheListRequestParam"),
    "CacheListRequestTypedDict": ("veneer_generated.aerostack.client.params", "CacheListRequestParam"),
    "CacheListResponseBody": ("veneer_generated.aerostack.models", "CacheListResult"),
    "CachePrefixRequestParam": ("veneer_generated.aerostack.client.params", "CachePrefixRequestParam"),
    "CachePrefixRequestTypedDict": ("veneer_generated.aerostack.client.params", "CachePrefixRequestParam"),
    "CacheSetManyRequestBody": ("veneer_generated.aerostack.client.params", "CacheSetManyRequestParam"),
    "CacheSetManyRequestBodyTypedDict": (
        "veneer_generated.aerostack.client.params",
        "CacheSetManyRequestParam",
    ),
    "CacheSetManyRequestParam": ("veneer_generated.aerostack.client.params", "CacheSetManyRequestParam"),
    "CacheSetManyRequestTypedDict": ("veneer_generated.aerostack.client.params", "CacheSetManyRequestParam"),
    "CacheSetManyResponseBody": ("veneer_generated.aerostack.models", "CacheSetManyResult"),
    "CacheSetRequestBody": ("veneer_generated.aerostack.client.params", "CacheSetRequestParam"),
    "CacheSetRequestBodyTypedDict": ("veneer_generated.aerostack.client.params", "CacheSetRequestParam"),
    "CacheSetRequestParam": ("veneer_generated.aerostack.client.params", "CacheSetRequestParam"),
    "CacheSetRequestTypedDict": ("veneer_generated.aerostack.client.params", "CacheSetRequestParam"),
    "CacheSetResponseBody": ("veneer_generated.aerostack.models", "Success"),
    "ChatMessageParam": ("veneer_generated.aerostack.client.params", "ChatMessageParam"),
    "ChatMessageTypedDict": ("veneer_generated.aerostack.client.params", "ChatMessageParam"),
    "ChatRequestParam": ("veneer_generated.aerostack.client.params", "ChatRequestParam"),
    "ChatRequestTypedDict": ("veneer_generated.aerostack.client.params", "ChatRequestParam"),
    "DbBatchRequestBody": ("veneer_generated.aerostack.client.params", "DbBatchRequestParam"),
    "DbBatchRequestBodyTypedDict": ("veneer_generated.aerostack.client.params", "DbBatchRequestParam"),
    "DbBatchRequestParam": ("veneer_generated.aerostack.client.params", "DbBatchRequestParam"),
    "DbBatchRequestTypedDict": ("veneer_generated.aerostack.client.params", "DbBatchRequestParam"),
    "DbBatchResponseBody": ("veneer_generated.aerostack.models", "DbBatchResult"),
    "DbQueryRequestBody": ("veneer_generated.aerostack.client.params", "DbQueryRequestParam"),
    "DbQueryRequestBodyTypedDict": ("veneer_generated.aerostack.client.params", "DbQueryRequestParam"),
    "DbQueryRequestParam": ("veneer_generated.aerostack.client.params", "DbQueryRequestParam"),
    "DbQueryRequestTypedDict": ("veneer_generated.aerostack.client.params", "DbQueryRequestParam"),
    "DbQueryResponseBody": ("veneer_generated.aerostack.models", "DbQueryResult"),
    "EnqueueRequestParam": ("veneer_generated.aerostack.client.params", "EnqueueRequestParam"),
    "EnqueueRequestTypedDict": ("veneer_generated.aerostack.client.params", "EnqueueRequestParam"),
    "ErrorResponseData": ("veneer_generated.aerostack.models", "ErrorResponse"),
    "File": ("veneer.arguments", "FileParam"),
    "FileTypedDict": ("veneer.arguments", "FileParam"),
    "GatewayBillingLogRequestBody": ("veneer_generated.aerostack.client.params", "BillingLogRequestParam"),
    "GatewayBillingLogRequestBodyTypedDict": (
        "veneer_generated.aerostack.client.params",
        "BillingLogRequestParam",
    ),
    "GatewayBillingLogResponseBody": ("veneer_generated.aerostack.models", "BillingLogResult"),
    "GatewayChatRequestBody": ("veneer_generated.aerostack.client.params", "ChatRequestParam"),
    "GatewayChatRequestBodyTypedDict": ("veneer_generated.aerostack.client.params", "ChatRequestParam"),
    "GatewayChatResponseBody": ("veneer.aerostack.results", "ChatCompletion"),
    "GatewayGetWalletResponseBody": ("veneer_generated.aerostack.models", "WalletResult"),
    "InvokeRequestParam": ("veneer_generated.aerostack.client.params", "InvokeRequestParam"),
    "InvokeRequestTypedDict": ("veneer_generated.aerostack.client.params", "InvokeRequestParam"),
    "JobListRequestParam": ("veneer_generated.aerostack.client.params", "JobListRequestParam"),
    "JobListRequestTypedDict": ("veneer_generated.aerostack.client.params", "JobListRequestParam"),
    "JobRequestParam": ("veneer_generated.aerostack.client.params", "JobRequestParam"),
    "JobRequestTypedDict": ("veneer_generated.aerostack.client.params", "JobRequestParam"),
    "Messages": ("veneer_generated.aerostack.client.params", "ChatMessageParam"),
    "MessagesTypedDict": ("veneer_generated.aerostack.client.params", "ChatMessageParam"),
    "QueueCancelJobRequestBody": ("veneer_generated.aerostack.client.params", "JobRequestParam"),
    "QueueCancelJobRequestBodyTypedDict": ("veneer_generated.aerostack.client.params", "JobRequestParam"),
    "QueueCancelJobResponseBody": ("veneer_generated.aerostack.models", "CancelJobResult"),
    "QueueEnqueueRequestBody": ("veneer_generated.aerostack.client.params", "EnqueueRequestParam"),
    "QueueEnqueueRequestBodyTypedDict": ("veneer_generated.aerostack.client.params", "EnqueueRequestParam"),
    "QueueEnqueueResponseBody": ("veneer_generated.aerostack.models", "EnqueueResult"),
    "QueueGetJobRequestBody": ("veneer_generated.aerostack.client.params", "JobRequestParam"),
    "QueueGetJobRequestBodyTypedDict": ("veneer_generated.aerostack.client.params", "JobRequestParam"),
    "QueueGetJobResponseBody": ("veneer_generated.aerostack.models", "JobResult"),
    "QueueListJobsRequestBody": ("veneer_generated.aerostack.client.params", "JobListRequestParam"),
    "QueueListJobsRequestBodyTypedDict": ("veneer_generated.aerostack.client.params", "JobListRequestParam"),
    "QueueListJobsResponseBody": ("veneer_generated.aerostack.models", "JobListResult"),
    "Role": ("veneer_generated.aerostack.models", "ChatMessageRole"),
    "SearchConfigureRequestParam": (
        "veneer_generated.aerostack.client.params",
        "SearchConfigureRequestParam",
    ),
    "SearchConfigureRequestTypedDict": (
        "veneer_generated.aerostack.client.params",
        "SearchConfigureRequestParam",
    ),
    "SearchCountRequestParam": ("veneer_generated.aerostack.client.params", "SearchCountRequestParam"),
    "SearchCountRequestTypedDict": ("veneer_generated.aerostack.client.params", "SearchCountRequestParam"),
    "SearchDocumentRequestParam": ("veneer_generated.aerostack.client.params", "SearchDocumentRequestParam"),
    "SearchDocumentRequestTypedDict": (
        "veneer_generated.aerostack.client.params",
        "SearchDocumentRequestParam",
    ),
    "SearchIngestRequestParam": ("veneer_generated.aerostack.client.params", "SearchIngestRequestParam"),
    "SearchIngestRequestTypedDict": ("veneer_generated.aerostack.client.params", "SearchIngestRequestParam"),
    "SearchQueryRequestParam": ("veneer_generated.aerostack.client.params", "SearchQueryRequestParam"),
    "SearchQueryRequestTypedDict": ("veneer_generated.aerostack.client.params", "SearchQueryRequestParam"),
    "SearchTypeRequestParam": ("veneer_generated.aerostack.client.params", "SearchTypeRequestParam"),
    "SearchTypeRequestTypedDict": ("veneer_generated.aerostack.client.params", "SearchTypeRequestParam"),
    "SearchUpdateRequestParam": ("veneer_generated.aerostack.client.params", "SearchUpdateRequestParam"),
    "SearchUpdateRequestTypedDict": ("veneer_generated.aerostack.client.params", "SearchUpdateRequestParam"),
    "ServicesInvokeRequestBody": ("veneer_generated.aerostack.client.params", "InvokeRequestParam"),
    "ServicesInvokeRequestBodyTypedDict": ("veneer_generated.aerostack.client.params", "InvokeRequestParam"),
    "ServicesInvokeResponseBody": ("veneer_generated.aerostack.models", "InvokeResult"),
    "SigninRequestParam": ("veneer_generated.aerostack.client.params", "SigninRequestParam"),
    "SigninRequestTypedDict": ("veneer_generated.aerostack.client.params", "SigninRequestParam"),
    "SignupRequestParam": ("veneer_generated.aerostack.client.params", "SignupRequestParam"),
    "SignupRequestTypedDict": ("veneer_generated.aerostack.client.params", "SignupRequestParam"),
    "StorageCopyRequestBody": ("veneer_generated.aerostack.client.params", "StorageTransferRequestParam"),
    "StorageCopyRequestBodyTypedDict": (
        "veneer_generated.aerostack.client.params",
        "StorageTransferRequestParam",
    ),
    "StorageCopyResponseBody": ("veneer_generated.aerostack.models", "StorageTransferResult"),
    "StorageDeleteRequestBody": ("veneer_generated.aerostack.client.params", "StorageKeyRequestParam"),
    "StorageDeleteRequestBodyTypedDict": (
        "veneer_generated.aerostack.client.params",
        "StorageKeyRequestParam",
    ),
    "StorageDeleteResponseBody": ("veneer_generated.aerostack.models", "Success"),
    "StorageExistsRequestBody": ("veneer_generated.aerostack.client.params", "StorageKeyRequestParam"),
    "StorageExistsRequestBodyTypedDict": (
        "veneer_generated.aerostack.client.params",
        "StorageKeyRequestParam",
    ),
    "StorageExistsResponseBody": ("veneer_generated.aerostack.models", "StorageExistsResult"),
    "StorageGetMetadataRequestBody": ("veneer_generated.aerostack.client.params", "StorageKeyRequestParam"),
    "StorageGetMetadataRequestBodyTypedDict": (
        "veneer_generated.aerostack.client.params",
        "StorageKeyRequestParam",
    ),
    "StorageGetMetadataResponseBody": ("veneer_generated.aerostack.models", "StorageMetadata"),
    "StorageGetRequestBody": ("veneer_generated.aerostack.client.params", "StorageKeyRequestParam"),
    "StorageGetRequestBodyTypedDict": ("veneer_generated.aerostack.client.params", "StorageKeyRequestParam"),
    "StorageGetUrlRequestBody": ("veneer_generated.aerostack.client.params", "StorageKeyRequestParam"),
    "StorageGetUrlRequestBodyTypedDict": (
        "veneer_generated.aerostack.client.params",
        "StorageKeyRequestParam",
    ),
    "StorageGetUrlResponseBody": ("veneer_generated.aerostack.models", "StorageUrl"),
    "StorageKeyRequestParam": ("veneer_generated.aerostack.client.params", "StorageKeyRequestParam"),
    "StorageKeyRequestTypedDict": ("veneer_generated.aerostack.client.params", "StorageKeyRequestParam"),
    "StorageListRequestBody": ("veneer_generated.aerostack.client.params", "StorageListRequestParam"),
    "StorageListRequestBodyTypedDict": (
        "veneer_generated.aerostack.client.params",
        "StorageListRequestParam",
    ),
    "StorageListRequestParam": ("veneer_generated.aerostack.client.params", "StorageListRequestParam"),
    "StorageListRequestTypedDict": ("veneer_generated.aerostack.client.params", "StorageListRequestParam"),
    "StorageListResponseBody": ("veneer_generated.aerostack.models", "StorageListResult"),
    "StorageMoveRequestBody": ("veneer_generated.aerostack.client.params", "StorageTransferRequestParam"),
    "StorageMoveRequestBodyTypedDict": (
        "veneer_generated.aerostack.client.params",
        "StorageTransferRequestParam",
    ),
    "StorageMoveResponseBody": ("veneer_generated.aerostack.models", "StorageTransferResult"),
    "StorageTransferRequestParam": (
        "veneer_generated.aerostack.client.params",
        "StorageTransferRequestParam",
    ),
    "StorageTransferRequestTypedDict": (
        "veneer_generated.aerostack.client.params",
        "StorageTransferRequestParam",
    ),
    "StorageUploadRequestBody": ("veneer_generated.aerostack.client.params", "UploadRequestParam"),
    "StorageUploadRequestBodyTypedDict": ("veneer_generated.aerostack.client.params", "UploadRequestParam"),
    "StorageUploadResponseBody": ("veneer_generated.aerostack.models", "StorageUrl"),
    "StreamOptionsParam": ("veneer_generated.aerostack.client.params", "StreamOptionsParam"),
    "StreamOptionsTypedDict": ("veneer_generated.aerostack.client.params", "StreamOptionsParam"),
    "UploadRequestParam": ("veneer_generated.aerostack.client.params", "UploadRequestParam"),
    "UploadRequestTypedDict": ("veneer_generated.aerostack.client.params", "UploadRequestParam"),
}

__all__ = [  # pyright: ignore[reportUnsupportedDunderAll]
    "AiChatRequestBody",
    "AiChatRequestBodyTypedDict",
    "AiChatResponseBody",
    "AiSearchConfigureRequestBody",
    "AiSearchConfigureRequestBodyTypedDict",
    "AiSearchConfigureResponseBody",
    "AiSearchCountRequestBody",
    "AiSearchCountRequestBodyTypedDict",
    "AiSearchCountResponseBody",
    "AiSearchDeleteByTypeRequestBody",
    "AiSearchDeleteByTypeRequestBodyTypedDict",
    "AiSearchDeleteByTypeResponseBody",
    "AiSearchDeleteRequestBody",
    "AiSearchDeleteRequestBodyTypedDict",
    "AiSearchDeleteResponseBody",
    "AiSearchGetRequestBody",
    "AiSearchGetRequestBodyTypedDict",
    "AiSearchGetResponseBody",
    "AiSearchIngestRequestBody",
    "AiSearchIngestRequestBodyTypedDict",
    "AiSearchIngestResponseBody",
    "AiSearchListTypesResponseBody",
    "AiSearchQueryRequestBody",
    "AiSearchQueryRequestBodyTypedDict",
    "AiSearchQueryResponseBody",
    "AiSearchUpdateRequestBody",
    "AiSearchUpdateRequestBodyTypedDict",
    "AiSearchUpdateResponseBody",
    "AuthSigninRequestBody",
    "AuthSigninRequestBodyTypedDict",
    "AuthSigninResponseBody",
    "AuthSignupRequestBody",
    "AuthSignupRequestBodyTypedDict",
    "AuthSignupResponseBody",
    "BillingLogRequestParam",
    "BillingLogRequestTypedDict",
    "CacheDeleteManyRequestBody",
    "CacheDeleteManyRequestBodyTypedDict",
    "CacheDeleteManyRequestParam",
    "CacheDeleteManyRequestTypedDict",
    "CacheDeleteManyResponseBody",
    "CacheDeleteRequestBody",
    "CacheDeleteRequestBodyTypedDict",
    "CacheDeleteResponseBody",
    "CacheExpireRequestBody",
    "CacheExpireRequestBodyTypedDict",
    "CacheExpireRequestParam",
    "CacheExpireRequestTypedDict",
    "CacheExpireResponseBody",
    "CacheFlushRequestBody",
    "CacheFlushRequestBodyTypedDict",
    "CacheFlushResponseBody",
    "CacheGetManyRequestBody",
    "CacheGetManyRequestBodyTypedDict",
    "CacheGetManyRequestParam",
    "CacheGetManyRequestTypedDict",
    "CacheGetManyResponseBody",
    "CacheGetRequestBody",
    "CacheGetRequestBodyTypedDict",
    "CacheGetResponseBody",
    "CacheIncrementRequestBody",
    "CacheIncrementRequestBodyTypedDict",
    "CacheIncrementRequestParam",
    "CacheIncrementRequestTypedDict",
    "CacheIncrementResponseBody",
    "CacheKeyRequestParam",
    "CacheKeyRequestTypedDict",
    "CacheKeysRequestBody",
    "CacheKeysRequestBodyTypedDict",
    "CacheKeysResponseBody",
    "CacheListRequestBody",
    "CacheListRequestBodyTypedDict",
    "CacheListRequestParam",
    "CacheListRequestTypedDict",
    "CacheListResponseBody",
    "CachePrefixRequestParam",
    "CachePrefixRequestTypedDict",
    "CacheSetManyRequestBody",
    "CacheSetManyRequestBodyTypedDict",
    "CacheSetManyRequestParam",
    "CacheSetManyRequestTypedDict",
    "CacheSetManyResponseBody",
    "CacheSetRequestBody",
    "CacheSetRequestBodyTypedDict",
    "CacheSetRequestParam",
    "CacheSetRequestTypedDict",
    "CacheSetResponseBody",
    "ChatMessageParam",
    "ChatMessageTypedDict",
    "ChatRequestParam",
    "ChatRequestTypedDict",
    "DbBatchRequestBody",
    "DbBatchRequestBodyTypedDict",
    "DbBatchRequestParam",
    "DbBatchRequestTypedDict",
    "DbBatchResponseBody",
    "DbQueryRequestBody",
    "DbQueryRequestBodyTypedDict",
    "DbQueryRequestParam",
    "DbQueryRequestTypedDict",
    "DbQueryResponseBody",
    "EnqueueRequestParam",
    "EnqueueRequestTypedDict",
    "ErrorResponseData",
    "File",
    "FileTypedDict",
    "GatewayBillingLogRequestBody",
    "GatewayBillingLogRequestBodyTypedDict",
    "GatewayBillingLogResponseBody",
    "GatewayChatRequestBody",
    "GatewayChatRequestBodyTypedDict",
    "GatewayChatResponseBody",
    "GatewayGetWalletResponseBody",
    "InvokeRequestParam",
    "InvokeRequestTypedDict",
    "JobListRequestParam",
    "JobListRequestTypedDict",
    "JobRequestParam",
    "JobRequestTypedDict",
    "Messages",
    "MessagesTypedDict",
    "QueueCancelJobRequestBody",
    "QueueCancelJobRequestBodyTypedDict",
    "QueueCancelJobResponseBody",
    "QueueEnqueueRequestBody",
    "QueueEnqueueRequestBodyTypedDict",
    "QueueEnqueueResponseBody",
    "QueueGetJobRequestBody",
    "QueueGetJobRequestBodyTypedDict",
    "QueueGetJobResponseBody",
    "QueueListJobsRequestBody",
    "QueueListJobsRequestBodyTypedDict",
    "QueueListJobsResponseBody",
    "Role",
    "SearchConfigureRequestParam",
    "SearchConfigureRequestTypedDict",
    "SearchCountRequestParam",
    "SearchCountRequestTypedDict",
    "SearchDocumentRequestParam",
    "SearchDocumentRequestTypedDict",
    "SearchIngestRequestParam",
    "SearchIngestRequestTypedDict",
    "SearchQueryRequestParam",
    "SearchQueryRequestTypedDict",
    "SearchTypeRequestParam",
    "SearchTypeRequestTypedDict",
    "SearchUpdateRequestParam",
    "SearchUpdateRequestTypedDict",
    "ServicesInvokeRequestBody",
    "ServicesInvokeRequestBodyTypedDict",
    "ServicesInvokeResponseBody",
    "SigninRequestParam",
    "SigninRequestTypedDict",
    "SignupRequestParam",
    "SignupRequestTypedDict",
    "StorageCopyRequestBody",
    "StorageCopyRequestBodyTypedDict",
    "StorageCopyResponseBody",
    "StorageDeleteRequestBody",
    "StorageDeleteRequestBodyTypedDict",
    "StorageDeleteResponseBody",
    "StorageExistsRequestBody",
    "StorageExistsRequestBodyTypedDict",
    "StorageExistsResponseBody",
    "StorageGetMetadataRequestBody",
    "StorageGetMetadataRequestBodyTypedDict",
    "StorageGetMetadataResponseBody",
    "StorageGetRequestBody",
    "StorageGetRequestBodyTypedDict",
    "StorageGetUrlRequestBody",
    "StorageGetUrlRequestBodyTypedDict",
    "StorageGetUrlResponseBody",
    "StorageKeyRequestParam",
    "StorageKeyRequestTypedDict",
    "StorageListRequestBody",
    "StorageListRequestBodyTypedDict",
    "StorageListRequestParam",
    "StorageListRequestTypedDict",
    "StorageListResponseBody",
    "StorageMoveRequestBody",
    "StorageMoveRequestBodyTypedDict",
    "StorageMoveResponseBody",
    "StorageTransferRequestParam",
    "StorageTransferRequestTypedDict",
    "StorageUploadRequestBody",
    "StorageUploadRequestBodyTypedDict",
    "StorageUploadResponseBody",
    "StreamOptionsParam",
    "StreamOptionsTypedDict",
    "UploadRequestParam",
    "UploadRequestTypedDict",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home, there = _HOMES[name]
    found = globals()[name] = getattr(import_module(home), there)
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
