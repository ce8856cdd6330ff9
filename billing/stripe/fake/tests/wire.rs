//! What goes over the wire, read as plain JSON: the shapes are Stripe's, the refusals too.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use kinora_fake_stripe::{Faults, Server, Settings};
use reqwest::{Client, RequestBuilder, Response};
use serde_json::{Value, json};

struct Fake {
    server: Server,
    http: Client,
}

impl Fake {
    fn new(settings: Settings) -> Self {
        let server = Server::start("127.0.0.1:0", settings).unwrap();
        Self { server, http: Client::new() }
    }

    fn post(&self, path: &str, form: &'static str) -> RequestBuilder {
        let request = self.http.post(format!("{}{path}", self.server.url())).bearer_auth("sk_test_fake");
        request.header("content-type", "application/x-www-form-urlencoded").body(form)
    }

    fn get(&self, path: &str) -> RequestBuilder {
        self.http.get(format!("{}{path}", self.server.url())).bearer_auth("sk_test_fake")
    }

    async fn state(&self) -> Value {
        self.get("_fake/state").send().await.unwrap().json().await.unwrap()
    }
}

async fn answer(request: RequestBuilder) -> (u16, Value) {
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

fn header<'a>(answer: &'a Response, name: &str) -> Option<&'a str> {
    answer.headers().get(name)?.to_str().ok()
}

const METER: &str = "display_name=Micros&event_name=micros&default_aggregation[formula]=sum";
const EVENT: &str =
    "event_name=micros&identifier=a&payload[stripe_customer_id]=cus_fake0000000001&payload[value]=5";

#[tokio::test]
async fn only_the_secret_key_gets_in_as_bearer_or_as_basic() {
    let fake = Fake::new(Settings::default());
    let url = format!("{}v1/customers", fake.server.url());
    for request in [
        fake.http.get(&url),
        fake.http.get(&url).bearer_auth("sk_test_other"),
        fake.http.get(&url).basic_auth("sk", Some("")),
    ] {
        let (status, body) = answer(request).await;
        assert_eq!((status, &body["error"]["type"]), (401, &json!("invalid_request_error")));
    }
    assert_eq!(answer(fake.http.get(&url).bearer_auth("sk_test_fake")).await.0, 200);
    assert_eq!(answer(fake.http.get(&url).basic_auth("sk_test_fake", Some(""))).await.0, 200);
}

#[tokio::test]
async fn a_parameter_or_a_path_that_stripe_does_not_know_is_refused() {
    let fake = Fake::new(Settings::default());
    let (status, body) = answer(fake.post("v1/customers", "nmae=One")).await;
    assert_eq!(
        (status, &body["error"]["code"], &body["error"]["param"]),
        (400, &json!("parameter_unknown"), &json!("nmae"))
    );
    let (status, body) = answer(fake.post("v1/billing/meters", "display_name=x")).await;
    assert_eq!((status, &body["error"]["code"]), (400, &json!("parameter_missing")));
    assert_eq!(answer(fake.get("v1/subscriptions")).await.0, 404);
    let (status, body) = answer(fake.get("v1/customers/cus_none")).await;
    assert_eq!((status, &body["error"]["code"]), (404, &json!("resource_missing")));
}

#[tokio::test]
async fn a_key_replays_its_answer_says_so_and_refuses_other_parameters() {
    let fake = Fake::new(Settings::default());
    let create = |form| fake.post("v1/customers", form).header("idempotency-key", "k").send();
    let first = create("name=One&email=a%40example.com").await.unwrap();
    assert_eq!(header(&first, "idempotent-replayed"), None);
    let again = create("email=a%40example.com&name=One").await.unwrap();
    assert_eq!(header(&again, "idempotent-replayed"), Some("true"));
    assert_eq!(
        first.text().await.unwrap(),
        again.text().await.unwrap(),
        "the order of the parameters does not matter"
    );
    let other = create("name=Two").await.unwrap();
    assert_eq!(other.status().as_u16(), 400);
    assert_eq!(other.json::<Value>().await.unwrap()["error"]["type"], "idempotency_error");
    fake.http
        .post(format!("{}_fake/clock", fake.server.url()))
        .json(&json!({"offset_s": 86_401}))
        .send()
        .await
        .unwrap();
    let fresh = create("name=Two").await.unwrap();
    assert_eq!(
        (fresh.status().as_u16(), header(&fresh, "idempotent-replayed")),
        (200, None),
        "a key is forgotten after 24 hours"
    );
}

#[tokio::test]
async fn a_duplicate_identifier_is_refused_in_stripes_words() {
    let fake = Fake::new(Settings::default());
    answer(fake.post("v1/customers", "name=One")).await;
    answer(fake.post("v1/billing/meters", METER)).await;
    assert_eq!(answer(fake.post("v1/billing/meter_events", EVENT)).await.0, 200);
    let again = fake.post("v1/billing/meter_events", EVENT).send().await.unwrap();
    assert_eq!((again.status().as_u16(), header(&again, "stripe-should-retry")), (400, Some("false")));
    let body: Value = again.json().await.unwrap();
    assert_eq!(body["error"]["message"], "An event already exists with identifier a.");
}

#[tokio::test]
async fn what_was_kept_in_a_file_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings { state_file: Some(folder.path().join("state.json")), ..Settings::default() };
    let fake = Fake::new(settings.clone());
    answer(fake.post("v1/customers", "name=One").header("idempotency-key", "k")).await;
    answer(fake.post("v1/billing/meters", METER)).await;
    answer(fake.post("v1/billing/meter_events", EVENT)).await;
    let before = fake.state().await;
    drop(fake);
    let fake = Fake::new(settings);
    assert_eq!(fake.state().await, before);
    assert_eq!(before["sums"]["cus_fake0000000001"]["micros"], 5);
    assert_eq!(
        answer(fake.post("v1/billing/meter_events", EVENT)).await.0,
        400,
        "the identifier is still known"
    );
    let replayed = fake.post("v1/customers", "name=One").header("idempotency-key", "k").send().await.unwrap();
    assert_eq!(header(&replayed, "idempotent-replayed"), Some("true"));
    let (_, second) = answer(fake.post("v1/customers", "name=Two")).await;
    assert_ne!(second["id"], "cus_fake0000000001", "ids are not given twice");
}

