//! The handlers of the description: files that are the same for everybody, so they need no key.

use std::sync::{Arc, LazyLock};

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, ETAG, HeaderName, IF_NONE_MATCH, LOCATION, REFERRER_POLICY,
};
use actix_web::{HttpRequest, HttpResponse, get, web};
use sha2::{Digest as _, Sha256};
use utoipa_swagger_ui::Config;

use crate::ApiError;
use crate::blobs::hex;

/// For how long a client may use a file without asking again, which must be short enough that an update is seen.
const CACHE: &str = "public, max-age=300";
/// Everything from this server alone. Swagger UI sets styles on elements and draws with pictures in `data:`.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                      font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The document and its digest: made once, when it is first asked for.
static DOCUMENT: LazyLock<Option<(String, String)>> = LazyLock::new(|| {
    let text = crate::openapi::served_text().ok()?;
    let tag = format!("\"{}\"", hex(&Sha256::digest(&text)));
    Some((text, tag))
});

/// How the page is set up. `none` keeps it from sending the document to a validator on the internet.
static PAGE: LazyLock<Arc<Config<'static>>> = LazyLock::new(|| {
    let config = Config::from("/openapi.json").validator_url("none");
    Arc::new(
        config.doc_expansion("none").display_operation_id(true).filter(true).persist_authorization(false),
    )
});

/// Adds the routes of the description.
pub fn routes(config: &mut web::ServiceConfig) {
    config.service(document_get).service(page_move).service(page_get);
}

/// The OpenAPI document, whose server is the one it came from.
#[get("/openapi.json")]
async fn document_get(request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let Some((text, tag)) = &*DOCUMENT else {
        return Err(ApiError::Internal(anyhow::anyhow!("the OpenAPI document cannot be written")));
    };
    let known = request.headers().get(IF_NONE_MATCH).is_some_and(|known| known == tag.as_str());
    let mut answer = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer.insert_header((ETAG, tag.as_str())).insert_header((CACHE_CONTROL, CACHE));
    Ok(if known { answer.finish() } else { answer.content_type("application/json").body(text.as_str()) })
}

/// The page's own links are relative, so its address ends in a slash.
#[get("/docs")]
async fn page_move() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((LOCATION, "/docs/")).finish()
}

/// Swagger UI, from the binary.
#[get("/docs/{file:[^/]*}")]
async fn page_get(file: web::Path<String>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let found = utoipa_swagger_ui::serve(&file, PAGE.clone());
    let found = found.map_err(|error| ApiError::Internal(anyhow::anyhow!("{error}")))?;
    let Some(found) = found else {
        let (method, path) = (request.method().to_string(), request.path().to_owned());
        return Err(ApiError::NoRoute { method, path });
    };
    let mut answer = HttpResponse::Ok();
    answer
        .content_type(found.content_type)
        .insert_header((CACHE_CONTROL, CACHE))
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((REFERRER_POLICY, "no-referrer"))
        .insert_header((HeaderName::from_static("cross-origin-opener-policy"), "same-origin"));
    Ok(answer.body(found.bytes.into_owned()))
}
