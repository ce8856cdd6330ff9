//! What makes two bodies the same request: their fields and the bytes of their files, and not how they were written. The
//! boundary of a form and the order of fields count for nothing.

use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::Fields;

impl Fields {
    /// SHA-256 of the fields and files that have not been taken yet. A field that is `null` counts as absent. A number is
    /// not the text that it is written as, so that JSON and a form of the same request can differ.
    #[must_use]
    pub fn fingerprint(&self) -> [u8; 32] {
        self.fingerprint_beside(None)
    }

    /// As [`Fields::fingerprint`], with a file of that name and digest, which was read apart from them.
    #[must_use]
    pub fn fingerprint_beside(&self, file: Option<(&str, &str)>) -> [u8; 32] {
        let mut hash = Sha256::new();
        object(&mut hash, &self.values, |value| !value.is_null());
        let mut files: Vec<_> = self.files.iter().collect();
        // Several files of one name keep their order.
        files.sort_by(|(first, _), (second, _)| first.cmp(second));
        count(&mut hash, b'f', files.len());
        for (name, upload) in files {
            text(&mut hash, name);
            hash.update(upload.sha256());
        }
        if let Some((name, digest)) = file {
            text(&mut hash, name);
            text(&mut hash, digest);
        }
        hash.finalize().into()
    }
}

/// Each kind of value begins with a letter of its own and each length is written, so that no two values look alike.
fn add(hash: &mut Sha256, value: &Value) {
    match value {
        Value::Null => hash.update(b"n"),
        Value::Bool(value) => hash.update(if *value { b"y" } else { b"z" }),
        Value::Number(number) => {
            hash.update(b"d");
            text(hash, &number.to_string());
        }
        Value::String(value) => text(hash, value),
        Value::Array(items) => {
            count(hash, b'a', items.len());
            items.iter().for_each(|item| add(hash, item));
        }
        Value::Object(fields) => object(hash, fields, |_| true),
    }
}

fn object(hash: &mut Sha256, fields: &Map<String, Value>, counts: impl Fn(&Value) -> bool) {
    let mut fields: Vec<_> = fields.iter().filter(|(_, value)| counts(value)).collect();
    // A crate beside us may make the map keep the order in which the fields came.
    fields.sort_by_key(|(name, _)| *name);
    count(hash, b'o', fields.len());
    for (name, value) in fields {
        text(hash, name);
        add(hash, value);
    }
}

fn text(hash: &mut Sha256, value: &str) {
    count(hash, b's', value.len());
    hash.update(value.as_bytes());
}

fn count(hash: &mut Sha256, kind: u8, length: usize) {
    hash.update([kind]);
    hash.update((length as u64).to_le_bytes());
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::http::Upload;

    fn of(json: &str) -> [u8; 32] {
        Fields::from_json(json.as_bytes()).unwrap().fingerprint()
    }

    fn with_files(files: &[(&str, u8)]) -> [u8; 32] {
        let files = files.iter().map(|(name, byte)| ((*name).to_owned(), Upload::of(&[*byte; 32]))).collect();
        Fields { files, ..Fields::default() }.fingerprint()
    }

    #[test]
    fn how_a_body_is_written_counts_for_nothing() {
        for (one, other) in [
            (r#"{"a":1,"b":{"c":2,"d":3}}"#, r#"{ "b": {"d":3, "c":2}, "a": 1 }"#),
            (r#"{"a":"\u0041"}"#, r#"{"a":"A"}"#),
            (r#"{"a":1,"b":null}"#, r#"{"a":1}"#),
            (r#"{"a":1e2}"#, r#"{"a":100.0}"#),
        ] {
            assert_eq!(of(one), of(other), "{one} {other}");
        }
        assert_eq!(with_files(&[("a", 1), ("b", 2)]), with_files(&[("b", 2), ("a", 1)]));
        assert_eq!(Fields::default().fingerprint(), of("{}"));
    }

    #[test]
    fn whatever_is_another_request_has_another_fingerprint() {
        let mut seen = BTreeMap::new();
        for json in [
            "{}",
            r#"{"a":1}"#,
            r#"{"a":"1"}"#,
            r#"{"a":1.0}"#,
            r#"{"a":true}"#,
            r#"{"a":false}"#,
            r#"{"a":[]}"#,
            r#"{"a":[1]}"#,
            r#"{"a":[1,2]}"#,
            r#"{"a":[2,1]}"#,
            r#"{"a":[[1],2]}"#,
            r#"{"a":[null]}"#,
            r#"{"a":{}}"#,
            r#"{"a":{"b":null}}"#,
            r#"{"a":{"b":1}}"#,
            r#"{"a":{"b":1},"c":2}"#,
            r#"{"a":{"b":1,"c":2}}"#,
            r#"{"ab":"c"}"#,
            r#"{"a":"bc"}"#,
            r#"{"a":"","b":""}"#,
            r#"{"a":"s"}"#,
        ] {
            assert_eq!(seen.insert(of(json), json), None, "{json}");
        }
        for files in [&[("a", 1)][..], &[("a", 2)], &[("b", 1)], &[("a", 1), ("a", 2)], &[("a", 2), ("a", 1)]]
        {
            assert_eq!(seen.insert(with_files(files), "files"), None, "{files:?}");
        }
    }
}
