//! A form as fields: official SDKs send one part per value and write structure into the names, as in
//! `input_reference[image_url]`, `characters[][id]` and `tags[]`.

use actix_multipart::{Field, Multipart};
use actix_web::dev::Payload;
use actix_web::http::header::HeaderMap;
use futures_util::StreamExt as _;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::Fields;
use crate::{ApiError, Refusal};

/// Most parts of a form; ours has a dozen fields, and metadata adds sixteen.
const PARTS_MAX: usize = 128;

pub(super) async fn read(
    headers: &HeaderMap,
    payload: Payload,
    bytes_max: usize,
) -> Result<Fields, ApiError> {
    let mut form = Multipart::new(headers, payload);
    let mut fields = Fields { textual: true, null_is_absent: true, ..Fields::default() };
    let mut left = bytes_max;
    let mut parts = 0;
    while let Some(part) = form.next().await {
        let mut part = part.map_err(|error| Refusal::Multipart(error.to_string()))?;
        parts += 1;
        if parts > PARTS_MAX {
            return Err(Refusal::Multipart(format!("more than {PARTS_MAX} parts")).into());
        }
        let name = part.name().unwrap_or_default().to_owned();
        let is_file = part.content_disposition().is_some_and(|about| about.get_filename().is_some());
        let bytes = read_part(&mut part, &mut left, bytes_max).await?;
        if !is_file {
            let text =
                String::from_utf8(bytes).map_err(|_| Refusal::invalid(&name, "expected UTF-8 text."))?;
            insert(&mut fields.values, &name, text)?;
        } else if !bytes.is_empty() {
            // A Python SDK sends an empty file where it can send no reference; it means nothing.
            fields.files.push((name, Sha256::digest(&bytes).into()));
        }
    }
    Ok(fields)
}

async fn read_part(part: &mut Field, left: &mut usize, bytes_max: usize) -> Result<Vec<u8>, ApiError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = part.next().await {
        let chunk = chunk.map_err(|error| Refusal::Multipart(error.to_string()))?;
        *left = left.checked_sub(chunk.len()).ok_or(ApiError::TooLarge { limit_bytes: bytes_max as u64 })?;
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// Puts `text` where `name` says: `a`, `a[b]`, `a[]` or `a[][b]`.
pub(super) fn insert(values: &mut Map<String, Value>, name: &str, text: String) -> Result<(), Refusal> {
    let text = Value::String(text);
    let Some((base, rest)) = name.split_once('[') else {
        return plain(values, name, text);
    };
    let malformed = || Refusal::unknown(name);
    let rest = rest.strip_suffix(']').ok_or_else(malformed)?;
    if rest.is_empty() {
        array(values, base, name)?.push(text);
        return Ok(());
    }
    if let Some(key) = rest.strip_prefix("][") {
        check_key(key).ok_or_else(malformed)?;
        let items = array(values, base, name)?;
        // A key that the last object already has begins the next one.
        return match items.last_mut() {
            Some(Value::Object(last)) if !last.contains_key(key) => set(last, key, name, text),
            _ => {
                items.push(Value::Object(Map::from_iter([(key.to_owned(), text)])));
                Ok(())
            }
        };
    }
    check_key(rest).ok_or_else(malformed)?;
    match values.entry(base).or_insert_with(|| Value::Object(Map::new())) {
        Value::Object(object) => set(object, rest, name, text),
        _ => Err(twice(name)),
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

fn check_key(key: &str) -> Option<()> {
    (!key.is_empty() && !key.contains(['[', ']'])).then_some(())
}

fn array<'a>(
    values: &'a mut Map<String, Value>,
    base: &str,
    name: &str,
) -> Result<&'a mut Vec<Value>, Refusal> {
    match values.entry(base).or_insert_with(|| Value::Array(Vec::new())) {
        Value::Array(items) => Ok(items),
        _ => Err(twice(name)),
    }
}

fn set(values: &mut Map<String, Value>, key: &str, name: &str, text: Value) -> Result<(), Refusal> {
    if values.contains_key(key) {
        return Err(twice(name));
    }
    values.insert(key.to_owned(), text);
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
        let body = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"prompt\"\r\n\r\na cat\r\n\
             --{boundary}\r\nContent-Disposition: form-data; name=\"image\"; filename=\"{file_name}\"\r\n\r\n\
             {bytes}\r\n--{boundary}--\r\n"
        );
        let kind = format!("multipart/form-data; boundary={boundary}");
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, kind.parse().unwrap());
        let chunk = Ok::<_, PayloadError>(bytes::Bytes::from(body));
        let stream = futures_util::stream::iter([chunk]).boxed_local();
        read(&headers, Payload::Stream { payload: stream }, 10_000).await.unwrap().fingerprint()
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
        ];
        let expected = json!({
            "prompt": "a cat",
            "input_reference": { "image_url": "http://x/a.png" },
            "characters": [{ "id": "char_1" }, { "id": "char_2" }],
            "s": ["a", "b"],
            "t": ["a", "b"],
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
            &[("a[b][c]", "1")],
            &[("a[][]", "1")],
        ] {
            assert!(form(parts).is_err(), "{parts:?}");
        }
    }
}
