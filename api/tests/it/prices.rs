//! Price lists, discounts and compute rates.

use kinora::{App, Config};
use kinora_billing::{EXAMPLES, PriceFile};
use kinora_spec::catalogue::COLOUR_BARS;
use serde_json::{Value, json};

use crate::app::{START_US, TestApp};

/// Unix seconds at which every test begins.
const START: i64 = START_US / 1_000_000;

/// A list of one price for everything that a test's server offers.
fn list(id: &str, effective: &str, per_second_micros: i64) -> Value {
    let mut content = format!("id = \"{id}\"\neffective = \"{effective}\"\ncurrency = \"usd\"\n");
    for model in ["kinora-mini", COLOUR_BARS.id] {
        for tier in ["720p", "1024p", "1080p"] {
            content += &format!(
                "[[prices]]\nmodel = \"{model}\"\noperations = [\"create\"]\ntier = \"{tier}\"\n\
                 per_second_micros = {per_second_micros}\n"
            );
        }
    }
    json!({ "content": content })
}

#[tokio::test]
async fn a_price_list_is_loaded_comes_into_force_and_stays() {
    for app in TestApp::each().await {
        let ids = app.ids().await;
        app.charge(&ids, "thing_1", 4).await.unwrap();
        let body = list("next", "2026-11-25", 5_000);
        let made = app.operator_post("/price_lists", &body).await.ok();
        assert_eq!((&made["object"], &made["status"]), (&json!("price_list"), &json!("scheduled")));
        assert_eq!((&made["loaded_at"], &made["withdrawn_at"]), (&json!(START), &json!(null)));
        assert_eq!(app.operator_post("/price_lists", &body).await.ok(), made);
        let whole = app.operator_get("/price_lists/next").await.ok();
        assert_eq!((&whole["content"], &whole["sha256"]), (&body["content"], &made["sha256"]));
        let error = app.operator_post("/price_lists", &list("next", "2026-11-26", 5_000)).await;
        assert_eq!(error.refused(400, "invalid_value")["param"], "content");
        app.operator_post("/price_lists", &list("late", "2026-11-22", 1)).await.refused(400, "invalid_value");
        app.clock.advance(2 * 86_400_000_000);
        app.charge(&ids, "thing_2", 4).await.unwrap();
        let all = app.operator_get("/price_lists").await.ok();
        assert_eq!((&all["data"][1]["id"], &all["data"][1]["status"]), (&json!("next"), &json!("in_force")));
        assert_eq!(all["data"][2]["status"], "superseded");
        assert_eq!(app.admin_get("/statements/2026-11").await.ok()["total"], "0.024000");
        let error = app.operator_post("/price_lists/next/withdraw", &json!({})).await;
        error.refused(400, "invalid_value");
    }
}

#[tokio::test]
async fn a_price_list_can_be_withdrawn_before_it_is_in_force() {
    for app in TestApp::each().await {
        let ids = app.ids().await;
        app.operator_post("/price_lists", &list("next", "2026-11-25", 5_000)).await.ok();
        let gone = app.operator_post("/price_lists/next/withdraw", &json!({})).await.ok();
        assert_eq!((&gone["status"], &gone["withdrawn_at"]), (&json!("withdrawn"), &json!(START)));
        app.operator_post("/price_lists/next/withdraw", &json!({})).await.refused(400, "invalid_value");
        let again = app.operator_post("/price_lists", &list("next", "2026-11-25", 5_000)).await;
        again.refused(400, "invalid_value");
        app.operator_post("/price_lists/none/withdraw", &json!({})).await.refused(404, "not_found");
        app.operator_get("/price_lists/none").await.refused(404, "not_found");
        app.clock.advance(3 * 86_400_000_000);
        app.charge(&ids, "thing_1", 4).await.unwrap();
        assert_eq!(app.admin_get("/statements/2026-11").await.ok()["total"], "0.004000");
    }
}

