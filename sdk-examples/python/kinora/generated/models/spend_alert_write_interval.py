from enum import StrEnum


class SpendAlertWriteInterval(StrEnum):
    MONTH = "month"

    def __str__(self) -> str:
        return str(self.value)
