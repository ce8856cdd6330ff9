//! How loud things are, in one place: a blow must stand out of everything else, and everything else must still be heard.

/// The peak of the sound of a blow; a soft one has a little less, an explosion a little more.
pub const BLOW_PEAK: f32 = 0.72;

/// The peak of a voice that talks.
pub const VOICE_PEAK: f32 = 0.5;

/// The peak of a call without words: of an animal or of a person.
pub const CALL_PEAK: f32 = 0.3;

/// The loudest a sample may be; the rest is head room for whoever compresses it.
pub const PEAK_MAX: f32 = 0.9;

/// How loud what goes on through the whole clip is, each as [`loudness`] measures it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Beds {
    /// The place and its weather.
    pub place: f32,
    /// The music.
    pub music: f32,
    /// What a thing does all the time, an engine, wings, a roll: in its loudest moment, as it may be over soon.
    pub motor: f32,
    /// What calls are multiplied by.
    pub call: f32,
}

/// Behind blows and words: in sum 20 dB below the first hundredths of a second of a blow.
pub const BEHIND: Beds = Beds { place: 0.01, music: 0.01, motor: 0.014, call: 0.2 };

/// Where nothing is louder.
pub const ALONE: Beds = Beds { place: 0.03, music: 0.035, motor: 0.04, call: 1.0 };

/// How much of each sample is taken from the next before loudness is measured, so that a hiss counts for more than a hum of
/// the same power, as it does for ears and for the bands of a mel spectrum.
const EMPHASIS: f32 = 0.7;

/// Samples of a moment: a quarter of a second.
const MOMENT: usize = crate::sound::SAMPLE_RATE as usize / 4;

/// How loud something sounds: the root mean square of its samples, the high ones weighing up to six times the low ones.
pub fn loudness(samples: &[f32]) -> f32 {
    let power: f32 = samples.windows(2).map(|pair| (pair[1] - EMPHASIS * pair[0]).powi(2)).sum();
    (power / samples.len().max(1) as f32).sqrt()
}

/// The loudness of the loudest quarter of a second.
pub fn loudest(samples: &[f32]) -> f32 {
    samples.chunks(MOMENT).map(loudness).fold(0.0, f32::max)
}

/// The root mean square of samples; 0 of none.
#[cfg(test)]
pub fn rms(samples: &[f32]) -> f32 {
    let power: f32 = samples.iter().map(|sample| sample * sample).sum();
    (power / samples.len().max(1) as f32).sqrt()
}

/// The largest absolute sample.
pub fn peak(samples: &[f32]) -> f32 {
    samples.iter().fold(0.0, |most, sample| most.max(sample.abs()))
}

/// Add `part` to `samples`, so loud that `measure` of it is `level`; silence stays silence.
pub fn mix(samples: &mut [f32], part: &[f32], measure: fn(&[f32]) -> f32, level: f32) {
    let now = measure(part);
    if now > 0.0 {
        let gain = level / now;
        samples.iter_mut().zip(part).for_each(|(sample, part)| *sample += gain * part);
    }
}
