"""Contains all the data models used in inputs/outputs"""

from .admin_key import AdminKey
from .admin_key_create import AdminKeyCreate
from .admin_key_created import AdminKeyCreated
from .admin_key_list import AdminKeyList
from .admin_key_owner import AdminKeyOwner
from .attest_character import AttestCharacter
from .batch import Batch
from .batch_counts import BatchCounts
from .batch_error import BatchError
from .batch_errors import BatchErrors
from .batch_list import BatchList
from .batch_metadata_type_0 import BatchMetadataType0
from .character import Character
from .character_audit_entry import CharacterAuditEntry
from .character_audit_entry_list import CharacterAuditEntryList
from .character_challenge import CharacterChallenge
from .character_check import CharacterCheck
from .character_check_result import CharacterCheckResult
from .character_checks import CharacterChecks
from .character_consent import CharacterConsent
from .character_decision import CharacterDecision
from .character_finished import CharacterFinished
from .character_follow import CharacterFollow
from .character_follows import CharacterFollows
from .character_grant import CharacterGrant
from .character_grant_list import CharacterGrantList
from .character_handle import CharacterHandle
from .character_handle_request import CharacterHandleRequest
from .character_kind import CharacterKind
from .character_list import CharacterList
from .character_preferences import CharacterPreferences
from .character_status import CharacterStatus
from .character_upload import CharacterUpload
from .character_use import CharacterUse
from .character_use_policy import CharacterUsePolicy
from .character_video import CharacterVideo
from .character_video_list import CharacterVideoList
from .compute_rate import ComputeRate
from .compute_rate_create import ComputeRateCreate
from .compute_rate_list import ComputeRateList
from .consent_wording import ConsentWording
from .correction import Correction
from .cost_amount import CostAmount
from .cost_result import CostResult
from .cost_result_bucket import CostResultBucket
from .cost_result_page import CostResultPage
from .create_batch import CreateBatch
from .create_batch_metadata_type_0 import CreateBatchMetadataType0
from .create_character import CreateCharacter
from .create_character_capture import CreateCharacterCapture
from .create_character_grant import CreateCharacterGrant
from .create_checkout import CreateCheckout
from .create_file import CreateFile
from .create_video import CreateVideo
from .create_video_shot import CreateVideoShot
from .credit import Credit
from .credit_block import CreditBlock
from .credit_block_list import CreditBlockList
from .credit_checkout import CreditCheckout
from .credit_grant import CreditGrant
from .credit_grant_source import CreditGrantSource
from .deleted import Deleted
from .discount import Discount
from .discount_create import DiscountCreate
from .discount_list import DiscountList
from .edit_video import EditVideo
from .error_body import ErrorBody
from .error_code import ErrorCode
from .error_detail import ErrorDetail
from .extend_video import ExtendVideo
from .file import File
from .file_expires_after import FileExpiresAfter
from .file_list import FileList
from .file_list_purpose import FileListPurpose
from .head_turn import HeadTurn
from .health import Health
from .key_account import KeyAccount
from .limits import Limits
from .limits_update import LimitsUpdate
from .list_order import ListOrder
from .margin import Margin
from .margin_entry import MarginEntry
from .margin_get_format import MarginGetFormat
from .margin_get_group_by_item import MarginGetGroupByItem
from .model import Model
from .model_list import ModelList
from .organization import Organization
from .organization_cost_list_bucket_width import OrganizationCostListBucketWidth
from .organization_cost_list_group_by_item import OrganizationCostListGroupByItem
from .organization_create import OrganizationCreate
from .organization_create_mode_type_1 import OrganizationCreateModeType1
from .organization_create_mode_type_2_type_1 import OrganizationCreateModeType2Type1
from .organization_create_mode_type_3_type_1 import OrganizationCreateModeType3Type1
from .organization_created import OrganizationCreated
from .organization_event import OrganizationEvent
from .organization_event_data import OrganizationEventData
from .organization_event_list import OrganizationEventList
from .organization_list import OrganizationList
from .organization_statement_get_format import OrganizationStatementGetFormat
from .organization_update import OrganizationUpdate
from .organization_update_mode_type_1 import OrganizationUpdateModeType1
from .organization_update_mode_type_2_type_1 import OrganizationUpdateModeType2Type1
from .organization_update_mode_type_3_type_1 import OrganizationUpdateModeType3Type1
from .payment_message_create_body import PaymentMessageCreateBody
from .price_list import PriceList
from .price_list_create import PriceListCreate
from .price_list_file import PriceListFile
from .price_list_list import PriceListList
from .price_list_status import PriceListStatus
from .project import Project
from .project_key import ProjectKey
from .project_key_create import ProjectKeyCreate
from .project_key_create_scopes_type_0_item import ProjectKeyCreateScopesType0Item
from .project_key_created import ProjectKeyCreated
from .project_key_list import ProjectKeyList
from .project_key_list_owner_project_access import ProjectKeyListOwnerProjectAccess
from .project_key_owner import ProjectKeyOwner
from .project_key_update import ProjectKeyUpdate
from .project_key_update_scopes_type_0_item import ProjectKeyUpdateScopesType0Item
from .project_list import ProjectList
from .project_status import ProjectStatus
from .project_write import ProjectWrite
from .public_key import PublicKey
from .public_keys import PublicKeys
from .rate_limit import RateLimit
from .rate_limit_list import RateLimitList
from .rate_limit_update import RateLimitUpdate
from .received import Received
from .refuse_character import RefuseCharacter
from .remix_video import RemixVideo
from .reviewed_character import ReviewedCharacter
from .reviewed_character_list import ReviewedCharacterList
from .revoke_character import RevokeCharacter
from .service_account import ServiceAccount
from .service_account_create import ServiceAccountCreate
from .service_account_created import ServiceAccountCreated
from .service_account_key import ServiceAccountKey
from .service_account_list import ServiceAccountList
from .spend_alert import SpendAlert
from .spend_alert_channel import SpendAlertChannel
from .spend_alert_channel_type import SpendAlertChannelType
from .spend_alert_list import SpendAlertList
from .spend_alert_write import SpendAlertWrite
from .spend_alert_write_currency import SpendAlertWriteCurrency
from .spend_alert_write_interval import SpendAlertWriteInterval
from .spend_limit import SpendLimit
from .spend_limit_deleted import SpendLimitDeleted
from .spend_limit_enforcement import SpendLimitEnforcement
from .spend_limit_update import SpendLimitUpdate
from .spend_limit_update_currency import SpendLimitUpdateCurrency
from .spend_limit_update_interval import SpendLimitUpdateInterval
from .statement import Statement
from .statement_entry import StatementEntry
from .statement_get_format import StatementGetFormat
from .statement_summary import StatementSummary
from .statement_summary_list import StatementSummaryList
from .update_character import UpdateCharacter
from .video import Video
from .video_character import VideoCharacter
from .video_character_reference import VideoCharacterReference
from .video_cost import VideoCost
from .video_deleted import VideoDeleted
from .video_error import VideoError
from .video_estimate import VideoEstimate
from .video_estimated_compute import VideoEstimatedCompute
from .video_estimated_cost import VideoEstimatedCost
from .video_estimated_line import VideoEstimatedLine
from .video_image_reference import VideoImageReference
from .video_lineage import VideoLineage
from .video_list import VideoList
from .video_metadata import VideoMetadata
from .video_phase import VideoPhase
from .video_preview import VideoPreview
from .video_receipt import VideoReceipt
from .video_receipt_compute import VideoReceiptCompute
from .video_receipt_line import VideoReceiptLine
from .video_receipt_payload import VideoReceiptPayload
from .video_reference import VideoReference
from .video_relative import VideoRelative
from .video_relative_character import VideoRelativeCharacter
from .video_shot import VideoShot
from .video_state import VideoState
from .video_status import VideoStatus
from .video_usage import VideoUsage
from .video_usage_list_bucket_width import VideoUsageListBucketWidth
from .video_usage_list_group_by_item import VideoUsageListGroupByItem
from .video_variant import VideoVariant
from .videos_usage_result import VideosUsageResult
from .videos_usage_result_bucket import VideosUsageResultBucket
from .videos_usage_result_page import VideosUsageResultPage
from .webhook_attempt import WebhookAttempt
from .webhook_delivery import WebhookDelivery
from .webhook_delivery_list import WebhookDeliveryList
from .webhook_delivery_status import WebhookDeliveryStatus
from .webhook_disabled_reason import WebhookDisabledReason
from .webhook_endpoint import WebhookEndpoint
from .webhook_endpoint_create import WebhookEndpointCreate
from .webhook_endpoint_list import WebhookEndpointList
from .webhook_endpoint_test import WebhookEndpointTest
from .webhook_endpoint_test_create import WebhookEndpointTestCreate
from .webhook_endpoint_update import WebhookEndpointUpdate
from .webhook_endpoint_with_secret import WebhookEndpointWithSecret
from .webhook_event_type import WebhookEventType
from .webhook_event_types import WebhookEventTypes
from .webhook_payload import WebhookPayload
from .webhook_resent import WebhookResent
from .webhook_secret_rotate import WebhookSecretRotate
from .webhook_since import WebhookSince