#[tokio::test]
async fn a_file_that_is_no_price_list_is_refused_with_its_fault() {
    let app = TestApp::one().await;
    let whole = list("a", "2026-12-01", 1)["content"].as_str().unwrap().to_owned();
    let incomplete = json!({ "content": whole.replace("1080p", "4000p") });
    for (body, code) in [
        (json!({}), "missing_required_parameter"),
        (json!({ "content": "" }), "invalid_value"),
        (list("a b", "2026-12-01", 1), "invalid_value"),
        (list("a", "soon", 1), "invalid_value"),
        (list("a", "2026-12-01", -1), "invalid_value"),
        (incomplete, "invalid_value"),
    ] {
        let error = app.operator_post("/price_lists", &body).await.refused(400, code);
        assert_eq!(error["param"], "content", "{body}");
    }
}

#[tokio::test]
async fn a_discount_is_taken_off_what_is_asked_for_from_its_time_on() {
    for app in TestApp::each().await {
        let ids = app.ids().await;
        let body = json!({
            "organization_id": ids.organization, "basis_points": 2_500, "reason": "Volume", "effective_at": START + 60,
        });
        let made = app.operator_post("/discounts", &body).await.ok();
        assert_eq!((&made["basis_points"], &made["effective_at"]), (&json!(2_500), &json!(START + 60)));
        app.charge(&ids, "thing_1", 4).await.unwrap();
        app.clock.advance(60_000_000);
        app.charge(&ids, "thing_2", 4).await.unwrap();
        let body = json!({
            "organization_id": ids.organization, "project_id": ids.project, "basis_points": 10_000, "reason": "Ours",
        });
        app.operator_post("/discounts", &body).await.ok();
        app.charge(&ids, "thing_3", 4).await.unwrap();
        let statement = app.admin_get("/statements/2026-11").await.ok();
        let amounts: Vec<(&str, i64)> = statement["lines"]
            .as_array()
            .unwrap()
            .iter()
            .map(|line| (line["amount"].as_str().unwrap(), line["discount_basis_points"].as_i64().unwrap()))
            .collect();
        assert_eq!(amounts, [("0.004000", 0), ("0.003000", 2_500), ("0.000000", 10_000)]);
        let path = format!("/discounts?organization_id={}", ids.organization);
        let listed = app.operator_get(&path).await.ok();
        assert_eq!((listed["data"].as_array().unwrap().len(), &listed["data"][1]), (2, &made));
        app.operator_get("/discounts").await.refused(400, "missing_required_parameter");
        app.operator_get("/discounts?organization_id=org_none").await.refused(404, "not_found");
        let stranger = app.operator_post("/organizations", &json!({ "name": "x" })).await.ok();
        let base = json!({ "organization_id": stranger["id"], "basis_points": 1, "reason": "x" });
        let with = |name: &str, value: Value| {
            let mut body = base.clone();
            body[name] = value;
            body
        };
        let foreign = with("project_id", json!(ids.project));
        app.operator_post("/discounts", &foreign).await.refused(404, "not_found");
        for (body, param) in [
            (with("basis_points", json!(10_001)), "basis_points"),
            (with("basis_points", json!(-1)), "basis_points"),
            (with("effective_at", json!(START)), "effective_at"),
            (with("reason", json!("")), "reason"),
        ] {
            let error = app.operator_post("/discounts", &body).await.refused(400, "invalid_value");
            assert_eq!(error["param"], param, "{body}");
        }
    }
}

