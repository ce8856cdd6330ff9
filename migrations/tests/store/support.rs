//! Rows that tests start from. Nothing here asserts anything.

use diesel::prelude::*;
use kinora_store::schema::{api_keys, organizations, projects, runs, videos};
use kinora_store::{Db, Error, Store};

/// How many versions of the schema there are.
pub const VERSIONS: usize = 5;

/// Inserts an organization, the smallest row there is.
pub fn insert_organization(db: &mut Db, id: &str) -> QueryResult<usize> {
    diesel::insert_into(organizations::table)
        .values((organizations::id.eq(id), organizations::name.eq("A"), organizations::created_at.eq(0)))
        .execute(db)
}

/// The ids of all organizations, sorted by the database.
pub fn organization_ids(store: &Store) -> Vec<String> {
    store
        .run_blocking(|db| {
            let all = organizations::table.order(organizations::id).select(organizations::id);
            all.load(db).map_err(Error::from)
        })
        .unwrap()
}

/// Inserts one row of each table but `assets`: `org`, `proj`, `key`, a queued `vid`, a leased `run`.
pub fn insert_one_of_each(db: &mut Db) -> QueryResult<()> {
    insert_organization(db, "org")?;
    diesel::insert_into(projects::table)
        .values((
            projects::id.eq("proj"),
            projects::organization_id.eq("org"),
            projects::name.eq("P"),
            projects::created_at.eq(0),
        ))
        .execute(db)?;
    insert_key(db, "key", "project", Some("proj"), 32)?;
    insert_video(db, "vid")?;
    insert_run(db, "run", "vid", "leased")?;
    Ok(())
}

/// Inserts an API key whose hash has `hash_bytes` bytes.
pub fn insert_key(
    db: &mut Db,
    id: &str,
    kind: &str,
    project: Option<&str>,
    hash_bytes: usize,
) -> QueryResult<usize> {
    diesel::insert_into(api_keys::table)
        .values((
            api_keys::id.eq(id),
            api_keys::kind.eq(kind),
            api_keys::project_id.eq(project),
            api_keys::name.eq("K"),
            api_keys::secret_hash.eq(vec![7_u8; hash_bytes]),
            api_keys::scopes.eq("videos:read videos:write"),
            api_keys::created_at.eq(0),
        ))
        .execute(db)
}

/// Inserts a queued video of `key`.
pub fn insert_video(db: &mut Db, id: &str) -> QueryResult<usize> {
    diesel::insert_into(videos::table)
        .values((
            videos::id.eq(id),
            videos::organization_id.eq("org"),
            videos::project_id.eq("proj"),
            videos::api_key_id.eq("key"),
            videos::model.eq("kinora-mini"),
            videos::spec.eq("{}"),
            videos::prompt.eq("a paper boat"),
            videos::size.eq("320x180"),
            videos::seconds.eq(4),
            videos::status.eq("queued"),
            videos::created_at.eq(0),
        ))
        .execute(db)
}

/// Inserts a run.
pub fn insert_run(db: &mut Db, id: &str, video: &str, state: &str) -> QueryResult<usize> {
    diesel::insert_into(runs::table)
        .values((
            runs::id.eq(id),
            runs::video_id.eq(video),
            runs::attempt.eq(1),
            runs::worker.eq("w"),
            runs::state.eq(state),
            runs::lease_until.eq(1),
            runs::started_at.eq(0),
        ))
        .execute(db)
}
