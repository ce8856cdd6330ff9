//! The server: sockets, and which of its three faces a path belongs to (`/v1` and `/v2`, `/pay`, `/_fake`).

use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::JoinHandle;

use actix_web::dev::{Extensions, ServerHandle};
use actix_web::http::StatusCode;
use actix_web::web::{self, Bytes, Data};
use actix_web::{App as Site, HttpRequest, HttpResponse, HttpServer};
use anyhow::Context as _;
use serde_json::json;

use crate::answer::Answer;
use crate::app::{App, Call, Settings};
use crate::exchange::{Outcome, Request, exchange, now_s};
use crate::faults::Faults;
use crate::form::Form;
use crate::{checkout, delivery, pay_page};

/// A server that runs on a thread of its own until it is stopped or dropped.
pub struct Server {
    address: SocketAddr,
    handle: ServerHandle,
    thread: Option<JoinHandle<std::io::Result<()>>>,
}

impl Server {
    /// Starts listening on `listen`, `127.0.0.1:0` for a free port.
    ///
    /// # Errors
    /// When the address is taken, or the state file cannot be read.
    pub fn start(listen: &str, settings: Settings) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(listen).with_context(|| format!("cannot listen on {listen}"))?;
        let address = listener.local_addr()?;
        let app = Arc::new(App::new(settings, format!("http://{address}"))?);
        // The provider may be installed already, by whoever runs this server inside a test.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().build()?;
        let (tell, told) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                actix_web::rt::spawn(delivery::run(Arc::clone(&app), client));
                let server = site(listener, app)?;
                let _ = tell.send(server.handle());
                server.await
            })
        });
        let handle = told.recv().context("the server did not start")?;
        Ok(Self { address, handle, thread: Some(thread) })
    }

    /// Where the API is, `http://127.0.0.1:1234/`, as a client wants it.
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Waits until the server ends by itself.
    ///
    /// # Errors
    /// When it ended with a fault.
    pub fn wait(mut self) -> anyhow::Result<()> {
        match self.thread.take().map(JoinHandle::join) {
            Some(Err(_)) => anyhow::bail!("the server panicked"),
            Some(Ok(ended)) => Ok(ended?),
            None => Ok(()),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The command is sent by this call; the future only waits for the end, as does the thread below.
        drop(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The HTTP server on one thread: it serves tests and demonstrations, and one thread answers in order.
fn site(listener: TcpListener, app: Arc<App>) -> std::io::Result<actix_web::dev::Server> {
    let server = HttpServer::new(move || {
        Site::new()
            .app_data(Data::from(Arc::clone(&app)))
            .route("/pay/{session}", web::get().to(pay_form))
            .route("/pay/{session}", web::post().to(pay_button))
            .route("/_fake/pay/{session}", web::post().to(pay_now))
            .route("/_fake/state", web::get().to(show_state))
            .route("/_fake/faults", web::post().to(set_faults))
            .route("/_fake/clock", web::post().to(set_clock))
            .default_service(web::to(api))
    });
    Ok(server.workers(1).disable_signals().on_connect(keep_socket).listen(listener)?.run())
}

/// A second handle of the connection, so that it can be closed without an answer.
fn keep_socket(connection: &dyn std::any::Any, extensions: &mut Extensions) {
    use std::os::fd::AsFd as _;
    let stream = connection.downcast_ref::<actix_web::rt::net::TcpStream>();
    if let Some(Ok(socket)) = stream.map(|stream| stream.as_fd().try_clone_to_owned()) {
        extensions.insert(TcpStream::from(socket));
    }
}

async fn api(request: HttpRequest, body: Bytes, app: Data<App>) -> HttpResponse {
    let header = |name: &str| Some(request.headers().get(name)?.to_str().ok()?.to_owned());
    let params = match request.method().as_str() {
        "GET" => request.query_string().to_owned(),
        _ => String::from_utf8_lossy(&body).into_owned(),
    };
    let call = Request {
        method: request.method().to_string(),
        path: request.path().to_owned(),
        params,
        authorization: header("authorization"),
        key: header("idempotency-key"),
    };
    match exchange(&app, &call).await {
        Outcome::Answer(answer) => response(answer),
        Outcome::Dropped => {
            if let Some(socket) = request.conn_data::<TcpStream>() {
                let _ = socket.shutdown(Shutdown::Both);
            }
            HttpResponse::InternalServerError().force_close().finish()
        }
    }
}

fn response(answer: Answer) -> HttpResponse {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = HttpResponse::build(status);
    for (name, value) in answer.headers {
        response.insert_header((name, value));
    }
    response.json(answer.body)
}

/// Does `what` with the session in the path, outside of any idempotency key.
fn with_session(
    request: &HttpRequest,
    app: &App,
    what: fn(&Call<'_>, &mut crate::state::State, &str) -> crate::answer::Reply,
) -> crate::answer::Reply {
    let id = request.match_info().query("session");
    let mut state = app.state();
    let form = Form::default();
    let call = Call { path: request.path(), form: &form, now_s: now_s(&state), url: &app.url };
    let session = what(&call, &mut state, id)?;
    app.keep(&state).map_err(|fault| Answer::broken().with("message", &format!("{fault:#}")))?;
    Ok(session)
}

async fn pay_form(request: HttpRequest, app: Data<App>) -> HttpResponse {
    match with_session(&request, &app, checkout::get) {
        Ok(session) => {
            HttpResponse::Ok().content_type("text/html; charset=utf-8").body(pay_page::html(&session))
        }
        Err(refusal) => response(refusal),
    }
}

async fn pay_button(request: HttpRequest, app: Data<App>) -> HttpResponse {
    match with_session(&request, &app, checkout::pay) {
        Ok(session) => {
            HttpResponse::SeeOther().insert_header(("location", pay_page::success_url(&session))).finish()
        }
        Err(refusal) => response(refusal),
    }
}

async fn pay_now(request: HttpRequest, app: Data<App>) -> HttpResponse {
    match with_session(&request, &app, checkout::pay) {
        Ok(session) => response(Answer::ok(session)),
        Err(refusal) => response(refusal),
    }
}

async fn show_state(app: Data<App>) -> HttpResponse {
    HttpResponse::Ok().json(app.state().shown())
}

async fn set_faults(app: Data<App>, faults: web::Json<Faults>) -> HttpResponse {
    let faults = faults.into_inner();
    if !faults.are_shares() {
        return response(Answer::invalid("The rates must be 0 to 1, and at most 1 together."));
    }
    app.running().seen.clear(); // so that the same seed strikes the same requests again
    *app.faults() = faults.clone();
    HttpResponse::Ok().json(faults)
}

/// How far the server's clock shall be ahead of the system's.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Clock {
    offset_s: i64,
}

async fn set_clock(app: Data<App>, clock: web::Json<Clock>) -> HttpResponse {
    let mut state = app.state();
    state.clock_offset_s = clock.offset_s;
    let now_s = now_s(&state);
    match app.keep(&state) {
        Ok(()) => HttpResponse::Ok().json(json!({"now_s": now_s})),
        Err(fault) => response(Answer::broken().with("message", &format!("{fault:#}"))),
    }
}
