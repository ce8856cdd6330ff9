from enum import StrEnum


class SpendLimitUpdateInterval(StrEnum):
    MONTH = "month"

    def __str__(self) -> str:
        return str(self.value)