__all__ = (
    "AdminKey",
    "AdminKeyCreate",
    "AdminKeyCreated",
    "AdminKeyList",
    "AdminKeyOwner",
    "AttestCharacter",
    "Batch",
    "BatchCounts",
    "BatchError",
    "BatchErrors",
    "BatchList",
    "BatchMetadataType0",
    "Character",
    "CharacterAuditEntry",
    "CharacterAuditEntryList",
    "CharacterChallenge",
    "CharacterCheck",
    "CharacterCheckResult",
    "CharacterChecks",
    "CharacterConsent",
    "CharacterDecision",
    "CharacterFinished",
    "CharacterFollow",
    "CharacterFollows",
    "CharacterGrant",
    "CharacterGrantList",
    "CharacterHandle",
    "CharacterHandleRequest",
    "CharacterKind",
    "CharacterList",
    "CharacterPreferences",
    "CharacterStatus",
    "CharacterUpload",
    "CharacterUse",
    "CharacterUsePolicy",
    "CharacterVideo",
    "CharacterVideoList",
    "ComputeRate",
    "ComputeRateCreate",
    "ComputeRateList",
    "ConsentWording",
    "Correction",
    "CostAmount",
    "CostResult",
    "CostResultBucket",
    "CostResultPage",
    "CreateBatch",
    "CreateBatchMetadataType0",
    "CreateCharacter",
    "CreateCharacterCapture",
    "CreateCharacterGrant",
    "CreateCheckout",
    "CreateFile",
    "CreateVideo",
    "CreateVideoShot",
    "Credit",
    "CreditBlock",
    "CreditBlockList",
    "CreditCheckout",
    "CreditGrant",
    "CreditGrantSource",
    "Deleted",
    "Discount",
    "DiscountCreate",
    "DiscountList",
    "EditVideo",
    "ErrorBody",
    "ErrorCode",
    "ErrorDetail",
    "ExtendVideo",
    "File",
    "FileExpiresAfter",
    "FileList",
    "FileListPurpose",
    "HeadTurn",
    "Health",
    "KeyAccount",
    "Limits",
    "LimitsUpdate",
    "ListOrder",
    "Margin",
    "MarginEntry",
    "MarginGetFormat",
    "MarginGetGroupByItem",
    "Model",
    "ModelList",
    "Organization",
    "OrganizationCostListBucketWidth",
    "OrganizationCostListGroupByItem",
    "OrganizationCreate",
    "OrganizationCreateModeType1",
    "OrganizationCreateModeType2Type1",
    "OrganizationCreateModeType3Type1",
    "OrganizationCreated",
    "OrganizationEvent",
    "OrganizationEventData",
    "OrganizationEventList",
    "OrganizationList",
    "OrganizationStatementGetFormat",
    "OrganizationUpdate",
    "OrganizationUpdateModeType1",
    "OrganizationUpdateModeType2Type1",
    "OrganizationUpdateModeType3Type1",
    "PaymentMessageCreateBody",
    "PriceList",
    "PriceListCreate",
    "PriceListFile",
    "PriceListList",
    "PriceListStatus",
    "Project",
    "ProjectKey",
    "ProjectKeyCreate",
    "ProjectKeyCreateScopesType0Item",
    "ProjectKeyCreated",
    "ProjectKeyList",
    "ProjectKeyListOwnerProjectAccess",
    "ProjectKeyOwner",
    "ProjectKeyUpdate",
    "ProjectKeyUpdateScopesType0Item",
    "ProjectList",
    "ProjectStatus",
    "ProjectWrite",
    "PublicKey",
    "PublicKeys",
    "RateLimit",
    "RateLimitList",
    "RateLimitUpdate",
    "Received",
    "RefuseCharacter",
    "RemixVideo",
    "ReviewedCharacter",
    "ReviewedCharacterList",
    "RevokeCharacter",
    "ServiceAccount",
    "ServiceAccountCreate",
    "ServiceAccountCreated",
    "ServiceAccountKey",
    "ServiceAccountList",
    "SpendAlert",
    "SpendAlertChannel",
    "SpendAlertChannelType",
    "SpendAlertList",
    "SpendAlertWrite",
    "SpendAlertWriteCurrency",
    "SpendAlertWriteInterval",
    "SpendLimit",
    "SpendLimitDeleted",
    "SpendLimitEnforcement",
    "SpendLimitUpdate",
    "SpendLimitUpdateCurrency",
    "SpendLimitUpdateInterval",
    "Statement",
    "StatementEntry",
    "StatementGetFormat",
    "StatementSummary",
    "StatementSummaryList",
    "UpdateCharacter",
    "Video",
    "VideoCharacter",
    "VideoCharacterReference",
    "VideoCost",
    "VideoDeleted",
    "VideoError",
    "VideoEstimate",
    "VideoEstimatedCompute",
    "VideoEstimatedCost",
    "VideoEstimatedLine",
    "VideoImageReference",
    "VideoLineage",
    "VideoList",
    "VideoMetadata",
    "VideoPhase",
    "VideoPreview",
    "VideoReceipt",
    "VideoReceiptCompute",
    "VideoReceiptLine",
    "VideoReceiptPayload",
    "VideoReference",
    "VideoRelative",
    "VideoRelativeCharacter",
    "VideoShot",
    "VideoState",
    "VideoStatus",
    "VideoUsage",
    "VideoUsageListBucketWidth",
    "VideoUsageListGroupByItem",
    "VideoVariant",
    "VideosUsageResult",
    "VideosUsageResultBucket",
    "VideosUsageResultPage",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookDeliveryList",
    "WebhookDeliveryStatus",
    "WebhookDisabledReason",
    "WebhookEndpoint",
    "WebhookEndpointCreate",
    "WebhookEndpointList",
    "WebhookEndpointTest",
    "WebhookEndpointTestCreate",
    "WebhookEndpointUpdate",
    "WebhookEndpointWithSecret",
    "WebhookEventType",
    "WebhookEventTypes",
    "WebhookPayload",
    "WebhookResent",
    "WebhookSecretRotate",
    "WebhookSince",
)
