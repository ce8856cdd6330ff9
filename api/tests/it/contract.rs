//! What holds for every operation, taken from the public description: whoever adds one is held to it by that alone. Only
//! how to make a thing that an id in a path names is written here ([`make`]).

use std::collections::BTreeMap;

use kinora::deliveries::jobs::relay;
use kinora::ids::{CaptureId, CharacterId, CheckoutId, OrganizationId};
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{Answer, TestApp, answer};
use crate::captures::{name_project, new_character, new_object, unverified_object};

/// `POST`s without the header `Idempotency-Key`, and why.
const NOT_IDEMPOTENT: [(&str, &str); 1] =
    [("payment_message_create", "the provider's own event id does the same")];

/// `POST`s that are refused with the body of their example: it names a file, a video or a grant that is not there, a video that is
/// not completed, a time that is over, a list that is in force or somebody who is not there, an upload is a form, and no payment
/// provider is set up. All others must be done.
const REFUSED_HERE: [&str; 14] = [
    "batch_create",
    "file_create",
    "discount_create",
    "credit_take_back",
    "price_list_create",
    "price_list_withdraw",
    "checkout_create",
    "character_create",
    "character_follow_create",
    "character_capture",
    "character_grant_create",
    "video_edit",
    "video_extend",
    "video_remix",
];

/// An operation of the document.
struct Operation {
    path: String,
    method: Method,
    id: String,
    about: Value,
}

