from enum import StrEnum


class CharacterUsePolicy(StrEnum):
    APPROVED = "approved"
    EVERYONE = "everyone"
    MUTUALS = "mutuals"
    ONLY_ME = "only_me"

    def __str__(self) -> str:
        return str(self.value)
