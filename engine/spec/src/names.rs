//! How a text names somebody: in exactly these letters, and by itself.

/// Whether `name` stands in `text` at the byte `at`, and is no part of a longer word there: that of Bo is not in `Both`.
///
/// # Panics
/// If `at` is within a letter or behind the text.
#[must_use]
pub fn stands_at(text: &str, at: usize, name: &str) -> bool {
    let (before, rest) = text.split_at(at);
    let after = rest.strip_prefix(name).filter(|_| !name.is_empty());
    after.is_some_and(|after| {
        !before.ends_with(char::is_alphanumeric) && !after.starts_with(char::is_alphanumeric)
    })
}

/// Whether `text` has `name` anywhere, as in [`stands_at`].
#[must_use]
pub fn is_named(text: &str, name: &str) -> bool {
    !name.is_empty() && text.match_indices(name).any(|(at, _)| stands_at(text, at, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_counts_where_it_stands_by_itself() {
        for text in ["Bo", "Bo's hat", "@Bo waits", "Both see Bo.", "(Bo)", "Bo-Peep", "日本 Bo 語"] {
            assert!(is_named(text, "Bo"), "{text}");
        }
        for text in ["Both", "bo", "Rambo", "JoBo", "Bo2", "Boé", ""] {
            assert!(!is_named(text, "Bo"), "{text}");
        }
        assert!(is_named("Anna Lee waits", "Anna Lee") && !is_named("Anna Leeds", "Anna Lee"));
        assert!(!is_named("Bo", "") && !stands_at("Bo", 2, "Bo") && stands_at("a Bo", 2, "Bo"));
    }
}
