//! The examples in the public description: each is what its schema says, and each error is one of ours.

use serde_json::{Map, Value};

fn document() -> Value {
    serde_json::from_str(&kinora::openapi::text().unwrap()).unwrap()
}

/// What is wrong with `value` as a `schema`: type, required fields, fields there are none of, words and bounds.
fn faults(document: &Value, schema: &Value, value: &Value, at: &str) -> Vec<String> {
    if let Some(to) = schema["$ref"].as_str() {
        return faults(document, document.pointer(&to[1..]).unwrap(), value, at);
    }
    for either in ["oneOf", "anyOf"] {
        if let Some(kinds) = schema[either].as_array() {
            let tried: Vec<Vec<String>> =
                kinds.iter().map(|kind| faults(document, kind, value, at)).collect();
            return tried.into_iter().min_by_key(Vec::len).unwrap();
        }
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let all = parts.iter().flat_map(|part| faults(document, part, value, at));
        return all.filter(|fault| !fault.contains("is not a field")).collect();
    }
    let mut found = Vec::new();
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().map(|kind| kind.as_str().unwrap()).collect(),
        _ => Vec::new(),
    };
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let fits = kinds.iter().any(|wanted| *wanted == kind || (*wanted == "number" && kind == "integer"));
    if !kinds.is_empty() && !fits {
        found.push(format!("{at}: {value} is none of {kinds:?}"));
    }
    if let Some(words) = schema["enum"].as_array()
        && !words.contains(value)
    {
        found.push(format!("{at}: {value} is none of {words:?}"));
    }
    if let (Some(least), Some(number)) = (schema["minimum"].as_f64(), value.as_f64())
        && number < least
    {
        found.push(format!("{at}: {value} is less than {least}"));
    }
    if let (Some(most), Some(number)) = (schema["maximum"].as_f64(), value.as_f64())
        && number > most
    {
        found.push(format!("{at}: {value} is more than {most}"));
    }
    if let Some(items) = value.as_array() {
        if items.is_empty() {
            found.push(format!("{at}: an empty list shows nothing"));
        }
        for item in items {
            found.extend(faults(document, &schema["items"], item, &format!("{at}[]")));
        }
    }
    if let (Some(fields), Some(object)) = (schema["properties"].as_object(), value.as_object()) {
        found.extend(faults_of_fields(document, schema, (fields, object), at));
    }
    found
}

fn faults_of_fields(
    document: &Value,
    schema: &Value,
    (fields, object): (&Map<String, Value>, &Map<String, Value>),
    at: &str,
) -> Vec<String> {
    let mut found = Vec::new();
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if !object.contains_key(name) {
            found.push(format!("{at}.{name} is missing"));
        }
    }
    for (name, value) in object {
        match fields.get(name) {
            Some(schema) => found.extend(faults(document, schema, value, &format!("{at}.{name}"))),
            None => found.push(format!("{at}.{name} is not a field")),
        }
    }
    found
}

#[test]
fn every_body_has_an_example_that_is_one() {
    let document = document();
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let place = format!("{method} {path}");
            let mut bodies = vec![(place.clone(), &operation["requestBody"]["content"]["application/json"])];
            for (status, answer) in operation["responses"].as_object().unwrap() {
                bodies.push((format!("{place} {status}"), &answer["content"]["application/json"]));
            }
            for (place, body) in bodies.into_iter().filter(|(_, body)| body.is_object()) {
                match body.get("example") {
                    Some(example) => found.extend(faults(&document, &body["schema"], example, &place)),
                    None => found.push(format!("{place}: no example")),
                }
            }
        }
    }
    // Mended by `#[schema(example = …)]` on the field, or by its name in `openapi/examples.rs`.
    assert!(found.is_empty(), "{} faults:\n{}", found.len(), found.join("\n"));
}

#[test]
fn the_example_of_an_error_has_a_code_of_its_status() {
    let document = document();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            for (status, answer) in operation["responses"].as_object().unwrap() {
                let body = &answer["content"]["application/json"]["example"]["error"];
                if status.as_str() < "400" || method == "head" {
                    continue;
                }
                let code = body["code"].as_str().unwrap_or_else(|| panic!("{method} {path} {status}"));
                let about = document["components"]["schemas"]["ErrorCode"].to_string();
                assert!(about.contains(&format!("\"{code}\"")), "{code}");
                let family = if status.as_str() < "500" { "invalid_request_error" } else { "server_error" };
                assert_eq!(body["type"], family, "{method} {path} {status}");
            }
        }
    }
}

#[test]
fn every_link_leads_to_an_operation_and_names_its_parameters() {
    let document = document();
    let mut parameters = std::collections::BTreeMap::new();
    for item in document["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            let own = operation["parameters"].as_array().into_iter().flatten();
            let own: Vec<&str> = own
                .filter(|parameter| parameter["in"] == "path")
                .map(|parameter| parameter["name"].as_str().unwrap())
                .collect();
            parameters.insert(operation["operationId"].as_str().unwrap(), own);
        }
    }
    let made = &document["paths"]["/v1/videos"]["post"]["responses"]["200"]["links"];
    for target in ["video_get", "video_cancel", "video_content", "video_delete", "receipt_get"] {
        assert_eq!(made[target]["parameters"]["video_id"], "$response.body#/id", "{target}");
    }
    for item in document["paths"].as_object().unwrap().values() {
        for (_, link) in item["post"]["responses"]["200"]["links"].as_object().into_iter().flatten() {
            let wanted = &parameters[link["operationId"].as_str().unwrap()];
            let given: Vec<&str> =
                link["parameters"].as_object().unwrap().keys().map(String::as_str).collect();
            assert!(wanted.len() == given.len() && wanted.iter().all(|name| given.contains(name)), "{link}");
        }
    }
}
