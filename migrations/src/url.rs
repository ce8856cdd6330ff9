//! Which database a URL names, and how to talk about it without its credentials.

use std::fmt;
use std::path::PathBuf;

/// Pieces of a secret that are shorter than this are not looked for in messages; they would be
/// found in any text.
const SECRET_PIECE_CHARS_MIN: usize = 3;

/// Query keys whose values may be repeated in messages. Any other value counts as a secret.
const OPEN_KEYS: [&str; 6] = ["host", "port", "user", "dbname", "sslmode", "connect_timeout"];

/// How long a connection may take, and how soon a server that vanished is noticed, in seconds;
/// libpq itself waits for ever, and two hours. A URL can say otherwise.
const NETWORK_LIMITS: &str =
    "connect_timeout=10&keepalives_idle=30&keepalives_interval=10&keepalives_count=3";

/// A database, by URL.
#[derive(Debug)]
pub(crate) enum Target {
    /// `sqlite:PATH`.
    Sqlite(PathBuf),
    /// `postgres://…` or `postgresql://…`.
    Postgres(PostgresUrl),
}

impl Target {
    /// Picks the database by the scheme of `url`. The error is a reason without credentials.
    pub(crate) fn parse(url: &str) -> Result<Self, &'static str> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(PostgresUrl(url.to_owned())));
        }
        let Some(path) = url.strip_prefix("sqlite:") else {
            return Err("its URL must start with sqlite: or postgres://");
        };
        match path.strip_prefix("//").unwrap_or(path) {
            "" => Err("its URL names no file"),
            ":memory:" => Err("every connection would see an empty database of its own; name a file"),
            path if path.starts_with("file:") => Err("its URL must hold a plain path after sqlite:"),
            path => Ok(Self::Sqlite(PathBuf::from(path))),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(url) => write!(f, "{url}"),
        }
    }
}

/// A URL with credentials in it. Shows itself without them.
pub(crate) struct PostgresUrl(String);

impl PostgresUrl {
    /// The whole URL with [`NETWORK_LIMITS`], for the one call that opens a connection.
    pub(crate) fn reveal(&self) -> String {
        let Some((scheme, rest)) = self.0.split_once("://") else { return self.0.clone() };
        let (login, place) = split_login(rest);
        let at = if login.is_some() { "@" } else { "" };
        let login = login.unwrap_or("");
        // Ours come first: libpq takes the last of several.
        match place.split_once('?') {
            None | Some((_, "")) => {
                let place = place.trim_end_matches('?');
                format!("{scheme}://{login}{at}{place}?{NETWORK_LIMITS}")
            }
            Some((place, query)) => format!("{scheme}://{login}{at}{place}?{NETWORK_LIMITS}&{query}"),
        }
    }

    /// `reason` as it is, or, if it quotes a secret part of this URL, a sentence in its place.
    /// libpq quotes whatever it could not parse, and a password with a stray `@` becomes a host.
    pub(crate) fn without_secrets(&self, reason: String) -> String {
        let quoted = self.secrets().iter().any(|secret| {
            let pieces = secret.split(|c: char| !c.is_alphanumeric());
            pieces.filter(|p| p.len() >= SECRET_PIECE_CHARS_MIN).any(|piece| reason.contains(piece))
        });
        if quoted {
            "the reason is withheld, because it quotes a secret part of the URL".to_owned()
        } else {
            reason
        }
    }

    /// The texts in this URL that must not be shown, as written and percent-decoded.
    fn secrets(&self) -> Vec<String> {
        let rest = self.0.split_once("://").map_or("", |(_, rest)| rest);
        let (login, rest) = rest.rsplit_once('@').unwrap_or(("", rest));
        let (address, query) = rest.split_once('?').unwrap_or((rest, ""));
        let mut secrets = Vec::new();
        if let Some((_, password)) = login.split_once(':') {
            secrets.push(password.to_owned());
        }
        // Without a login, what follows a colon should be a port, and may be a password.
        let authority = address.split('/').next().unwrap_or("");
        if let Some((_, port)) = authority.rsplit_once(':')
            && port.parse::<u16>().is_err()
        {
            secrets.push(port.to_owned());
        }
        for pair in query.split('&') {
            match pair.split_once('=') {
                Some((key, _)) if OPEN_KEYS.contains(&key) => {}
                Some((_, value)) => secrets.push(value.to_owned()),
                None => secrets.push(pair.to_owned()),
            }
        }
        let decoded: Vec<String> = secrets.iter().map(|secret| percent_decoded(secret)).collect();
        secrets.extend(decoded);
        secrets
    }
}

