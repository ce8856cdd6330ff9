//! New clips from clips: remixes, edits and extensions, what workers fetch for them, and who was made from whom.

use kinora::videos::jobs::sweep;
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{Answer, TestApp, answer};

const FILES: [(&str, &[u8]); 5] = [
    ("video", b"MP4"),
    ("thumbnail", b"WEBP"),
    ("spritesheet", b"JPEG"),
    ("audio", b"WAV"),
    ("latents", b"what it goes on from"),
];
const HOUR_US: i64 = 3_600_000_000;

fn id_of(video: &Value) -> String {
    video["id"].as_str().unwrap().to_owned()
}

/// What a worker is told of the next run; its id and the message.
async fn lease(app: &TestApp) -> (String, Value) {
    let claim = json!({ "worker": "test", "models": ["colour-bars"], "wait_ms": 0 });
    let lease = app.work("", &claim).await.ok();
    (lease["run_id"].as_str().unwrap().to_owned(), lease)
}

#[tokio::test]
async fn a_remix_is_made_from_a_copy_that_outlives_its_source() {
    for app in TestApp::each().await {
        let source = app.completed(&FILES).await;
        let path = format!("/v1/videos/{source}");
        let remix =
            app.post(&format!("{path}/remix"), &json!({ "prompt": "at night", "seed": 9 })).await.ok();
        for (field, expected) in [
            ("status", json!("queued")),
            ("operation", json!("remix")),
            ("prompt", json!("at night")),
            ("remixed_from_video_id", json!(source)),
            ("parent_video_id", json!(source)),
            ("model", json!("colour-bars")),
            ("seconds", json!("4")),
            ("size", json!("720x1280")),
            ("seed", json!(9)),
        ] {
            assert_eq!(remix[field], expected, "{field}");
        }
        assert_eq!(app.get(&format!("/v1/videos/{}", id_of(&remix))).await.ok(), remix);
        assert_eq!(app.get("/v1/videos").await.ok()["data"][0], remix);
        assert_eq!(app.delete(&path).await.status, 200);
        sweep(&app.app).await.unwrap();
        let (run, lease) = lease(&app).await;
        assert_eq!(lease["inputs"], json!(["latents"]));
        assert_eq!(lease["spec"]["source"], json!({ "operation": "remix", "strength_percent": 60 }));
        assert_eq!(app.input(&run, "latents").await.bytes, b"what it goes on from");
        assert_eq!(app.kept_inputs().await, (1, 1));
        app.deliver(&run, &FILES).await;
        let lost = app.input(&run, "latents").await;
        assert_eq!((lost.status.as_u16(), &lost.json()["error"]["code"]), (404, &json!("lease_lost")));
        sweep(&app.app).await.unwrap();
        assert_eq!(app.kept_inputs().await, (0, 0));
    }
}

#[tokio::test]
async fn a_worker_gets_only_what_its_run_is_made_from() {
    let app = TestApp::one().await;
    app.completed(&FILES[..4]).await;
    let first = app.get("/v1/videos").await.ok();
    let body = json!({ "prompt": "x", "video": { "id": first["data"][0]["id"] } });
    let edit = app.post("/v1/videos/edits", &body).await.ok();
    assert_eq!(
        (&edit["operation"], &edit["remixed_from_video_id"]),
        (&json!("edit"), &first["data"][0]["id"])
    );
    let (run, lease) = lease(&app).await;
    // It was made by an engine that leaves nothing to go on from, so the clip itself is handed on.
    assert_eq!(lease["inputs"], json!(["clip"]));
    assert_eq!(app.input(&run, "clip").await.bytes, b"MP4");
    for (kind, status, code) in [("picture", 400, "bad_message"), ("video", 400, "bad_message")] {
        let refused = app.input(&run, kind).await;
        assert_eq!((refused.status.as_u16(), refused.json()["error"]["code"].as_str()), (status, Some(code)));
    }
    let path = format!("/internal/v1/leases/{run}/inputs/clip");
    answer(app.request(Method::GET, &path)).await.refused(403, "insufficient_scope");
}

