//! Whether the words of a prompt go against what the owner of a character wants. Pure. It compares words, not meanings: it
//! catches what is said plainly, and says which words those were.

use super::keeper::Preferences;
use crate::Refusal;

/// Most entries of `appearance`.
pub const APPEARANCE_MAX: usize = 8;
/// Most entries of `never`.
pub const NEVER_MAX: usize = 16;
/// Longest entry of either, and of `pronouns`, characters.
pub const PREFERENCE_CHARS_MAX: usize = 200;

/// Words before a thing that deny it.
const DENIALS: [&str; 5] = ["no", "not", "never", "without", "none"];
/// Sets of words of which a thing has one at most: two different ones contradict each other.
const CHOICES: [&[&str]; 5] = [
    &[
        "black",
        "white",
        "grey",
        "gray",
        "red",
        "green",
        "blue",
        "yellow",
        "orange",
        "purple",
        "violet",
        "pink",
        "brown",
        "beige",
        "turquoise",
        "golden",
        "gold",
        "silver",
        "blond",
        "blonde",
        "navy",
        "maroon",
        "teal",
        "cyan",
        "magenta",
        "olive",
        "crimson",
    ],
    &["long", "short", "shaved"],
    &["curly", "straight", "wavy"],
    &["leather", "denim", "wool", "woollen", "silk", "cotton", "linen", "velvet", "straw"],
    &["plain", "striped", "checked", "dotted", "flowered"],
];
/// The same colour, spelt twice.
const SAME: [(&str, &str); 3] = [("gray", "grey"), ("blonde", "blond"), ("gold", "golden")];

/// The words of a text, in lower case. Hyphens hold a word together; `t shirt` and `tshirt` are a `t-shirt`.
fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase().replace(['’', '\''], "");
    let parts = lower.split(|c: char| !(c.is_alphanumeric() || c == '-')).map(|word| word.trim_matches('-'));
    let mut words: Vec<String> = Vec::new();
    for word in parts.filter(|word| !word.is_empty()) {
        match word {
            "shirt" | "shirts" if words.last().is_some_and(|last| last == "t") => {
                words.pop();
                words.push(format!("t-{word}"));
            }
            "tshirt" | "tshirts" => words.push(word.replacen("tshirt", "t-shirt", 1)),
            word => words.push(word.to_owned()),
        }
    }
    words
}

/// A word without the ending of a simple plural.
fn singular(word: &str) -> String {
    if let Some(stem) = word.strip_suffix("ies").filter(|stem| stem.len() > 1) {
        return format!("{stem}y");
    }
    for ending in ["sses", "shes", "ches", "xes"] {
        if word.ends_with(ending) {
            return word[..word.len() - 2].to_owned();
        }
    }
    match word.strip_suffix('s') {
        Some(stem) if stem.len() > 1 && !stem.ends_with('s') => stem.to_owned(),
        _ => word.to_owned(),
    }
}

fn same_word(one: &str, other: &str) -> bool {
    one == other || singular(one) == singular(other)
}

fn canonical(word: &str) -> &str {
    SAME.iter().find(|(variant, _)| *variant == word).map_or(word, |(_, same)| same)
}

/// Checks what an owner wants.
///
/// # Errors
/// When there is too much of it, or an entry is blank or too long.
pub fn check(preferences: &Preferences) -> Result<(), Refusal> {
    for (param, entries, max) in [
        ("preferences.appearance", &preferences.appearance, APPEARANCE_MAX),
        ("preferences.never", &preferences.never, NEVER_MAX),
    ] {
        if entries.len() > max {
            return Err(Refusal::invalid(
                param,
                format!("expected at most {max} entries, but got {}.", entries.len()),
            ));
        }
        entries.iter().try_for_each(|entry| check_entry(param, entry))?;
    }
    preferences.pronouns.iter().try_for_each(|pronouns| check_entry("preferences.pronouns", pronouns))
}

fn check_entry(param: &str, entry: &str) -> Result<(), Refusal> {
    let chars = entry.chars().count();
    if words(entry).is_empty() || chars > PREFERENCE_CHARS_MAX || entry.chars().any(char::is_control) {
        let problem =
            format!("expected 1 to {PREFERENCE_CHARS_MAX} characters on one line, with a word among them.");
        return Err(Refusal::invalid(param, problem));
    }
    Ok(())
}

/// What in `prompt` goes against the wishes of the owner of the character called `name`, as a sentence.
#[must_use]
pub fn conflict(name: &str, preferences: &Preferences, prompt: &str) -> Option<String> {
    let prompt = words(prompt);
    let banned = preferences.never.iter().find(|phrase| has_phrase(&prompt, &words(phrase)));
    if let Some(phrase) = banned {
        return Some(format!("'{name}' must never appear together with '{phrase}'."));
    }
    preferences.appearance.iter().find_map(|rule| {
        let said = contradiction(&words(rule), &prompt)?;
        Some(format!("'{name}' is to be shown with '{rule}', and the prompt says '{said}'."))
    })
}

fn has_phrase(text: &[String], phrase: &[String]) -> bool {
    let same = |window: &[String]| window.iter().zip(phrase).all(|(one, other)| same_word(one, other));
    !phrase.is_empty() && text.windows(phrase.len()).any(same)
}

