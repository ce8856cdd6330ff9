from enum import StrEnum


class ErrorCode(StrEnum):
    AUDIO_NOT_AVAILABLE = "audio_not_available"
    BODY_TOO_LARGE = "body_too_large"
    INSUFFICIENT_CREDIT = "insufficient_credit"
    INSUFFICIENT_SCOPE = "insufficient_scope"
    INTERNAL_ERROR = "internal_error"
    INVALID_API_KEY = "invalid_api_key"
    INVALID_BODY = "invalid_body"
    INVALID_JSON = "invalid_json"
    INVALID_MULTIPART = "invalid_multipart"
    INVALID_RANGE = "invalid_range"
    INVALID_TYPE = "invalid_type"
    INVALID_VALUE = "invalid_value"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    MISSING_REQUIRED_PARAMETER = "missing_required_parameter"
    MODEL_NOT_FOUND = "model_not_found"
    NOT_FOUND = "not_found"
    NOT_READY = "not_ready"
    PAYMENTS_NOT_SET = "payments_not_set"
    PRICE_NOT_SET = "price_not_set"
    PROJECT_ARCHIVED = "project_archived"
    RATE_LIMIT_EXCEEDED = "rate_limit_exceeded"
    SPEND_LIMIT_REACHED = "spend_limit_reached"
    UNKNOWN_PARAMETER = "unknown_parameter"
    UNKNOWN_URL = "unknown_url"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    VIDEO_EXPIRED = "video_expired"
    VIDEO_FAILED = "video_failed"
    VIDEO_IN_PROGRESS = "video_in_progress"
    VIDEO_NOT_READY = "video_not_ready"
    VIDEO_OVER = "video_over"

    def __str__(self) -> str:
        return str(self.value)