#[tokio::test]
async fn a_worker_is_told_that_an_input_is_gone() {
    let app = TestApp::one().await;
    let source = app.completed(&FILES).await;
    app.post(&format!("/v1/videos/{source}/remix"), &json!({ "prompt": "x" })).await.ok();
    let (run, _) = lease(&app).await;
    let folder = app.app.config.data_dir.join("assets").join("inputs");
    for file in std::fs::read_dir(folder).unwrap() {
        std::fs::remove_file(file.unwrap().path()).unwrap();
    }
    let refused = app.input(&run, "latents").await;
    assert_eq!((refused.status.as_u16(), &refused.json()["error"]["code"]), (400, &json!("bad_message")));
}

#[tokio::test]
async fn an_extension_is_awaited_as_long_as_its_new_seconds_take() {
    let app = TestApp::one().await;
    let source = app.create().await;
    let run = app.lease().await;
    app.clock.advance(8_000_000);
    app.deliver(&run, &FILES).await;
    let plain =
        app.post("/v1/videos", &json!({ "prompt": "x", "model": "colour-bars", "seconds": "4" })).await;
    let body = json!({ "prompt": "x", "video": { "id": source }, "seconds": "4" });
    let extended = app.post("/v1/videos/extensions", &body).await;
    assert_eq!(extended.ok()["seconds"], "8");
    let after = |answer: &Answer| answer.header("openai-poll-after-ms").unwrap().to_owned();
    assert_eq!(after(&extended), after(&plain), "half of the extension is there already");
}

#[tokio::test]
async fn an_extension_lasts_as_long_as_both_parts_and_costs_what_is_new() {
    for app in TestApp::each().await {
        let source = app.completed(&FILES).await;
        let body = json!({ "prompt": "it goes on", "video": { "id": source }, "seconds": 8 });
        let extended = app.post("/v1/videos/extensions", &body).await.ok();
        assert_eq!((&extended["seconds"], &extended["operation"]), (&json!("12"), &json!("extend")));
        assert_eq!(extended["cost"]["estimated"], "0.800000");
        assert_eq!(extended["remixed_from_video_id"], Value::Null);
        assert_eq!(extended["parent_video_id"], json!(source));
        let (run, lease) = lease(&app).await;
        assert_eq!(lease["spec"]["source"], json!({ "operation": "extend", "source_seconds": 4 }));
        assert_eq!(lease["spec"]["seconds"], 12);
        app.deliver_clip(&run, &FILES, 12_000).await;
        let done = app.get(&format!("/v1/videos/{}", id_of(&extended))).await.ok();
        assert_eq!(
            (&done["cost"]["final"], &done["usage"]["output_seconds"]),
            (&json!("0.800000"), &json!(12.0))
        );
        let used = app.admin_get("/usage/videos?start_time=1795392000").await.ok();
        assert_eq!(
            used["data"][0]["results"][0]["seconds"], 12.0,
            "four of the source and eight new ones: {used}"
        );
    }
}

#[tokio::test]
async fn a_chain_of_extensions_ends_after_six_and_at_two_minutes() {
    let app = TestApp::one().await;
    let extend = async |id: &str, seconds: &str| {
        let body = json!({ "prompt": "x", "video": { "id": id }, "seconds": seconds });
        let made = app.post("/v1/videos/extensions", &body).await;
        if made.status == 200 {
            let run = app.lease().await;
            app.deliver(&run, &FILES).await;
        }
        made
    };
    let first = app.completed(&FILES).await;
    let mut last = first.clone();
    for total in ["8", "12", "16", "20", "24", "28"] {
        let made = extend(&last, "4").await.ok();
        assert_eq!(made["seconds"], total);
        last = id_of(&made);
    }
    let error = extend(&last, "4").await.refused(400, "invalid_value");
    assert_eq!(error["param"], "video");
    last = first;
    for total in ["24", "44", "64", "84", "104"] {
        let made = extend(&last, "20").await.ok();
        assert_eq!(made["seconds"], total);
        last = id_of(&made);
    }
    let error = extend(&last, "20").await.refused(400, "invalid_value");
    assert_eq!(error["param"], "seconds");
    assert_eq!(extend(&last, "16").await.ok()["seconds"], "120");
}

