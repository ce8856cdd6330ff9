//! Examples of every body, put together from examples of fields: those that a field states with `#[schema(example = …)]`,
//! and those of `values.json`, which go by a field's name because the same field stands in many bodies. Examples of errors are
//! the errors themselves.

use serde_json::{Map, Value};
use utoipa::openapi::path::ParameterIn;
use utoipa::openapi::schema::Schema;
use utoipa::openapi::{Content, OpenApi, RefOr};

use super::walk;
use crate::error::ApiError;
use crate::limits::{Exceeded, Left, Limit};
use crate::refusal::Refusal;

/// How deep a body may be; deeper is a schema that holds itself.
const DEPTH_MAX: u32 = 12;
/// The body of JSON.
const JSON: &str = "application/json";

/// Adds an example to each body of JSON and to each part of a path.
pub(super) fn add(document: &mut OpenApi) {
    let Ok(whole) = serde_json::to_value(&*document) else { return };
    let book = Book { schemas: &whole["components"]["schemas"], values: values() };
    for operation in document.paths.paths.values_mut().flat_map(walk::operations) {
        for parameter in operation.parameters.iter_mut().flatten() {
            if let RefOr::T(parameter) = parameter
                && parameter.parameter_in == ParameterIn::Path
                && let Some(RefOr::T(Schema::Object(schema))) = &mut parameter.schema
                && schema.examples.is_empty()
            {
                schema.examples.extend(book.values.get(&parameter.name).cloned());
            }
        }
        if let Some(RefOr::T(body)) = &mut operation.request_body {
            book.add(body.content.get_mut(JSON));
        }
        for (status, answer) in &mut operation.responses.responses {
            let RefOr::T(answer) = answer else { continue };
            let Some(RefOr::T(content)) = answer.content.get_mut(JSON) else { continue };
            if status.as_str() < "400" {
                book.fill(content);
            } else if content.example.is_none() {
                content.example = failure(status, &answer.description);
            }
        }
    }
}

/// An error with this status, as the server would send it.
fn failure(status: &str, description: &str) -> Option<Value> {
    let scopes = "videos:read videos:write models:read webhooks:read webhooks:write organization:read organization:write operator";
    let scope = scopes.split(' ').find(|scope| description.contains(&format!("`{scope}`")));
    let error = match status {
        "400" => ApiError::from(Refusal::Unknown { param: "colour".into() }),
        "401" => ApiError::NoKey,
        "402" => ApiError::InsufficientCredit {
            available: kinora_billing::Micros::new(3_600_000),
            short: kinora_billing::Micros::new(400_000),
            on_account: false,
        },
        "403" => ApiError::NoScope(scope.unwrap_or("operator")),
        "404" => ApiError::not_found("video", "video_019aabc2f1e87d0e8f6a3c1b5d7e9f01"),
        "409" if description.contains("over already") => ApiError::VideoOver("completed"),
        "409" if description.contains("still being made") => ApiError::VideoInProgress,
        "409" if description.contains("is disabled") => ApiError::EndpointDisabled,
        "409" => ApiError::RepeatsInWork,
        "410" => ApiError::VideoExpired,
        "413" => ApiError::TooLarge { limit_bytes: 65_536 },
        "415" => ApiError::ContentType,
        "416" => ApiError::Range { length_bytes: 482_113 },
        "422" => ApiError::KeyReused,
        "429" => ApiError::from(Box::new(Exceeded {
            limit: Limit::Model("kinora-mini".into()),
            max: 10,
            retry_after_ms: Some(12_000),
            left: Left::default(),
        })),
        "503" => ApiError::NotReady("its database is busy"),
        _ => return None,
    };
    serde_json::to_value(error.body()).ok()
}

/// The schemas, and the values by name.
struct Book<'a> {
    schemas: &'a Value,
    values: Map<String, Value>,
}

impl Book<'_> {
    fn add(&self, content: Option<&mut RefOr<Content>>) {
        if let Some(RefOr::T(content)) = content {
            self.fill(content);
        }
    }

    fn fill(&self, content: &mut Content) {
        if content.example.is_some() || !content.examples.is_empty() {
            return;
        }
        if let Some(schema) = content.schema.as_ref().and_then(|schema| serde_json::to_value(schema).ok()) {
            content.example = Some(self.example("", &schema, DEPTH_MAX));
        }
    }

    /// An example of `schema`, which is called `name`; `null` where none can be told, which a test finds.
    fn example(&self, name: &str, schema: &Value, depth: u32) -> Value {
        let Some(depth) = depth.checked_sub(1) else { return Value::Null };
        if let Some(own) = stated(schema) {
            return own.clone();
        }
        if let Some(to) = schema["$ref"].as_str().and_then(|to| to.rsplit('/').next()) {
            return self.example(to, &self.schemas[to], depth);
        }
        if let Some(parts) = schema["allOf"].as_array() {
            let mut whole = Map::new();
            for part in parts {
                if let Value::Object(fields) = self.example(name, part, depth) {
                    whole.extend(fields);
                }
            }
            return Value::Object(whole);
        }
        for either in ["oneOf", "anyOf"] {
            if let Some(kinds) = schema[either].as_array() {
                let first = kinds.iter().find(|kind| kind["type"] != "null");
                return first.map_or(Value::Null, |first| self.example(name, first, depth));
            }
        }
        if let Some(first) = schema["enum"].as_array().and_then(|words| words.first()) {
            return first.clone();
        }
        match kind(schema) {
            Some("object") => self.object(name, schema, depth),
            Some("array") => Value::Array(vec![self.example(name, &schema["items"], depth)]),
            Some("boolean") => Value::Bool(false),
            _ => Value::Null,
        }
    }

    fn object(&self, name: &str, schema: &Value, depth: u32) -> Value {
        let required: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let mut fields = Map::new();
        for (field, about) in schema["properties"].as_object().into_iter().flatten() {
            let known = (self.values.get(&format!("{name}.{field}")))
                .or_else(|| stated(about))
                .or_else(|| self.values.get(field));
            if let Some(value) = known {
                fields.insert(field.clone(), value.clone());
            } else if required.contains(&field.as_str()) {
                fields.insert(field.clone(), self.example(field, about, depth));
            }
        }
        Value::Object(fields)
    }
}

/// The example that a schema states itself.
fn stated(schema: &Value) -> Option<&Value> {
    schema.get("example").or_else(|| schema["examples"].get(0))
}

/// The first type that is not `null`, unless `null` is all that can be told without an example.
fn kind(schema: &Value) -> Option<&str> {
    match &schema["type"] {
        Value::String(kind) => Some(kind),
        Value::Array(kinds) if kinds.iter().any(|kind| kind == "array") => Some("array"),
        _ => None,
    }
}

/// Examples by the name of a field, or by `Schema.field` where the name alone says too little. A nullable field that is
/// not there has the example `null`, and one that may be absent is absent.
fn values() -> Map<String, Value> {
    // A file that is no JSON leaves every example empty, which a test finds.
    serde_json::from_str(include_str!("values.json")).unwrap_or_default()
}
