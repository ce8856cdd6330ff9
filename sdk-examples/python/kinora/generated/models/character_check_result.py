from enum import StrEnum


class CharacterCheckResult(StrEnum):
    FAILED = "failed"
    NOT_CHECKED = "not_checked"
    PASSED = "passed"

    def __str__(self) -> str:
        return str(self.value)
