from enum import StrEnum


class CharacterStatus(StrEnum):
    ACTIVE = "active"
    DELETED = "deleted"
    PENDING = "pending"
    REFUSED = "refused"
    REVOKED = "revoked"
    UNVERIFIED = "unverified"

    def __str__(self) -> str:
        return str(self.value)
