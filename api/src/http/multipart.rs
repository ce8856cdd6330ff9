//! A form as fields: official SDKs send one part per value and write structure into the names, as in
//! `input_reference[image_url]`, `characters[][id]` and `tags[]`.

use std::time::Duration;

use actix_multipart::{Field, Multipart};
use actix_web::dev::Payload;
use actix_web::http::header::{ContentDisposition, HeaderMap};
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use serde_json::{Map, Value};
use tokio::time::timeout;

use super::Fields;
use super::spool::{Spool, Upload};
use crate::{ApiError, Config, Refusal};

/// Most parts of a form; ours has two dozen fields, and metadata adds sixteen.
const PARTS_MAX: usize = 128;
/// Most files of a form, each of which takes a file of ours while it is worked on; a capture has five pictures.
const FILES_MAX: usize = 8;
/// Deepest structure that a name may have; `shots[][characters][][id]` has four places below its first.
const DEPTH_MAX: usize = 4;
/// Longest silence in the middle of a form, after which its connection counts as dead.
const STALL: Duration = Duration::from_secs(30);

/// What may still come.
struct Left {
    /// Of the whole form.
    bytes: usize,
    /// Of texts, which are held in memory.
    text_bytes: usize,
}

pub(super) async fn read(headers: &HeaderMap, payload: Payload, config: &Config) -> Result<Fields, ApiError> {
    let mut form = Multipart::new(headers, payload);
    let mut fields = Fields { textual: true, null_is_absent: true, ..Fields::default() };
    let mut left = Left { bytes: config.multipart_bytes_max, text_bytes: config.json_bytes_max };
    let (mut parts, mut files) = (0, 0);
    while let Some(part) = next(&mut form).await? {
        let mut part = part.map_err(|error| Refusal::Multipart(error.to_string()))?;
        parts += 1;
        if parts > PARTS_MAX {
            return Err(Refusal::Multipart(format!("more than {PARTS_MAX} parts")).into());
        }
        let name = part.name().unwrap_or_default().to_owned();
        if is_file(&part) {
            files += 1;
            if files > FILES_MAX {
                return Err(Refusal::Multipart(format!("more than {FILES_MAX} files")).into());
            }
            // A Python SDK sends an empty file where it can send no reference; it means nothing.
            if let Some(file) = read_file(&mut part, &mut left, config).await? {
                fields.files.push((name, file));
            }
        } else {
            let text = read_text(&mut part, &mut left, config).await?;
            let text =
                String::from_utf8(text).map_err(|_| Refusal::invalid(&name, "expected UTF-8 text."))?;
            insert(&mut fields.values, &name, text)?;
        }
    }
    Ok(fields)
}

/// Whether a part has the name of a file, in either way of writing it.
fn is_file(part: &Field) -> bool {
    let is_named =
        |about: &ContentDisposition| about.get_filename().is_some() || about.get_filename_ext().is_some();
    part.content_disposition().is_some_and(is_named)
}

async fn next<S: Stream + Unpin>(stream: &mut S) -> Result<Option<S::Item>, ApiError> {
    timeout(STALL, stream.next()).await.map_err(|_| ApiError::BodyBroken)
}

/// The next bytes of a part, if that many may come.
async fn chunk(part: &mut Field, left: &mut Left, config: &Config) -> Result<Option<Bytes>, ApiError> {
    let Some(chunk) = next(part).await? else { return Ok(None) };
    let chunk = chunk.map_err(|error| Refusal::Multipart(error.to_string()))?;
    left.bytes = take(left.bytes, chunk.len(), config.multipart_bytes_max)?;
    Ok(Some(chunk))
}

fn take(left: usize, bytes: usize, bytes_max: usize) -> Result<usize, ApiError> {
    left.checked_sub(bytes).ok_or(ApiError::TooLarge { limit_bytes: bytes_max as u64 })
}

async fn read_text(part: &mut Field, left: &mut Left, config: &Config) -> Result<Vec<u8>, ApiError> {
    let mut text = Vec::new();
    while let Some(chunk) = chunk(part, left, config).await? {
        left.text_bytes = take(left.text_bytes, chunk.len(), config.json_bytes_max)?;
        text.extend_from_slice(&chunk);
    }
    Ok(text)
}

