//! Make a clip, follow it, take its webhook, download it and print its receipt.
//!
//!     KINORA_URL=http://127.0.0.1:8080 KINORA_KEY=kn_… cargo run -p kinora-client --example clip
//!
//! The server must be allowed to call this machine: `KINORA_OUTGOING_ALLOW=127.0.0.1`.

use std::env;
use std::io::Write as _;
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, ensure};
use kinora_client::Client;
use kinora_client::types::{CreateVideo, Variant, WebhookEndpointCreate};
use kinora_client::webhooks::{Message, verify};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// How long the webhook may take.
const WEBHOOK_MAX: Duration = Duration::from_secs(60);

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let client = Client::new(&env::var("KINORA_URL")?, &env::var("KINORA_KEY")?)?;
    let receiver = TcpListener::bind("127.0.0.1:0").await?;
    let endpoint = client
        .webhook_endpoint_create(&WebhookEndpointCreate {
            name: "example".into(),
            url: format!("http://{}/kinora", receiver.local_addr()?),
            event_types: vec!["video.completed".into()],
        })
        .await?;

    let request = CreateVideo { seed: Some(7), ..CreateVideo::of("A red ball bounces on the grass.") };
    let video = client.video_create(&request, None).await?;
    println!("asked for {}", video.id);

    let mut events = client.video_events(&video.id);
    let mut last = None;
    while let Some(event) = events.next().await? {
        println!("{} {} {}", event.name, event.data["status"], event.data["progress"]);
        last = Some(event);
    }
    let last = last.context("no events")?;
    ensure!(last.name == "done" && last.data["status"] == "completed", "{last:?}");

    let (headers, body) = tokio::time::timeout(WEBHOOK_MAX, receive(&receiver)).await??;
    let header = |name: &str| {
        let line = headers
            .lines()
            .find_map(|line| line.split_once(": ").filter(|(key, _)| key.eq_ignore_ascii_case(name)));
        line.map(|(_, value)| value).with_context(|| format!("no header {name}"))
    };
    let message = Message {
        id: header("webhook-id")?,
        timestamp: header("webhook-timestamp")?,
        signature: header("webhook-signature")?,
        body: &body,
    };
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let event = verify(&endpoint.signing_secret, message, now)?;
    ensure!(event["type"] == "video.completed" && event["data"]["id"] == video.id.as_str(), "{event}");
    ensure!(
        verify(&endpoint.signing_secret, Message { body: b"{}", ..message }, now).is_err(),
        "a changed one passed"
    );
    println!("webhook {} {}", message.id, event["type"]);

    let path = env::var_os("OUT").map(PathBuf::from).unwrap_or_default().join("rust.mp4");
    let mut file = std::fs::File::create(&path)?;
    let mut clip = client.video_content(&video.id, Variant::Video).await?;
    let mut size_bytes = 0;
    while let Some(part) = clip.chunk().await? {
        file.write_all(&part)?;
        size_bytes += part.len();
    }
    println!("wrote {} {size_bytes} bytes", path.display());

    let receipt = client.receipt_get(&video.id).await?.payload;
    for line in &receipt.lines {
        println!("{} × {} at ${}: ${}", line.quantity, line.component, line.unit, line.amount);
    }
    println!("total {} {}", receipt.total, receipt.currency);
    client.webhook_endpoint_delete(&endpoint.id).await?;
    Ok(())
}

/// The head and the body of one request, which is answered with 204. A real receiver uses its web framework.
async fn receive(receiver: &TcpListener) -> anyhow::Result<(String, Vec<u8>)> {
    let (mut stream, _) = receiver.accept().await?;
    let mut bytes = Vec::new();
    loop {
        let mut part = [0; 4096];
        let count = stream.read(&mut part).await?;
        ensure!(count > 0, "the request ended too early");
        bytes.extend_from_slice(&part[..count]);
        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head = String::from_utf8(bytes[..end].to_vec())?;
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("content-length").then(|| value.parse::<usize>().ok()).flatten()
        });
        let body = &bytes[end + 4..];
        if body.len() >= length.context("no length")? {
            stream.write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n").await?;
            return Ok((head, body.to_vec()));
        }
    }
}
