//! What was made and what it cost, by time.

use kinora_spec::catalogue::COLOUR_BARS;
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{START_US, TestApp};
use crate::content::FILES;

/// The UTC day on which every test begins, Unix seconds.
const DAY: i64 = 1_795_392_000;
/// Seconds in a day.
const DAY_S: i64 = 86_400;

fn results(page: &Value) -> Vec<Value> {
    let buckets = page["data"].as_array().unwrap().iter();
    buckets.flat_map(|bucket| bucket["results"].as_array().unwrap().clone()).collect()
}

#[tokio::test]
async fn costs_are_in_the_bucket_of_the_day_on_which_they_were_charged() {
    for app in TestApp::each().await {
        let ids = app.ids().await;
        app.charge(&ids, "thing_1", 4).await.unwrap();
        app.clock.advance(DAY_S * 1_000_000);
        app.charge(&ids, "thing_2", 8).await.unwrap();
        app.charge(&ids, "thing_3", 1).await.unwrap();
        let path = format!("/costs?start_time={}&end_time={}", DAY - DAY_S, DAY + 2 * DAY_S);
        let page = app.admin_get(&path).await.ok();
        assert_eq!(
            (&page["object"], &page["has_more"], &page["next_page"]),
            (&json!("page"), &json!(false), &json!(null))
        );
        let buckets = page["data"].as_array().unwrap();
        let times: Vec<i64> = buckets.iter().map(|bucket| bucket["start_time"].as_i64().unwrap()).collect();
        assert_eq!(times, [DAY - DAY_S, DAY, DAY + DAY_S]);
        assert_eq!(buckets[0]["results"], json!([]));
        let cost = json!({
            "object": "organization.costs.result",
            "amount": { "value": 0.004, "currency": "usd", "exact": "0.004000" },
            "line_item": null, "project_id": null, "api_key_id": null, "user_id": null, "api_source": null,
            "quantity": null, "quantity_unit": null,
        });
        let bucket =
            json!({ "object": "bucket", "start_time": DAY, "end_time": DAY + DAY_S, "results": [cost] });
        assert_eq!(buckets[1], bucket);
        assert_eq!(buckets[2]["results"][0]["amount"]["value"], 0.009);
        let now = app.admin_get(&format!("/costs?start_time={}", DAY + DAY_S)).await.ok();
        assert_eq!((results(&now).len(), &now["data"][0]["end_time"]), (1, &json!(DAY + 2 * DAY_S)));
        let start = START_US / 1_000_000;
        let after =
            app.admin_get(&format!("/costs?start_time={}&end_time={}", start + 1, DAY + DAY_S)).await.ok();
        assert_eq!(results(&after).len(), 0, "the first bucket begins where the range does");
    }
}

#[tokio::test]
async fn costs_are_grouped_and_filtered_as_asked() {
    for app in TestApp::each().await {
        let first = app.ids().await;
        let project = app.admin_post("/projects", &json!({ "name": "second" })).await.ok()["id"].clone();
        let project = project.as_str().unwrap().to_owned();
        let key =
            app.admin_post(&format!("/projects/{project}/api_keys"), &json!({ "name": "k" })).await.ok();
        let second =
            crate::books::Ids { project, key: key["id"].as_str().unwrap().to_owned(), ..first.clone() };
        app.charge(&first, "thing_1", 4).await.unwrap();
        app.charge(&second, "thing_2", 8).await.unwrap();
        let base = format!("/costs?start_time={DAY}");
        let ask = async |more: &str| results(&app.admin_get(&format!("{base}{more}")).await.ok());
        let by_project = ask("&group_by[]=project_id&group_by[]=api_key_id&group_by[]=api_source").await;
        assert_eq!(by_project.len(), 2);
        for (result, ids, amount) in [(&by_project[0], &first, 0.004), (&by_project[1], &second, 0.008)] {
            assert_eq!(
                (&result["project_id"], &result["api_key_id"]),
                (&json!(ids.project), &json!(ids.key))
            );
            assert_eq!(
                (&result["amount"]["value"], &result["api_source"]),
                (&json!(amount), &json!("unlabeled"))
            );
        }
        let item = "kinora-mini, create, 720p, second";
        let by_item = ask("&group_by=line_item").await;
        assert_eq!(by_item.len(), 1);
        assert_eq!((&by_item[0]["line_item"], &by_item[0]["quantity"]), (&json!(item), &json!(12.0)));
        assert_eq!(by_item[0]["quantity_unit"], "duration_seconds");
        let amount = |results: &[Value]| results[0]["amount"]["exact"].clone();
        assert_eq!(amount(&ask(&format!("&project_ids[]={}", second.project)).await), "0.008000");
        assert_eq!(
            amount(&ask(&format!("&api_key_ids[]={}&api_key_ids[]=key_x", first.key)).await),
            "0.004000"
        );
        let query = item.replace(", ", "%2C%20");
        assert_eq!(amount(&ask(&format!("&line_items[]={query}")).await), "0.012000");
        assert_eq!(ask("&line_items[]=kinora-mini").await.len(), 0);
        let (stranger, _) = app.other_organization().await;
        let path = format!("/v1/organization{base}&project_ids[]={}", first.project);
        assert_eq!(results(&app.ask(&stranger, Method::GET, &path, None).await.ok()).len(), 0);
        app.ask(&app.key, Method::GET, &path, None).await.refused(403, "insufficient_scope");
        app.ask(&app.operator_key, Method::GET, &path, None).await.refused(403, "insufficient_scope");
    }
}

