//! A stand-in for a video provider, for measuring what only relays: answers `/v1/videos` at once, makes nothing and
//! keeps nothing. Prints its address.

use axum::extract::Path;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

fn video(id: &str) -> Json<Value> {
    Json(json!({
        "id": id, "object": "video", "model": "sora-2", "status": "queued", "progress": 0, "created_at": 1_795_400_000,
        "completed_at": null, "expires_at": null, "prompt": "a red ball bounces on the grass", "size": "1280x720",
        "seconds": "4", "remixed_from_video_id": null, "error": null,
    }))
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let router = Router::new()
        .route("/v1/videos", post(|_body: axum::body::Bytes| async { video("video_stub") }))
        .route("/v1/videos/{id}", get(|Path(id): Path<String>| async move { video(&id) }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    axum::serve(listener, router).await?;
    Ok(())
}
