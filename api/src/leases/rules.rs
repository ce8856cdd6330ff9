//! What becomes of a video when a run of it ends. Pure: no clock, no SQL.

use kinora_spec::lease::{AssetDigest, AssetKind, FailReason};
use kinora_spec::limits::RUN_ATTEMPTS_MAX;

/// How often a video may lose its run without the run having been tried to its end: a worker handed it back,
/// or the process of an embedded worker died. Such a run uses up no attempt, since the run is not to blame
/// for a restart; but one that kills its process each time must end too.
pub const RUN_LOST_MAX: u32 = 30;

/// How a run ended without a clip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The worker said why.
    Failed(FailReason),
    /// The worker stayed silent too long.
    Expired,
    /// The worker was of this node, whose process has been started again since.
    Restarted,
}

/// What counts when a run ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Attempts used up, this run's included.
    pub attempts: u32,
    /// Earlier runs that were handed back or died with their process.
    pub lost: u32,
    /// The customer asked to cancel.
    pub cancel_requested: bool,
}

/// What becomes of the video.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It waits for another run; so many attempts are used up.
    Queued {
        /// As in [`Standing`].
        attempts: u32,
    },
    /// It is over, because the customer wanted that.
    Canceled,
    /// It is over, without a clip.
    Failed,
}

/// What a run is after its end, in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunState {
    /// A worker is on it.
    Leased,
    /// It made the clip.
    Finished,
    /// It ended without a clip.
    Failed,
    /// Its worker stayed silent.
    Expired,
    /// It was handed back, or died with its process.
    Returned,
}

impl RunState {
    /// The name in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Leased => "leased",
            Self::Finished => "finished",
            Self::Failed => "failed",
            Self::Expired => "expired",
            Self::Returned => "returned",
        }
    }
}

impl Ending {
    /// What the run is afterwards.
    #[must_use]
    pub const fn state(self) -> RunState {
        match self {
            Self::Failed(FailReason::Returned) | Self::Restarted => RunState::Returned,
            Self::Failed(_) => RunState::Failed,
            Self::Expired => RunState::Expired,
        }
    }
}

/// What becomes of a video whose run ended so.
#[must_use]
pub fn fate(ending: Ending, standing: Standing) -> Fate {
    if standing.cancel_requested {
        return Fate::Canceled;
    }
    let attempts = standing.attempts;
    match ending {
        Ending::Failed(FailReason::Permanent) => Fate::Failed,
        Ending::Failed(FailReason::Returned) | Ending::Restarted if standing.lost + 1 >= RUN_LOST_MAX => {
            Fate::Failed
        }
        Ending::Failed(FailReason::Returned) | Ending::Restarted => {
            Fate::Queued { attempts: attempts.saturating_sub(1) }
        }
        // A worker that cancels on its own has no right to; its run is tried again like a failed one.
        Ending::Failed(FailReason::Transient | FailReason::Canceled) | Ending::Expired => {
            if attempts >= RUN_ATTEMPTS_MAX { Fate::Failed } else { Fate::Queued { attempts } }
        }
    }
}

/// Why the assets of a run are not those of a clip.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadAssets {
    /// One that every clip has, or that was asked for, is not there.
    #[error("the clip has no {}", .0.name())]
    Missing(AssetKind),
    /// Sound that was not asked for.
    #[error("the clip has {} that was not asked for", .0.name())]
    Unasked(AssetKind),
    /// What the worker sent is not what arrived.
    #[error("the {} that arrived is not the one that was sent", .0.name())]
    Differs(AssetKind),
}