async fn read_file(part: &mut Field, left: &mut Left, config: &Config) -> Result<Option<Upload>, ApiError> {
    let mut spool: Option<Spool> = None;
    while let Some(chunk) = chunk(part, left, config).await? {
        if chunk.is_empty() {
            continue;
        }
        let spool = match &mut spool {
            Some(spool) => spool,
            none => none.insert(Spool::begin(config).await?),
        };
        spool.write(&chunk).await?;
    }
    match spool {
        Some(spool) => spool.end().await.map(Some),
        None => Ok(None),
    }
}

/// Puts `text` where `name` says: `a`, `a[b]`, `a[]`, `a[][b]`, or deeper.
pub(super) fn insert(values: &mut Map<String, Value>, name: &str, text: String) -> Result<(), Refusal> {
    let text = Value::String(text);
    let Some((base, rest)) = name.split_once('[') else {
        return plain(values, name, text);
    };
    let keys = keys(rest).ok_or_else(|| Refusal::unknown(name))?;
    put(values.entry(base).or_insert(Value::Null), &keys, text).map_err(|Taken| twice(name))
}

/// The keys in `b][][c]`, of which an empty one stands for the entries of a list.
fn keys(rest: &str) -> Option<Vec<&str>> {
    let keys: Vec<&str> = rest.strip_suffix(']')?.split("][").collect();
    let is_list_of_lists = keys.windows(2).any(|pair| pair == ["", ""]);
    let is_plain = keys.len() <= DEPTH_MAX && !keys.iter().any(|key| key.contains(['[', ']']));
    (is_plain && !is_list_of_lists).then_some(keys)
}

/// Something else was sent for the same place.
struct Taken;

fn put(place: &mut Value, keys: &[&str], text: Value) -> Result<(), Taken> {
    match (keys, place) {
        ([], place @ Value::Null) => *place = text,
        (["", rest @ ..], place @ (Value::Null | Value::Array(_))) => {
            if place.is_null() {
                *place = Value::Array(Vec::new());
            }
            let Value::Array(items) = place else { return Err(Taken) };
            // What the last entry has already begins the next one.
            if !items.last().is_some_and(|last| has_room(last, rest)) {
                items.push(Value::Null);
            }
            return items.last_mut().map_or(Err(Taken), |last| put(last, rest, text));
        }
        ([key, rest @ ..], place @ (Value::Null | Value::Object(_))) if !key.is_empty() => {
            if place.is_null() {
                *place = Value::Object(Map::new());
            }
            let Value::Object(fields) = place else { return Err(Taken) };
            return put(fields.entry(*key).or_insert(Value::Null), rest, text);
        }
        _ => return Err(Taken),
    }
    Ok(())
}

/// Whether [`put`] finds its place free.
fn has_room(place: &Value, keys: &[&str]) -> bool {
    match (keys, place) {
        (_, Value::Null) => true,
        (["", ..], Value::Array(_)) => true,
        ([key, rest @ ..], Value::Object(fields)) => fields.get(*key).is_none_or(|at| has_room(at, rest)),
        _ => false,
    }
}

/// A part without brackets. Those of one name are a list, as OpenAPI writes it; whoever wants one text refuses it.
fn plain(values: &mut Map<String, Value>, name: &str, text: Value) -> Result<(), Refusal> {
    match values.get_mut(name) {
        None => drop(values.insert(name.to_owned(), text)),
        Some(Value::Array(items)) => items.push(text),
        Some(first @ Value::String(_)) => *first = Value::Array(vec![first.take(), text]),
        Some(_) => return Err(twice(name)),
    }
    Ok(())
}

fn twice(name: &str) -> Refusal {
    Refusal::invalid(name, "it was sent more than once.")
}

#[cfg(test)]
mod tests {
    use actix_web::error::PayloadError;
    use actix_web::http::header::CONTENT_TYPE;
    use serde_json::json;

    use super::*;

    fn form(parts: &[(&str, &str)]) -> Result<Value, Refusal> {
        let mut values = Map::new();
        for (name, text) in parts {
            insert(&mut values, name, (*text).to_owned())?;
        }
        Ok(Value::Object(values))
    }

    /// The fingerprint of a form with one file, `bytes`, called `file_name`.
    async fn fingerprint(boundary: &str, file_name: &str, bytes: &str) -> [u8; 32] {
        let file = format!("name=\"image\"; filename=\"{file_name}\"");
        fields(boundary, &[("name=\"prompt\"", "a cat"), (file.as_str(), bytes)]).await.unwrap().fingerprint()
    }

