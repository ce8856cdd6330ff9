//! What the description of the API says of every `POST` about its being repeated: written here once.

use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::{
    ContentBuilder, ObjectBuilder, OpenApi, Ref, RefOr, Required, Response, ResponseBuilder, Type,
};

use super::rules::{KEY_CHARS_MAX, KEY_HEADER};

/// Where messages of others arrive that have names of their own.
const EXEMPT: [&str; 1] = ["/webhooks/stripe"];

const KEY: &str = "Names what is asked for, for example with a UUID. The same request with the same key within 24 hours is not done again: \
     it gets the answer that it got, with the header `idempotent-replayed`. A refusal is not kept.";
/// Visible ASCII, bare or in quotes.
const PATTERN: &str = r#"^([!#-~][!-~]*|"[!#-\[\]-~]+")$"#;
const REPLAYED: &str = "`true` when the answer is that of an earlier request with the same key.";
const REFUSED: &str = "The `Idempotency-Key` has an impossible value.";
const IN_WORK: &str =
    "A request with the same `Idempotency-Key` is still in work; `retry-after-ms` says when to ask again.";
const REUSED: &str =
    "The `Idempotency-Key` was used for another request in the last 24 hours. Do not repeat the request.";

/// Adds the header to every `POST`, with what is answered because of it.
pub fn describe(document: &mut OpenApi) {
    for (path, item) in &mut document.paths.paths {
        if let Some(post) = item.post.as_mut().filter(|_| !EXEMPT.contains(&path.as_str())) {
            describe_post(post);
        }
    }
}

fn describe_post(post: &mut Operation) {
    post.parameters.get_or_insert_default().push(RefOr::T(parameter()));
    let responses = &mut post.responses.responses;
    for (status, text) in [("400", REFUSED), ("409", IN_WORK), ("422", REUSED)] {
        match responses.get_mut(status) {
            // That a value is impossible is said already.
            Some(_) if status == "400" => {}
            Some(RefOr::T(response)) => response.description = format!("{} Or: {text}", response.description),
            _ => drop(responses.insert(status.to_owned(), RefOr::T(refusal(text)))),
        }
    }
    if let Some(RefOr::T(answer)) = responses.get_mut("200") {
        let kind = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(["true"])).build();
        let header = HeaderBuilder::new().schema(Some(kind)).description(Some(REPLAYED)).build();
        answer.headers.insert("idempotent-replayed".to_owned(), RefOr::T(header));
    }
}

fn parameter() -> Parameter {
    let schema = ObjectBuilder::new()
        .schema_type(Type::String)
        .min_length(Some(1))
        .max_length(Some(KEY_CHARS_MAX))
        .pattern(Some(PATTERN))
        .build();
    ParameterBuilder::new()
        .name(KEY_HEADER)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(KEY))
        .schema(Some(schema))
        .build()
}

fn refusal(text: &str) -> Response {
    let body = ContentBuilder::new().schema(Some(Ref::from_schema_name("ErrorBody"))).build();
    ResponseBuilder::new().description(text).content("application/json", body).build()
}
