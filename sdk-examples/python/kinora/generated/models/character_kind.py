from enum import StrEnum


class CharacterKind(StrEnum):
    ANIMAL = "animal"
    OBJECT = "object"
    PERSON = "person"

    def __str__(self) -> str:
        return str(self.value)
