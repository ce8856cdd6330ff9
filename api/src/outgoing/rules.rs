//! Which URL may be called and which address may be dialled. Pure: nothing here asks a name server.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use reqwest::Url;

use super::addresses::is_public;
use super::allow::Allow;

/// Longest URL, bytes.
pub const URL_BYTES_MAX: usize = 2_048;
/// Below this, a port is one of a well-known service; of those, only the web's is called.
const PORT_UNPRIVILEGED_MIN: u16 = 1_024;
/// The web's port.
const PORT_HTTPS: u16 = 443;

/// Names that are nobody's in the public tree, with everything below them.
const NAMES_BLOCKED: [&str; 9] =
    ["localhost", "localdomain", "local", "internal", "home.arpa", "lan", "onion", "invalid", "test"];

/// Why a URL is not called.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadUrl {
    /// Longer than any that is needed.
    #[error("expected at most {URL_BYTES_MAX} bytes.")]
    TooLong,
    /// Not written like a URL of the web.
    #[error("expected a URL such as 'https://example.com/hook'.")]
    Malformed,
    /// Neither HTTPS nor an address that the operator allows.
    #[error(
        "expected a URL that begins with 'https://'; 'http://' is for hosts in the operator's `outgoing_allow`."
    )]
    NotHttps,
    /// A name or a password in it.
    #[error("it must not hold a user name or a password.")]
    Credentials,
    /// A part that is never sent.
    #[error("it must not have a fragment, the part from '#' on.")]
    Fragment,
    /// A port of a service that is not the web.
    #[error("the port {0} is not called; use {PORT_HTTPS}, or one from {PORT_UNPRIVILEGED_MIN} on.")]
    Port(u16),
    /// A host that is not on the public internet.
    #[error("the host is not a public one, nor in the operator's `outgoing_allow`.")]
    Private,
}

/// The URL in `text`, if it may be called as far as its text tells. What its name leads to is only known when it is
/// dialled, and checked again then.
///
/// # Errors
/// [`BadUrl`].
pub fn check(text: &str, allow: &Allow) -> Result<Url, BadUrl> {
    if text.len() > URL_BYTES_MAX {
        return Err(BadUrl::TooLong);
    }
    // What the URL standard drops or reads as a slash, other readers do not: nobody may see two hosts in one text.
    if text.contains(|each: char| each.is_control() || each.is_whitespace() || each == '\\') {
        return Err(BadUrl::Malformed);
    }
    // "https:host" and "https:///host" are repaired by the standard, and read otherwise elsewhere.
    let scheme = text.split_once("://").filter(|(_, rest)| !rest.starts_with('/')).map(|(scheme, _)| scheme);
    let scheme = scheme.ok_or(BadUrl::Malformed)?;
    let url = Url::parse(text).map_err(|_| BadUrl::Malformed)?;
    if !url.username().is_empty() || url.password().is_some() || authority(text).contains('@') {
        return Err(BadUrl::Credentials);
    }
    if url.fragment().is_some() {
        return Err(BadUrl::Fragment);
    }
    let host =
        url.host_str().filter(|host| host.starts_with('[') || is_name(host)).ok_or(BadUrl::Malformed)?;
    let port = url.port_or_known_default().ok_or(BadUrl::NotHttps)?;
    let allowed = match address_of(host) {
        Some(address) => allow.has_address(address),
        None => allow.has_name(host),
    };
    match scheme.to_ascii_lowercase().as_str() {
        "https" => {}
        "http" if allowed => {}
        _ => return Err(BadUrl::NotHttps),
    }
    let public = match address_of(host) {
        Some(address) => is_public(address),
        None => is_public_name(host),
    };
    if !allowed && !public {
        return Err(BadUrl::Private);
    }
    if port == 0 || (!allowed && port != PORT_HTTPS && port < PORT_UNPRIVILEGED_MIN) {
        return Err(BadUrl::Port(port));
    }
    Ok(url)
}

