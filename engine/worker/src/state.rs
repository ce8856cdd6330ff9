//! What the engine thread, the heartbeat and the run's own task know together about the run in progress.

use std::ops::ControlFlow;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kinora_spec::lease::{Heartbeat, Lease};
use kinora_spec::{Phase, Picture, Progress};
use tokio::sync::Notify;

use crate::limits::{ENCODED_PERCENT, ENGINE_PERCENT, ETA_PERCENT_MIN};

/// Why a run is to stop before it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Halt {
    /// The customer no longer wants it.
    Canceled,
    /// The lease belongs to somebody else or to nobody.
    Lost,
    /// The worker is going away.
    Returned,
}

/// The run in progress.
#[derive(Debug)]
pub(crate) struct RunState {
    pub(crate) lease: Lease,
    started: Instant,
    /// Told when there is something new to say in a heartbeat, or when the run is to stop.
    pub(crate) changed: Notify,
    /// Told when the run is to stop.
    halting: Notify,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    phase: Phase,
    /// Percent, 0 to 99, never falling.
    percent: f32,
    halt: Option<Halt>,
    /// When the server last confirmed the lease.
    confirmed: Instant,
    /// What the server has not been shown yet: a JPEG in base64.
    preview: Option<String>,
}

impl RunState {
    pub(crate) fn new(lease: Lease) -> Self {
        let now = Instant::now();
        let inner = Inner { phase: Phase::Load, percent: 0.0, halt: None, confirmed: now, preview: None };
        Self { lease, started: now, changed: Notify::new(), halting: Notify::new(), inner: Mutex::new(inner) }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        // Every update is a plain assignment, so a panic elsewhere leaves nothing half done.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the engine's progress and answers whether it may go on.
    pub(crate) fn engine_progress(&self, progress: Progress) -> ControlFlow<()> {
        if let Some(picture) = &progress.preview {
            self.show(picture);
        }
        self.advance(progress.phase, progress.fraction.clamp(0.0, 1.0) * ENGINE_PERCENT);
        self.go_on()
    }

    /// Takes the encoder's progress, a share in [0, 1], and answers whether it may go on.
    pub(crate) fn encode_progress(&self, fraction: f32) -> ControlFlow<()> {
        let span = ENCODED_PERCENT - ENGINE_PERCENT;
        self.advance(Phase::Encode, ENGINE_PERCENT + fraction.clamp(0.0, 1.0) * span);
        self.go_on()
    }

    /// Keeps a small picture for the next heartbeat. A run does not end for want of one.
    fn show(&self, picture: &Picture) {
        match kinora_media::preview(picture, self.lease.spec.size) {
            Ok(jpeg) => {
                self.inner().preview = Some(STANDARD.encode(jpeg));
                self.changed.notify_one();
            }
            Err(error) => tracing::warn!(run_id = self.lease.run_id, %error, "the run has no preview"),
        }
    }

    /// Notes that the server has what was to be shown to it.
    pub(crate) fn shown(&self) {
        self.inner().preview = None;
    }

    fn go_on(&self) -> ControlFlow<()> {
        match self.halt() {
            Some(_) => ControlFlow::Break(()),
            None => ControlFlow::Continue(()),
        }
    }

    /// Notes that the files are being uploaded.
    pub(crate) fn uploading(&self) {
        self.advance(Phase::Upload, ENCODED_PERCENT);
    }

    fn advance(&self, phase: Phase, percent: f32) {
        let mut inner = self.inner();
        let before = (inner.phase, inner.percent as u8);
        inner.phase = phase;
        inner.percent = inner.percent.max(percent);
        let news = before != (inner.phase, inner.percent as u8);
        drop(inner);
        if news {
            self.changed.notify_one();
        }
    }

    /// Asks the run to stop; the first reason stands.
    pub(crate) fn halt_with(&self, reason: Halt) {
        self.inner().halt.get_or_insert(reason);
        self.changed.notify_one();
        self.halting.notify_waiters();
    }

    /// Ends when the run is to stop.
    pub(crate) async fn halted(&self) -> Halt {
        loop {
            // Listened for before looking, so that a halt in between is not missed.
            let told = self.halting.notified();
            if let Some(halt) = self.halt() {
                return halt;
            }
            told.await;
        }
    }

    /// Why the run is to stop, if it is.
    pub(crate) fn halt(&self) -> Option<Halt> {
        self.inner().halt
    }

    /// Notes that the server confirmed the lease by the answer to a call sent at `sent`.
    pub(crate) fn confirm(&self, sent: Instant) {
        self.inner().confirmed = sent;
    }

    /// When the lease ends unless the server confirms it again.
    pub(crate) fn lease_end(&self) -> Instant {
        self.inner().confirmed + Duration::from_millis(u64::from(self.lease.lease_ms))
    }

    /// What the server is told next.
    pub(crate) fn heartbeat(&self) -> Heartbeat {
        let inner = self.inner();
        let eta_ms = eta_ms(self.started.elapsed(), inner.percent);
        Heartbeat {
            progress: inner.percent as u8,
            phase: inner.phase,
            eta_ms,
            preview: inner.preview.clone(),
        }
    }
}

/// Time to the end at the pace so far, milliseconds.
fn eta_ms(elapsed: Duration, percent: f32) -> Option<u32> {
    if percent < ETA_PERCENT_MIN {
        return None;
    }
    let left = elapsed.as_secs_f32() * (100.0 - percent) / percent;
    Some((left * 1_000.0) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kinora_spec::{Size, Spec};

    fn state() -> RunState {
        let spec = Spec {
            model: "colour-bars".into(),
            prompt: "bars".into(),
            size: Size::new(1280, 720),
            seconds: 4,
            seed: 1,
            generate_audio: false,
            source: None,
            shots: vec![],
            cast: vec![],
        };
        RunState::new(Lease {
            run_id: "run_1".into(),
            attempt: 1,
            spec,
            inputs: vec![],
            likenesses: vec![],
            lease_ms: 15_000,
        })
    }

    #[test]
    fn progress_never_falls_and_stays_below_one_hundred() {
        let state = state();
        let _ = state.engine_progress(Progress::new(Phase::Denoise, 0.5));
        assert_eq!(state.heartbeat().progress, 45);
        let _ = state.engine_progress(Progress::new(Phase::Decode, 0.2));
        assert_eq!((state.heartbeat().progress, state.heartbeat().phase), (45, Phase::Decode));
        let _ = state.engine_progress(Progress::new(Phase::Vocode, 7.0));
        let _ = state.encode_progress(1.0);
        state.uploading();
        assert_eq!(state.heartbeat().progress, 99);
    }

    #[test]
    fn a_halt_stops_the_engine_at_its_next_word_and_keeps_its_first_reason() {
        let state = state();
        let step = || Progress::new(Phase::Denoise, 0.1);
        assert!(state.engine_progress(step()).is_continue());
        state.halt_with(Halt::Canceled);
        state.halt_with(Halt::Returned);
        assert!(state.engine_progress(step()).is_break());
        assert_eq!(state.halt(), Some(Halt::Canceled));
    }

    #[test]
    fn a_picture_is_told_until_the_server_has_it() {
        let state = state();
        let picture = |rgb| Some(Picture { width: 2, height: 2, rgb });
        let _ = state.engine_progress(Progress {
            preview: picture(vec![0; 12]),
            ..Progress::new(Phase::Denoise, 0.5)
        });
        let _ = state.engine_progress(Progress::new(Phase::Denoise, 0.6));
        let told = [state.heartbeat().preview, state.heartbeat().preview];
        assert!(told[0].is_some() && told[0] == told[1]);
        state.shown();
        assert_eq!(state.heartbeat().preview, None);
        // One that is none does not stop the run.
        let broken = Progress { preview: picture(vec![0; 5]), ..Progress::new(Phase::Denoise, 0.7) };
        assert!(state.engine_progress(broken).is_continue());
        assert_eq!(state.heartbeat().preview, None);
    }

    #[test]
    fn the_time_to_the_end_follows_the_pace_so_far() {
        assert_eq!(eta_ms(Duration::from_secs(10), 0.0), None);
        assert_eq!(eta_ms(Duration::from_secs(10), 50.0), Some(10_000));
        assert_eq!(eta_ms(Duration::from_secs(30), 75.0), Some(10_000));
    }
}
