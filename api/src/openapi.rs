//! The public description of the API, taken from the handlers. The routes of workers are not in it.

use std::collections::BTreeSet;

use serde_json::Value;
use utoipa::OpenApi as _;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContentBuilder, OpenApi, Ref, RefOr, ResponseBuilder, Server};
use utoipa_actix_web::AppExt as _;

use crate::error::ErrorBody;
use crate::http::HEALTH;
use crate::{replays, routes};

mod bounds;
mod examples;
mod links;
mod names;
mod walk;

/// Where paths begin that are not public.
const INTERNAL: &str = "/internal/";

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Kinora",
        description = "Video generation on your own hardware, in the shape of OpenAI's `/v1/videos`.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    tags(
        (name = "videos", description = "Make videos and download them."),
        (name = "characters", description = "Likenesses that people lend to videos: consent, who may use them, and taking them back."),
        (name = "webhooks", description = "Be told what happens, and see what was sent."),
        (name = "batches", description = "Many videos with one file."),
        (name = "projects", description = "The projects of an organization."),
        (name = "keys", description = "The keys of projects and of the organization's administrators."),
        (name = "limits", description = "How much a project and a key may ask for, have waiting and have made at a time."),
        (name = "spend", description = "What may be spent in a month, and what is told about it."),
        (name = "usage", description = "What was made, what it cost, and what the organization has and owes."),
        (name = "operator", description = "For whoever runs the server: organizations, credit, prices and what all of it earns."),
        (name = "credit", description = "Credit, and how it is bought."),
        (name = "models", description = "Which models there are and what they can do."),
        (name = "system", description = "How the server is."),
    ),
    components(schemas(ErrorBody)),
)]
struct Base;

/// The OpenAPI 3.1 document of the public API.
#[must_use]
pub fn document() -> OpenApi {
    let mut document = described();
    bounds::add(&mut document);
    links::add(&mut document);
    examples::add(&mut document);
    document
}

/// What the handlers say, with names that can be said.
fn described() -> OpenApi {
    let app = actix_web::App::new().into_utoipa_app().openapi(Base::openapi()).configure(routes::configure);
    let (_, mut document) = app.split_for_parts();
    document.paths.paths.retain(|path, _| !path.starts_with(INTERNAL));
    document.servers = Some(vec![Server::new("http://127.0.0.1:8080")]);
    let key =
        HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("An API key, `kn_…`.")).build();
    let components = document.components.get_or_insert_default();
    components.add_security_scheme("api_key", SecurityScheme::Http(key));
    replays::describe(&mut document);
    tell_of_floods(&mut document);
    names::give(&mut document);
    drop_unused_schemas(&mut document);
    document
}

/// The document as it is committed: indented, with a line break at the end.
///
/// # Errors
/// Never in practice: every part of the document can be written as JSON.
pub fn text() -> serde_json::Result<String> {
    Ok(serde_json::to_string_pretty(&document())? + "\n")
}

/// A flood is refused whatever it asks for, except how the server is.
fn tell_of_floods(document: &mut OpenApi) {
    let body = ContentBuilder::new().schema(Some(Ref::from_schema_name("ErrorBody"))).build();
    let description =
        "Too many requests came from this address; `retry-after-ms` says when there is room for another.";
    let refused = ResponseBuilder::new().description(description).content("application/json", body).build();
    for (path, item) in &mut document.paths.paths {
        let operations = [&mut item.get, &mut item.head, &mut item.post, &mut item.delete];
        for operation in operations.into_iter().flatten().filter(|_| !HEALTH.contains(&path.as_str())) {
            operation.responses.responses.entry("429".into()).or_insert_with(|| RefOr::T(refused.clone()));
        }
    }
}

/// The document as a server hands it out: its routes are where it is itself.
///
/// # Errors
/// As [`text`].
pub fn served_text() -> serde_json::Result<String> {
    let mut document = document();
    document.servers = Some(vec![Server::new("/")]);
    serde_json::to_string(&document)
}

/// Names in `openapi/bounds.json` that nothing in the document has: a test holds that there are none.
#[must_use]
pub fn idle_bounds() -> Vec<String> {
    bounds::add(&mut described())
}

/// Schemas that only internal routes name say nothing to the public.
fn drop_unused_schemas(document: &mut OpenApi) {
    let Ok(paths) = serde_json::to_value(&document.paths) else { return };
    let used = named_in(document, &paths);
    if let Some(components) = &mut document.components {
        components.schemas.retain(|name, _| used.contains(name));
    }
}

/// The schemas that are named in `part`, and those that they name.
fn named_in(document: &OpenApi, part: &Value) -> BTreeSet<String> {
    let Ok(components) = serde_json::to_value(&document.components) else { return BTreeSet::new() };
    let mut used = BTreeSet::new();
    let mut open = vec![part];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(object) => {
                let name = object.get("$ref").and_then(Value::as_str).and_then(|to| to.rsplit('/').next());
                if let Some(name) = name
                    && used.insert(name.to_owned())
                {
                    open.push(&components["schemas"][name]);
                }
                open.extend(object.values());
            }
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
    used
}
