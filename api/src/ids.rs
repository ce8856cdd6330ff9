//! Typed ids: a prefix that names the kind and a version 7 UUID, so that ids made later sort later.

use std::fmt;

/// Digits of the UUID part.
const UUID_DIGITS: usize = 32;

macro_rules! id {
    ($(#[$about:meta])* $name:ident, $prefix:literal) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            /// A new id, later in order than every earlier one of this process.
            #[must_use]
            pub fn new() -> Self {
                Self(format!("{}{}", $prefix, uuid::Uuid::now_v7().simple()))
            }

            /// The id in `text`, if it is written like one of this kind.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                let digits = text.strip_prefix($prefix)?;
                is_uuid(digits).then(|| Self(text.to_owned()))
            }

            /// As on the wire and in the database.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(
    /// Names an organization.
    OrganizationId, "org_"
);
id!(
    /// Names a project: the tenant whose videos only its own keys see.
    ProjectId, "proj_"
);
id!(
    /// Names an API key; not secret.
    KeyId, "key_"
);
id!(
    /// Names a video.
    VideoId, "video_"
);
id!(
    /// Names a file that a customer uploaded or a batch wrote.
    FileId, "file_"
);
id!(
    /// Names a file that a video is made from; nobody sees it.
    InputId, "input_"
);
id!(
    /// Names a batch: many videos asked for with one file.
    BatchId, "batch_"
);
id!(
    /// Names a purchase of credit.
    CheckoutId, "checkout_"
);
id!(
    /// Names an event: `webhook-id` of every attempt to tell of it.
    EventId, "evt_"
);
id!(
    /// Names a webhook endpoint.
    EndpointId, "whe_"
);
id!(
    /// Names a delivery of an event to an endpoint.
    DeliveryId, "whd_"
);
id!(
    /// Names a character: a likeness that videos may use.
    CharacterId, "char_"
);
id!(
    /// Names something that was uploaded for a character.
    CaptureId, "capture_"
);
id!(
    /// Names a challenge: what a capture must answer.
    ChallengeId, "challenge_"
);
id!(
    /// Names a consent: what somebody agreed to.
    ConsentId, "consent_"
);
id!(
    /// Names a grant: whom an owner lets use a character.
    GrantId, "grant_"
);
id!(
    /// Names a row of the audit of characters.
    AuditId, "audit_"
);
id!(
    /// Names a run, which is one attempt at a video.
    RunId, "run_"
);

fn is_uuid(digits: &str) -> bool {
    digits.len() == UUID_DIGITS && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_back_as_it_is_written_and_later_ids_sort_later() {
        let (first, second) = (VideoId::new(), VideoId::new());
        assert_eq!(VideoId::parse(first.as_str()).as_ref(), Some(&first));
        assert!(first < second);
    }

    #[test]
    fn an_id_of_another_kind_or_shape_is_refused() {
        let run = RunId::new();
        for text in
            [run.as_str(), "", "video_", "video_1", "video_0193F000000000000000000000000000", "characters"]
        {
            assert_eq!(VideoId::parse(text), None, "{text:?}");
        }
    }
}