#[tokio::test]
async fn a_withdrawn_video_is_no_source_and_is_shown_as_withdrawn() {
    for app in TestApp::each().await {
        use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
        use kinora_store::schema::videos::dsl::{videos, withdrawn_at};
        let source = app.completed(&FILES).await;
        let path = format!("/v1/videos/{source}");
        let remix = app.post(&format!("{path}/remix"), &json!({ "prompt": "x" })).await.ok();
        let id = source.clone();
        let withdrawn = app.app.store.run(move |db| {
            let row = diesel::update(videos.find(id)).set(withdrawn_at.eq(1_795_400_007_000_000_i64));
            row.execute(db).map_err(kinora_store::Error::from)
        });
        assert_eq!(withdrawn.await.unwrap(), 1);
        assert_eq!(app.get(&path).await.ok()["withdrawn_at"], 1_795_400_007);
        let refused = app.post(&format!("{path}/remix"), &json!({ "prompt": "x" })).await;
        refused.refused(400, "source_not_available");
        let told = app.get(&format!("/v1/videos/{}/lineage", id_of(&remix))).await.ok();
        let gone = json!({ "id": source, "status": "withdrawn", "operation": null, "created_at": null, "characters": null });
        assert_eq!(told["parents"], json!([gone]));
    }
}

