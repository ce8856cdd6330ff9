from enum import StrEnum


class ProjectKeyCreateScopesType0Item(StrEnum):
    MODELSREAD = "models:read"
    VIDEOSREAD = "videos:read"
    VIDEOSWRITE = "videos:write"
    WEBHOOKSREAD = "webhooks:read"
    WEBHOOKSWRITE = "webhooks:write"

    def __str__(self) -> str:
        return str(self.value)