impl Operation {
    fn all() -> Vec<Self> {
        let document: Value = serde_json::from_str(&kinora::openapi::text().unwrap()).unwrap();
        let mut all = Vec::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, about) in item.as_object().unwrap() {
                all.push(Self {
                    path: path.clone(),
                    method: method.to_uppercase().parse().unwrap(),
                    id: about["operationId"].as_str().unwrap().to_owned(),
                    about: about.clone(),
                });
            }
        }
        all
    }

    fn needs(&self) -> Option<Kind> {
        let refusal = self.about["responses"]["403"]["description"].as_str()?;
        Some(match refusal {
            text if text.contains("operator's") => Kind::Operator,
            text if text.contains("`organization:") => Kind::Admin,
            _ => Kind::Project,
        })
    }

    /// The names in the path that stand for a thing, in order.
    fn ids(&self) -> Vec<&str> {
        self.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect()
    }

    fn parameters(&self, place: &str) -> impl Iterator<Item = &Value> {
        self.about["parameters"].as_array().into_iter().flatten().filter(move |about| about["in"] == place)
    }

    /// The path with these ids, and with what its query must have.
    fn at(&self, ids: &BTreeMap<String, String>) -> String {
        let path =
            ids.iter().fold(self.path.clone(), |path, (name, id)| path.replace(&format!("{{{name}}}"), id));
        match self.parameters("query").find(|about| about["required"] == true) {
            Some(about) => format!("{path}?{}=1795392000", about["name"].as_str().unwrap()),
            None => path,
        }
    }

    /// Asks with the body of the example.
    async fn ask(&self, app: &TestApp, key: Option<&str>, path: &str) -> Answer {
        let mut request = app.bare(self.method.clone(), path);
        if let Some(key) = key {
            request = request.bearer_auth(key);
        }
        if let Some(body) = self.about.pointer("/requestBody/content/application~1json/example") {
            request = request.json(body);
        }
        answer(request).await
    }

    /// Checks an error, of which `HEAD` shows the status alone.
    fn refused(&self, answer: &Answer, status: u16, code: &str) {
        assert_eq!(answer.status.as_u16(), status, "{} {}: {answer:?}", self.method, self.path);
        assert!(answer.header("x-request-id").is_some_and(|id| id.starts_with("req_")), "{}", self.id);
        assert!(
            self.about["responses"][answer.status.as_str()].is_object(),
            "{}: {status} is not described",
            self.id
        );
        if self.method != Method::HEAD {
            answer.refused(status, code);
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Project,
    Admin,
    Operator,
}

/// Keys of one organization.
struct Keys {
    project: String,
    admin: String,
    operator: String,
}

impl Keys {
    fn first(app: &TestApp) -> Self {
        Self { project: app.key.clone(), admin: app.admin_key.clone(), operator: app.operator_key.clone() }
    }

    async fn second(app: &TestApp) -> Self {
        let (admin, project) = app.other_organization().await;
        Self { project, admin, operator: app.operator_key.clone() }
    }

    fn of(&self, kind: Kind) -> &str {
        match kind {
            Kind::Project => &self.project,
            Kind::Admin => &self.admin,
            Kind::Operator => &self.operator,
        }
    }
}

/// What an id in a path names.
enum Made {
    /// A thing of the organization whose keys were used.
    Own(String),
    /// The same for everybody.
    Shared(String),
    /// A thing that cannot be made in a test: this id is well formed and names nothing.
    Nothing(String),
}

/// What an alert on spending is made of.
fn alert() -> Value {
    json!({
        "threshold_amount": 100, "currency": "USD", "interval": "month",
        "notification_channel": { "type": "email", "recipients": ["a@example.com"] },
    })
}

/// Makes what the parameter `name` of `path` names, with `keys`, below the things made before it.
async fn make(
    app: &TestApp,
    keys: &Keys,
    (path, name): (&str, &str),
    ids: &BTreeMap<String, String>,
) -> Made {
    let created = async |key: &str, path: &str, body: Value| {
        let path =
            ids.iter().fold(path.to_owned(), |path, (name, id)| path.replace(&format!("{{{name}}}"), id));
        let made = app.ask(key, Method::POST, &path, Some(&body)).await.ok();
        Made::Own(made["id"].as_str().unwrap().to_owned())
    };
    let list = path.split(&format!("/{{{name}}}")).next().unwrap();
    match name {
        "video_id" if path.starts_with("/v1/videos/characters/") => {
            let body = json!({ "prompt": "Rex", "characters": [{ "id": ids["character_id"] }] });
            created(&keys.project, "/v1/videos", body).await
        }
        "video_id" => {
            let id = app.create_as(&keys.project).await;
            if path.ends_with("/events") {
                // A stream ends with its video.
                let path = format!("/v1/videos/{id}/cancel");
                app.ask(&keys.project, Method::POST, &path, None).await.ok();
            }
            Made::Own(id)
        }
        "project_id" | "key_id" | "service_account_id" => {
            created(&keys.admin, list, json!({ "name": "made" })).await
        }
        "alert_id" => created(&keys.admin, list, alert()).await,
        "organization_id" => created(&keys.operator, list, json!({ "name": "made" })).await,
        "webhook_endpoint_id" => {
            let endpoint =
                json!({ "name": "made", "url": "https://example.com/", "event_types": ["video.failed"] });
            created(&keys.project, list, endpoint).await
        }
        "file_id" => Made::Own(upload(app, &keys.project).await),
        "batch_id" => {
            let batch = json!({
                "input_file_id": upload(app, &keys.project).await, "endpoint": "/v1/videos", "completion_window": "24h",
            });
            created(&keys.project, list, batch).await
        }
        "webhook_delivery_id" => Made::Own(deliver(app, &keys.project).await),
        "character_id" if path.ends_with("/challenge") || path.ends_with("/attest") => {
            Made::Own(new_character(app, &keys.project, "Anna").await["id"].as_str().unwrap().to_owned())
        }
        "character_id" if path.ends_with("/approve") => {
            Made::Own(unverified_object(app, &keys.project, "Rex").await)
        }
        "character_id" => Made::Own(new_object(app, &keys.project, "Rex").await),
        "capture_id" => {
            let seen = app.operator_get(&format!("/characters/{}", ids["character_id"])).await.ok();
            Made::Own(seen["captures"][0]["id"].as_str().unwrap().to_owned())
        }
        "grant_id" => {
            let handle = json!({ "handle": new_party(app).await });
            created(&keys.project, list, handle).await
        }
        "handle" => {
            let handle = new_party(app).await;
            let path = "/v1/videos/characters/follows";
            app.ask(&keys.project, Method::POST, path, Some(&json!({ "handle": handle }))).await.ok();
            Made::Own(handle)
        }
        "checkout_id" => Made::Nothing(CheckoutId::new().to_string()),
        "price_list_id" => Made::Shared("2026-01-01-example".into()),
        "rate_limit_id" => Made::Shared("rl-kinora-mini".into()),
        "model" => Made::Shared("kinora-mini".into()),
        "month" => Made::Shared("2026-11".into()),
        _ => panic!("tell contract.rs how to make what {{{name}}} of {path} names"),
    }
}

/// A project of another organization; its handle.
async fn new_party(app: &TestApp) -> String {
    let key = app.other_tenant().await;
    let handle = format!("p{}", &TestApp::key_id(&key)[20..36]);
    name_project(app, &key, &handle).await;
    handle
}

/// A file of one line for a batch; its id.
async fn upload(app: &TestApp, key: &str) -> String {
    let line = br#"{"custom_id": "1", "method": "POST", "url": "/v1/videos", "body": {"prompt": "bars"}}"#;
    let parts = [("name=\"purpose\"", &b"batch"[..]), ("name=\"file\"; filename=\"lines.jsonl\"", line)];
    let made = answer(app.bare_form("/v1/files", &parts).bearer_auth(key)).await.ok();
    made["id"].as_str().unwrap().to_owned()
}

/// A delivery to an endpoint of the project, about a video that was canceled; its id.
async fn deliver(app: &TestApp, key: &str) -> String {
    let endpoint =
        json!({ "name": "made", "url": "https://example.com/", "event_types": ["video.canceled"] });
    let endpoint = app.ask(key, Method::POST, "/v1/webhook_endpoints", Some(&endpoint)).await.ok();
    let path = format!("/v1/webhook_endpoints/{}", endpoint["id"].as_str().unwrap());
    let video = app.create_as(key).await;
    app.ask(key, Method::POST, &format!("/v1/videos/{video}/cancel"), None).await.ok();
    relay(&app.app).await.unwrap();
    let deliveries = app.ask(key, Method::GET, &format!("{path}/deliveries"), None).await.ok();
    deliveries["data"][0]["id"].as_str().unwrap().to_owned()
}

/// All that an operation's path names, and which of it is the organization's own.
async fn make_all(
    app: &TestApp,
    keys: &Keys,
    operation: &Operation,
) -> (BTreeMap<String, String>, Vec<String>) {
    let (mut ids, mut own) = (BTreeMap::new(), Vec::new());
    for name in operation.ids() {
        let id = match make(app, keys, (&operation.path, name), &ids).await {
            Made::Own(id) => {
                own.push(name.to_owned());
                id
            }
            Made::Shared(id) | Made::Nothing(id) => id,
        };
        ids.insert(name.to_owned(), id);
    }
    (ids, own)
}

#[tokio::test]
async fn nothing_is_done_without_a_valid_key() {
    let app = TestApp::one().await;
    let mut open = Vec::new();
    for operation in Operation::all() {
        if operation.needs().is_none() {
            open.push(operation.id);
            continue;
        }
        let ids = operation.ids().iter().map(|name| ((*name).to_owned(), "x".to_owned())).collect();
        for key in [
            None,
            Some("kn_4f9c2ab81d6e_wrong"),
            Some(app.worker_token.trim_end_matches(char::is_alphanumeric)),
        ] {
            let answer = operation.ask(&app, key, &operation.at(&ids)).await;
            operation.refused(&answer, 401, "invalid_api_key");
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"), "{}", operation.id);
        }
    }
    assert_eq!(
        open,
        ["receipt_keys", "webhook_keys", "health_get", "readiness_get", "payment_message_create"]
    );
}

#[tokio::test]
async fn a_key_of_another_kind_may_not() {
    let app = TestApp::one().await;
    let keys = Keys::first(&app);
    for operation in Operation::all() {
        let others = match operation.needs() {
            None => continue,
            Some(Kind::Project) => [&keys.admin, &app.worker_token],
            Some(Kind::Admin) => [&keys.project, &keys.operator],
            Some(Kind::Operator) => [&keys.project, &keys.admin],
        };
        let ids = operation.ids().iter().map(|name| ((*name).to_owned(), "x".to_owned())).collect();
        for key in others {
            let answer = operation.ask(&app, Some(key), &operation.at(&ids)).await;
            operation.refused(&answer, 403, "insufficient_scope");
        }
    }
}

#[tokio::test]
async fn what_belongs_to_another_organization_is_not_found() {
    for app in TestApp::each().await {
        let (first, second) = (Keys::first(&app), Keys::second(&app).await);
        let mut seen = 0;
        for operation in Operation::all() {
            let Some(kind) = operation.needs().filter(|kind| *kind != Kind::Operator) else { continue };
            let (theirs, own) = make_all(&app, &first, &operation).await;
            for name in &own {
                // Everything but one is the caller's, so that each alone is looked at.
                let (mut ids, _) = make_all(&app, &second, &operation).await;
                ids.insert(name.clone(), theirs[name].clone());
                let answer = operation.ask(&app, Some(second.of(kind)), &operation.at(&ids)).await;
                operation.refused(&answer, 404, "not_found");
                seen += 1;
            }
            let answer = operation.ask(&app, Some(second.of(kind)), &operation.at(&theirs)).await;
            if !own.is_empty() {
                operation.refused(&answer, 404, "not_found");
            }
        }
        assert!(seen > 30, "{seen}");
    }
}

#[tokio::test]
async fn what_is_the_callers_own_is_found() {
    let app = TestApp::one().await;
    let keys = Keys::first(&app);
    for operation in Operation::all() {
        let Some(kind) = operation.needs() else { continue };
        let (ids, own) = make_all(&app, &keys, &operation).await;
        if own.is_empty() {
            continue;
        }
        let path = operation.at(&ids);
        if path.ends_with("/spend_limit") && operation.method != Method::POST {
            let limit = json!({ "threshold_amount": 2_500, "currency": "USD", "interval": "month" });
            app.ask(keys.of(kind), Method::POST, &path, Some(&limit)).await.ok();
        }
        let answer = operation.ask(&app, Some(keys.of(kind)), &path).await;
        let status = answer.status.as_str();
        assert!(
            operation.about["responses"][status].is_object(),
            "{}: {status} is not described",
            operation.id
        );
        if answer.status == 404 && operation.method != Method::HEAD {
            assert_ne!(answer.json()["error"]["code"], "not_found", "{} {path}", operation.id);
        }
    }
}

#[tokio::test]
async fn what_there_is_none_of_is_not_found_by_the_operator_either() {
    let app = TestApp::one().await;
    for operation in Operation::all() {
        if operation.needs() != Some(Kind::Operator) || operation.ids().is_empty() {
            continue;
        }
        let ids = BTreeMap::from([
            ("organization_id".to_owned(), OrganizationId::new().to_string()),
            ("price_list_id".to_owned(), "1999-01-01-none".to_owned()),
            ("character_id".to_owned(), CharacterId::new().to_string()),
            ("capture_id".to_owned(), CaptureId::new().to_string()),
            ("month".to_owned(), "2026-11".to_owned()),
        ]);
        let path = operation.at(&ids);
        assert!(!path.contains('{'), "tell this test what {path} names");
        let answer = operation.ask(&app, Some(&app.operator_key), &path).await;
        operation.refused(&answer, 404, "not_found");
    }
}

#[tokio::test]
async fn a_path_says_which_methods_it_has() {
    let app = TestApp::one().await;
    let mut methods: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for operation in Operation::all() {
        methods.entry(operation.path).or_default().push(operation.method.to_string());
    }
    for (path, mut there) in methods {
        let filled = path.replace(['{', '}'], "");
        for method in [Method::PATCH, Method::PUT, Method::OPTIONS] {
            let answer = answer(app.request(method, &filled)).await;
            answer.refused(405, "method_not_allowed");
            let mut allowed: Vec<&str> = answer.header("allow").unwrap().split(", ").collect();
            allowed.sort_unstable();
            there.sort_unstable();
            assert_eq!(allowed, there, "{path}");
        }
    }
}

#[tokio::test]
async fn a_post_that_is_repeated_under_its_key_is_done_once() {
    let is_post = |operation: &Operation| operation.method == Method::POST;
    let all: Vec<Operation> = Operation::all().into_iter().filter(is_post).collect();
    let declares = |operation: &&Operation| {
        operation.parameters("header").any(|about| about["name"] == "Idempotency-Key")
    };
    let declared: Vec<&str> = all.iter().filter(declares).map(|operation| operation.id.as_str()).collect();
    let exempt = |id: &str| NOT_IDEMPOTENT.iter().any(|(name, _)| *name == id);
    let wanted: Vec<&str> =
        all.iter().map(|operation| operation.id.as_str()).filter(|id| !exempt(id)).collect();
    assert_eq!(declared, wanted);
    let app = TestApp::one().await;
    let keys = Keys::first(&app);
    let mut refused = Vec::new();
    for operation in all.iter().filter(declares) {
        let Some(kind) = operation.needs() else { continue };
        let (ids, _) = make_all(&app, &keys, operation).await;
        let path = operation.at(&ids);
        let ask = async || {
            let request = app.bare(Method::POST, &path).bearer_auth(keys.of(kind));
            let request = request.header("Idempotency-Key", format!("contract-{}", operation.id));
            let body = operation.about.pointer("/requestBody/content/application~1json/example");
            answer(match body {
                Some(body) => request.json(body),
                None => request,
            })
            .await
        };
        let (first, again) = (ask().await, ask().await);
        assert_eq!(first.status, again.status, "{}", operation.id);
        if first.status.is_success() {
            assert_eq!(first.json(), again.json(), "{}", operation.id);
            assert_eq!(again.header("idempotent-replayed"), Some("true"), "{}", operation.id);
        } else {
            refused.push(operation.id.as_str());
        }
    }
    // Whatever else is refused was not checked.
    assert_eq!(refused, REFUSED_HERE);
}
