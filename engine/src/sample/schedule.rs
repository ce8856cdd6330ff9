//! Noise levels of a run, one function a family of checkpoints.

/// Noise levels from noise to clean.
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    /// Share of noise before each step and after the last: one more than steps, falling, the last is 0.
    pub sigmas: Vec<f64>,
    /// What the model is told at each step, in [0, 1000].
    pub timesteps: Vec<f64>,
}

/// Timesteps of a full schedule that the checkpoints were trained with.
const TRAINED: f64 = 1000.0;

impl Schedule {
    /// How many steps there are.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.timesteps.len()
    }

    fn from_levels(mut levels: Vec<f64>) -> Self {
        let timesteps = levels.iter().map(|sigma| sigma * TRAINED).collect();
        levels.push(0.0);
        Self { sigmas: levels, timesteps }
    }
}

/// The small model's: even steps from 1 to 0, shifted once.
///
/// # Panics
/// If `steps` is 0.
#[must_use]
pub fn shifted(steps: usize, shift: f64) -> Schedule {
    shifted_from(1.0, steps, shift)
}

/// As [`shifted`], from `start` instead of 1: what is changed is noised to the first level and denoised from there
/// (SDEdit, Meng et al., 2021, arXiv 2108.01073).
///
/// # Panics
/// If `steps` is 0.
#[must_use]
pub fn shifted_from(start: f64, steps: usize, shift: f64) -> Schedule {
    assert!(steps > 0, "a schedule needs a step");
    let levels = (0..steps).map(|step| shift_level(start * (1.0 - step as f64 / steps as f64), shift));
    Schedule::from_levels(levels.collect())
}

/// That of diffusers' `FlowMatchEulerDiscreteScheduler(shift)`, which shifts its table of 1000 levels, takes even steps
/// between the ends of that table, and shifts these again.
///
/// # Panics
/// If `steps` is 0.
#[must_use]
pub fn flow_match_euler(steps: usize, shift: f64) -> Schedule {
    let (first, last) = (1.0, shift_level(1.0 / TRAINED, shift));
    Schedule::from_levels(evenly(first, last, steps).map(|level| shift_level(level, shift)).collect())
}

/// That of diffusers' `UniPCMultistepScheduler(use_flow_sigmas, flow_shift)`: whole timesteps, and a first level just
/// below 1, where the solver's logarithms are finite.
///
/// # Panics
/// If `steps` is 0.
#[must_use]
pub fn unipc(steps: usize, shift: f64) -> Schedule {
    const BELOW_ONE: f64 = 1e-6;
    // diffusers takes one level more and drops the last.
    let mut levels: Vec<f64> = evenly(1.0, 1.0 / TRAINED, steps + 1).collect();
    levels.truncate(steps);
    for level in &mut levels {
        *level = shift_level(*level, shift);
    }
    if (levels[0] - 1.0).abs() < BELOW_ONE {
        levels[0] -= BELOW_ONE;
    }
    let mut schedule = Schedule::from_levels(levels);
    for timestep in &mut schedule.timesteps {
        *timestep = timestep.trunc();
    }
    schedule
}

/// Spends more of the steps at high noise: `s u / (1 + (s - 1) u)`.
fn shift_level(level: f64, shift: f64) -> f64 {
    shift * level / (1.0 + (shift - 1.0) * level)
}

fn evenly(first: f64, last: f64, count: usize) -> impl Iterator<Item = f64> {
    assert!(count > 0, "a schedule needs a step");
    let gaps = (count - 1).max(1) as f64;
    (0..count).map(move |step| first + (last - first) * step as f64 / gaps)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_schedule_falls_strictly_and_ends_clean() {
        for steps in [1, 2, 4, 8, 20, 50] {
            for shift in [1.0, 3.0, 5.0, 12.0] {
                for schedule in [shifted(steps, shift), flow_match_euler(steps, shift), unipc(steps, shift)] {
                    assert_eq!((schedule.steps(), schedule.sigmas.len()), (steps, steps + 1));
                    assert!(schedule.sigmas.windows(2).all(|pair| pair[0] > pair[1]), "{schedule:?}");
                    assert_eq!(schedule.sigmas[steps], 0.0);
                    assert!(schedule.sigmas[0] > 0.999_99 && schedule.sigmas[0] <= 1.0);
                }
            }
        }
    }

    #[test]
    fn a_schedule_from_below_the_noise_begins_there_and_ends_clean() {
        let schedule = shifted_from(0.3, 3, 3.0);
        assert!((schedule.sigmas[0] - 0.9 / 1.6).abs() < 1e-12);
        assert!(schedule.sigmas.windows(2).all(|pair| pair[0] > pair[1]));
        assert_eq!(schedule.sigmas[3], 0.0);
        assert_eq!(shifted_from(1.0, 8, 3.0), shifted(8, 3.0));
    }

    #[test]
    fn the_small_models_levels_are_as_it_was_trained() {
        let schedule = shifted(4, 3.0);
        let expected = [1.0, 0.9, 0.75, 0.5, 0.0];
        assert!(schedule.sigmas.iter().zip(expected).all(|(found, level)| (found - level).abs() < 1e-12));
        assert!((schedule.timesteps[1] - 900.0).abs() < 1e-9);
    }
}
