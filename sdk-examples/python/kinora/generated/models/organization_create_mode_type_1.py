from enum import StrEnum


class OrganizationCreateModeType1(StrEnum):
    POSTPAID = "postpaid"
    PREPAID = "prepaid"

    def __str__(self) -> str:
        return str(self.value)