/// Checks that the worker's account and what was stored are the same whole clip.
///
/// # Errors
/// The first difference.
pub fn check_assets(told: &[AssetDigest], stored: &[AssetDigest], with_audio: bool) -> Result<(), BadAssets> {
    for kind in AssetKind::ALL {
        let mut of_kind = told.iter().filter(|digest| digest.kind == kind);
        let (first, second) = (of_kind.next(), of_kind.next());
        let is_stored = stored.iter().find(|digest| digest.kind == kind);
        match (first, is_stored) {
            _ if second.is_some() => return Err(BadAssets::Differs(kind)),
            (None, None) if kind == AssetKind::Latents || (kind == AssetKind::Audio && !with_audio) => {}
            (Some(_), _) if kind == AssetKind::Audio && !with_audio => return Err(BadAssets::Unasked(kind)),
            (None, _) | (_, None) => return Err(BadAssets::Missing(kind)),
            (Some(told), Some(stored)) if told != stored => return Err(BadAssets::Differs(kind)),
            (Some(_), Some(_)) => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NEW: Standing = Standing { attempts: 1, lost: 0, cancel_requested: false };

    #[test]
    fn a_silent_or_unlucky_run_is_tried_three_times() {
        for ending in
            [Ending::Expired, Ending::Failed(FailReason::Transient), Ending::Failed(FailReason::Canceled)]
        {
            assert_eq!(fate(ending, NEW), Fate::Queued { attempts: 1 });
            assert_eq!(fate(ending, Standing { attempts: 2, ..NEW }), Fate::Queued { attempts: 2 });
            assert_eq!(fate(ending, Standing { attempts: 3, ..NEW }), Fate::Failed);
        }
    }

    #[test]
    fn a_run_that_was_handed_back_or_died_with_its_process_uses_up_no_attempt() {
        for ending in [Ending::Restarted, Ending::Failed(FailReason::Returned)] {
            assert_eq!(fate(ending, Standing { attempts: 3, ..NEW }), Fate::Queued { attempts: 2 });
            let last = Standing { attempts: 1, lost: RUN_LOST_MAX - 1, cancel_requested: false };
            assert_eq!(fate(ending, last), Fate::Failed);
        }
    }

    #[test]
    fn a_permanent_failure_is_not_tried_again() {
        assert_eq!(fate(Ending::Failed(FailReason::Permanent), NEW), Fate::Failed);
    }

    fn digest(kind: AssetKind) -> AssetDigest {
        AssetDigest { kind, bytes: 3, sha256: format!("{:064}", kind as u8) }
    }

    #[test]
    fn a_clip_is_whole_when_what_was_told_is_what_is_stored() {
        let all: Vec<_> = AssetKind::ALL.into_iter().map(digest).collect();
        assert_eq!(check_assets(&all, &all, true), Ok(()));
        assert_eq!(check_assets(&all[..3], &all[..3], false), Ok(()));
        assert_eq!(check_assets(&all[..3], &all[..3], true), Err(BadAssets::Missing(AssetKind::Audio)));
        assert_eq!(check_assets(&all, &all, false), Err(BadAssets::Unasked(AssetKind::Audio)));
        assert_eq!(check_assets(&all, &all[..3], true), Err(BadAssets::Missing(AssetKind::Audio)));
        assert_eq!(check_assets(&all[1..], &all, true), Err(BadAssets::Missing(AssetKind::Video)));
        let twice: Vec<_> = all.iter().chain(&all[..1]).cloned().collect();
        assert_eq!(check_assets(&twice, &all, true), Err(BadAssets::Differs(AssetKind::Video)));
        let mut other = all.clone();
        other[1].bytes += 1;
        assert_eq!(check_assets(&all, &other, true), Err(BadAssets::Differs(AssetKind::Thumbnail)));
    }

    fn ending() -> impl Strategy<Value = Ending> {
        prop_oneof![
            Just(Ending::Expired),
            Just(Ending::Restarted),
            Just(Ending::Failed(FailReason::Canceled)),
            Just(Ending::Failed(FailReason::Transient)),
            Just(Ending::Failed(FailReason::Returned)),
        ]
    }

    proptest! {
        /// Whatever goes wrong in whatever order, a video that is always claimed again ends.
        #[test]
        fn every_video_ends_and_never_goes_beyond_its_limits(
            endings in proptest::collection::vec(ending(), 40),
            cancel_at in proptest::option::of(0usize..40),
        ) {
            let mut standing = Standing { attempts: 0, lost: 0, cancel_requested: false };
            let mut ended = false;
            for (index, ending) in endings.into_iter().enumerate() {
                standing.attempts += 1;
                standing.cancel_requested |= cancel_at.is_some_and(|at| at <= index);
                prop_assert!(standing.attempts <= RUN_ATTEMPTS_MAX && standing.lost < RUN_LOST_MAX);
                let after = fate(ending, standing);
                prop_assert_eq!(standing.cancel_requested, after == Fate::Canceled);
                let Fate::Queued { attempts } = after else { ended = true; break };
                standing.attempts = attempts;
                standing.lost += u32::from(ending.state() == RunState::Returned);
            }
            prop_assert!(ended);
        }
    }
}
