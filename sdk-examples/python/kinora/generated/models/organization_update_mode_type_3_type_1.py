from enum import StrEnum


class OrganizationUpdateModeType3Type1(StrEnum):
    POSTPAID = "postpaid"
    PREPAID = "prepaid"

    def __str__(self) -> str:
        return str(self.value)
