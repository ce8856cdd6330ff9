//! Where settings come from and what is wrong with them.

use std::collections::BTreeMap;

use kinora::config::KEYS;
use kinora::{App, Config};

fn load(file: &str, environment: &[(&str, &str)], overrides: &[(&str, &str)]) -> Result<Config, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kinora.toml");
    std::fs::write(&path, file).unwrap();
    let environment: BTreeMap<&str, &str> = environment.iter().copied().collect();
    let overrides: Vec<(&str, String)> =
        overrides.iter().map(|(key, value)| (*key, (*value).to_owned())).collect();
    Config::load(Some(&path), |name| environment.get(name).map(|value| (*value).to_owned()), &overrides)
        .map_err(|error| error.to_string())
}

#[test]
fn an_empty_file_changes_nothing() {
    assert_eq!(load("", &[], &[]).unwrap(), Config::default());
    assert_eq!(Config::default().database_url(), "sqlite:kinora-data/kinora.db");
}

#[test]
fn the_command_line_wins_over_the_environment_and_that_over_the_file() {
    let file = "listen = '127.0.0.1:1'\nworkers = 1\nmodels = ['a', 'b']\ndata_dir = 'x'";
    let environment =
        [("KINORA_LISTEN", "127.0.0.1:2"), ("KINORA_WORKERS", "2"), ("KINORA_API_KEY", "other")];
    let config = load(file, &environment, &[("listen", "127.0.0.1:3")]).unwrap();
    assert_eq!(config.listen.port(), 3);
    assert_eq!(config.workers, 2);
    assert_eq!(config.models, ["a", "b"]);
    assert_eq!(config.database_url(), "sqlite:x/kinora.db");
}

#[test]
fn every_key_can_be_set_in_the_file_and_in_the_environment() {
    let values = [
        ("listen", "0.0.0.0:80"),
        ("data_dir", "elsewhere"),
        ("database_url", "postgres://h/d"),
        ("workers", "3"),
        ("device", "flex"),
        ("drain_ms", "4"),
        ("models", "a, b"),
        ("default_model", "b"),
        ("aliases", "x=a, y=b"),
        ("compute_rate_micros_per_hour", "5"),
        ("prices", "prices.toml"),
        ("stripe_secret_key", "sk_test"),
        ("stripe_webhook_secret", "whsec_test"),
        ("stripe_base_url", "http://127.0.0.1:12111"),
        ("json_bytes_max", "6"),
        ("multipart_bytes_max", "7"),
        ("asset_retention_seconds", "8"),
        ("queue_seconds_max", "9"),
        ("queue_videos_max", "10"),
        ("requests_per_second_max", "11"),
        ("outgoing_allow", "10.1.0.0/16, hooks.internal"),
        ("webhook_retry_seconds", "1, 2"),
        ("digit_recogniser", "hear-digits, --language, en"),
        ("face_models", "face-models"),
    ];
    assert_eq!(values.map(|(key, _)| key), KEYS);
    for (key, value) in values {
        let variable = format!("KINORA_{}", key.to_uppercase());
        let from_environment = load("", &[(&variable, value)], &[]).unwrap();
        let from_file = load(&format!("{key} = '{value}'"), &[], &[]).unwrap();
        assert_eq!(from_environment, from_file, "{key}");
        assert_ne!(from_environment, Config::default(), "{key}");
    }
}

#[test]
fn aliases_may_be_a_table() {
    let config = load("[aliases]\n\"sora-2\" = \"kinora-mini\"", &[], &[]).unwrap();
    assert_eq!(config.aliases, BTreeMap::from([("sora-2".to_owned(), "kinora-mini".to_owned())]));
}

#[test]
fn what_is_wrong_is_named() {
    for (file, environment, part) in [
        ("lissten = 'x'", None, "lissten"),
        ("[limits]\nx = 1", None, "limits"),
        ("workers = 'many'", None, "workers"),
        ("workers = -1", None, "workers"),
        ("workers = 65", None, "`workers` must be at most 64"),
        ("listen = 'here'", None, "listen"),
        ("json_bytes_max = 0", None, "json_bytes_max"),
        ("compute_rate_micros_per_hour = -1", None, "compute_rate_micros_per_hour"),
        ("not toml", None, "kinora.toml"),
        ("", Some(("KINORA_WORKERS", "many")), "workers"),
        ("", Some(("KINORA_ALIASES", "sora-2")), "alias=model"),
    ] {
        let error = load(file, environment.as_slice(), &[]).unwrap_err();
        assert!(error.contains(part), "{file:?} {environment:?}: {error}");
    }
    let missing = Config::load(Some(std::path::Path::new("/nowhere/kinora.toml")), |_| None, &[]);
    assert!(missing.is_err());
}

#[test]
fn an_offer_that_contradicts_itself_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let ours = || Config { data_dir: folder.path().join("data"), ..Config::default() };
    let alias = |to: &str| BTreeMap::from([("a".to_owned(), to.to_owned())]);
    for (config, part) in [
        (Config { models: vec!["gpt".into()], ..ours() }, "`models`: this build has no model named `gpt`"),
        (
            Config { default_model: "colour-bars".into(), ..ours() },
            "`default_model`: `colour-bars` is not among",
        ),
        (Config { aliases: alias("colour-bars"), ..ours() }, "`aliases`: `colour-bars` is not among"),
        (
            Config { outgoing_allow: vec!["10.0.0.0/99".into()], ..ours() },
            "`outgoing_allow`: `10.0.0.0/99` is",
        ),
    ] {
        let error = App::build(config).err().unwrap();
        assert!(error.to_string().contains(part), "{error}");
    }
    assert!(!folder.path().join("data").exists());
}
