from enum import StrEnum


class CharacterUse(StrEnum):
    CREATE = "create"
    EXTEND = "extend"
    REMIX = "remix"

    def __str__(self) -> str:
        return str(self.value)
