use super::*;
use crate::act::course;
use crate::dice::{Source, Split};
use crate::motion::motion;
use crate::plan::plan;

/// Samples of a frame of the detector: 8 ms.
const FRAME: usize = 128;

/// How much louder than the 64 ms before a frame must be to be an onset, in decibels.
const RISE_DB: f32 = 10.0;

/// The share of the loudest frame's energy below which a rise is none: 16 dB.
const FAINT: f32 = 0.025;

/// How far from its event an onset may be found, in seconds: half of what the evaluation allows a model.
const APART_S: f32 = 0.06;

struct Heard {
    plan: Plan,
    events: Vec<Event>,
    samples: Vec<f32>,
}

fn heard(index: u64) -> Heard {
    let source = Source { split: Split::Train, seed: 5, index };
    let plan = plan(source, 49);
    let mut dice = Dice::new(source, Part::Motion);
    if plan.cast.is_thing() {
        let motion = motion(&plan, &mut dice);
        let samples = sound(&plan, &motion);
        Heard { plan, events: motion.events, samples }
    } else {
        let courses: Vec<Course> =
            plan.cast.people().iter().map(|person| course(&plan, person, &mut dice)).collect();
        let samples = people(&plan, &courses);
        Heard { plan, events: courses.into_iter().flat_map(|course| course.events).collect(), samples }
    }
}

/// The energy of each frame, as loud as it sounds.
fn energies(samples: &[f32]) -> Vec<f32> {
    samples.chunks(FRAME).map(|frame| level::loudness(frame).powi(2) + 1e-9).collect()
}

/// The rise of each frame above the mean of the 8 before it, in decibels; none for a frame that is far below the loudest.
fn rises(samples: &[f32]) -> Vec<f32> {
    let energies = energies(samples);
    let most = energies.iter().copied().fold(0.0, f32::max);
    let before = |at: usize| energies[at.saturating_sub(8)..at].iter().sum::<f32>() / at.clamp(1, 8) as f32;
    let rise = |at: usize| if at == 0 { 0.0 } else { 10.0 * (energies[at] / before(at)).log10() };
    (0..energies.len()).map(|at| if energies[at] > FAINT * most { rise(at) } else { 0.0 }).collect()
}

fn has_onset(rises: &[f32], at: f32) -> bool {
    let seconds = |frame: usize| frame as f32 * FRAME as f32 * STEP_S;
    rises.iter().enumerate().any(|(frame, rise)| *rise > RISE_DB && (seconds(frame) - at).abs() < APART_S)
}

#[test]
fn every_clip_is_heard_for_its_whole_length_and_never_too_loud() {
    for index in 0..300 {
        let Heard { plan, samples, .. } = heard(index);
        assert_eq!(samples.len(), 65_333);
        let peak = level::peak(&samples);
        let what = format!("{} of {} in {}", plan.action.name(), plan.object.name(), plan.scene.name());
        assert!((0.05..=PEAK_MAX + 1e-6).contains(&peak), "peak {peak}: {what}");
        assert!(samples.iter().all(|sample| sample.is_finite()), "{what}");
        // No tenth of a second of silence, but for the faded ends.
        let quietest = samples.chunks_exact(1600).map(level::rms).fold(1.0, f32::min);
        assert!(quietest > 1e-3, "{quietest}: {what}");
    }
}

#[test]
fn events_are_found_by_ear_in_nearly_every_clip_that_has_some() {
    let (mut clips, mut found, mut blows, mut loose) = (0, 0, 0, 0);
    for index in 0..1000 {
        let Heard { plan, events, samples } = heard(index);
        let all = events.clone();
        // A blow in the first moment has nothing before it to rise from.
        let events: Vec<Event> = events.into_iter().filter(|event| (0.1..4.0).contains(&event.at)).collect();
        if events.is_empty() {
            continue;
        }
        let rises = rises(&samples);
        let missed: Vec<&Event> = events.iter().filter(|event| !has_onset(&rises, event.at)).collect();
        clips += 1;
        blows += events.len();
        found += usize::from(missed.is_empty());
        if !missed.is_empty() {
            println!("{index}: {missed:?} of {} in {}", plan.object.name(), plan.scene.name());
        }
        // And the other way round: what sounds like an event is one.
        let near = |at: f32| all.iter().any(|event| at > event.at - APART_S && at < event.at + 0.3);
        let strays = rises.iter().enumerate().filter(|(frame, rise)| {
            **rise > RISE_DB && *frame > 4 && !near(*frame as f32 * FRAME as f32 * STEP_S)
        });
        let strays = strays.count();
        if strays > 0 {
            println!(
                "{index}: {strays} strays, {:?} {} of {} in {}",
                plan.music,
                plan.action.name(),
                plan.object.name(),
                plan.scene.name()
            );
        }
        loose += usize::from(strays > 0);
    }
    println!("{found} of {clips} clips, {blows} events; {loose} clips with onsets of nothing");
    assert!(clips > 100);
    assert!(found as f32 >= 0.95 * clips as f32, "{found} of {clips}");
    assert!((loose as f32) <= 0.05 * clips as f32, "{loose} of {clips} have onsets that belong to nothing");
}

#[test]
fn a_blow_is_15_db_above_what_is_heard_around_it() {
    let mut worst = Vec::new();
    for index in 0..400 {
        let Heard { events, samples, .. } = heard(index);
        let mut times: Vec<f32> = events.iter().map(|event| event.at).collect();
        times.sort_by(f32::total_cmp);
        for (count, at) in times.iter().enumerate() {
            let first = (at / STEP_S) as usize;
            // Only what has had time to fade since the last one.
            let rested = count == 0 || at - times[count - 1] > 0.6;
            if rested && first > 2400 && first + 512 < samples.len() {
                let (before, after) = (
                    level::loudness(&samples[first - 1600..first]),
                    level::loudness(&samples[first..first + 512]),
                );
                worst.push(20.0 * (after / before).log10());
            }
        }
    }
    worst.sort_by(f32::total_cmp);
    let low = worst[worst.len() / 20];
    println!(
        "{} blows: least {:.1}, 5 % {low:.1}, median {:.1} dB",
        worst.len(),
        worst[0],
        worst[worst.len() / 2]
    );
    assert!(worst.len() > 50 && low > 15.0);
}
