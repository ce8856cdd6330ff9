//! The public description of the API: committed, whole, and true to the handlers.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

/// Every public path, in order.
const PATHS: &[&str] = &[
    "/.well-known/kinora-receipts.json",
    "/.well-known/kinora-webhooks.json",
    "/healthz",
    "/readyz",
    "/v1/batches",
    "/v1/batches/{batch_id}",
    "/v1/batches/{batch_id}/cancel",
    "/v1/files",
    "/v1/files/{file_id}",
    "/v1/files/{file_id}/content",
    "/v1/models",
    "/v1/models/{model}",
    "/v1/operator/characters",
    "/v1/operator/characters/{character_id}",
    "/v1/operator/characters/{character_id}/approve",
    "/v1/operator/characters/{character_id}/attest",
    "/v1/operator/characters/{character_id}/captures/{capture_id}/content",
    "/v1/operator/characters/{character_id}/refuse",
    "/v1/operator/compute_rates",
    "/v1/operator/discounts",
    "/v1/operator/margin",
    "/v1/operator/organizations",
    "/v1/operator/organizations/{organization_id}",
    "/v1/operator/organizations/{organization_id}/admin_api_keys",
    "/v1/operator/organizations/{organization_id}/credits",
    "/v1/operator/organizations/{organization_id}/credits/take_back",
    "/v1/operator/organizations/{organization_id}/payments",
    "/v1/operator/organizations/{organization_id}/statements",
    "/v1/operator/organizations/{organization_id}/statements/{month}",
    "/v1/operator/price_lists",
    "/v1/operator/price_lists/{price_list_id}",
    "/v1/operator/price_lists/{price_list_id}/withdraw",
    "/v1/organization/admin_api_keys",
    "/v1/organization/admin_api_keys/{key_id}",
    "/v1/organization/costs",
    "/v1/organization/credit",
    "/v1/organization/credit/checkouts",
    "/v1/organization/credit/checkouts/{checkout_id}",
    "/v1/organization/events",
    "/v1/organization/projects",
    "/v1/organization/projects/{project_id}",
    "/v1/organization/projects/{project_id}/api_keys",
    "/v1/organization/projects/{project_id}/api_keys/{key_id}",
    "/v1/organization/projects/{project_id}/api_keys/{key_id}/limits",
    "/v1/organization/projects/{project_id}/api_keys/{key_id}/spend_limit",
    "/v1/organization/projects/{project_id}/archive",
    "/v1/organization/projects/{project_id}/limits",
    "/v1/organization/projects/{project_id}/rate_limits",
    "/v1/organization/projects/{project_id}/rate_limits/{rate_limit_id}",
    "/v1/organization/projects/{project_id}/service_accounts",
    "/v1/organization/projects/{project_id}/service_accounts/{service_account_id}",
    "/v1/organization/projects/{project_id}/spend_alerts",
    "/v1/organization/projects/{project_id}/spend_alerts/{alert_id}",
    "/v1/organization/projects/{project_id}/spend_limit",
    "/v1/organization/spend_alerts",
    "/v1/organization/spend_alerts/{alert_id}",
    "/v1/organization/spend_limit",
    "/v1/organization/statements",
    "/v1/organization/statements/{month}",
    "/v1/organization/usage/videos",
    "/v1/videos",
    "/v1/videos/characters",
    "/v1/videos/characters/follows",
    "/v1/videos/characters/follows/{handle}",
    "/v1/videos/characters/handle",
    "/v1/videos/characters/{character_id}",
    "/v1/videos/characters/{character_id}/audit",
    "/v1/videos/characters/{character_id}/capture",
    "/v1/videos/characters/{character_id}/challenge",
    "/v1/videos/characters/{character_id}/consent",
    "/v1/videos/characters/{character_id}/grants",
    "/v1/videos/characters/{character_id}/grants/{grant_id}",
    "/v1/videos/characters/{character_id}/revoke",
    "/v1/videos/characters/{character_id}/videos",
    "/v1/videos/characters/{character_id}/videos/{video_id}",
    "/v1/videos/characters/{character_id}/videos/{video_id}/content",
    "/v1/videos/edits",
    "/v1/videos/estimate",
    "/v1/videos/extensions",
    "/v1/videos/{video_id}",
    "/v1/videos/{video_id}/cancel",
    "/v1/videos/{video_id}/content",
    "/v1/videos/{video_id}/events",
    "/v1/videos/{video_id}/lineage",
    "/v1/videos/{video_id}/receipt",
    "/v1/videos/{video_id}/remix",
    "/v1/webhook_deliveries/{webhook_delivery_id}",
    "/v1/webhook_deliveries/{webhook_delivery_id}/resend",
    "/v1/webhook_endpoints",
    "/v1/webhook_endpoints/{webhook_endpoint_id}",
    "/v1/webhook_endpoints/{webhook_endpoint_id}/deliveries",
    "/v1/webhook_endpoints/{webhook_endpoint_id}/recover",
    "/v1/webhook_endpoints/{webhook_endpoint_id}/replay_missing",
    "/v1/webhook_endpoints/{webhook_endpoint_id}/rotate_secret",
    "/v1/webhook_endpoints/{webhook_endpoint_id}/test",
    "/v1/webhook_event_types",
    "/webhooks/stripe",
];