    /// The fields of a form of these parts.
    async fn fields(boundary: &str, parts: &[(&str, &str)]) -> Result<Fields, ApiError> {
        let part = |(about, text): &(&str, &str)| {
            format!("--{boundary}\r\nContent-Disposition: form-data; {about}\r\n\r\n{text}\r\n")
        };
        let body = parts.iter().map(part).collect::<String>() + &format!("--{boundary}--\r\n");
        let kind = format!("multipart/form-data; boundary={boundary}");
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, kind.parse().unwrap());
        let chunk = Ok::<_, PayloadError>(bytes::Bytes::from(body));
        let stream = futures_util::stream::iter([chunk]).boxed_local();
        let folder = tempfile::tempdir().unwrap();
        let config = Config { data_dir: folder.path().to_owned(), ..Config::default() };
        read(&headers, Payload::Stream { payload: stream }, &config).await
    }

    #[tokio::test]
    async fn a_form_has_at_most_eight_files() {
        let parts = vec![("name=\"image\"; filename=\"a.png\"", "bytes"); 9];
        assert_eq!(fields("a", &parts[..8]).await.unwrap().files.len(), 8);
        let refused = fields("a", &parts).await.err().map(|error| error.to_string());
        assert!(refused.is_some_and(|text| text.contains("more than 8 files")));
    }

    #[tokio::test]
    async fn a_file_may_have_its_name_in_the_extended_form_alone() {
        let form = fields("a", &[("name=\"image\"; filename*=UTF-8''a.png", "bytes")]).await.unwrap();
        assert_eq!((form.files.len(), form.values.len()), (1, 0));
    }

    #[tokio::test]
    async fn a_form_is_known_by_the_bytes_of_its_files_and_not_by_its_boundary() {
        let first = fingerprint("a", "cat.png", "bytes").await;
        assert_eq!(first, fingerprint("other", "cat.png", "bytes").await);
        assert_eq!(first, fingerprint("a", "upload", "bytes").await);
        assert_ne!(first, fingerprint("a", "cat.png", "byte").await);
        assert_ne!(first, fingerprint("a", "cat.png", "").await);
    }

    #[test]
    fn brackets_become_objects_and_arrays() {
        let parts = [
            ("prompt", "a cat"),
            ("input_reference[image_url]", "http://x/a.png"),
            ("characters[][id]", "char_1"),
            ("characters[][id]", "char_2"),
            ("s[]", "a"),
            ("s[]", "b"),
            ("t", "a"),
            ("t", "b"),
            ("shots[][prompt]", "a cat"),
            ("shots[][seconds]", "4"),
            ("shots[][characters][][id]", "char_1"),
            ("shots[][characters][][id]", "char_2"),
            ("shots[][prompt]", "a dog"),
            ("shots[][characters][][id]", "char_2"),
        ];
        let expected = json!({
            "prompt": "a cat",
            "input_reference": { "image_url": "http://x/a.png" },
            "characters": [{ "id": "char_1" }, { "id": "char_2" }],
            "s": ["a", "b"],
            "t": ["a", "b"],
            "shots": [
                { "prompt": "a cat", "seconds": "4", "characters": [{ "id": "char_1" }, { "id": "char_2" }] },
                { "prompt": "a dog", "characters": [{ "id": "char_2" }] },
            ],
        });
        assert_eq!(form(&parts), Ok(expected));
    }

    #[test]
    fn a_name_that_is_written_wrongly_or_sent_twice_is_refused() {
        for parts in [
            &[("a", "1"), ("a[b]", "2")][..],
            &[("a[b]", "1"), ("a", "2")],
            &[("a[b]", "1"), ("a[]", "2")],
            &[("a[b]", "1"), ("a[b]", "2")],
            &[("a[b", "1")],
            &[("a[b]", "1"), ("a[b][c]", "2")],
            &[("a[]", "1"), ("a[b]", "2")],
            &[("a[b]c", "1")],
            &[("a[[b]]", "1")],
            &[("a[][]", "1")],
            &[("a[b][c][d][e][f]", "1")],
        ] {
            assert!(form(parts).is_err(), "{parts:?}");
        }
    }
}
