//! A server of one test, and the requests that tests make of it.

use std::net::TcpListener;
use std::sync::Arc;

use actix_web::dev::ServerHandle;
use actix_web::web::Data;
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use kinora::clock::FakeClock;
use kinora::ids::KeyId;
use kinora::keys::flow::{NewHolder, create_tenant, mint, revoke};
use kinora::keys::rules::{ADMIN_SCOPES, PROJECT_SCOPES, WORKER_SCOPES};
use kinora::{App, Config};
use kinora_billing::Mode;
use kinora_billing::payments::Payments;
use kinora_spec::catalogue::COLOUR_BARS;
use kinora_store::testing::TestDb;
use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::captures::Script;

/// When every test begins, microseconds since 1970.
pub const START_US: i64 = 1_795_400_000_000_000;

/// The boundary of every form that a test sends.
const BOUNDARY: &str = "3d8bdf711e2f8cf6e8175803d0887a30";

/// A running server with a database, a data folder and a clock of its own.
pub struct TestApp {
    pub app: Data<App>,
    pub clock: Arc<FakeClock>,
    /// The key that the first start made.
    pub key: String,
    pub operator_key: String,
    pub admin_key: String,
    pub worker_token: String,
    base: String,
    client: Client,
    server: ServerHandle,
    _folder: TempDir,
    /// Nothing for a server whose database is a file in its folder.
    _database: Option<TestDb>,
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap<HeaderValue>,
    pub bytes: Vec<u8>,
}

impl Answer {
    /// The body, which must be JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| {
            panic!("{error}: {} {}", self.status, String::from_utf8_lossy(&self.bytes))
        })
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The body, if all went well.
    pub fn ok(&self) -> Value {
        assert_eq!(self.status, StatusCode::OK, "{}", String::from_utf8_lossy(&self.bytes));
        self.json()
    }

    /// Checks that this is a whole error of that status and code.
    pub fn refused(&self, status: u16, code: &str) -> Value {
        let body = self.json();
        assert_eq!(self.status.as_u16(), status, "{body}");
        let error = body["error"].as_object().unwrap();
        let mut fields: Vec<&str> = error.keys().map(String::as_str).collect();
        fields.sort_unstable();
        assert_eq!(fields, ["code", "message", "param", "type"]);
        assert_eq!(error["code"], code, "{body}");
        assert!(!error["message"].as_str().unwrap().is_empty());
        let family = if status < 500 { "invalid_request_error" } else { "server_error" };
        assert_eq!(error["type"], family);
        assert!(self.header("x-request-id").is_some_and(|id| id.starts_with("req_")));
        body["error"].clone()
    }
}

impl TestApp {
    /// A server on every database there is.
    pub async fn each() -> Vec<Self> {
        let mut apps = Vec::new();
        for database in kinora_store::testing::databases() {
            apps.push(Self::on(Some(database), |_| {}, |_| {}).await);
        }
        apps
    }

    /// As [`TestApp::each`], where credit is bought from `provider`.
    pub async fn each_that_sells(provider: &Arc<impl Payments + 'static>) -> Vec<Self> {
        let mut apps = Vec::new();
        for database in kinora_store::testing::databases() {
            let provider = provider.clone();
            apps.push(Self::on(Some(database), |_| {}, |app| app.payments = Some(provider)).await);
        }
        apps
    }

    /// As [`TestApp::each`], where `script` says what is found in captures.
    pub async fn each_that_sees(script: &Script) -> Vec<Self> {
        let mut apps = Vec::new();
        for database in kinora_store::testing::databases() {
            let captures = script.captures();
            apps.push(Self::on(Some(database), |_| {}, |app| app.captures = captures).await);
        }
        apps
    }

    /// As [`TestApp::one`], with settings changed, where `script` says what is found in captures.
    pub async fn that_sees(script: &Script, change: impl FnOnce(&mut Config)) -> Self {
        let captures = script.captures();
        Self::on(None, change, |app| app.captures = captures).await
    }

    /// A server on SQLite, for what has nothing to do with the database.
    pub async fn one() -> Self {
        Self::with(|_| {}).await
    }