/// The words of `prompt` that say otherwise than `rule` about the thing that the rule is about, its last word.
fn contradiction(rule: &[String], prompt: &[String]) -> Option<String> {
    let (thing, before) = rule.split_last()?;
    let is_denied = before.iter().any(|word| DENIALS.contains(&word.as_str()));
    for at in (0..prompt.len()).filter(|at| same_word(&prompt[*at], thing)) {
        let found = describing(prompt, at);
        let denies = found.first().is_some_and(|word| DENIALS.contains(&word.as_str()));
        let differs = denies != is_denied || (!is_denied && chooses_otherwise(before, found));
        if differs {
            let mut said: Vec<&str> = found.iter().map(String::as_str).collect();
            said.push(&prompt[at]);
            return Some(said.join(" "));
        }
    }
    None
}

/// The words right before the thing at `at` that describe or deny it.
fn describing(prompt: &[String], at: usize) -> &[String] {
    let describes = |word: &String| {
        let word = word.as_str();
        word == "a" || word == "an" || word == "any" || CHOICES.iter().any(|set| set.contains(&word))
    };
    let mut from = at;
    while from > 0 && describes(&prompt[from - 1]) {
        from -= 1;
    }
    if from > 0 && DENIALS.contains(&prompt[from - 1].as_str()) {
        from -= 1;
    }
    &prompt[from..at]
}

/// Whether `found` has another word of a set of which `wanted` has one.
fn chooses_otherwise(wanted: &[String], found: &[String]) -> bool {
    let of = |words: &[String], set: &[&str]| -> Vec<String> {
        let chosen = words.iter().filter(|word| set.contains(&word.as_str()));
        chosen.map(|word| canonical(word).to_owned()).collect()
    };
    CHOICES.iter().any(|set| {
        let (wanted, found) = (of(wanted, set), of(found, set));
        !wanted.is_empty() && found.iter().any(|word| !wanted.contains(word))
    })
}

/// What is added to a prompt for a character: how it is spoken of, and how it always looks.
#[must_use]
pub fn conditioning(name: &str, preferences: &Preferences) -> String {
    let pronouns = preferences.pronouns.as_ref().map(|pronouns| format!("{name} is {pronouns}."));
    let looks = preferences.appearance.iter().map(|rule| {
        let bare =
            rule.trim_end_matches('.').split_whitespace().filter(|word| !word.eq_ignore_ascii_case("always"));
        format!("{name} has {}.", bare.collect::<Vec<_>>().join(" "))
    });
    pronouns.into_iter().chain(looks).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wishes(appearance: &[&str], never: &[&str]) -> Preferences {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Preferences { pronouns: None, appearance: owned(appearance), never: owned(never) }
    }

    #[test]
    fn a_phrase_that_is_never_to_appear_is_found_as_whole_words() {
        let wishes = wishes(&[], &["politics", "gun", "red light", "party"]);
        for prompt in
            ["Anna talks POLITICS", "Anna has guns.", "Anna waits; red lights glow", "Anna at two parties"]
        {
            assert!(conflict("Anna", &wishes, prompt).is_some(), "{prompt}");
        }
        for prompt in [
            "Anna shoots a gunman film",
            "Anna sees a red car and a light",
            "Anna is political",
            "Anna departs",
        ] {
            assert_eq!(conflict("Anna", &wishes, prompt), None, "{prompt}");
        }
    }

    #[test]
    fn what_is_always_so_is_not_said_otherwise() {
        let shirt = wishes(&["always a black T-shirt"], &[]);
        for prompt in [
            "Anna in a red T-shirt",
            "Anna, red t shirt, runs",
            "Anna without a T-shirt",
            "Anna in white tshirts",
        ] {
            assert!(conflict("Anna", &shirt, prompt).is_some(), "{prompt}");
        }
        for prompt in [
            "Anna in a black T-shirt",
            "Anna in a T-shirt",
            "Anna drives a red car",
            "Anna in a striped T-shirt",
        ] {
            assert_eq!(conflict("Anna", &shirt, prompt), None, "{prompt}");
        }
        let hat = wishes(&["never a hat", "always long grey hair"], &[]);
        for prompt in ["Anna puts on a hat", "Anna with short hair", "Anna has blonde hair"] {
            assert!(conflict("Anna", &hat, prompt).is_some(), "{prompt}");
        }
        for prompt in ["Anna without a hat", "Anna with gray hair"] {
            assert_eq!(conflict("Anna", &hat, prompt), None, "{prompt}");
        }
        let said = conflict("Anna", &shirt, "Anna in a red T-shirt").unwrap();
        assert_eq!(
            said,
            "'Anna' is to be shown with 'always a black T-shirt', and the prompt says 'a red t-shirt'."
        );
    }

    #[test]
    fn wishes_become_sentences() {
        let mut wishes = wishes(&["always a black T-shirt", "no hat"], &[]);
        wishes.pronouns = Some("she/her".into());
        assert_eq!(
            conditioning("Anna", &wishes),
            "Anna is she/her. Anna has a black T-shirt. Anna has no hat."
        );
        assert_eq!(conditioning("Anna", &Preferences::default()), "");
    }

    #[test]
    fn wishes_have_bounds() {
        assert!(check(&wishes(&["always a hat"], &["gun"])).is_ok());
        for bad in ["", "  ", "!!", "a\nb"] {
            assert!(check(&wishes(&[bad], &[])).is_err(), "{bad:?}");
            assert!(check(&wishes(&[], &[bad])).is_err(), "{bad:?}");
        }
        assert!(check(&wishes(&["x"; APPEARANCE_MAX + 1], &[])).is_err());
        assert!(check(&wishes(&[], &["x"; NEVER_MAX + 1])).is_err());
        assert!(check(&wishes(&[&"x".repeat(PREFERENCE_CHARS_MAX + 1)], &[])).is_err());
    }
}
