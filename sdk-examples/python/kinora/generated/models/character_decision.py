from enum import StrEnum


class CharacterDecision(StrEnum):
    ACTIVATED = "activated"
    CAPTURE_FAILED = "capture_failed"
    CAPTURE_PASSED = "capture_passed"
    CHALLENGE_ISSUED = "challenge_issued"
    CONSENT_RECORDED = "consent_recorded"
    CREATED = "created"
    DELETED = "deleted"
    GRANTED = "granted"
    GRANT_REVOKED = "grant_revoked"
    POLICY_CHANGED = "policy_changed"
    REFUSED = "refused"
    REFUSED_CONSENT = "refused_consent"
    REFUSED_INACTIVE = "refused_inactive"
    REFUSED_POLICY = "refused_policy"
    REFUSED_PREFERENCE = "refused_preference"
    REVOKED = "revoked"
    UPDATED = "updated"
    USED = "used"
    VIDEO_STOPPED = "video_stopped"
    VIDEO_VIEWED = "video_viewed"
    VIDEO_WITHDRAWN = "video_withdrawn"
    VIEWED = "viewed"

    def __str__(self) -> str:
        return str(self.value)
