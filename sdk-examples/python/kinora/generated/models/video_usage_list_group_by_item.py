from enum import StrEnum


class VideoUsageListGroupByItem(StrEnum):
    API_KEY_ID = "api_key_id"
    MODEL = "model"
    OPERATION = "operation"
    PROJECT_ID = "project_id"
    SIZE = "size"
    USER_ID = "user_id"

    def __str__(self) -> str:
        return str(self.value)
