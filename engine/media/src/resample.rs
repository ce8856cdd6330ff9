//! Sound to 48 kHz by a whole factor: a windowed sinc split into phases, without delay.

/// Input samples that one output sample is made of, an even number: 4 ms to each side at 16 kHz, which keeps what
/// lies below 91 % of the band and lets nothing above it through (-90 dB).
const TAPS: usize = 128;
/// Middle of the slope of the filter, as a share of the band of the input.
const CUTOFF: f64 = 0.955;
/// Shape of the Kaiser window, for 90 dB.
const BETA: f64 = 8.96;

/// `factor` output samples for every input sample; output `n * factor` is at the time of input `n`.
///
/// Before and after the input there is silence. Peaks between samples may lie above the input's own.
pub fn upsample(input: &[f32], factor: usize) -> Vec<f32> {
    if factor == 1 {
        return input.to_vec();
    }
    let mut padded = vec![0.0; input.len() + TAPS];
    padded[TAPS / 2..][..input.len()].copy_from_slice(input);
    let phases: Vec<[f32; TAPS]> = (0..factor).map(|phase| taps(phase as f64 / factor as f64)).collect();
    let mut output = Vec::with_capacity(input.len() * factor);
    for place in 0..input.len() {
        // The first input at work lies `TAPS / 2 - 1` before this one.
        let near = &padded[place + 1..][..TAPS];
        output.extend(phases.iter().map(|phase| dot(near, phase)));
    }
    output
}

/// The weights of the inputs around a place that lies `offset` input samples, less than one, after an input.
fn taps(offset: f64) -> [f32; TAPS] {
    let half = TAPS as f64 / 2.0;
    let distance = |tap: usize| tap as f64 - (half - 1.0) - offset;
    let weights: [f64; TAPS] = std::array::from_fn(|tap| {
        let x = distance(tap);
        let window = bessel_i0(BETA * (1.0 - (x / half).powi(2)).max(0.0).sqrt());
        sinc(CUTOFF * x) * window
    });
    let sum: f64 = weights.iter().sum();
    weights.map(|weight| (weight / sum) as f32)
}

fn sinc(x: f64) -> f64 {
    let angle = std::f64::consts::PI * x;
    if angle == 0.0 { 1.0 } else { angle.sin() / angle }
}

/// The modified Bessel function of the first kind and order zero, by its series.
fn bessel_i0(x: f64) -> f64 {
    let (mut sum, mut term, mut n) = (1.0, 1.0, 1.0);
    while term > 1e-12 * sum {
        term *= (x / (2.0 * n)).powi(2);
        sum += term;
        n += 1.0;
    }
    sum
}

/// The sum of products, in eight lanes whose order of adding is the same on every machine.
fn dot(left: &[f32], right: &[f32; TAPS]) -> f32 {
    let mut lanes = [0.0f32; 8];
    for (left, right) in left.as_chunks::<8>().0.iter().zip(right.as_chunks::<8>().0) {
        for lane in 0..8 {
            lanes[lane] += left[lane] * right[lane];
        }
    }
    lanes.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(hertz: f64, rate: f64, count: usize) -> Vec<f32> {
        (0..count).map(|n| (std::f64::consts::TAU * hertz * n as f64 / rate).sin() as f32).collect()
    }

    #[test]
    fn tones_below_seven_kilohertz_come_out_as_if_sampled_at_48_khz() {
        for hertz in [50.0, 1_000.0, 4_321.0, 7_000.0] {
            let output = upsample(&tone(hertz, 16_000.0, 4_000), 3);
            let ideal = tone(hertz, 48_000.0, 12_000);
            let middle = 500..11_500;
            let worst = middle.map(|n| (output[n] - ideal[n]).abs()).fold(0.0, f32::max);
            assert!(worst < 1e-4, "{hertz} Hz is off by {worst}");
        }
    }

    #[test]
    fn a_click_stays_at_its_time() {
        let mut input = vec![0.0; 400];
        input[123] = 1.0;
        let output = upsample(&input, 3);
        let peak = (0..output.len()).max_by(|a, b| output[*a].total_cmp(&output[*b])).unwrap();
        assert_eq!((output.len(), peak), (1_200, 369));
    }

    #[test]
    fn sound_at_48_khz_is_left_alone() {
        let input = tone(440.0, 48_000.0, 100);
        assert_eq!(upsample(&input, 1), input);
    }
}
