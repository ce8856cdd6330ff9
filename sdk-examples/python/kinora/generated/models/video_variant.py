from enum import StrEnum


class VideoVariant(StrEnum):
    AUDIO = "audio"
    SPRITESHEET = "spritesheet"
    THUMBNAIL = "thumbnail"
    VIDEO = "video"

    def __str__(self) -> str:
        return str(self.value)
