//! The handlers of models and health.

use actix_web::{get, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::store;
use super::wire::{Health, Model, ModelList};
use crate::error::ErrorBody;
use crate::http::Caller;
use crate::http::auth::ModelsRead;
use crate::{ApiError, App};

/// Adds the routes.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(model_list).service(model_get).service(health_get).service(readiness_get);
}

/// List models.
///
/// Every model on offer with what it can do, then the aliases.
#[utoipa::path(
    tag = "models",
    security(("api_key" = [])),
    responses(
        (status = 200, description = "The models.", body = ModelList),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `models:read`.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/models")]
async fn model_list(app: web::Data<App>, _caller: Caller<ModelsRead>) -> web::Json<ModelList> {
    let catalogue = &app.catalogue;
    let default_id = catalogue.default_model().id;
    let own = catalogue.models().iter().map(|model| Model::of(model.id, model, default_id));
    let aliases = catalogue.aliases().map(|(alias, model)| Model::of(alias, model, default_id));
    web::Json(ModelList { object: "list", data: own.chain(aliases).collect() })
}

/// Get a model.
///
/// One model with what it can do, by its id or an alias.
#[utoipa::path(
    tag = "models",
    security(("api_key" = [])),
    params(("model" = String, Path, description = "Its id or an alias.")),
    responses(
        (status = 200, description = "The model.", body = Model),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `models:read`.", body = ErrorBody),
        (status = 404, description = "There is no such model on offer.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/models/{model}")]
async fn model_get(
    app: web::Data<App>,
    _caller: Caller<ModelsRead>,
    name: web::Path<String>,
) -> Result<web::Json<Model>, ApiError> {
    let model = app.catalogue.find(&name).ok_or_else(|| ApiError::not_found("model", &name))?;
    Ok(web::Json(Model::of(&name, model, app.catalogue.default_model().id)))
}

/// Tell whether the server lives.
///
/// Needs no key. It says nothing about the database.
#[utoipa::path(
    tag = "system",
    security(()),
    responses((status = 200, description = "It lives.", body = Health)),
)]
#[get("/healthz")]
async fn health_get() -> web::Json<Health> {
    web::Json(Health { status: "ok" })
}

/// Tell whether the server takes work.
///
/// Needs no key. It is ready when its database can be reached and it is not stopping.
#[utoipa::path(
    tag = "system",
    security(()),
    responses(
        (status = 200, description = "It is ready.", body = Health),
        (status = 503, description = "It is stopping or cannot reach its database.", body = ErrorBody),
    ),
)]
#[get("/readyz")]
async fn readiness_get(app: web::Data<App>) -> Result<web::Json<Health>, ApiError> {
    if app.is_draining() {
        return Err(ApiError::NotReady("it is stopping"));
    }
    if let Err(error) = store::reach(&app.store).await {
        tracing::warn!(%error, "the database cannot be reached");
        return Err(ApiError::NotReady("its database cannot be reached"));
    }
    Ok(web::Json(Health { status: "ok" }))
}
