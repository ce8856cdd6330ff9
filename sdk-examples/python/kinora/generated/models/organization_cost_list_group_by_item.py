from enum import StrEnum


class OrganizationCostListGroupByItem(StrEnum):
    API_KEY_ID = "api_key_id"
    API_SOURCE = "api_source"
    LINE_ITEM = "line_item"
    PROJECT_ID = "project_id"
    USER_ID = "user_id"

    def __str__(self) -> str:
        return str(self.value)
