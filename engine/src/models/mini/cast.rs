//! What the model calls those who appear in a clip: it knows no names.

use kinora_spec::{Likeness, stands_at};

/// The prompt with every name of the cast replaced by words that the model was trained with: the first person is `a
/// person`, any further one `another person`, and so for animals and objects. Who is meant is then said by the looks alone.
///
/// Of two names that stand at one place the longer one is meant.
#[must_use]
pub fn with_words(prompt: &str, cast: &[(&str, &Likeness)]) -> String {
    let words = words(cast);
    let mut out = String::with_capacity(prompt.len());
    let mut at = 0;
    while let Some(letter) = prompt[at..].chars().next() {
        let found = cast.iter().zip(&words).filter(|((name, _), _)| stands_at(prompt, at, name));
        match found.max_by_key(|((name, _), _)| name.len()) {
            Some(((name, _), words)) => {
                out.push_str(words);
                at += name.len();
            }
            None => {
                out.push(letter);
                at += letter.len_utf8();
            }
        }
    }
    out
}

fn words(cast: &[(&str, &Likeness)]) -> Vec<String> {
    let kinds: Vec<&str> = cast.iter().map(|(_, likeness)| kind(likeness)).collect();
    let word = |(index, kind): (usize, &&str)| match kinds[..index].contains(kind) {
        true => format!("another {kind}"),
        false if *kind == "person" => "a person".to_owned(),
        false => format!("an {kind}"),
    };
    kinds.iter().enumerate().map(word).collect()
}

const fn kind(likeness: &Likeness) -> &'static str {
    match likeness {
        Likeness::Person(_) => "person",
        Likeness::Animal(_) => "animal",
        Likeness::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests {
    use kinora_spec::{Avatar, Colours, HairStyle};

    use super::*;

    const ANN: Likeness = Likeness::Person(Avatar {
        skin: [200, 160, 130],
        hair: [60, 40, 20],
        hair_style: HairStyle::Long,
        shirt: [200, 30, 30],
        glasses: false,
        beard: false,
        hat: None,
    });
    const REX: Likeness = Likeness::Animal(Colours { main: [90, 60, 30], second: [255, 255, 255] });

    #[test]
    fn names_become_what_the_model_calls_their_kind() {
        let cast = [("Ann", &ANN), ("Rex", &REX)];
        assert_eq!(
            with_words("Ann and Rex wave; Rex nods.", &cast),
            "a person and an animal wave; an animal nods."
        );
        let two = [("Ann", &ANN), ("Ann Lee", &ANN)];
        assert_eq!(with_words("@Ann Lee meets @Ann", &two), "@another person meets @a person");
    }

    #[test]
    fn a_name_within_a_word_or_in_other_letters_is_no_name() {
        let cast = [("Ann", &ANN), ("", &REX)];
        assert_eq!(with_words("Anna, ann and JoAnn", &cast), "Anna, ann and JoAnn");
        assert_eq!(with_words("Ann's Ann", &cast), "a person's a person");
        assert_eq!(with_words("日本 Ann 語", &cast), "日本 a person 語");
        assert_eq!(with_words("", &cast), "");
    }
}
