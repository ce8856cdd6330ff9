//! `schema.rs` says what both live databases are.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Bool, Text};
use kinora_store::testing::each_database;
use kinora_store::{Db, Dialect, Error};

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
    #[diesel(sql_type = Text)]
    data_type: String,
    #[diesel(sql_type = Bool)]
    nullable: bool,
    #[diesel(sql_type = Bool)]
    in_primary_key: bool,
}

const SQLITE: &str = r#"
    SELECT s.name AS table_name, c.name AS column_name, c.type AS data_type,
           c."notnull" = 0 AS nullable, c.pk > 0 AS in_primary_key
    FROM sqlite_schema s JOIN pragma_table_info(s.name) c
    WHERE s.type = 'table' AND s.name NOT IN ('sqlite_sequence', '__diesel_schema_migrations')"#;

const POSTGRES: &str = r"
    SELECT c.table_name::text, c.column_name::text, c.data_type::text,
           c.is_nullable = 'YES' AS nullable,
           EXISTS (
               SELECT FROM information_schema.table_constraints t
               JOIN information_schema.key_column_usage k USING (constraint_schema, constraint_name)
               WHERE t.constraint_type = 'PRIMARY KEY' AND k.table_name = c.table_name
                 AND k.column_name = c.column_name
           ) AS in_primary_key
    FROM information_schema.columns c
    WHERE c.table_schema = 'public' AND c.table_name <> '__diesel_schema_migrations'";

/// What the database calls a type of diesel.
fn type_name(diesel: &str, dialect: Dialect) -> &'static str {
    match (diesel, dialect) {
        ("Text", Dialect::Sqlite) => "TEXT",
        ("Text", Dialect::Postgres) => "text",
        ("Integer" | "BigInt" | "Bool", Dialect::Sqlite) => "INTEGER",
        ("Integer", Dialect::Postgres) => "integer",
        ("BigInt", Dialect::Postgres) => "bigint",
        ("Bool", Dialect::Postgres) => "boolean",
        ("Binary", Dialect::Sqlite) => "BLOB",
        ("Binary", Dialect::Postgres) => "bytea",
        (other, _) => panic!("schema.rs has a type that no migration of ours uses: {other}"),
    }
}

/// Reads `schema.rs` as text: `table (keys) {` opens a table, `column -> Type,` is a column.
fn written(dialect: Dialect) -> BTreeSet<Column> {
    let mut columns = BTreeSet::new();
    let (mut table, mut keys) = (String::new(), Vec::new());
    for line in include_str!("../../src/schema.rs").lines().map(str::trim) {
        if let Some((name, rest)) = line.split_once(" (")
            && let Some(inside) = rest.strip_suffix(") {")
        {
            table = name.to_owned();
            keys = inside.split(", ").map(str::to_owned).collect();
        } else if let Some((name, rest)) = line.split_once(" -> ")
            && let Some(sql_type) = rest.strip_suffix(',')
        {
            let inner = sql_type.strip_prefix("Nullable<").and_then(|rest| rest.strip_suffix('>'));
            columns.insert(Column {
                table_name: table.clone(),
                column_name: name.to_owned(),
                data_type: type_name(inner.unwrap_or(sql_type), dialect).to_owned(),
                nullable: inner.is_some(),
                in_primary_key: keys.iter().any(|key| key == name),
            });
        }
    }
    columns
}

#[test]
fn the_tables_are_what_schema_rs_says() {
    each_database(|store| {
        let live: Vec<Column> = store
            .run_blocking(|db| match db {
                Db::Sqlite(c) => sql_query(SQLITE).load(c).map_err(Error::from),
                Db::Postgres(c) => sql_query(POSTGRES).load(c).map_err(Error::from),
            })
            .unwrap();
        let live = BTreeSet::from_iter(live);
        let written = written(store.dialect());
        assert!(!written.is_empty());
        let missing: Vec<_> = written.difference(&live).collect();
        let extra: Vec<_> = live.difference(&written).collect();
        assert!(
            missing.is_empty() && extra.is_empty(),
            "only in schema.rs: {missing:#?}\nonly live: {extra:#?}"
        );
    });
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    name: String,
}

#[test]
fn every_sqlite_table_is_strict_and_every_postgresql_id_sorts_by_bytes() {
    each_database(|store| {
        let wrong: Vec<Named> = store
            .run_blocking(|db| match db {
                Db::Sqlite(c) => sql_query(
                    "SELECT name FROM pragma_table_list WHERE schema = 'main' AND strict = 0 \
                     AND name NOT LIKE 'sqlite_%' AND name <> '__diesel_schema_migrations'",
                )
                .load(c)
                .map_err(Error::from),
                Db::Postgres(c) => sql_query(
                    "SELECT table_name || '.' || column_name AS name FROM information_schema.columns \
                     WHERE table_schema = 'public' AND (column_name = 'id' OR column_name LIKE '%\\_id') \
                     AND collation_name IS DISTINCT FROM 'C'",
                )
                .load(c)
                .map_err(Error::from),
            })
            .unwrap();
        let wrong: Vec<String> = wrong.into_iter().map(|row| row.name).collect();
        assert_eq!(wrong, Vec::<String>::new());
    });
}
