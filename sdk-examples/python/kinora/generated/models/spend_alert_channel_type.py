from enum import StrEnum


class SpendAlertChannelType(StrEnum):
    EMAIL = "email"

    def __str__(self) -> str:
        return str(self.value)
