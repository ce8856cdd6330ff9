//! The files that fuzzing starts from: whole ones are decoded, and what once did harm no longer does.

use std::path::Path;
use std::time::{Duration, Instant};

use kinora_media::{PictureLimits, UploadLimits, View, decode_clip, decode_picture};

/// Longest that a file of the corpus may take, with a debugger's build on a busy machine.
const TIME_MAX: Duration = Duration::from_secs(20);

/// Largest file of the corpus, bytes.
const BYTES_MAX: usize = 30_000;

#[test]
fn the_corpus_is_small_and_whole() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    let (mut movies, mut pictures) = (0, 0);
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let bytes = std::fs::read(&path).unwrap();
        assert!(bytes.len() <= BYTES_MAX, "{name} has {} bytes", bytes.len());
        let start = Instant::now();
        let movie = decode_clip(&bytes, &UploadLimits::default(), &View::default());
        let picture = decode_picture(&bytes, &PictureLimits::default());
        assert!(start.elapsed() < TIME_MAX, "{name} took {:?}", start.elapsed());
        movies += usize::from(movie.is_ok());
        pictures += usize::from(picture.is_ok());
        if !name.starts_with("found-") {
            assert!(movie.is_ok() || picture.is_ok(), "{name}: {movie:?}, {picture:?}");
        }
    }
    assert!(movies >= 10 && pictures >= 10, "{movies} movies and {pictures} pictures");
}
