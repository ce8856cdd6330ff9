from enum import StrEnum


class CharacterFinished(StrEnum):
    KEEP = "keep"
    TOMBSTONE = "tombstone"

    def __str__(self) -> str:
        return str(self.value)
