//! What a value may be beyond its type: words, patterns and bounds that the handlers check and that no type of Rust says. They
//! stand in `bounds.json`, by `Schema.field`, `operation.parameter`, the name of a schema, or the name of a field of a request alone.
//! Bodies of requests are closed, because a field that does not exist is refused.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::schema::{AdditionalProperties, Schema};
use utoipa::openapi::{OpenApi, RefOr};

use super::walk;
use crate::events::kinds::{About, KINDS, Kind};

/// The bounds by name. A file that is no JSON gives none, which a test finds.
fn bounds() -> Map<String, Value> {
    let mut bounds: Map<String, Value> =
        serde_json::from_str(include_str!("bounds.json")).unwrap_or_default();
    let list =
        |pattern: String| json!({ "items": { "type": "string", "pattern": pattern }, "uniqueItems": true });
    bounds.insert("event_type".into(), json!({ "pattern": kinds(|_| true) }));
    bounds.insert("event_types".into(), list(kinds(|_| true)));
    bounds.insert("webhook_events_filter".into(), list(kinds(|kind| kind.about == About::Video)));
    bounds
}

/// A pattern of the names of kinds of events. Not a list of words: a client that was generated before a kind came should go
/// on reading.
fn kinds(wanted: impl Fn(&Kind) -> bool) -> String {
    let names = KINDS.iter().filter(|kind| wanted(kind)).map(|kind| kind.name.replace('.', "\\."));
    format!("^({})$", names.collect::<Vec<_>>().join("|"))
}

/// Adds the bounds, and closes the bodies of requests. Gives the names in `bounds.json` that nothing has.
pub(super) fn add(document: &mut OpenApi) -> Vec<String> {
    let bounds = bounds();
    let mut left: BTreeSet<&str> = bounds.keys().map(String::as_str).collect();
    for operation in document.paths.paths.values_mut().flat_map(walk::operations) {
        let id = operation.operation_id.clone().unwrap_or_default();
        for parameter in operation.parameters.iter_mut().flatten() {
            if let RefOr::T(Parameter {
                name, parameter_in: ParameterIn::Query, schema: Some(schema), ..
            }) = parameter
            {
                let own = format!("{id}.{name}");
                for key in [name.as_str(), own.as_str()] {
                    merge(schema, bounds.get_key_value(key), &mut left);
                }
            }
        }
    }
    let requested = requested(document);
    let Some(components) = &mut document.components else { return Vec::new() };
    for (name, schema) in &mut components.schemas {
        merge(schema, bounds.get_key_value(name.as_str()), &mut left);
        if let RefOr::T(Schema::Object(object)) = schema {
            for (field, schema) in &mut object.properties {
                if requested.contains(name) {
                    merge(schema, bounds.get_key_value(field.as_str()), &mut left);
                }
                merge(schema, bounds.get_key_value(&format!("{name}.{field}")), &mut left);
            }
            if requested.contains(name) && !object.properties.is_empty() {
                object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
            }
        }
    }
    left.into_iter().map(str::to_owned).collect()
}

fn merge<'a>(schema: &mut RefOr<Schema>, bound: Option<(&'a String, &Value)>, left: &mut BTreeSet<&'a str>) {
    let Some((key, Value::Object(bound))) = bound else { return };
    let Ok(Value::Object(mut whole)) = serde_json::to_value(&*schema) else { return };
    whole.extend(bound.clone());
    if let Ok(bounded) = serde_json::from_value(Value::Object(whole)) {
        *schema = bounded;
        left.remove(key.as_str());
    }
}

/// The schemas that bodies of requests are made of.
fn requested(document: &OpenApi) -> BTreeSet<String> {
    let bodies = walk::all(document).filter_map(|(_, operation)| operation.request_body.as_ref());
    let bodies: Vec<Value> = bodies.filter_map(|body| serde_json::to_value(body).ok()).collect();
    super::named_in(document, &Value::Array(bodies))
}
