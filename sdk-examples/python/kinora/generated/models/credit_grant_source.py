from enum import StrEnum


class CreditGrantSource(StrEnum):
    CORRECTION = "correction"
    PROMOTIONAL = "promotional"

    def __str__(self) -> str:
        return str(self.value)
