//! Making tenants and keys: what the first start makes, and what an operator makes later.

use std::path::Path;

use anyhow::Context as _;
use kinora_billing::{Mode, open_organization};
use kinora_store::{Db, Store};
use serde::Serialize;

use super::rules::{Key, Kind, OPERATOR_SCOPES, PROJECT_SCOPES, Pepper, WORKER_SCOPES};
use super::secrets::write_over;
use super::store::{self, NewKey};
use crate::ids::{KeyId, OrganizationId, ProjectId};

/// The file with the keys that the first start made.
pub const KEYS_FILE: &str = "bootstrap.json";
/// Where a file with keys goes that was there before the first start: of another database, perhaps.
const OLD_KEYS_FILE: &str = "bootstrap.json.old";
/// The file with the key of the workers of this machine.
pub const WORKER_FILE: &str = "worker-token";
/// The name of the first organization and of its first project.
const FIRST_NAME: &str = "default";

/// The keys that the first start made, to be shown once. They are also in the file `bootstrap.json`, but for
/// the worker's, which has the file `worker-token`.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct FirstKeys {
    /// For administration.
    pub operator_key: String,
    /// For making videos.
    pub api_key: String,
    /// For workers.
    #[serde(skip_serializing)]
    pub worker_token: String,
}

/// Makes the first organization, its project and the first keys, unless there is an organization.
///
/// The file is written before the rows are committed: a start that dies in between is repeated with new
/// keys, and rows never exist without the file that opens them.
///
/// # Errors
/// When the file or the rows cannot be written.
pub fn first_start(
    store: &Store,
    data_dir: &Path,
    pepper: &Pepper,
    now_us: i64,
) -> anyhow::Result<Option<FirstKeys>> {
    store.run_blocking(|db| {
        db.write_tx(|db| {
            store::lock_first_start(db)?;
            if store::has_organization(db)? {
                return Ok(None);
            }
            // Whoever runs the server need not buy credit from themselves.
            let project = create_project(db, FIRST_NAME, Mode::Postpaid, now_us)?;
            let operator = mint(db, pepper, &NewHolder::Operator, OPERATOR_SCOPES, now_us)?;
            let api = mint(db, pepper, &NewHolder::Project(&project), PROJECT_SCOPES, now_us)?;
            let worker = mint(db, pepper, &NewHolder::Worker, WORKER_SCOPES, now_us)?;
            let keys = FirstKeys {
                operator_key: operator.reveal(),
                api_key: api.reveal(),
                worker_token: worker.reveal(),
            };
            let path = data_dir.join(KEYS_FILE);
            let text = serde_json::to_vec_pretty(&keys)?;
            set_aside(&path, &data_dir.join(OLD_KEYS_FILE))?;
            write_over(&path, &text).with_context(|| format!("cannot write {}", path.display()))?;
            write_worker_file(data_dir, &keys.worker_token)?;
            Ok(Some(keys))
        })
    })
}

fn set_aside(file: &Path, old: &Path) -> anyhow::Result<()> {
    match std::fs::rename(file, old) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot rename {} to {}", file.display(), old.display()))
        }
        _ => Ok(()),
    }
}

/// The token of the workers of this machine. Without its file, a new one is made.
///
/// # Errors
/// When the file cannot be read or written.
pub fn worker_token(store: &Store, data_dir: &Path, pepper: &Pepper, now_us: i64) -> anyhow::Result<String> {
    let path = data_dir.join(WORKER_FILE);
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(text.trim().to_owned()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => store.run_blocking(|db| {
            db.write_tx(|db| {
                let token = mint(db, pepper, &NewHolder::Worker, WORKER_SCOPES, now_us)?.reveal();
                write_worker_file(data_dir, &token)?;
                Ok(token)
            })
        }),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

fn write_worker_file(data_dir: &Path, token: &str) -> anyhow::Result<()> {
    let path = data_dir.join(WORKER_FILE);
    write_over(&path, token.as_bytes()).with_context(|| format!("cannot write {}", path.display()))
}

/// Whom a new key is for.
pub enum NewHolder<'a> {
    /// A project.
    Project(&'a ProjectId),
    /// Whoever runs the server.
    Operator,
    /// A worker.
    Worker,
}

/// Makes an organization with accounts and one project, both of that name.
///
/// # Errors
/// When the database fails.
pub fn create_project(
    db: &mut Db,
    name: &str,
    mode: Mode,
    now_us: i64,
) -> Result<ProjectId, kinora_billing::Error> {
    let (organization, project) = (OrganizationId::new(), ProjectId::new());
    store::insert_organization(db, organization.as_str(), name, now_us)?;
    open_organization(db, organization.as_str(), mode, false, now_us)?;
    store::insert_project(db, project.as_str(), organization.as_str(), name, now_us)?;
    Ok(project)
}

/// Makes a key with `scopes`, separated by spaces.
///
/// # Errors
/// When the database fails, or there is no such project.
pub fn mint(
    db: &mut Db,
    pepper: &Pepper,
    holder: &NewHolder<'_>,
    scopes: &str,
    now_us: i64,
) -> diesel::QueryResult<Key> {
    let (kind, project) = match holder {
        NewHolder::Project(project) => (Kind::Project, Some(project.as_str())),
        NewHolder::Operator => (Kind::Operator, None),
        NewHolder::Worker => (Kind::Worker, None),
    };
    let key = Key::new();
    let row = NewKey {
        id: key.id.as_str(),
        kind: kind.name(),
        project_id: project,
        name: FIRST_NAME,
        secret_hash: &key.hash(pepper),
        scopes,
        created_at: now_us,
    };
    store::insert(db, &row)?;
    Ok(key)
}

/// Makes a key useless from now on; whether it was of use before.
///
/// # Errors
/// When the database fails.
pub fn revoke(db: &mut Db, key: &KeyId, now_us: i64) -> diesel::QueryResult<bool> {
    store::revoke(db, key.as_str(), now_us)
}
