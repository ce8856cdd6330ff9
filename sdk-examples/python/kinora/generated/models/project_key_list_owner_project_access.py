from enum import StrEnum


class ProjectKeyListOwnerProjectAccess(StrEnum):
    ACTIVE = "active"
    ANY = "any"
    INACTIVE = "inactive"

    def __str__(self) -> str:
        return str(self.value)