fn document() -> Value {
    serde_json::from_str(&kinora::openapi::text().unwrap()).unwrap()
}

fn operations(document: &Value) -> Vec<(String, String, &Value)> {
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            operations.push((path.clone(), method.clone(), operation));
        }
    }
    operations
}

#[test]
fn the_committed_document_is_the_current_one() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi/openapi.json");
    let current = kinora::openapi::text().unwrap();
    if std::env::var_os("KINORA_BLESS").is_some() {
        std::fs::write(&path, &current).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == current, "openapi/openapi.json is out of date: run this test with KINORA_BLESS=1");
}

#[test]
fn it_is_3_1_and_has_the_public_routes_alone() {
    let document = document();
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["info"]["title"], "Kinora");
    assert_eq!(document["info"]["license"]["name"], "Apache-2.0");
    let paths: Vec<&str> = document["paths"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(paths, PATHS);
}

#[test]
fn every_operation_is_described_and_named_once() {
    let document = document();
    let mut ids = BTreeSet::new();
    for (path, method, operation) in operations(&document) {
        let place = format!("{method} {path}");
        let id = operation["operationId"].as_str().unwrap();
        assert!(ids.insert(id.to_owned()), "{place}: {id} twice");
        assert!(id.contains('_'), "{place}: {id}");
        for text in ["summary", "description"] {
            assert!(operation[text].as_str().is_some_and(|text| !text.is_empty()), "{place}: no {text}");
        }
        assert_eq!(operation["tags"].as_array().map(Vec::len), Some(1), "{place}");
        let is_open = [
            "/healthz",
            "/readyz",
            "/.well-known/kinora-receipts.json",
            "/.well-known/kinora-webhooks.json",
            "/webhooks/stripe",
        ]
        .contains(&path.as_str());
        let security = operation["security"].as_array().unwrap();
        assert_eq!(security[0].get("api_key").is_none(), is_open, "{place}");
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            assert!(parameter["description"].is_string(), "{place}: {parameter}");
        }
        for (status, response) in operation["responses"].as_object().unwrap() {
            assert!(
                response["description"].as_str().is_some_and(|text| !text.is_empty()),
                "{place} {status}"
            );
            if status.as_str() >= "400" && method != "head" {
                let schema = &response["content"]["application/json"]["schema"]["$ref"];
                assert_eq!(schema, "#/components/schemas/ErrorBody", "{place} {status}");
            }
        }
        let answers = operation["responses"].as_object().unwrap();
        assert_eq!(answers.contains_key("429"), !["/healthz", "/readyz"].contains(&path.as_str()), "{place}");
        assert_eq!(answers.contains_key("401") && answers.contains_key("403"), !is_open, "{place}");
    }
}

#[test]
fn every_post_but_those_of_others_can_be_sent_again() {
    let document = document();
    for (path, method, operation) in operations(&document) {
        let place = format!("{method} {path}");
        let is_post = method == "post" && path != "/webhooks/stripe";
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let keys: Vec<&Value> =
            parameters.filter(|parameter| parameter["name"] == "Idempotency-Key").collect();
        assert_eq!(keys.len(), usize::from(is_post), "{place}");
        for key in keys {
            assert_eq!(key["in"], "header", "{place}");
            assert_eq!(key["required"], false, "{place}");
            assert_eq!(key["schema"]["maxLength"], 255, "{place}");
        }
        let responses = &operation["responses"];
        let replayed = &responses["200"]["headers"]["idempotent-replayed"];
        assert_eq!(replayed["schema"]["enum"] == serde_json::json!(["true"]), is_post, "{place}");
        assert_eq!(responses["422"].is_object(), is_post, "{place}");
        if is_post {
            assert!(responses["400"].is_object(), "{place}");
            let text = responses["409"]["description"].as_str().unwrap();
            assert!(text.contains("still in work"), "{place}: {text}");
        }
    }
    let cancel = &document["paths"]["/v1/videos/{video_id}/cancel"]["post"]["responses"]["409"];
    assert!(cancel["description"].as_str().unwrap().starts_with("It is over already."));
}

