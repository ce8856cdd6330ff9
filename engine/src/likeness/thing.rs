//! The colours of an animal or an object: what is in the middle of a picture and not at its border.

use kinora_spec::{Colours, Picture, Rgb};

use super::colour::{groups, mean};

/// Places looked at along each side of a picture.
const PLACES: usize = 48;
/// Most groups of colours.
const GROUPS_MAX: usize = 6;
/// Colours that are nearer than this (Oklab) are of one group.
const APART_MIN: f32 = 0.1;
/// The middle reaches this far from the centre, as a share of the picture, and the border this far from the edge.
const MIDDLE: f32 = 0.25;
const BORDER: f32 = 0.1;
/// A colour is of the background when it is so many times as frequent at the border as in the middle.
const BACKGROUND_MIN: f32 = 1.75;
/// The second colour covers at least this share of the middle; else the thing has one colour.
const SECOND_MIN: f32 = 0.04;

/// The colours of what the pictures show; none of no pictures.
///
/// The colours of all of them are put in groups. Those that are not of the background belong to the thing, or, where
/// there are none, all; the two that cover most of the middle are its colours.
pub(super) fn colours(pictures: &[&Picture]) -> Option<Colours> {
    let (mut middle, mut border) = (vec![], vec![]);
    for picture in pictures {
        sample(picture, &mut middle, &mut border);
    }
    let own = groups(&[middle.as_slice(), &border].concat(), GROUPS_MAX, APART_MIN);
    let (in_middle, at_border) = own.split_at(middle.len());
    let share = |of: &[usize], group: usize| {
        of.iter().filter(|own| **own == group).count() as f32 / of.len().max(1) as f32
    };
    let belongs = |group: usize| share(at_border, group) <= BACKGROUND_MIN * share(in_middle, group);
    let mut order: Vec<usize> = (0..GROUPS_MAX).collect();
    order.sort_by(|a, b| {
        let rank = |group: usize| (belongs(group), share(in_middle, group));
        let (a, b) = (rank(*a), rank(*b));
        b.0.cmp(&a.0).then(b.1.total_cmp(&a.1))
    });
    let colour = |group: usize| {
        mean(middle.iter().zip(in_middle).filter(|(_, own)| **own == group).map(|(colour, _)| *colour))
    };
    let main = colour(order[0])?;
    let second = (share(in_middle, order[1]) >= SECOND_MIN && belongs(order[1]) == belongs(order[0]))
        .then(|| colour(order[1]))
        .flatten();
    Some(Colours { main, second: second.unwrap_or(main) })
}

/// Adds the colours of a picture.
fn sample(picture: &Picture, middle: &mut Vec<Rgb>, border: &mut Vec<Rgb>) {
    let place = |at: usize| (at as f32 + 0.5) / PLACES as f32;
    for (y, x) in (0..PLACES).flat_map(|row| (0..PLACES).map(move |column| (place(row), place(column)))) {
        let from_centre = (x - 0.5).abs().max((y - 0.5).abs());
        let column = (x * picture.width as f32) as usize;
        let at = ((y * picture.height as f32) as usize * picture.width as usize + column) * 3;
        let Some(colour) = picture.rgb.get(at..at + 3).and_then(|pixel| pixel.try_into().ok()) else {
            continue;
        };
        if from_centre < MIDDLE {
            middle.push(colour);
        } else if from_centre > 0.5 - BORDER {
            border.push(colour);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture by a function of the place, in [0, 1].
    fn drawn(colour: impl Fn(f32, f32) -> Rgb) -> Picture {
        let place = |at: usize| (at as f32 + 0.5) / 60.0;
        let rgb = (0..60 * 60).flat_map(|at| colour(place(at % 60), place(at / 60))).collect();
        Picture { width: 60, height: 60, rgb }
    }

    const GRASS: Rgb = [60, 150, 60];
    const BROWN: Rgb = [120, 80, 40];
    const WHITE: Rgb = [240, 240, 240];

    #[test]
    fn the_middle_that_is_not_at_the_border_is_the_thing() {
        let dog = drawn(|x, y| match (x - 0.5).hypot(y - 0.5) {
            away if away > 0.24 => GRASS,
            _ if y > 0.6 => WHITE,
            _ => BROWN,
        });
        assert_eq!(colours(&[&dog]), Some(Colours { main: BROWN, second: WHITE }));
        let spotless = drawn(|x, y| if (x - 0.5).hypot(y - 0.5) > 0.2 { GRASS } else { BROWN });
        assert_eq!(colours(&[&spotless, &spotless]), Some(Colours { main: BROWN, second: BROWN }));
    }

    #[test]
    fn a_thing_that_fills_the_picture_has_its_colours_too() {
        let found = colours(&[&drawn(|_, y| if y > 0.4 { BROWN } else { WHITE })]);
        assert_eq!(found, Some(Colours { main: BROWN, second: WHITE }));
        assert_eq!(colours(&[&drawn(|_, _| BROWN)]), Some(Colours { main: BROWN, second: BROWN }));
    }

    #[test]
    fn no_picture_has_no_colours() {
        assert_eq!(colours(&[]), None);
        assert_eq!(colours(&[&Picture { width: 0, height: 0, rgb: vec![] }]), None);
    }
}