/// What stands between the slashes of a URL.
fn authority(text: &str) -> &str {
    let rest = text.split_once("://").map_or("", |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

/// The address that a URL's host is, if it is no name. The URL standard has brought every spelling of an IPv4 address
/// (decimal, octal, hexadecimal, short, full-width digits) into the usual one by then.
pub(super) fn address_of(host: &str) -> Option<IpAddr> {
    let inner = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    match inner {
        Some(inner) => inner.parse::<Ipv6Addr>().ok().map(IpAddr::V6),
        None => without_dot(host).parse::<Ipv4Addr>().ok().map(IpAddr::V4),
    }
}

/// A name without the dot that may end it.
pub(super) fn without_dot(name: &str) -> &str {
    name.strip_suffix('.').unwrap_or(name)
}

/// Whether a name has the form of a host's.
pub(super) fn is_name(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    without_dot(name).split('.').all(|label| !label.is_empty() && label.bytes().all(is_plain))
}

fn is_public_name(name: &str) -> bool {
    let name = without_dot(name).to_ascii_lowercase();
    let is_below =
        |parent: &&str| name.strip_suffix(*parent).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    // A single word is completed by the machine's search list.
    name.contains('.') && !NAMES_BLOCKED.iter().any(is_below)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each is one way to reach what is not public, or to make two readers see two hosts.
    const HOSTILE: &[&str] = &[
        // Loopback, in every spelling.
        "https://127.0.0.1/",
        "https://127.0.0.1:8443/",
        "https://127.0.0.1./",
        "https://127.1/",
        "https://127.0.1/",
        "https://127.255.255.254/",
        "https://2130706433/",
        "https://017700000001/",
        "https://0x7f000001/",
        "https://0x7f.0.0.1/",
        "https://0177.0.0.1/",
        "https://0x7f.1/",
        "https://127.0x0.0.01/",
        "https://１２７.０.０.１/",
        "https://①②⑦.⓪.⓪.①/",
        "https://127。0。0。1/",
        "https://%31%32%37.0.0.1/",
        "https://[::1]/",
        "https://[0:0:0:0:0:0:0:1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:7f00:1]/",
        "https://[::127.0.0.1]/",
        "https://[::ffff:0:127.0.0.1]/",
        "https://localhost/",
        "https://LOCALHOST/",
        "https://localhost./",
        "https://localhost.localdomain/",
        "https://a.localhost/",
        "https://ｌｏｃａｌｈｏｓｔ/",
        // Unspecified.
        "https://0.0.0.0/",
        "https://0/",
        "https://0.1.2.3/",
        "https://[::]/",
        // Private, shared, link-local, metadata.
        "https://10.0.0.1/",
        "https://10.255.255.255/",
        "https://012.1.2.3/",
        "https://172.16.0.1/",
        "https://172.31.255.255/",
        "https://192.168.0.1/",
        "https://3232235521/",
        "https://100.64.0.1/",
        "https://100.127.255.255/",
        "https://169.254.169.254/latest/meta-data/",
        "https://0xa9fea9fe/",
        "https://2852039166/",
        "https://169.254.43518/",
        "https://168.63.129.16/",
        "https://[::ffff:a9fe:a9fe]/",
        "https://[fe80::1]/",
        "https://[fe80::1%25eth0]/",
        "https://[fc00::1]/",
        "https://[fd00:ec2::254]/",
        "https://[fec0::1]/",
        "https://metadata/",
        "https://metadata.google.internal/",
        "https://printer.local/",
        "https://router.home.arpa/",
        "https://intranet/",
        // IPv4 through IPv6.
        "https://[64:ff9b::7f00:1]/",
        "https://[64:ff9b::a9fe:a9fe]/",
        "https://[64:ff9b:1::a00:1]/",
        "https://[2002:7f00:1::]/",
        "https://[2002:a00:1::1]/",
        "https://[2001:0:4136:e378:8000:63bf:80ff:fffe]/",
        // Nobody's.
        "https://192.0.0.8/",
        "https://192.0.2.1/",
        "https://192.88.99.1/",
        "https://198.18.0.1/",
        "https://198.51.100.7/",
        "https://203.0.113.9/",
        "https://224.0.0.1/",
        "https://239.255.255.250/",
        "https://240.0.0.1/",
        "https://255.255.255.255/",
        "https://[ff02::1]/",
        "https://[2001:db8::1]/",
        "https://[2001:2::1]/",
        "https://[2001:20::1]/",
        "https://[3fff::1]/",
        "https://[100::1]/",
        "https://[5f00::1]/",
        "https://[4000::1]/",
        // Two hosts in one text, or none.
        "https://example.com@127.0.0.1/",
        "https://user:password@example.com/",
        "https://@example.com/",
        "https://127.0.0.1\\@example.com/",
        "https://example.com\\.evil.example/",
        "https:\\\\127.0.0.1/",
        "https:example.com/",
        "https:/example.com/",
        "https:///example.com/",
        "https://exam\tple.com/",
        "https://example.com/\r\nHost:%20other",
        " https://example.com/",
        "https://example.com /",
        "https://example.com/#part",
        "https://",
        "https://./",
        "https://..",
        "https://[::1",
        "https://example.com:99999/",
        "https://256.256.256.256/",
        "https://1.2.3.4.5/",
        // Other schemes and services.
        "http://example.com/",
        "HTTP://example.com/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "gopher://example.com:6379/_PING",
        "dict://example.com:11211/",
        "data:text/plain,x",
        "javascript:alert(1)",
        "//example.com/",
        "example.com",
        "",
        "https://example.com:0/",
        "https://example.com:22/",
        "https://example.com:25/",
        "https://example.com:80/",
    ];

    const GOOD: &[(&str, &str)] = &[
        ("https://example.com", "https://example.com/"),
        ("https://example.com/hook?a=b", "https://example.com/hook?a=b"),
        ("https://EXAMPLE.com./a", "https://example.com./a"),
        ("https://example.com:443/", "https://example.com/"),
        ("https://example.com:8443/", "https://example.com:8443/"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://8.8.8.8/", "https://8.8.8.8/"),
        ("https://172.32.0.1/", "https://172.32.0.1/"),
        ("https://100.128.0.1/", "https://100.128.0.1/"),
        ("https://[2606:4700::1111]/", "https://[2606:4700::1111]/"),
        ("https://[2001:4860:4860::8888]/", "https://[2001:4860:4860::8888]/"),
        ("https://[::ffff:8.8.8.8]/", "https://[::ffff:808:808]/"),
        ("https://[64:ff9b::808:808]/", "https://[64:ff9b::808:808]/"),
        ("https://localhost.example.com/", "https://localhost.example.com/"),
    ];

    fn allow(entries: &[&str]) -> Allow {
        Allow::parse(&entries.iter().map(|entry| (*entry).to_owned()).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn no_hostile_url_is_called() {
        assert!(HOSTILE.len() >= 60);
        for url in HOSTILE {
            assert!(check(url, &Allow::default()).is_err(), "{url:?}");
        }
        assert_eq!(
            check(&format!("https://example.com/{}", "a".repeat(2_048)), &Allow::default()),
            Err(BadUrl::TooLong)
        );
    }

    #[test]
    fn a_public_url_is_called_as_the_standard_writes_it() {
        for (url, expected) in GOOD {
            assert_eq!(check(url, &Allow::default()).map(String::from), Ok((*expected).to_owned()), "{url}");
        }
    }

    #[test]
    fn what_the_operator_allows_is_called_without_tls_and_on_any_port_and_nothing_else_is() {
        let ours = allow(&["10.1.0.0/16", "127.0.0.1", "hooks.internal", "fd00::/8"]);
        for url in [
            "http://10.1.2.3:81/",
            "https://10.1.2.3/",
            "http://127.0.0.1:9/",
            "http://2130706433/",
            "http://[::ffff:127.0.0.1]/",
            "http://hooks.internal/",
            "http://HOOKS.internal./",
            "https://[fd00::1]/",
        ] {
            assert!(check(url, &ours).is_ok(), "{url}");
        }
        for url in [
            "http://10.2.0.1/",
            "http://127.0.0.2/",
            "http://other.internal/",
            "http://a.hooks.internal/",
            "http://10.1.2.3:0/",
            "http://u@10.1.2.3/",
            "http://example.com/",
            "ftp://10.1.2.3/",
        ] {
            assert!(check(url, &ours).is_err(), "{url}");
        }
    }
}