    /// As [`TestApp::one`], with settings changed.
    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::on(None, change, |_| {}).await
    }

    async fn on(
        database: Option<TestDb>,
        change: impl FnOnce(&mut Config),
        add: impl FnOnce(&mut App),
    ) -> Self {
        install_crypto();
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config {
            data_dir: folder.path().join("data"),
            database_url: database.as_ref().map(|database| database.url.clone()),
            models: vec!["kinora-mini".into(), COLOUR_BARS.id.into()],
            // Receivers of webhooks listen there.
            outgoing_allow: vec!["127.0.0.0/8".into()],
            ..Config::default()
        };
        change(&mut config);
        let clock = Arc::new(FakeClock::at(START_US));
        let own = clock.clone();
        let (mut app, keys) =
            tokio::task::spawn_blocking(move || App::build_at(config, own).unwrap()).await.unwrap();
        app.captures = Script::blind().captures();
        add(&mut app);
        let keys = keys.unwrap();
        let app = Data::new(app);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let server = serve(app.clone(), listener).await;
        Self {
            app,
            clock,
            key: keys.api_key,
            operator_key: keys.operator_key,
            admin_key: keys.admin_key,
            worker_token: keys.worker_token,
            base,
            client: client(),
            server,
            _folder: folder,
            _database: database,
        }
    }

    /// Another server on the same database, with a folder of its own and the same clock and keys.
    pub async fn beside(&self) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = Config {
            data_dir: folder.path().join("data"),
            database_url: Some(self.app.config.database_url()),
            ..self.app.config.clone()
        };
        std::fs::create_dir(&config.data_dir).unwrap();
        std::fs::copy(self.app.config.data_dir.join("pepper"), config.data_dir.join("pepper")).unwrap();
        let clock = self.clock.clone();
        let built = tokio::task::spawn_blocking(move || App::build_at(config, clock).unwrap());
        let mut app = built.await.unwrap().0;
        app.captures = self.app.captures.clone();
        let app = Data::new(app);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        Self {
            clock: self.clock.clone(),
            key: self.key.clone(),
            operator_key: self.operator_key.clone(),
            admin_key: self.admin_key.clone(),
            worker_token: self.worker_token.clone(),
            base: format!("http://{}", listener.local_addr().unwrap()),
            client: client(),
            server: serve(app.clone(), listener).await,
            app,
            _folder: folder,
            _database: None,
        }
    }

    /// The id of a key.
    pub fn key_id(key: &str) -> String {
        format!("key_{}", key.split('_').nth(1).unwrap())
    }

    /// The id of the first project.
    pub async fn project(&self) -> String {
        let projects = self.admin_get("/projects").await.ok();
        projects["data"][0]["id"].as_str().unwrap().to_owned()
    }

    /// A new key of a project of the first organization.
    pub async fn new_key(&self, project: &str) -> String {
        let made =
            self.admin_post(&format!("/projects/{project}/api_keys"), &json!({ "name": "K" })).await.ok();
        made["value"].as_str().unwrap().to_owned()
    }

    /// A new project of the first organization, and a key of it.
    pub async fn new_project(&self) -> (String, String) {
        let made = self.admin_post("/projects", &json!({ "name": "P" })).await.ok();
        let id = made["id"].as_str().unwrap().to_owned();
        let key = self.new_key(&id).await;
        (id, key)
    }

    /// Where the server is, without a slash at the end.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// A request without a key.
    pub fn bare(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base))
    }

    /// A request of the first project.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.bare(method, path).bearer_auth(&self.key)
    }

    pub async fn get(&self, path: &str) -> Answer {
        answer(self.request(Method::GET, path)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        answer(self.request(Method::DELETE, path)).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        answer(self.request(Method::POST, path).json(body)).await
    }

    /// A form of parts as official SDKs write them: `(what stands after form-data, bytes)`.
    pub async fn post_form(&self, path: &str, parts: &[(&str, &[u8])]) -> Answer {
        answer(self.bare_form(path, parts).bearer_auth(&self.key)).await
    }

    /// A form without a key.
    pub fn bare_form(&self, path: &str, parts: &[(&str, &[u8])]) -> RequestBuilder {
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        self.bare(Method::POST, path).header("content-type", kind).body(form(parts))
    }

    /// As [`TestApp::post_form`], with another key.
    pub async fn form_as(&self, key: &str, path: &str, parts: &[(&str, &[u8])]) -> Answer {
        answer(self.bare_form(path, parts).bearer_auth(key)).await
    }

    /// A new video of the first project; its id.
    pub async fn create(&self) -> String {
        self.create_as(&self.key).await
    }

    /// A new video of the project of `key`; its id.
    pub async fn create_as(&self, key: &str) -> String {
        let body = json!({ "prompt": "bars", "model": COLOUR_BARS.id });
        let request = self.bare(Method::POST, "/v1/videos").bearer_auth(key).json(&body);
        answer(request).await.ok()["id"].as_str().unwrap().to_owned()
    }

    /// A key of a new project in an organization of its own.
    pub async fn other_tenant(&self) -> String {
        self.mint(PROJECT_SCOPES).await
    }

    /// A key of a new project with these scopes.
    pub async fn mint(&self, scopes: &'static str) -> String {
        let pepper = self.app.pepper.clone();
        let made = self.app.store.run(move |db| {
            db.write_tx::<_, kinora_billing::Error>(|db| {
                let (_, project) = create_tenant(db, "other", (Mode::Postpaid, false), START_US)?;
                Ok(mint(db, &pepper, &NewHolder::Project(&project), scopes, START_US)?)
            })
        });
        made.await.unwrap().reveal()
    }

    /// An admin key of a new organization, and a key of its project.
    pub async fn other_organization(&self) -> (String, String) {
        let pepper = self.app.pepper.clone();
        let made = self.app.store.run(move |db| {
            db.write_tx::<_, kinora_billing::Error>(|db| {
                let (organization, project) = create_tenant(db, "other", (Mode::Postpaid, false), START_US)?;
                let admin = mint(db, &pepper, &NewHolder::Admin(&organization), ADMIN_SCOPES, START_US)?;
                let key = mint(db, &pepper, &NewHolder::Project(&project), PROJECT_SCOPES, START_US)?;
                Ok::<_, kinora_billing::Error>((admin.reveal(), key.reveal()))
            })
        });
        made.await.unwrap()
    }

    /// Asks something with a key, and with a body if there is one.
    pub async fn ask(&self, key: &str, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let request = self.bare(method, path).bearer_auth(key);
        answer(match body {
            Some(body) => request.json(body),
            None => request,
        })
        .await
    }

    /// Asks as the administrator of the first organization; `what` stands after `/v1/organization`.
    pub async fn admin_get(&self, what: &str) -> Answer {
        self.ask(&self.admin_key, Method::GET, &format!("/v1/organization{what}"), None).await
    }

    /// As [`TestApp::admin_get`], with a body.
    pub async fn admin_post(&self, what: &str, body: &Value) -> Answer {
        self.ask(&self.admin_key, Method::POST, &format!("/v1/organization{what}"), Some(body)).await
    }

    /// As [`TestApp::admin_get`].
    pub async fn admin_delete(&self, what: &str) -> Answer {
        self.ask(&self.admin_key, Method::DELETE, &format!("/v1/organization{what}"), None).await
    }

    /// A new key of a worker.
    pub async fn mint_worker(&self) -> String {
        let pepper = self.app.pepper.clone();
        let made = self.app.store.run(move |db| {
            mint(db, &pepper, &NewHolder::Worker, WORKER_SCOPES, START_US).map_err(kinora_store::Error::from)
        });
        made.await.unwrap().reveal()
    }

    /// The organization of the first project.
    pub async fn organization(&self) -> String {
        use kinora_store::schema::organizations::dsl::{id, organizations};
        let first =
            self.app.store.run(|db| organizations.select(id).first(db).map_err(kinora_store::Error::from));
        first.await.unwrap()
    }

    /// Makes a key useless.
    pub async fn revoke(&self, key: &str) {
        let id = KeyId::parse(&format!("key_{}", key.split('_').nth(1).unwrap())).unwrap();
        let revoked =
            self.app.store.run(move |db| revoke(db, &id, START_US).map_err(kinora_store::Error::from)).await;
        assert!(revoked.unwrap());
    }

    /// How many videos the database has, deleted ones included.
    pub async fn stored_videos(&self) -> i64 {
        use kinora_store::schema::videos::dsl::videos;
        let count = self.app.store.run(|db| videos.count().get_result(db).map_err(kinora_store::Error::from));
        count.await.unwrap()
    }

    /// Sets when a worker expects to be done with a video.
    pub async fn set_eta_ms(&self, id: &str, expected_ms: i32) {
        use kinora_store::schema::videos::dsl::{eta_ms, videos};
        let id = id.to_owned();
        let done = self.app.store.run(move |db| {
            let row = diesel::update(videos.find(id)).set(eta_ms.eq(expected_ms));
            row.execute(db).map_err(kinora_store::Error::from)
        });
        assert_eq!(done.await.unwrap(), 1);
    }

    /// Leases the next run as a worker does; the id of the run.
    pub async fn lease(&self) -> String {
        let claim = json!({ "worker": "test", "models": [COLOUR_BARS.id], "wait_ms": 0 });
        self.work("", &claim).await.ok()["run_id"].as_str().unwrap().to_owned()
    }

    /// A file that a run is made from.
    pub async fn input(&self, run: &str, kind: &str) -> Answer {
        let path = format!("/internal/v1/leases/{run}/inputs/{kind}");
        answer(self.bare(Method::GET, &path).bearer_auth(&self.worker_token)).await
    }

    /// A completed video of the first project with these files; its id.
    pub async fn completed(&self, files: &[(&str, &[u8])]) -> String {
        let id = self.create().await;
        let run = self.lease().await;
        self.deliver(&run, files).await;
        id
    }

    /// How many rows of inputs there are, and how many files lie in their folder.
    pub async fn kept_inputs(&self) -> (i64, usize) {
        use kinora_store::schema::video_inputs::dsl::video_inputs;
        let rows =
            self.app.store.run(|db| video_inputs.count().get_result(db).map_err(kinora_store::Error::from));
        let folder = std::fs::read_dir(self.app.config.data_dir.join("assets").join("inputs"));
        (rows.await.unwrap(), folder.map_or(0, Iterator::count))
    }

    /// A message of a worker; `what` stands after `/internal/v1/leases`.
    pub async fn work(&self, what: &str, message: &Value) -> Answer {
        let path = format!("/internal/v1/leases{what}");
        answer(self.bare(Method::POST, &path).bearer_auth(&self.worker_token).json(message)).await
    }

    /// Ends a run with these files, as a worker does.
    pub async fn deliver(&self, run: &str, files: &[(&str, &[u8])]) {
        self.deliver_clip(run, files, 4_000).await;
    }

    /// As [`TestApp::deliver`], of a clip of so many milliseconds.
    pub async fn deliver_clip(&self, run: &str, files: &[(&str, &[u8])], milliseconds: u32) {
        let mut assets = Vec::new();
        for (kind, bytes) in files {
            let path = format!("/internal/v1/leases/{run}/assets/{kind}");
            let upload = self.bare(Method::PUT, &path).bearer_auth(&self.worker_token).body(bytes.to_vec());
            answer(upload).await.ok();
            let sha256 = kinora::blobs::hex(&Sha256::digest(bytes));
            assets.push(json!({ "kind": kind, "bytes": bytes.len(), "sha256": sha256 }));
        }
        let report = json!({
            "device": { "name": "test device", "backend": "none", "assumed_watts": 0 },
            "phases": [{ "phase": "denoise", "wall_us": 2_000_000, "device_us": 1_800_000, "flops": 7 }],
            "peak_memory_bytes": 1_000_001,
            "output": { "milliseconds": milliseconds, "frames": 48, "size": "720x1280", "audio_milliseconds": 0, "steps": 8 },
        });
        let done = self.work(&format!("/{run}/finish"), &json!({ "assets": assets, "report": report })).await;
        assert_eq!(done.status, StatusCode::NO_CONTENT, "{done:?}");
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.app.drain();
        if !std::thread::panicking() {
            let audit = self.app.store.run_blocking(|db| db.read_tx(kinora::money::audit));
            assert_eq!(audit.unwrap().faults, Vec::<String>::new(), "the books balance after every test");
        }
        // The command is sent by the call; nobody needs to wait for it.
        drop(self.server.stop(false));
    }
}

