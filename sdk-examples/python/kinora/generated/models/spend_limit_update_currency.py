from enum import StrEnum


class SpendLimitUpdateCurrency(StrEnum):
    USD = "USD"

    def __str__(self) -> str:
        return str(self.value)
