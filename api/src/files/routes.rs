//! The handlers of files.

use actix_web::body::SizedStream;
use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::{HttpResponse, delete, get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::wire::{CreateFileForm, File, purpose};
use super::{flow, store, upload};
use crate::error::ErrorBody;
use crate::http::auth::{VideosRead, VideosWrite};
use crate::http::{Body, Caller, Deleted, List, Order, Page, Query};
use crate::ids::FileId;
use crate::replays::Once;
use crate::videos::FileBytes;
use crate::{ApiError, App};

/// Most files of a page, and as many as a page has when the request says nothing, as in OpenAI's API.
const PAGE_LIMIT_MAX: i64 = 10_000;

/// Adds the routes of files.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(file_create)
        .service(file_list)
        .service(file_get)
        .service(file_delete)
        .service(file_content);
}

/// Upload a file.
///
/// The lines of a batch, at most 200 000 000 bytes. It is stored as it comes and looked at when a batch is made of it.
/// A project keeps at most 1 000 files and 2 000 000 000 bytes that it uploaded.
#[utoipa::path(
    tag = "batches",
    security(("api_key" = [])),
    request_body(description = "The file.", content((CreateFileForm = "multipart/form-data"))),
    responses(
        (status = 200, description = "The file.", body = File),
        (status = 400, description = "The form cannot be understood or asks for something impossible.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `videos:write`, the project is archived, or it has no room for the file. Do not repeat the request.", body = ErrorBody),
        (status = 413, description = "The file is too large.", body = ErrorBody),
        (status = 415, description = "The body is not a multipart form.", body = ErrorBody),
        (status = 503, description = "The server is stopping, or its database is busy.", body = ErrorBody),
    ),
)]
#[post("/v1/files")]
async fn file_create(
    app: web::Data<App>,
    caller: Caller<VideosWrite>,
    once: Once,
    body: Body,
) -> Result<web::Json<File>, ApiError> {
    let once = once.ahead(&caller)?;
    if app.is_draining() {
        return Err(ApiError::NotReady("it is stopping"));
    }
    Ok(web::Json(upload::receive(&app, caller.who(), once, body).await?))
}

/// List files.
///
/// The project's files, uploaded ones and those that batches wrote, a page at a time.
#[utoipa::path(
    tag = "batches",
    security(("api_key" = [])),
    params(
        ("purpose" = Option<String>, Query, description = "Only those for this: `batch`, `batch_output`, `vision` or `user_data`."),
        ("after" = Option<String>, Query, description = "The last id of the page before."),
        ("limit" = Option<i64>, Query, description = "Most files of the page, 1 to 10000; 10000 if absent.", minimum = 1, maximum = 10_000),
        ("order" = inline(Option<Order>), Query, description = "By the time they were made; `desc` if absent."),
    ),
    responses(
        (status = 200, description = "The page.", body = List<File>),
        (status = 400, description = "A parameter is unknown or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `videos:read`.", body = ErrorBody),
        (status = 404, description = "There is no file with the id `after`.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/files")]
async fn file_list(
    app: web::Data<App>,
    caller: Caller<VideosRead>,
    query: Query,
) -> Result<web::Json<List<File>>, ApiError> {
    let mut fields = query.fields()?;
    let limit = fields.integer("limit", 1..=PAGE_LIMIT_MAX)?.unwrap_or(PAGE_LIMIT_MAX);
    let page = Page { after: fields.text("after")?, limit };
    let order = Order::take(&mut fields)?.unwrap_or(Order::Desc);
    let purpose = purpose(&mut fields)?;
    fields.finish()?;
    let (project, now_us) = (caller.who().project.clone(), app.clock.now_us());
    let rows = app.store.run(move |db| store::list(db, project.as_str(), purpose, (order, &page), now_us));
    let files = rows.await?.into_iter().map(File::from).collect();
    Ok(web::Json(List::of(files, limit, |file: &File| &file.id)))
}

/// Get a file.
///
/// What is known of it; its bytes are its content.
#[utoipa::path(
    tag = "batches",
    security(("api_key" = [])),
    params(("file_id" = String, Path, description = "The file.")),
    responses(
        (status = 200, description = "The file.", body = File),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `videos:read`.", body = ErrorBody),
        (status = 404, description = "There is no such file in the project.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/files/{file_id}")]
async fn file_get(
    app: web::Data<App>,
    caller: Caller<VideosRead>,
    path: web::Path<String>,
) -> Result<web::Json<File>, ApiError> {
    Ok(web::Json(flow::find(&app, caller.who(), id_from(&path)?).await?.into()))
}

/// Delete a file.
///
/// A file that a batch reads which is not over stays.
#[utoipa::path(
    tag = "batches",
    security(("api_key" = [])),
    params(("file_id" = String, Path, description = "The file.")),
    responses(
        (status = 200, description = "It is deleted.", body = Deleted),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `videos:write`.", body = ErrorBody),
        (status = 404, description = "There is no such file in the project.", body = ErrorBody),
        (status = 409, description = "A batch reads it that is not over. Do not repeat the request.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[delete("/v1/files/{file_id}")]
async fn file_delete(
    app: web::Data<App>,
    caller: Caller<VideosWrite>,
    path: web::Path<String>,
) -> Result<web::Json<Deleted>, ApiError> {
    let id = flow::delete(&app, caller.who(), id_from(&path)?).await?;
    Ok(web::Json(Deleted::of("file", id.to_string())))
}

/// Download a file.
///
/// Its bytes, as they were uploaded or written.
#[utoipa::path(
    tag = "batches",
    security(("api_key" = [])),
    params(("file_id" = String, Path, description = "The file.")),
    responses(
        (status = 200, description = "The bytes.", content((inline(FileBytes) = "application/octet-stream"))),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `videos:read`.", body = ErrorBody),
        (status = 404, description = "There is no such file in the project.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/files/{file_id}/content")]
async fn file_content(
    app: web::Data<App>,
    caller: Caller<VideosRead>,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let file = flow::find(&app, caller.who(), id_from(&path)?).await?;
    let length = u64::try_from(file.bytes).unwrap_or(0);
    let bytes = app.blobs.read(&file.path, 0..length).await;
    let bytes = bytes.map_err(|error| ApiError::Internal(error.into()))?;
    Ok(HttpResponse::Ok()
        .content_type("application/octet-stream")
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{}.jsonl\"", file.id)))
        .body(SizedStream::new(length, bytes)))
}

fn id_from(text: &str) -> Result<FileId, ApiError> {
    FileId::parse(text).ok_or_else(|| ApiError::not_found("file", text))
}