/// Sends a request and reads its answer to the end.
pub async fn answer(request: RequestBuilder) -> Answer {
    let answer = request.send().await.unwrap();
    let (status, headers) = (answer.status(), answer.headers().clone());
    Answer { status, headers, bytes: answer.bytes().await.unwrap().to_vec() }
}

/// A client with a connection for each request: one that waits while a busy test computes is closed by the server, and the
/// next request would find that out too late.
fn client() -> Client {
    Client::builder().no_proxy().pool_max_idle_per_host(0).build().unwrap()
}

/// The bytes of a form.
pub fn form(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (about, bytes) in parts {
        body.extend_from_slice(
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {about}\r\n\r\n").as_bytes(),
        );
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    body
}

/// The server runs in a thread of its own, since each test has its own async runtime.
async fn serve(app: Data<App>, listener: TcpListener) -> ServerHandle {
    let (started, handle) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            actix_web::rt::spawn(kinora::live::jobs::follow(app.clone()));
            let server = kinora::http::serve(app, listener).unwrap();
            started.send(server.handle()).ok().unwrap();
            server.await.unwrap();
        });
    });
    handle.await.unwrap()
}

/// The client has TLS without a provider of its own, also where no TLS is spoken.
fn install_crypto() {
    // Whoever was first, a server or another test, has set the same.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
