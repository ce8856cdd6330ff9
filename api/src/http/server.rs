//! The HTTP server: the routes, and around them what every request passes.

use std::io;
use std::net::TcpListener;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::error::JsonPayloadError;
use actix_web::{HttpRequest, HttpServer, middleware, web};
use utoipa_actix_web::AppExt as _;

use super::fallback::{Table, fallback};
use super::shield::{Shield, shield};
use super::stamp::stamp;
use crate::{ApiError, App, Refusal, docs, routes};

/// How long a client may take to send the head of a request, so that idle connections cost nothing.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// How long answers in flight may take to end once the server is told to stop, seconds.
const SHUTDOWN_SECONDS: u64 = 30;

/// A server of `app` on `listener`, to be awaited. It leaves signals to the process.
///
/// # Errors
/// When the listener cannot be used.
pub fn serve(app: web::Data<App>, listener: TcpListener) -> io::Result<Server> {
    let shielded = web::Data::new(Shield::of(&app));
    let server = HttpServer::new(move || {
        let (service, document) = actix_web::App::new()
            .into_utoipa_app()
            .app_data(app.clone())
            .configure(routes::configure)
            .split_for_parts();
        service
            .configure(docs::routes)
            .app_data(web::Data::new(Table::new(&document)))
            .app_data(web::PathConfig::default().error_handler(|_, request| no_route(request).into()))
            .app_data(web::JsonConfig::default().error_handler(|error, _| bad_json(&error).into()))
            .app_data(shielded.clone())
            .default_service(web::to(fallback))
            .wrap(middleware::from_fn(shield))
            .wrap(middleware::from_fn(stamp))
    });
    let server = server
        .client_request_timeout(HEAD_TIMEOUT)
        .shutdown_timeout(SHUTDOWN_SECONDS)
        .disable_signals()
        .listen(listener)?;
    Ok(server.run())
}

/// A path whose parts are not what its route takes leads nowhere.
fn no_route(request: &HttpRequest) -> ApiError {
    ApiError::NoRoute { method: request.method().to_string(), path: request.path().to_owned() }
}

/// Of routes that read JSON without `Body`, which are those of workers.
fn bad_json(error: &JsonPayloadError) -> ApiError {
    match error {
        JsonPayloadError::Overflow { limit } | JsonPayloadError::OverflowKnownLength { limit, .. } => {
            ApiError::TooLarge { limit_bytes: *limit as u64 }
        }
        JsonPayloadError::ContentType => ApiError::ContentType,
        error => Refusal::Json(error.to_string()).into(),
    }
}
