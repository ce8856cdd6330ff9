from enum import StrEnum


class SpendAlertWriteCurrency(StrEnum):
    USD = "USD"

    def __str__(self) -> str:
        return str(self.value)
