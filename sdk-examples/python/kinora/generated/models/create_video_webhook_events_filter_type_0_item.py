from enum import StrEnum


class CreateVideoWebhookEventsFilterType0Item(StrEnum):
    VIDEO_CANCELED = "video.canceled"
    VIDEO_COMPLETED = "video.completed"
    VIDEO_FAILED = "video.failed"
    VIDEO_PROGRESS = "video.progress"
    VIDEO_STARTED = "video.started"

    def __str__(self) -> str:
        return str(self.value)
