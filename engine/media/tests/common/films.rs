//! Movies that other programs make, as cameras, browsers and editors would, and what those programs see in them.

use std::process::Command;

/// A moving picture of `size` at a rate, with soft edges so that codecs and chroma leave it alike, and a tone.
pub fn source(size: &str, rate: &str, seconds: u32) -> Vec<String> {
    let pictures = format!("testsrc2=size={size}:rate={rate}:duration={seconds},boxblur=3");
    let tone = format!("sine=frequency=440:sample_rate=48000:duration={seconds}");
    ["-f", "lavfi", "-i", &pictures, "-f", "lavfi", "-i", &tone].map(str::to_owned).to_vec()
}

/// A file that `ffmpeg` makes of a source with these options, and that ends in `suffix`.
pub fn film(source: &[String], options: &str, suffix: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(format!("film.{suffix}"));
    let output = Command::new("ffmpeg")
        .args(["-v", "error", "-y", "-nostdin"])
        .args(source)
        .args(options.split_whitespace())
        .arg(&path)
        .output()
        .unwrap();
    assert!(output.status.success(), "{options}: {}", String::from_utf8_lossy(&output.stderr));
    std::fs::read(path).unwrap()
}

/// The same movie, its bytes in another form: `ffmpeg -i FILE -c copy OPTIONS`.
pub fn remuxed(file: &[u8], options: &str, suffix: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("before.mp4");
    std::fs::write(&path, file).unwrap();
    let source = ["-i", path.to_str().unwrap()].map(str::to_owned).to_vec();
    film(&source, &format!("-c copy {options}"), suffix)
}

/// Peak signal to noise of two pictures, decibels; 99 when they are the same.
pub fn psnr(left: &[u8], right: &[u8]) -> f64 {
    assert_eq!(left.len(), right.len());
    let squares: f64 = left.iter().zip(right).map(|(l, r)| (f64::from(*l) - f64::from(*r)).powi(2)).sum();
    if squares == 0.0 { 99.0 } else { 10.0 * (255.0f64.powi(2) * left.len() as f64 / squares).log10() }
}
