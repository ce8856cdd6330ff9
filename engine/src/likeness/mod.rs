//! Pictures to looks ([`Likeness`]): plain numbers that a drawn figure is given, from which no face can be made again.
//!
//! Pure rules about colours and places; they learn nothing and remember nothing.

mod colour;
mod head;
mod person;
mod thing;

use kinora_spec::{Avatar, Likeness, Picture, Subject};

pub use head::Head;

use crate::faces::Landmarks;

/// One view of the subject.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The picture.
    pub picture: &'a Picture,
    /// The face, where it was found; without it a person's head is assumed in the middle ([`Head::assumed`]).
    pub face: Option<&'a Landmarks>,
}

/// The looks of what the views show: what most of them agree on. None of no views, and of views without pixels.
#[must_use]
pub fn likeness(subject: Subject, views: &[View<'_>]) -> Option<Likeness> {
    let seen: Vec<&View<'_>> = views.iter().filter(|view| !view.picture.rgb.is_empty()).collect();
    let pictures: Vec<&Picture> = seen.iter().map(|view| view.picture).collect();
    match subject {
        Subject::Person => {
            let avatars: Vec<Avatar> = seen
                .iter()
                .map(|view| {
                    person::avatar(
                        view.picture,
                        &view.face.map_or_else(|| Head::assumed(view.picture), Head::of),
                    )
                })
                .collect();
            person::agreed(&avatars).map(Likeness::Person)
        }
        Subject::Animal => thing::colours(&pictures).map(Likeness::Animal),
        Subject::Object => thing::colours(&pictures).map(Likeness::Object),
    }
}

#[cfg(test)]
mod tests {
    use kinora_spec::{HairStyle, Rgb};

    use super::*;

    const SKIN: Rgb = [224, 172, 140];
    const BROWN: Rgb = [90, 56, 34];
    const WALL: Rgb = [180, 200, 215];
    const GREEN: Rgb = [30, 140, 60];

    /// What is drawn.
    #[derive(Clone, Copy)]
    struct Figure {
        hair: Option<Rgb>,
        style: HairStyle,
        glasses: bool,
        beard: bool,
        hat: Option<Rgb>,
    }

    const PLAIN: Figure =
        Figure { hair: Some(BROWN), style: HairStyle::Short, glasses: false, beard: false, hat: None };

    /// A figure whose head is where [`Head::assumed`] has it, on the head's axes: `x` to the right of the eyes' middle and
    /// `y` below.
    fn colour(figure: &Figure, x: f32, y: f32) -> Rgb {
        let within = |width: f32, above: f32, below: f32| {
            let (middle, height) = (f32::midpoint(above, below), (below - above) / 2.0);
            (x / width).powi(2) + ((y - middle) / height).powi(2) <= 1.0
        };
        let face = within(0.62, -0.9, 1.0);
        let low = y > 0.55 && face;
        match figure {
            Figure { hat: Some(hat), .. } if within(0.75, -1.3, 0.3) && y < -0.5 => *hat,
            Figure { glasses: true, .. } if y.abs() < 0.03 && x.abs() < 0.6 => [20, 20, 20],
            Figure { beard: true, hair, .. } if low && !(x.abs() < 0.2 && y < 0.7) => hair.unwrap_or(BROWN),
            Figure { hair: Some(hair), .. } if y < -0.55 && within(0.75, -1.1, 1.0) => *hair,
            _ if face => SKIN,
            Figure { hair: Some(hair), style, .. } => match style {
                HairStyle::Curly if within(1.3, -1.4, 0.6) => *hair,
                HairStyle::Long if x.abs() < 1.0 && (-0.6..1.5).contains(&y) => *hair,
                HairStyle::Short if within(0.78, -1.1, 1.0) && y < 0.1 => *hair,
                _ => rest(x, y),
            },
            Figure { hair: None, .. } => rest(x, y),
        }
    }

    /// What is below and behind the head.
    fn rest(x: f32, y: f32) -> Rgb {
        match (x.abs(), y) {
            (_, 1.5..) if x.abs() < 1.6 => GREEN,
            (..0.35, 0.9..) => SKIN,
            _ => WALL,
        }
    }

    fn drawn(figure: &Figure, width: u32, height: u32) -> Picture {
        let empty = Picture { width, height, rgb: vec![] };
        let head = Head::assumed(&empty);
        let unit = head.down[1];
        let rgb = (0..width * height).flat_map(|at| {
            let (x, y) = ((at % width) as f32 + 0.5, (at / width) as f32 + 0.5);
            colour(figure, (x - head.eyes[0]) / unit, (y - head.eyes[1]) / unit)
        });
        Picture { rgb: rgb.collect(), ..empty }
    }

    fn avatar(picture: &Picture) -> Avatar {
        let found = likeness(Subject::Person, &[View { picture, face: None }]);
        let Some(Likeness::Person(avatar)) = found else { panic!("{found:?}") };
        avatar
    }

    #[test]
    fn a_drawn_figure_is_told_as_it_was_drawn() {
        let figures = [
            PLAIN,
            Figure { hair: None, style: HairStyle::Bald, ..PLAIN },
            Figure { style: HairStyle::Long, ..PLAIN },
            Figure { style: HairStyle::Curly, ..PLAIN },
            Figure { hair: Some([214, 180, 110]), ..PLAIN },
            Figure { glasses: true, ..PLAIN },
            Figure { beard: true, ..PLAIN },
            Figure { hair: None, style: HairStyle::Bald, beard: true, ..PLAIN },
            Figure { hat: Some([30, 60, 200]), ..PLAIN },
            Figure { hat: Some([245, 245, 245]), style: HairStyle::Long, glasses: true, ..PLAIN },
        ];
        for (number, figure) in figures.iter().enumerate() {
            for (width, height) in [(640, 360), (200, 300)] {
                let found = avatar(&drawn(figure, width, height));
                let bare = if figure.beard { BROWN } else { SKIN };
                let expected = Avatar {
                    skin: SKIN,
                    hair: figure.hair.unwrap_or(bare),
                    hair_style: figure.style,
                    shirt: GREEN,
                    glasses: figure.glasses,
                    beard: figure.beard,
                    hat: figure.hat,
                };
                assert_eq!(found, expected, "figure {number}, {width}x{height}");
            }
        }
    }

    #[test]
    fn the_face_that_was_found_says_where_the_head_is() {
        // The head is in the left half; the points of its face say so.
        let whole = drawn(&PLAIN, 640, 360);
        let (width, from) = (420, 200);
        let rows = whole.rgb.chunks_exact(640 * 3).flat_map(|row| row[from * 3..(from + width) * 3].to_vec());
        let picture = Picture { width: width as u32, height: 360, rgb: rows.collect() };
        let mut points = [[320.0 - from as f32, 144.0]; 68];
        points[8][1] += 72.0;
        let face = Landmarks(points);
        let found = likeness(Subject::Person, &[View { picture: &picture, face: Some(&face) }]);
        assert_eq!(found, Some(Likeness::Person(avatar(&whole))));
    }

    #[test]
    fn most_views_agree() {
        let [plain, bearded] = [PLAIN, Figure { beard: true, glasses: true, ..PLAIN }];
        let views = [plain, bearded, plain].map(|figure| drawn(&figure, 320, 180));
        let views = views.each_ref().map(|picture| View { picture, face: None });
        assert_eq!(likeness(Subject::Person, &views), likeness(Subject::Person, &views[..1]));
    }

    #[test]
    fn what_is_not_there_has_no_looks() {
        let nothing = Picture { width: 0, height: 0, rgb: vec![] };
        for subject in [Subject::Person, Subject::Animal, Subject::Object] {
            assert_eq!(likeness(subject, &[]), None);
            assert_eq!(likeness(subject, &[View { picture: &nothing, face: None }]), None);
        }
    }
}