#[tokio::test]
async fn buckets_are_paged_by_their_cursor() {
    for app in TestApp::each().await {
        let ids = app.ids().await;
        for n in 0..5 {
            app.charge(&ids, &format!("thing_{n}"), n + 1).await.unwrap();
            app.clock.advance(DAY_S * 1_000_000);
        }
        let base = format!("/costs?start_time={DAY}&end_time={}&limit=2", DAY + 5 * DAY_S);
        let (mut path, mut pages, mut amounts) = (base.clone(), 0, Vec::new());
        loop {
            let page = app.admin_get(&path).await.ok();
            pages += 1;
            amounts.extend(results(&page).iter().map(|result| result["amount"]["value"].as_f64().unwrap()));
            let Some(cursor) = page["next_page"].as_str() else { break };
            assert_eq!(page["has_more"], true);
            path = format!("{base}&page={cursor}");
        }
        assert_eq!((pages, amounts), (3, vec![0.001, 0.002, 0.003, 0.004, 0.005]));
    }
}

#[tokio::test]
async fn usage_counts_requests_when_made_and_clips_when_completed() {
    for app in TestApp::each().await {
        let ids = app.ids().await;
        let (first, _, third) = (app.create().await, app.create().await, app.create().await);
        app.clock.advance(3_600_000_000);
        let run = app.lease().await;
        app.deliver(&run, &FILES).await;
        app.delete(&format!("/v1/videos/{first}")).await.ok();
        app.post(&format!("/v1/videos/{third}/cancel"), &json!({})).await.ok();
        let base = format!("/usage/videos?start_time={DAY}");
        let whole = results(&app.admin_get(&base).await.ok());
        let expected = json!({
            "object": "organization.usage.videos.result", "videos": 1, "seconds": 4.0, "num_model_requests": 3,
            "gpu_seconds": 1.8, "size": null, "model": null, "operation": null, "project_id": null,
            "api_key_id": null, "user_id": null,
        });
        assert_eq!(whole, [expected]);
        let groups = ["model", "size", "operation", "project_id", "api_key_id", "user_id"];
        let query: String = groups.iter().map(|group| format!("&group_by[]={group}")).collect();
        let all = results(&app.admin_get(&format!("{base}{query}")).await.ok());
        assert_eq!(
            (all.len(), &all[0]["model"], &all[0]["size"]),
            (1, &json!(COLOUR_BARS.id), &json!("720x1280"))
        );
        assert_eq!((&all[0]["operation"], &all[0]["project_id"]), (&json!("create"), &json!(ids.project)));
        assert_eq!((&all[0]["api_key_id"], &all[0]["videos"]), (&json!(ids.key), &json!(1)));
        let hours = app.admin_get(&format!("{base}&bucket_width=1h")).await.ok();
        let told: Vec<(i64, i64)> = results(&hours)
            .iter()
            .map(|result| {
                (result["num_model_requests"].as_i64().unwrap(), result["videos"].as_i64().unwrap())
            })
            .collect();
        assert_eq!(told, [(3, 0), (0, 1)]);
        for (filter, found) in [
            (format!("models[]={}", COLOUR_BARS.id), 1),
            ("models[]=kinora-mini".into(), 0),
            ("sizes[]=720x1280&sizes[]=1x1".into(), 1),
            ("operations[]=remix".into(), 0),
            (format!("project_ids[]={}&api_key_ids[]={}", ids.project, ids.key), 1),
        ] {
            assert_eq!(
                results(&app.admin_get(&format!("{base}&{filter}")).await.ok()).len(),
                found,
                "{filter}"
            );
        }
        let (stranger, _) = app.other_organization().await;
        let theirs = app.ask(&stranger, Method::GET, &format!("/v1/organization{base}"), None).await.ok();
        assert_eq!(results(&theirs).len(), 0);
        app.ask(&app.key, Method::GET, &format!("/v1/organization{base}"), None)
            .await
            .refused(403, "insufficient_scope");
    }
}

#[tokio::test]
async fn a_range_that_cannot_be_is_refused_by_name() {
    let app = TestApp::one().await;
    for (path, query, code, param) in [
        ("/costs", "", "missing_required_parameter", "start_time"),
        ("/costs", "start_time=-1", "invalid_value", "start_time"),
        ("/costs", "start_time=9&end_time=9", "invalid_value", "end_time"),
        ("/costs", "start_time=99999999999", "invalid_value", "end_time"),
        ("/costs", "start_time=1&bucket_width=1h", "invalid_value", "bucket_width"),
        ("/costs", "start_time=1&limit=181", "invalid_value", "limit"),
        ("/costs", "start_time=1&page=x", "invalid_value", "page"),
        ("/costs", "start_time=1&group_by[]=model", "invalid_value", "group_by"),
        ("/costs", "start_time=1&group_by[]=line_item&group_by[]=line_item", "invalid_value", "group_by"),
        ("/costs", "start_time=1&models[]=x", "unknown_parameter", "models"),
        ("/usage/videos", "start_time=1&bucket_width=1w", "invalid_value", "bucket_width"),
        ("/usage/videos", "start_time=1&limit=32", "invalid_value", "limit"),
        ("/usage/videos", "start_time=1&bucket_width=1m&limit=1441", "invalid_value", "limit"),
        ("/usage/videos", "start_time=1&user_ids[]=x", "invalid_value", "user_ids"),
        ("/usage/videos", "start_time=1&group_by[]=source", "invalid_value", "group_by"),
    ] {
        let error = app.admin_get(&format!("{path}?{query}")).await.refused(400, code);
        assert_eq!(error["param"], param, "{path} {query}");
    }
    app.admin_get("/usage/videos?start_time=1795392000&bucket_width=1m&limit=1440").await.ok();
}
