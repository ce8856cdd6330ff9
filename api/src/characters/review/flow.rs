//! What the operator sees and decides. Every look is written into the audit that the owner reads.

use futures_util::TryStreamExt as _;
use kinora_store::Db;

use super::wire::{ReviewedCharacter, UploadedCapture};
use crate::characters::audit::{self, Actor, Decision};
use crate::characters::capture::challenge::Task;
use crate::characters::capture::consent::ATTESTED;
use crate::characters::capture::flow::check_waits;
use crate::characters::capture::store as captures;
use crate::characters::capture::wire::{SIGNED, TASK};
use crate::characters::flow::missing;
use crate::characters::keeper::{Keeper, SECRETS, Secrets};
use crate::characters::rules::{Status, Use};
use crate::characters::show::{kind_of, status_of};
use crate::characters::store::{self, CharacterRow, NewConsent};
use crate::characters::uses::take_back::{TakeBack, Taken, after};
use crate::clock::SECOND_US;
use crate::http::Page;
use crate::ids::{CaptureId, CharacterId, ConsentId};
use crate::replays::Attempt;
use crate::{ApiError, App, Refusal};

/// Bytes that sealing adds: the nonce and what proves it.
const SEAL_BYTES: i64 = 40;

/// The characters with a status, a page at a time.
///
/// # Errors
/// When there is no character with the id `after`.
pub async fn list(app: &App, status: Status, page: Page) -> Result<Vec<ReviewedCharacter>, ApiError> {
    let keeper = Keeper::of(&app.pepper);
    app.store
        .run(move |db| {
            let rows = store::list_with(db, status, &page)?;
            rows.into_iter()
                .filter(|row| row.sealed.is_some())
                .map(|row| reviewed(db, &keeper, row))
                .collect()
        })
        .await
}

/// One character.
///
/// # Errors
/// When there is none with this id.
pub async fn find(app: &App, operator: String, id: CharacterId) -> Result<ReviewedCharacter, ApiError> {
    let (keeper, now_us) = (Keeper::of(&app.pepper), app.clock.now_us());
    app.store
        .run(move |db| {
            db.write_tx(|db| {
                let row = required(db, &id)?;
                audit::note(db, Actor::Operator(&operator), id.as_str(), (Decision::Viewed, None), now_us)?;
                reviewed(db, &keeper, row)
            })
        })
        .await
}

fn required(db: &mut Db, id: &CharacterId) -> Result<CharacterRow, ApiError> {
    store::get(db, id.as_str())?.ok_or_else(|| missing(id.as_str()))
}

fn locked(db: &mut Db, id: &CharacterId) -> Result<CharacterRow, ApiError> {
    store::lock(db, id.as_str())?.ok_or_else(|| missing(id.as_str()))
}

fn reviewed(db: &mut Db, keeper: &Keeper, row: CharacterRow) -> Result<ReviewedCharacter, ApiError> {
    let key = keeper.key_of(db, &row.id)?;
    let secrets: Secrets = key.open_value(SECRETS, row.sealed.as_deref().unwrap_or_default())?;
    let last = captures::last_challenge(db, &row.id)?;
    let task: Option<Task> = last.map(|challenge| key.open_value(TASK, &challenge.sealed)).transpose()?;
    Ok(ReviewedCharacter {
        object: "operator.character",
        created_at: row.created_at.div_euclid(SECOND_US),
        name: secrets.name,
        kind: kind_of(&row)?,
        status: status_of(&row)?,
        refusal: row.refusal,
        checks: secrets.checks,
        digits: task.as_ref().map(|task| task.digits.clone()),
        head_turns: task.map(|task| task.turns),
        captures: captures::list(db, &row.id)?.into_iter().map(UploadedCapture::from).collect(),
        id: row.id,
        organization_id: row.organization_id,
        project_id: row.project_id,
    })
}

/// What was uploaded for a character, opened.
///
/// # Errors
/// When there is no such character or upload, or the storage fails.
pub async fn content(
    app: &App,
    operator: String,
    id: CharacterId,
    capture: CaptureId,
) -> Result<Vec<u8>, ApiError> {
    let (keeper, now_us, name) = (Keeper::of(&app.pepper), app.clock.now_us(), capture.clone());
    let found = app.store.run(move |db| {
        db.write_tx(|db| {
            required(db, &id)?;
            let file = captures::find(db, id.as_str(), name.as_str())?;
            let file = file.ok_or_else(|| ApiError::not_found("upload", name.as_str()))?;
            let what = (Decision::Viewed, Some(name.as_str()));
            audit::note(db, Actor::Operator(&operator), id.as_str(), what, now_us)?;
            Ok::<_, ApiError>((file, keeper.key_of(db, id.as_str())?))
        })
    });
    let (file, key) = found.await?;
    let internal = |error: object_store::Error| ApiError::Internal(error.into());
    let length = u64::try_from(file.bytes.saturating_add(SEAL_BYTES)).unwrap_or(0);
    let pieces = app.blobs.read(&file.path, 0..length).await.map_err(internal)?;
    let sealed: Vec<bytes::Bytes> = pieces.try_collect().await.map_err(internal)?;
    key.open(capture.as_str(), &sealed.concat()).map_err(|broken| ApiError::Internal(broken.into()))
}