/// An id, the status and code of the refusal to make something from it.
type Case = (String, u16, &'static str);

#[tokio::test]
async fn what_is_no_source_is_refused_and_nothing_is_kept() {
    for app in TestApp::each().await {
        let other = app.other_tenant().await;
        let canceled = app.create().await;
        app.post(&format!("/v1/videos/{canceled}/cancel"), &json!({})).await;
        let deleted = app.completed(&FILES).await;
        app.delete(&format!("/v1/videos/{deleted}")).await;
        let cases: [Case; 5] = [
            (app.create_as(&other).await, 404, "not_found"),
            ("video_1".into(), 404, "not_found"),
            (deleted, 404, "not_found"),
            (canceled, 400, "source_not_available"),
            (app.create().await, 409, "source_not_ready"),
        ];
        let stored = app.stored_videos().await;
        for (id, status, code) in cases {
            let video = json!({ "id": id });
            for (path, body) in [
                (format!("/v1/videos/{id}/remix"), json!({ "prompt": "x" })),
                ("/v1/videos/edits".into(), json!({ "prompt": "x", "video": video })),
                ("/v1/videos/extensions".into(), json!({ "prompt": "x", "video": video, "seconds": 4 })),
            ] {
                let answer = app.post(&path, &body).await;
                answer.refused(status, code);
                let told = (status == 409).then_some("false");
                assert_eq!(answer.header("x-should-retry"), told, "{path}");
            }
        }
        assert_eq!((app.stored_videos().await, app.kept_inputs().await), (stored, (0, 0)));
    }
}

#[tokio::test]
async fn a_source_past_its_time_is_refused() {
    let app = TestApp::with(|config| config.asset_retention_seconds = Some(60)).await;
    let source = app.completed(&FILES).await;
    app.clock.advance(60_000_000);
    let path = format!("/v1/videos/{source}/remix");
    app.post(&path, &json!({ "prompt": "x" })).await.refused(400, "source_not_available");
}

#[tokio::test]
async fn a_bad_field_is_refused_by_name() {
    let app = TestApp::one().await;
    let id = app.completed(&FILES).await;
    let (remix, video) = (format!("/v1/videos/{id}/remix"), json!({ "id": id }));
    let edits = |extra: Value| {
        let mut body = json!({ "prompt": "x", "video": video });
        body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        body
    };
    let cases = [
        (remix.as_str(), json!({}), "missing_required_parameter", "prompt"),
        (&remix, json!({ "prompt": " " }), "invalid_value", "prompt"),
        (&remix, json!({ "prompt": "x", "strength_percent": 0 }), "invalid_value", "strength_percent"),
        (&remix, json!({ "prompt": "x", "strength_percent": 101 }), "invalid_value", "strength_percent"),
        (&remix, json!({ "prompt": "x", "strength_percent": 0.6 }), "invalid_type", "strength_percent"),
        (&remix, json!({ "prompt": "x", "seconds": "8" }), "unknown_parameter", "seconds"),
        (&remix, json!({ "prompt": "x", "video": { "id": id } }), "unknown_parameter", "video"),
        (&remix, json!({ "prompt": "x", "max_cost": "0.1" }), "invalid_value", "max_cost"),
        ("/v1/videos/edits", json!({ "prompt": "x" }), "missing_required_parameter", "video"),
        ("/v1/videos/edits", json!({ "prompt": "x", "video": id }), "invalid_type", "video"),
        ("/v1/videos/edits", json!({ "prompt": "x", "video": {} }), "missing_required_parameter", "video.id"),
        ("/v1/videos/edits", edits(json!({ "size": "1280x720" })), "invalid_value", "size"),
        ("/v1/videos/edits", edits(json!({ "model": "kinora-mini" })), "invalid_value", "model"),
        ("/v1/videos/edits", edits(json!({ "seconds": 4 })), "unknown_parameter", "seconds"),
        ("/v1/videos/extensions", edits(json!({})), "missing_required_parameter", "seconds"),
        ("/v1/videos/extensions", edits(json!({ "seconds": 5 })), "invalid_value", "seconds"),
        (
            "/v1/videos/extensions",
            edits(json!({ "seconds": 4, "characters": [] })),
            "invalid_value",
            "characters",
        ),
        (
            "/v1/videos/extensions",
            edits(json!({ "seconds": 4, "input_reference": { "file_id": "f" } })),
            "invalid_value",
            "input_reference",
        ),
        (
            "/v1/videos/extensions",
            edits(json!({ "seconds": 4, "strength_percent": 5 })),
            "unknown_parameter",
            "strength_percent",
        ),
    ];
    for (path, body, code, param) in cases {
        let error = app.post(path, &body).await.refused(400, code);
        assert_eq!(error["param"], param, "{path} {body} {error}");
    }
    assert_eq!(app.kept_inputs().await, (0, 0));
}

#[tokio::test]
async fn a_form_of_the_sdks_names_its_source_in_brackets_beside_an_empty_file() {
    let app = TestApp::one().await;
    let id = app.completed(&FILES).await;
    let parts: [(&str, &[u8]); 4] = [
        ("name=\"prompt\"", b"x"),
        ("name=\"seconds\"", b"4"),
        ("name=\"video[id]\"", id.as_bytes()),
        ("name=\"video\"; filename=\"upload\"", b""),
    ];
    assert_eq!(app.post_form("/v1/videos/extensions", &parts).await.ok()["seconds"], "8");
    let edit = [parts[0], parts[2], parts[3]];
    assert_eq!(app.post_form("/v1/videos/edits", &edit).await.ok()["operation"], "edit");
    let as_text = format!("{{\"id\": \"{id}\"}}");
    let edit = [parts[0], ("name=\"video\"", as_text.as_bytes())];
    assert_eq!(app.post_form("/v1/videos/edits", &edit).await.ok()["parent_video_id"], json!(id));
    assert_eq!(
        app.post_form(&format!("/v1/videos/{id}/remix"), &parts[..1]).await.ok()["operation"],
        "remix"
    );
}

#[tokio::test]
async fn a_repeated_remix_is_made_once_also_when_its_source_is_gone() {
    for app in TestApp::each().await {
        let source = app.completed(&FILES).await;
        let path = format!("/v1/videos/{source}/remix");
        let ask = async |body: &Value| {
            answer(app.request(Method::POST, &path).header("Idempotency-Key", "remix").json(body)).await
        };
        let first = ask(&json!({ "prompt": "x" })).await.ok();
        app.delete(&format!("/v1/videos/{source}")).await;
        let again = ask(&json!({ "prompt": "x" })).await;
        assert_eq!(again.header("idempotent-replayed"), Some("true"));
        assert_eq!(again.ok(), first);
        ask(&json!({ "prompt": "y" })).await.refused(422, "idempotency_key_reused");
        assert_eq!(app.kept_inputs().await, (1, 1));
    }
}

#[tokio::test]
async fn an_estimate_of_each_is_made_and_nothing_else() {
    let app = TestApp::one().await;
    let id = app.completed(&FILES).await;
    let stored = app.stored_videos().await;
    let video = json!({ "id": id });
    for (path, body, operation, cost) in [
        (format!("/v1/videos/{id}/remix"), json!({ "prompt": "x" }), "remix", "0.400000"),
        ("/v1/videos/edits".into(), json!({ "prompt": "x", "video": video }), "edit", "0.400000"),
        (
            "/v1/videos/extensions".into(),
            json!({ "prompt": "x", "video": video, "seconds": 12 }),
            "extend",
            "1.200000",
        ),
    ] {
        let mut body = body;
        body["dry_run"] = json!(true);
        let estimate = app.post(&path, &body).await.ok();
        assert_eq!(
            (&estimate["object"], &estimate["operation"]),
            (&json!("video.estimate"), &json!(operation))
        );
        assert_eq!(estimate["cost"]["estimated"], cost, "{path}");
    }
    assert_eq!((app.stored_videos().await, app.kept_inputs().await), (stored, (0, 0)));
}

#[tokio::test]
async fn a_video_that_is_refused_for_what_it_costs_leaves_nothing() {
    for app in TestApp::each().await {
        let source = app.completed(&FILES).await;
        let body = json!({ "prompt": "x", "max_cost": "0.39" });
        app.post(&format!("/v1/videos/{source}/remix"), &body).await.refused(400, "invalid_value");
        assert_eq!(app.kept_inputs().await, (0, 0));
    }
}

#[tokio::test]
async fn a_file_whose_video_never_came_is_swept_once_no_request_can_still_want_it() {
    for app in TestApp::each().await {
        use diesel::{ExpressionMethods, RunQueryDsl};
        use kinora_store::schema::video_inputs::dsl::{video_id, video_inputs};
        let source = app.completed(&FILES).await;
        app.post(&format!("/v1/videos/{source}/remix"), &json!({ "prompt": "x" })).await.ok();
        // As if the process had ended between the file and the video.
        let orphan = app.app.store.run(|db| {
            let changes = video_id.eq(None::<String>);
            diesel::update(video_inputs).set(changes).execute(db).map_err(kinora_store::Error::from)
        });
        assert_eq!(orphan.await.unwrap(), 1);
        app.clock.advance(2 * HOUR_US);
        sweep(&app.app).await.unwrap();
        assert_eq!(app.kept_inputs().await, (1, 1));
        app.clock.advance(1);
        sweep(&app.app).await.unwrap();
        assert_eq!(app.kept_inputs().await, (0, 0));
    }
}

#[tokio::test]
async fn a_canceled_or_deleted_video_keeps_nothing_of_its_source() {
    let app = TestApp::one().await;
    let source = app.completed(&FILES).await;
    let remix = app.post(&format!("/v1/videos/{source}/remix"), &json!({ "prompt": "x" })).await.ok();
    app.post(&format!("/v1/videos/{}/cancel", id_of(&remix)), &json!({})).await;
    assert_eq!(app.kept_inputs().await, (1, 1));
    assert_eq!(app.delete(&format!("/v1/videos/{}", id_of(&remix))).await.status, 200);
    assert_eq!(app.kept_inputs().await, (0, 0));
}

#[tokio::test]
async fn seconds_of_a_day_count_what_is_new() {
    for app in TestApp::each().await {
        let id = app.completed(&FILES).await;
        let limit = json!({ "max_video_seconds_per_1_day": 13 });
        app.admin_post(&format!("/projects/{}/limits", app.project().await), &limit).await.ok();
        let extend = json!({ "prompt": "x", "video": { "id": id }, "seconds": 4 });
        let made = app.post("/v1/videos/extensions", &extend).await;
        assert_eq!(made.ok()["seconds"], "8");
        assert_eq!(made.header("x-ratelimit-remaining-video-seconds"), Some("5"));
        app.post("/v1/videos/extensions", &extend).await.ok();
        app.post("/v1/videos/extensions", &extend).await.refused(429, "rate_limit_exceeded");
    }
}

#[tokio::test]
async fn a_lineage_goes_up_to_the_first_and_down_to_the_children() {
    for app in TestApp::each().await {
        let first = app.completed(&FILES).await;
        let remix = async |id: &str| {
            let made = app.post(&format!("/v1/videos/{id}/remix"), &json!({ "prompt": "x" })).await.ok();
            app.clock.advance(1_000_000);
            let run = app.lease().await;
            app.deliver(&run, &FILES).await;
            id_of(&made)
        };
        let second = remix(&first).await;
        let children = [remix(&second).await, remix(&second).await, remix(&second).await];
        let told = app.get(&format!("/v1/videos/{second}/lineage?limit=2")).await.ok();
        let expected = json!({
            "id": second, "object": "video.lineage", "operation": "remix", "characters": [], "has_more_parents": false,
            "parents": [{
                "id": first, "status": "completed", "operation": "create", "created_at": 1_795_400_000, "characters": [],
            }],
            "children": [
                { "id": children[0], "status": "completed", "operation": "remix", "created_at": 1_795_400_001, "characters": [] },
                { "id": children[1], "status": "completed", "operation": "remix", "created_at": 1_795_400_002, "characters": [] },
            ],
            "first_id": children[0], "last_id": children[1], "has_more": true,
        });
        assert_eq!(told, expected);
        let next = format!("/v1/videos/{second}/lineage?limit=2&after={}", children[1]);
        let next = app.get(&next).await.ok();
        assert_eq!((&next["children"][0]["id"], &next["has_more"]), (&json!(children[2]), &json!(false)));
        app.delete(&format!("/v1/videos/{second}")).await;
        let told = app.get(&format!("/v1/videos/{}/lineage", children[0])).await.ok();
        let gone = json!({ "id": second, "status": "withdrawn", "operation": null, "created_at": null, "characters": null });
        assert_eq!(told["parents"][0], gone);
        assert_eq!(told["parents"][1]["id"], json!(first));
        assert_eq!(app.get(&format!("/v1/videos/{first}/lineage")).await.ok()["children"], json!([]));
        app.get(&format!("/v1/videos/{second}/lineage")).await.refused(404, "not_found");
        let other = app.other_tenant().await;
        let path = format!("/v1/videos/{first}/lineage");
        app.ask(&other, Method::GET, &path, None).await.refused(404, "not_found");
    }
}

#[tokio::test]
async fn shots_are_one_job_and_forgotten_with_the_video() {
    for app in TestApp::each().await {
        let shots = json!([{ "prompt": "a cat", "seconds": 3 }, { "prompt": "a dog", "seconds": "5" }]);
        let body = json!({ "prompt": "On film.", "model": "colour-bars", "shots": shots });
        let video = app.post("/v1/videos", &body).await.ok();
        assert_eq!((&video["seconds"], &video["prompt"]), (&json!("8"), &json!("On film.")));
        let told = json!([
            { "prompt": "a cat", "seconds": 3, "characters": null },
            { "prompt": "a dog", "seconds": 5, "characters": null },
        ]);
        assert_eq!(video["shots"], told);
        let (run, lease) = lease(&app).await;
        let made = json!([{ "prompt": "On film. a cat", "seconds": 3 }, { "prompt": "On film. a dog", "seconds": 5 }]);
        assert_eq!(lease["spec"]["shots"], made);
        app.deliver(&run, &FILES).await;
        let by_form: [(&str, &[u8]); 6] = [
            ("name=\"model\"", b"colour-bars"),
            ("name=\"shots[][prompt]\"", b"a cat"),
            ("name=\"shots[][seconds]\"", b"3"),
            ("name=\"shots[][prompt]\"", b"a dog"),
            ("name=\"shots[][seconds]\"", b"5"),
            ("name=\"dry_run\"", b"true"),
        ];
        assert_eq!(app.post_form("/v1/videos", &by_form).await.ok()["seconds"], "8");
        assert_eq!(app.delete(&format!("/v1/videos/{}", id_of(&video))).await.status, 200);
        use diesel::{QueryDsl, RunQueryDsl};
        use kinora_store::schema::{video_sources, videos};
        let left = app.app.store.run(|db| {
            let shots: Vec<Option<String>> = video_sources::table.select(video_sources::shots).load(db)?;
            let specs: Vec<String> = videos::table.select(videos::spec).load(db)?;
            Ok::<_, kinora_store::Error>((shots, specs))
        });
        let (shots, specs) = left.await.unwrap();
        assert_eq!(shots, [None]);
        assert!(!specs.iter().any(|spec| spec.contains("a cat")), "{specs:?}");
    }
}
