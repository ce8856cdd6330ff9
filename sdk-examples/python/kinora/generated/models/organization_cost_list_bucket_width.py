from enum import StrEnum


class OrganizationCostListBucketWidth(StrEnum):
    VALUE_0 = "1d"

    def __str__(self) -> str:
        return str(self.value)