#[test]
fn every_reference_leads_somewhere_and_every_field_is_described() {
    let document = document();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let mut open = vec![&document];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(object) => {
                if let Some(to) = object.get("$ref").and_then(Value::as_str) {
                    let name = to.strip_prefix("#/components/schemas/").unwrap();
                    assert!(schemas.contains_key(name), "{to}");
                }
                open.extend(object.values());
            }
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
    for (name, schema) in schemas {
        for (field, about) in schema["properties"].as_object().into_iter().flatten() {
            let described = |about: &Value| about["description"].is_string();
            let within = about["oneOf"].as_array().is_some_and(|kinds| kinds.iter().any(described));
            assert!(described(about) || within, "{name}.{field}");
        }
    }
}

#[test]
fn a_video_has_every_field_of_openais_and_requires_all_of_its_own() {
    let document = document();
    let video = &document["components"]["schemas"]["Video"];
    let required: BTreeSet<&str> =
        video["required"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    let fields: BTreeSet<&str> =
        video["properties"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(required, fields);
    for field in [
        "id",
        "object",
        "model",
        "status",
        "progress",
        "created_at",
        "completed_at",
        "expires_at",
        "prompt",
        "size",
        "seconds",
        "remixed_from_video_id",
        "error",
    ] {
        assert!(fields.contains(field), "{field}");
    }
}

#[test]
fn what_a_request_may_have_is_what_is_described() {
    let document = document();
    let request = &document["components"]["schemas"]["CreateVideo"];
    let described: BTreeSet<&str> =
        request["properties"].as_object().unwrap().keys().map(String::as_str).collect();
    let taken = [
        "characters",
        "dry_run",
        "generate_audio",
        "input_reference",
        "max_cost",
        "metadata",
        "model",
        "prompt",
        "seconds",
        "seed",
        "shots",
        "size",
        "webhook_events_filter",
        "webhook_url",
    ];
    assert_eq!(described, BTreeSet::from(taken));
    // Not even the prompt: shots have theirs.
    assert_eq!(request["required"], serde_json::Value::Null);
    let body = &document["paths"]["/v1/videos"]["post"]["requestBody"]["content"];
    assert!(body["application/json"].is_object() && body["multipart/form-data"].is_object());
}

#[test]
fn whoever_asks_for_a_video_gets_it_or_its_estimate() {
    let document = document();
    let answer = &document["paths"]["/v1/videos"]["post"]["responses"]["200"]["content"]["application/json"];
    assert_eq!(answer["schema"]["$ref"], "#/components/schemas/VideoOrEstimate");
    let kinds = document["components"]["schemas"]["VideoOrEstimate"]["oneOf"].as_array().unwrap().clone();
    let names: Vec<&str> = kinds.iter().map(|kind| kind["$ref"].as_str().unwrap()).collect();
    assert_eq!(names, ["#/components/schemas/Video", "#/components/schemas/VideoEstimate"]);
}

#[test]
fn every_type_has_a_name_that_a_client_can_have() {
    let document = document();
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        let said = name.chars().all(char::is_alphanumeric) && name.starts_with(char::is_uppercase);
        assert!(said, "{name}: tell openapi/names.rs what it is called");
        for (field, about) in schema["properties"].as_object().into_iter().flatten() {
            let nameless = about["items"]["properties"].is_object() || about["properties"].is_object();
            assert!(!nameless, "{name}.{field} holds a type without a name");
        }
    }
}

#[test]
fn every_bound_is_of_something_and_bodies_of_requests_are_closed() {
    assert_eq!(kinora::openapi::idle_bounds(), Vec::<String>::new());
    let document = document();
    let schemas = &document["components"]["schemas"];
    assert_eq!(schemas["CreateVideo"]["additionalProperties"], false);
    assert_eq!(schemas["SpendAlertChannel"]["additionalProperties"], false);
    assert_eq!(schemas["Video"].get("additionalProperties"), None, "answers may grow");
    assert!(schemas["CreateVideo"]["properties"]["size"]["pattern"].is_string());
}
