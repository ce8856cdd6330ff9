//! What the operator allows to be called beside public hosts. Pure.

use std::net::IpAddr;

use ipnet::IpNet;
use reqwest::Url;

use super::addresses::{canonical, is_public};
use super::rules::{address_of, is_name, without_dot};

/// What may be called although it is not public: the operator's own receivers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allow {
    networks: Vec<IpNet>,
    names: Vec<String>,
}

impl Allow {
    /// Reads entries such as `10.1.0.0/16`, `10.1.2.3` and `hooks.internal`.
    ///
    /// # Errors
    /// The first entry that is neither an address, a network, nor a name.
    pub fn parse(entries: &[String]) -> Result<Self, String> {
        let mut allow = Self::default();
        for entry in entries {
            if let Ok(network) = entry.parse::<IpNet>() {
                allow.networks.push(network);
            } else if let Ok(address) = entry.parse::<IpAddr>() {
                allow.networks.push(IpNet::from(address));
            } else {
                allow.names.push(name_of(entry).ok_or_else(|| entry.clone())?);
            }
        }
        Ok(allow)
    }

    /// Whether a host of that name may be called whatever its addresses are.
    pub(super) fn has_name(&self, name: &str) -> bool {
        let name = without_dot(name);
        self.names.iter().any(|allowed| allowed.eq_ignore_ascii_case(name))
    }

    pub(super) fn has_address(&self, address: IpAddr) -> bool {
        let address = canonical(address);
        self.networks.iter().any(|network| network.contains(&address))
    }

    /// Whether `address` may be dialled for the host `name`.
    #[must_use]
    pub fn permits(&self, name: &str, address: IpAddr) -> bool {
        is_public(address) || self.has_address(address) || self.has_name(name)
    }
}

/// A host name as URLs have it, if `entry` is nothing but one.
fn name_of(entry: &str) -> Option<String> {
    let url = Url::parse(&format!("https://{entry}/")).ok()?;
    let host = url.host_str()?;
    let plain = url.as_str() == format!("https://{host}/") && is_name(host) && address_of(host).is_none();
    plain.then(|| without_dot(host).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allow(entries: &[&str]) -> Allow {
        Allow::parse(&entries.iter().map(|entry| (*entry).to_owned()).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn an_address_is_dialled_for_a_name_only_if_it_is_public_or_allowed() {
        let ours = allow(&["10.1.0.0/16", "hooks.internal"]);
        let address = |text: &str| text.parse::<IpAddr>().unwrap();
        for (name, to, expected) in [
            ("example.com", "93.184.215.14", true),
            ("example.com", "10.1.2.3", true),
            ("example.com", "10.2.2.3", false),
            ("example.com", "::ffff:127.0.0.1", false),
            ("example.com", "fe80::1", false),
            ("hooks.internal", "10.2.2.3", true),
        ] {
            assert_eq!(ours.permits(name, address(to)), expected, "{name} {to}");
        }
    }

    #[test]
    fn an_entry_is_an_address_a_network_or_a_name_and_nothing_else() {
        assert!(Allow::parse(&[]).is_ok());
        for entry in
            ["", "a b", "https://a.example", "a.example/x", "10.0.0.0/33", "*.example", "u@h", "h:80"]
        {
            assert!(Allow::parse(&[entry.to_owned()]).is_err(), "{entry:?}");
        }
    }
}
