from enum import StrEnum


class WebhookEndpointUpdateEventTypesType0Item(StrEnum):
    SPEND_ALERT_TRIGGERED = "spend_alert.triggered"
    VIDEO_CANCELED = "video.canceled"
    VIDEO_COMPLETED = "video.completed"
    VIDEO_FAILED = "video.failed"
    VIDEO_PROGRESS = "video.progress"
    VIDEO_STARTED = "video.started"
    WEBHOOK_ENDPOINT_DISABLED = "webhook_endpoint.disabled"

    def __str__(self) -> str:
        return str(self.value)