#[tokio::test]
async fn summaries_are_grouped_by_hours_newest_first() {
    let fake = Fake::new(Settings::default());
    answer(fake.post("v1/customers", "name=One")).await;
    let (_, meter) = answer(fake.post("v1/billing/meters", METER)).await;
    let (_, event) = answer(fake.post("v1/billing/meter_events", EVENT)).await;
    let hour_s = event["timestamp"].as_i64().unwrap() / 3600 * 3600;
    let earlier = format!("{}&timestamp={}", EVENT.replace("identifier=a", "identifier=b"), hour_s - 1);
    answer(fake.post("v1/billing/meter_events", "").body(earlier)).await;
    let path = format!("v1/billing/meters/{}/event_summaries", meter["id"].as_str().unwrap());
    let query =
        format!("customer=cus_fake0000000001&start_time={}&end_time={}", hour_s - 7200, hour_s + 3600);
    let (_, list) = answer(fake.get(&format!("{path}?{query}&value_grouping_window=hour"))).await;
    let starts: Vec<_> =
        list["data"].as_array().unwrap().iter().map(|item| item["start_time"].as_i64().unwrap()).collect();
    assert_eq!(starts, [hour_s, hour_s - 3600]);
    let midnight_s = hour_s - hour_s % 86_400;
    for (start_s, expected) in [(midnight_s, 200), (midnight_s + 3600, 400)] {
        let day = format!("start_time={start_s}&end_time={}&value_grouping_window=day", start_s + 86_400);
        let (status, _) = answer(fake.get(&format!("{path}?customer=cus_fake0000000001&{day}"))).await;
        assert_eq!(status, expected, "a day begins at midnight UTC");
    }
}

#[tokio::test]
async fn a_grant_ends_once_and_events_are_listed() {
    let fake = Fake::new(Settings::default());
    answer(fake.post("v1/customers", "name=One")).await;
    let form = "customer=cus_fake0000000001&category=paid&amount[type]=monetary&amount[monetary][currency]=usd\
                &amount[monetary][value]=500&applicability_config[scope][price_type]=metered";
    let (status, grant) = answer(fake.post("v1/billing/credit_grants", form)).await;
    assert_eq!((status, &grant["object"]), (200, &json!("billing.credit_grant")));
    let path = format!("v1/billing/credit_grants/{}", grant["id"].as_str().unwrap());
    assert_eq!(answer(fake.post(&format!("{path}/void"), "")).await.0, 200);
    assert_eq!(answer(fake.post(&format!("{path}/expire"), "")).await.0, 400);
    assert!(answer(fake.get(&path)).await.1["voided_at"].is_i64());
    assert_eq!(answer(fake.get("v1/events")).await.1["data"], json!([]));
}

#[tokio::test]
async fn the_page_shows_no_markup_that_somebody_smuggled_in() {
    let fake = Fake::new(Settings::default());
    let form = "mode=payment&success_url=http%3A%2F%2F127.0.0.1%2F&cancel_url=%22%3E%3Cscript%3E&line_items[0][quantity]=2\
                &line_items[0][price_data][currency]=usd&line_items[0][price_data][unit_amount]=150\
                &line_items[0][price_data][product_data][name]=Credit";
    let (_, session) = answer(fake.post("v1/checkout/sessions", form)).await;
    assert_eq!(session["amount_total"], 300);
    let page = fake.http.get(session["url"].as_str().unwrap()).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("3.00 USD") && !page.contains("<script>"), "{page}");
}

#[tokio::test]
async fn an_endpoint_hears_only_of_what_it_asked_for() {
    let fake = Fake::new(Settings::default());
    let form = "url=http%3A%2F%2F127.0.0.1%3A1%2F&enabled_events[0]=checkout.session.completed";
    let (status, endpoint) = answer(fake.post("v1/webhook_endpoints", form)).await;
    assert_eq!(status, 200);
    assert!(endpoint["secret"].as_str().unwrap().starts_with("whsec_"));
    answer(fake.post("v1/billing/meter_events", EVENT)).await; // Dropped: there is no meter.
    let state = fake.state().await;
    assert_eq!((&state["undelivered"], state["events"].as_object().unwrap().len()), (&json!(0), 1));
    assert_eq!(state["meter_events"][0]["fate"]["dropped"], "no_meter");
}

#[tokio::test]
async fn rates_that_are_no_shares_are_refused() {
    assert!(
        Server::start(
            "127.0.0.1:0",
            Settings { faults: Faults { rate_429: 1.5, ..Faults::default() }, ..Settings::default() }
        )
        .is_err()
    );
    let fake = Fake::new(Settings::default());
    let set =
        |faults: Value| fake.http.post(format!("{}_fake/faults", fake.server.url())).json(&faults).send();
    for wrong in
        [json!({"rate_500": 0.6, "rate_429": 0.6}), json!({"rate_500": -0.1}), json!({"rate_501": 0.1})]
    {
        assert_eq!(set(wrong).await.unwrap().status().as_u16(), 400);
    }
    set(json!({"requests_per_s_max": 0})).await.unwrap();
    let (status, body) = answer(fake.get("v1/customers")).await;
    assert_eq!((status, &body["error"]["code"]), (429, &json!("rate_limit")));
}
