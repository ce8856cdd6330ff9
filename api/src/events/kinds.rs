//! Every kind of event, once: what may be subscribed to, described and raised is what stands here.

use kinora_billing::spend::ALERT_TRIGGERED;

/// A worker took it for the first time.
pub const VIDEO_STARTED: &str = "video.started";
/// It is further by a tenth.
pub const VIDEO_PROGRESS: &str = "video.progress";
/// Its clip is there.
pub const VIDEO_COMPLETED: &str = "video.completed";
/// There will be no clip.
pub const VIDEO_FAILED: &str = "video.failed";
/// There will be no clip, because nobody wants it any more.
pub const VIDEO_CANCELED: &str = "video.canceled";
/// Nothing is sent to an endpoint any more.
pub const ENDPOINT_DISABLED: &str = "webhook_endpoint.disabled";

/// What an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// A video. Whoever asks for one can be told at a URL of its own.
    Video,
    /// What the organization spends. Every project's endpoints can be told.
    Spending,
    /// A webhook endpoint.
    Endpoint,
}

/// One kind of event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// Its name: two words with a dot between them.
    pub name: &'static str,
    /// What it says, for people.
    pub description: &'static str,
    /// What it is about.
    pub about: About,
    /// Whether the URL of a single video is told of it unless its asker says otherwise.
    pub by_default: bool,
}

/// Every kind.
pub const KINDS: [Kind; 7] = [
    Kind {
        name: VIDEO_STARTED,
        description: "A worker began to make the video.",
        about: About::Video,
        by_default: false,
    },
    Kind {
        name: VIDEO_PROGRESS,
        description: "The video is further by at least a tenth. Raised only if somebody wants it.",
        about: About::Video,
        by_default: false,
    },
    Kind {
        name: VIDEO_COMPLETED,
        description: "The video is completed and can be downloaded.",
        about: About::Video,
        by_default: true,
    },
    Kind {
        name: VIDEO_FAILED,
        description: "The video failed, or no worker took it in time.",
        about: About::Video,
        by_default: true,
    },
    Kind {
        name: VIDEO_CANCELED,
        description: "The video was canceled. There is no `video.failed` for it.",
        about: About::Video,
        by_default: true,
    },
    Kind {
        name: ALERT_TRIGGERED,
        description: "The organization or a project spent the amount of a spend alert.",
        about: About::Spending,
        by_default: false,
    },
    Kind {
        name: ENDPOINT_DISABLED,
        description: "Nothing is sent to a webhook endpoint of the project any more, because it failed for five days or \
                      answered 410.",
        about: About::Endpoint,
        by_default: false,
    },
];

/// The kind of that name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}

/// What the URL of a single video is told of by default.
#[must_use]
pub fn defaults() -> Vec<String> {
    KINDS.iter().filter(|kind| kind.by_default).map(|kind| kind.name.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_written_as_the_standard_says_and_stands_here_once() {
        for (n, kind) in KINDS.iter().enumerate() {
            let words: Vec<&str> = kind.name.split('.').collect();
            assert_eq!(words.len(), 2, "{}", kind.name);
            let plain =
                |word: &&str| !word.is_empty() && word.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'_'));
            assert!(words.iter().all(plain), "{}", kind.name);
            assert_eq!(find(kind.name), Some(&KINDS[n]), "once");
            assert!(!kind.by_default || kind.about == About::Video, "only a video has a URL of its own");
        }
        assert_eq!(defaults(), [VIDEO_COMPLETED, VIDEO_FAILED, VIDEO_CANCELED]);
    }
}
