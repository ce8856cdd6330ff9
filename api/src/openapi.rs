//! The public description of the API, taken from the handlers. The routes of workers are not in it.

use std::collections::BTreeSet;

use serde_json::Value;
use utoipa::OpenApi as _;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{OpenApi, Server};
use utoipa_actix_web::AppExt as _;

use crate::error::ErrorBody;
use crate::routes;

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
        (name = "batches", description = "Many videos with one file."),
        (name = "projects", description = "The projects of an organization."),
        (name = "keys", description = "The keys of projects and of the organization's administrators."),
        (name = "limits", description = "How many videos a project may ask for."),
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
    let app = actix_web::App::new().into_utoipa_app().openapi(Base::openapi()).configure(routes::configure);
    let (_, mut document) = app.split_for_parts();
    document.paths.paths.retain(|path, _| !path.starts_with(INTERNAL));
    document.servers = Some(vec![Server::new("http://127.0.0.1:8080")]);
    let key =
        HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("An API key, `kn_…`.")).build();
    let components = document.components.get_or_insert_default();
    components.add_security_scheme("api_key", SecurityScheme::Http(key));
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

/// Schemas that only internal routes name say nothing to the public.
fn drop_unused_schemas(document: &mut OpenApi) {
    let Ok(whole) = serde_json::to_value(&*document) else { return };
    let mut used = BTreeSet::new();
    let mut open = vec![&whole["paths"]];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(object) => {
                let name = object.get("$ref").and_then(Value::as_str).and_then(|to| to.rsplit('/').next());
                if let Some(name) = name
                    && used.insert(name.to_owned())
                {
                    open.push(&whole["components"]["schemas"][name]);
                }
                open.extend(object.values());
            }
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
    if let Some(components) = &mut document.components {
        components.schemas.retain(|name, _| used.contains(name));
    }
}