/// What libpq takes for the login, which ends at the first `@` before any `/`, and what follows it.
fn split_login(rest: &str) -> (Option<&str>, &str) {
    match rest.find(['@', '/']) {
        Some(at) if rest[at..].starts_with('@') => (Some(&rest[..at]), &rest[at + 1..]),
        _ => (None, rest),
    }
}

/// `text` with `%41` turned into `A`; anything that is no such code stays.
fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let code = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match code.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) if *first == b'%' => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

impl fmt::Display for PostgresUrl {
    /// `postgres://host:port/database` where the URL is plainly that, without login and query.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rest = self.0.split_once("://").map_or("", |(_, rest)| rest);
        let (_, place) = split_login(rest);
        let place = place.split('?').next().unwrap_or("");
        let (authority, database) = place.split_once('/').unwrap_or((place, ""));
        let (host, port) = authority.rsplit_once(':').unwrap_or((authority, "5432"));
        let plain = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
        if plain(host) && plain(database) && port.parse::<u16>().is_ok() {
            write!(f, "postgres://{host}:{port}/{database}")
        } else {
            f.write_str("postgres://(not shown)")
        }
    }
}

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> PostgresUrl {
        PostgresUrl(text.to_owned())
    }

    #[test]
    fn a_url_is_shown_without_login_and_query_or_not_at_all() {
        let shown = [
            (
                "postgres://u:secret@db.example:6432/kinora?password=secret",
                "postgres://db.example:6432/kinora",
            ),
            ("postgresql://u@db.example/kinora", "postgres://db.example:5432/kinora"),
            ("postgres:///kinora?host=/run/secret", "postgres://:5432/kinora"),
            ("postgres://u:x@secret@db.example/kinora", "postgres://(not shown)"),
            ("postgres://u:x/secret@db.example/kinora", "postgres://(not shown)"),
            ("postgres://u:1/secret@db.example/kinora", "postgres://(not shown)"),
            ("postgres://u:secret", "postgres://(not shown)"),
        ];
        for (text, expected) in shown {
            assert_eq!(url(text).to_string(), expected);
            assert_eq!(format!("{:?}", url(text)), expected);
        }
    }

    #[test]
    fn network_limits_are_added_where_the_url_can_still_change_them() {
        let limited = [
            ("postgres://h/db", "postgres://h/db?LIMITS"),
            ("postgres://h/db?", "postgres://h/db?LIMITS"),
            ("postgres://h/db?connect_timeout=1", "postgres://h/db?LIMITS&connect_timeout=1"),
            ("postgres://u:a?b@h/db", "postgres://u:a?b@h/db?LIMITS"),
            ("postgres://u:a?b@h/db?user=x@y", "postgres://u:a?b@h/db?LIMITS&user=x@y"),
        ];
        for (text, expected) in limited {
            assert_eq!(url(text).reveal(), expected.replace("LIMITS", NETWORK_LIMITS));
        }
    }

    #[test]
    fn a_reason_that_quotes_a_secret_is_withheld() {
        let withheld = |text: &str, reason: &str| url(text).without_secrets(reason.to_owned()) != reason;
        assert!(withheld("postgres://u:s%65cret@h/db", "what is `secret`?"));
        assert!(withheld("postgres://u:s%65cret@h/db", "bad token s%65cret"));
        assert!(withheld("postgres://h/db?password=secret", "what is `secret`?"));
        assert!(withheld("postgres://u:ab-secret@h/db", "no host `secret@h`"));
        assert!(!withheld("postgres://u:secret@h/db", "connection refused"));
        assert!(!withheld("postgres://h/db?host=/tmp&user=kinora", "no role `kinora`"));
    }

    #[test]
    fn broken_percent_codes_stay_as_they_are() {
        assert_eq!(percent_decoded("a%41%4z%4"), "aA%4z%4");
        assert_eq!(percent_decoded("%é%"), "%é%");
    }
}
