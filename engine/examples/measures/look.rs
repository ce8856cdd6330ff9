//! How much two clips look alike.

use kinora_spec::Frames;

/// Side of the squares whose mean colours are compared, pixels.
const BLUR: usize = 14;

/// Mean colours of the squares of every frame, `[frame, square and channel]`.
fn blurred(frames: &Frames) -> Vec<Vec<f64>> {
    let (width, height) = (frames.width as usize, frames.height as usize);
    let square = |frame: &[u8], left: usize, top: usize, channel: usize| {
        let (rows, columns) = (top..(top + BLUR).min(height), left..(left + BLUR).min(width));
        let count = (rows.len() * columns.len()) as f64;
        let row = |row: usize| -> u64 {
            columns.clone().map(|column| u64::from(frame[(row * width + column) * 3 + channel])).sum()
        };
        rows.map(row).sum::<u64>() as f64 / count
    };
    let one = |frame: &[u8]| {
        let mut squares = vec![];
        for top in (0..height).step_by(BLUR) {
            for left in (0..width).step_by(BLUR) {
                squares.extend((0..3).map(|channel| square(frame, left, top, channel)));
            }
        }
        squares
    };
    frames.iter().map(one).collect()
}

/// Pearson's correlation of two rows of numbers.
fn correlation(one: &[f64], other: &[f64]) -> f64 {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let (a, b) = (mean(one), mean(other));
    let pairs = || one.iter().zip(other).map(|(x, y)| (x - a, y - b));
    let both: f64 = pairs().map(|(x, y)| x * y).sum();
    let [first, second] = pairs().fold([0.0, 0.0], |[first, second], (x, y)| [first + x * x, second + y * y]);
    both / (first * second).sqrt().max(f64::MIN_POSITIVE)
}

/// What one clip has of another, blurred: the correlation of their frames, in the mean.
pub fn likeness(one: &Frames, other: &Frames) -> f64 {
    let (one, other) = (blurred(one), blurred(other));
    let sum: f64 = one.iter().zip(&other).map(|(one, other)| correlation(one, other)).sum();
    sum / one.len().min(other.len()) as f64
}
