from enum import StrEnum


class MarginGetGroupByItem(StrEnum):
    API_KEY_ID = "api_key_id"
    DAY = "day"
    MODEL = "model"
    OPERATION = "operation"
    ORGANIZATION_ID = "organization_id"
    PROJECT_ID = "project_id"

    def __str__(self) -> str:
        return str(self.value)
