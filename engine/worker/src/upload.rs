//! Brings the files of a clip to the server and remembers what they were.

use bytes::Bytes;
use kinora_media::Files;
use kinora_spec::lease::{AssetDigest, AssetKind};
use sha2::{Digest, Sha256};

use crate::client::{CallError, Client, until};
use crate::state::RunState;

/// Uploads every file, one after the other, and answers what was uploaded.
pub(crate) async fn upload(
    client: &Client,
    run: &RunState,
    files: Files,
    latents: Option<Vec<u8>>,
) -> Result<Vec<AssetDigest>, CallError> {
    let mut assets = Vec::new();
    for (kind, file) in by_kind(files, latents) {
        let body = Bytes::from(file);
        until(|| run.lease_end(), || client.upload(&run.lease.run_id, kind, body.clone())).await?;
        assets.push(digest(kind, &body));
    }
    Ok(assets)
}

fn by_kind(files: Files, latents: Option<Vec<u8>>) -> impl Iterator<Item = (AssetKind, Vec<u8>)> {
    let always = [
        (AssetKind::Video, files.video),
        (AssetKind::Thumbnail, files.thumbnail),
        (AssetKind::Spritesheet, files.spritesheet),
    ];
    let sometimes = [(AssetKind::Audio, files.audio), (AssetKind::Latents, latents)];
    always.into_iter().chain(sometimes.into_iter().filter_map(|(kind, file)| Some((kind, file?))))
}

fn digest(kind: AssetKind, body: &Bytes) -> AssetDigest {
    let sha256 = Sha256::digest(body).iter().map(|byte| format!("{byte:02x}")).collect();
    AssetDigest { kind, bytes: body.len() as u64, sha256 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_the_lower_case_sha_256() {
        let digest = digest(AssetKind::Audio, &Bytes::from_static(b"abc"));
        assert_eq!(digest.bytes, 3);
        assert_eq!(digest.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