#[tokio::test]
async fn compute_rates_are_set_for_one_device_or_for_all() {
    for app in TestApp::each().await {
        let all = app.operator_post("/compute_rates", &json!({ "dollars_per_hour": "0.10" })).await.ok();
        assert_eq!((&all["device"], &all["dollars_per_hour"]), (&json!(null), &json!("0.100000")));
        assert_eq!(all["effective_at"], START);
        let body = json!({ "device": "H100", "dollars_per_hour": "2.5", "effective_at": START + 10 });
        let one = app.operator_post("/compute_rates", &body).await.ok();
        assert_eq!((&one["device"], &one["effective_at"]), (&json!("H100"), &json!(START + 10)));
        let listed = app.operator_get("/compute_rates").await.ok();
        assert_eq!(listed["data"], json!([one, all]));
        let page = app.operator_get("/compute_rates?limit=1").await.ok();
        assert_eq!((&page["data"], &page["has_more"]), (&json!([one]), &json!(true)));
        for (body, code, param) in [
            (json!({}), "missing_required_parameter", "dollars_per_hour"),
            (json!({ "dollars_per_hour": "-1" }), "invalid_value", "dollars_per_hour"),
            (json!({ "dollars_per_hour": "free" }), "invalid_value", "dollars_per_hour"),
            (json!({ "dollars_per_hour": "1", "device": " " }), "invalid_value", "device"),
            (json!({ "dollars_per_hour": "1", "effective_at": START - 1 }), "invalid_value", "effective_at"),
        ] {
            let error = app.operator_post("/compute_rates", &body).await.refused(400, code);
            assert_eq!(error["param"], param, "{body}");
        }
    }
}

/// Why a server in this folder does not start with a file of prices.
fn refused_start(folder: &tempfile::TempDir, database_url: &str, prices: &str) -> String {
    let path = folder.path().join("prices.toml");
    std::fs::write(&path, prices).unwrap();
    let config = Config {
        data_dir: folder.path().join("data"),
        database_url: Some(database_url.to_owned()),
        prices: Some(path),
        models: vec!["kinora-mini".into(), COLOUR_BARS.id.into()],
        ..Config::default()
    };
    match App::build_at(config, std::sync::Arc::new(kinora::clock::FakeClock::at(START_US))) {
        Ok(_) => panic!("the server started"),
        Err(error) => format!("{error:#}"),
    }
}

fn file(id: &str, effective: &str) -> String {
    list(id, effective, 1_000)["content"].as_str().unwrap().to_owned()
}

#[test]
fn a_server_does_not_start_without_a_list_in_force_and_keeps_none_that_it_refused() {
    for database in kinora_store::testing::databases() {
        let folder = tempfile::tempdir().unwrap();
        // Twice, with other content: what was refused was not kept.
        for effective in ["2026-11-24", "2026-11-25"] {
            let why = refused_start(&folder, &database.url, &file("later", effective));
            assert!(why.contains("no price list is in force") && why.contains(effective), "{why}");
        }
    }
}

#[test]
fn a_server_does_not_start_where_the_list_in_force_lacks_what_is_on_offer() {
    for database in kinora_store::testing::databases() {
        let store = kinora_store::Store::open(&database.url, kinora_store::StoreConfig::standard()).unwrap();
        store.migrate().unwrap();
        let old = file("old", "2026-11-01").replace("1080p", "4000p");
        store
            .run_blocking(|db| {
                db.write_tx(|db| kinora_billing::load_prices(db, &PriceFile::parse(&old).unwrap(), START_US))
            })
            .unwrap();
        let folder = tempfile::tempdir().unwrap();
        let why = refused_start(&folder, &database.url, &file("later", "2026-11-24"));
        assert!(why.contains("the price list old has no price for create") && why.contains("1080p"), "{why}");
    }
}

#[test]
fn a_price_list_that_was_shipped_never_changes() {
    // Databases have it by its name and refuse another content. To change a price, add a file to `billing/prices` with an
    // `id` of its own and a later `effective`, and leave this one as it is.
    let sums = EXAMPLES.map(|content| PriceFile::parse(content).unwrap().sha256);
    assert_eq!(
        sums,
        [
            "dbef132b5f63e30b0505f66b0e8f4ed9527cc2218e75dbb0698f53e6e4072804",
            "c013c104c3ad77c21a600803f1d02558e5c3e4adf896747b5896942bbfd68a1e",
        ],
        "2026-01-01-example.toml and 2026-11-27-example.toml were shipped"
    );
}