/// Lets a character be used that could not be checked here.
///
/// # Errors
/// When there is no such character, or it does not wait for that.
pub async fn approve(
    app: &App,
    operator: String,
    once: Attempt,
    id: CharacterId,
) -> Result<ReviewedCharacter, ApiError> {
    let (keeper, now_us) = (Keeper::of(&app.pepper), app.clock.now_us());
    let work = move |db: &mut Db| {
        let row = locked(db, &id)?;
        let status = status_of(&row)?;
        if status != Status::Unverified {
            let problem =
                format!("the character is {}: only one that is unverified can be approved.", status.name());
            return Err(Refusal::invalid("character_id", problem).into());
        }
        store::set_status(db, &row.id, Status::Active, now_us)?;
        let what = (Decision::Activated, row.consent_id.as_deref());
        audit::note(db, Actor::Operator(&operator), &row.id, what, now_us)?;
        let row = required(db, &id)?;
        reviewed(db, &keeper, row)
    };
    app.write(once, work).await
}

/// Records that a person consented elsewhere, in the operator's words, and lets the character be used: instead of a capture.
///
/// # Errors
/// When there is no such character, or it waits for no capture.
pub async fn attest(
    app: &App,
    operator: String,
    once: Attempt,
    (id, attestation): (CharacterId, String),
) -> Result<ReviewedCharacter, ApiError> {
    let (keeper, now_us) = (Keeper::of(&app.pepper), app.clock.now_us());
    let work = move |db: &mut Db| {
        let row = locked(db, &id)?;
        check_waits(&row)?;
        let shown = captures::list(db, &row.id)?.into_iter().next();
        let shown = shown.ok_or_else(|| ApiError::Internal(anyhow::anyhow!("{id} was made of nothing")))?;
        let (consent, key) = (ConsentId::new().to_string(), keeper.key_of(db, &row.id)?);
        let scopes = Use::ALL.iter().map(|scope| scope.name()).collect::<Vec<_>>().join(" ");
        store::insert_consent(
            db,
            &NewConsent {
                id: &consent,
                character_id: &row.id,
                organization_id: &row.organization_id,
                project_id: &row.project_id,
                api_key_id: &operator,
                sealed: key.seal_value(SIGNED, &Some(&attestation))?,
                wording_version: ATTESTED.0,
                scopes: &scopes,
                capture_sha256: &shown.sha256,
                created_at: now_us,
                expires_at: None,
            },
        )?;
        store::set_consent(db, &row.id, &consent)?;
        store::set_status(db, &row.id, Status::Active, now_us)?;
        for decision in [Decision::ConsentRecorded, Decision::Activated] {
            let what = (decision, Some(consent.as_str()));
            audit::note(db, Actor::Operator(&operator), &row.id, what, now_us)?;
        }
        let row = required(db, &id)?;
        reviewed(db, &keeper, row)
    };
    app.write(once, work).await
}

/// Refuses a character, whatever it was before: what waits or is made with it is stopped.
///
/// # Errors
/// When there is no such character, or its owner took it back.
pub async fn refuse(
    app: &App,
    operator: String,
    once: Attempt,
    (id, reason): (CharacterId, String),
) -> Result<ReviewedCharacter, ApiError> {
    let (taking, taken) = (TakeBack::of_operator(app, &operator), Taken::default());
    let (keeper, noted) = (Keeper::of(&app.pepper), taken.clone());
    let work = move |db: &mut Db| {
        let row = locked(db, &id)?;
        if status_of(&row)? == Status::Revoked {
            return Err(Refusal::invalid("character_id", "its owner took the character back already.").into());
        }
        store::set_status(db, &row.id, Status::Refused, taking.now_us)?;
        store::set_refusal(db, &row.id, &reason)?;
        audit::note(db, Actor::Operator(&operator), &row.id, (Decision::Refused, None), taking.now_us)?;
        noted.add(taking.take_all(db, &row)?);
        let row = required(db, &id)?;
        reviewed(db, &keeper, row)
    };
    let refused = app.write(once, work).await?;
    after(app, taken).await;
    Ok(refused)
}
