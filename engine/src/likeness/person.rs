//! A person's looks. Skin, hair and shirt are measured where they should be; the style of the hair, beard, glasses and hat are
//! weak guesses by colour, which a coloured light, a shadow, long hair before the face or a dark background mislead.

use kinora_spec::{Avatar, HairStyle, Picture, Rgb};

use super::colour::{Lab, distance, dominant, lab, mean, median, robust_mean};
use super::head::{Head, Region};

/// What is used where nothing can be seen.
const UNSEEN: Rgb = [128; 3];

const CHEEK: Region = Region([0.2, 0.42], [0.2, 0.45]);
const CROWN: Region = Region([-0.3, 0.3], [-0.95, -0.72]);
/// Between the eye and the ear, where hair is that a hat leaves.
const TEMPLE: Region = Region([0.6, 0.74], [-0.35, 0.1]);
/// Beside the jaw, where only long hair reaches.
const BELOW_EAR: Region = Region([0.66, 0.95], [0.6, 1.1]);
/// Where only hair reaches that is wider than the head.
const WIDE: Region = Region([0.98, 1.2], [-0.6, 0.0]);
const SHOULDERS: Region = Region([-1.7, 1.7], [1.75, 2.6]);
const BACKGROUND: Region = Region([1.5, 1.9], [-1.0, 0.0]);
const CHIN: Region = Region([-0.15, 0.15], [0.8, 0.93]);
const JAW: Region = Region([0.28, 0.4], [0.6, 0.78]);
const BRIDGE: Region = Region([-0.1, 0.1], [-0.08, 0.1]);

/// Colours that are nearer than this are of one thing.
const ALIKE_MAX: f32 = 0.1;
/// Skin differs from the mean of the cheeks by less than this, in hue and in lightness: blond hair differs by more in hue.
const SKIN_HUE_MAX: f32 = 0.04;
const SKIN_LIGHTNESS_MAX: f32 = 0.13;
/// Hair is within this of its mean.
const HAIR_MAX: f32 = 0.2;
/// What differs by more from the hair beside the face is a hat; lightness counts by less than hue, because hair lies in
/// light above and in shadow beside.
const HAT_APART_MIN: f32 = 0.2;
const HAT_LIGHTNESS: f32 = 0.4;
/// Which share of a region must look so.
const MOSTLY: f32 = 0.5;
/// Of the region between the lenses a frame is only a part.
const BRIDGE_SHARE_MIN: f32 = 0.2;
/// Beard and frames are darker than the skin by this much lightness.
const DARKER_MIN: f32 = 0.12;
/// Groups of colours of a shirt.
const SHIRT_COLOURS: usize = 4;

/// What of a picture is known so far.
struct Known {
    skin: Lab,
    background: Option<Lab>,
}

impl Known {
    fn is_skin(&self, colour: Rgb) -> bool {
        let [lightness, a, b] = lab(colour);
        let [skin, skin_a, skin_b] = self.skin;
        (a - skin_a).hypot(b - skin_b) < SKIN_HUE_MAX && (lightness - skin).abs() < SKIN_LIGHTNESS_MAX
    }

    fn is_background(&self, colour: Rgb) -> bool {
        self.background.is_some_and(|background| distance(lab(colour), background) < ALIKE_MAX)
    }

    /// The mean of what is neither, if that is most of it.
    fn other(&self, colours: &[Rgb]) -> Option<Rgb> {
        let others: Vec<Rgb> = colours
            .iter()
            .copied()
            .filter(|colour| !self.is_skin(*colour) && !self.is_background(*colour))
            .collect();
        (share(others.len(), colours) > MOSTLY).then(|| robust_mean(&others)).flatten()
    }

    /// Which share is darker than skin, and no skin.
    fn dark(&self, colours: &[Rgb]) -> f32 {
        let dark = |colour: &&Rgb| !self.is_skin(**colour) && lab(**colour)[0] < self.skin[0] - DARKER_MIN;
        share(colours.iter().filter(dark).count(), colours)
    }
}

fn share(count: usize, of: &[Rgb]) -> f32 {
    count as f32 / of.len().max(1) as f32
}

/// The looks of the person whose head is there.
pub(super) fn avatar(picture: &Picture, head: &Head) -> Avatar {
    let skin = robust_mean(&head.both(picture, CHEEK)).unwrap_or(UNSEEN);
    let background = median(&head.both(picture, BACKGROUND)).map(lab);
    let known = Known { skin: lab(skin), background };

    let jaw = head.both(picture, JAW);
    let beard = known.dark(&head.colours(picture, CHIN)) > MOSTLY && known.dark(&jaw) > MOSTLY;
    let above = known.other(&head.colours(picture, CROWN));
    let beside = known.other(&head.both(picture, TEMPLE));
    let hat =
        above.filter(|above| !could_be_hair(*above) || beside.is_some_and(|hair| is_apart(*above, hair)));
    // Without hair above, what is beside the face is an ear or a shadow.
    let hair = match hat {
        Some(_) => beside,
        None => above.and_then(|above| mean([above, beside.unwrap_or(above)].into_iter())),
    };
    let style = hair.map_or(HairStyle::Bald, |hair| style(picture, head, &known, hair));
    let beard_colour = || if beard { robust_mean(&jaw) } else { None };
    Avatar {
        skin,
        hair: hair.or_else(beard_colour).unwrap_or(skin),
        hair_style: style,
        shirt: shirt(picture, head, &known),
        glasses: known.dark(&head.colours(picture, BRIDGE)) > BRIDGE_SHARE_MIN,
        beard,
        hat,
    }
}

/// By how far the hair reaches.
fn style(picture: &Picture, head: &Head, known: &Known, hair: Rgb) -> HairStyle {
    let is_hair = |colour: &&Rgb| {
        let to_hair = distance(lab(**colour), lab(hair));
        let nearer = known.background.is_none_or(|background| to_hair < distance(lab(**colour), background));
        to_hair < HAIR_MAX && nearer && to_hair < distance(lab(**colour), known.skin)
    };
    let reaches = |region: Region| {
        let colours = head.both(picture, region);
        share(colours.iter().filter(is_hair).count(), &colours) > MOSTLY
    };
    if reaches(WIDE) {
        HairStyle::Curly
    } else if reaches(BELOW_EAR) {
        HairStyle::Long
    } else {
        HairStyle::Short
    }
}

/// The most frequent colour of the shoulders that is not skin, nor what is behind them if there is anything else.
fn shirt(picture: &Picture, head: &Head, known: &Known) -> Rgb {
    let mut colours = head.colours(picture, SHOULDERS);
    let all = dominant(&colours, SHIRT_COLOURS, ALIKE_MAX);
    colours.retain(|colour| !known.is_skin(*colour) && !known.is_background(*colour));
    dominant(&colours, SHIRT_COLOURS, ALIKE_MAX).or(all).unwrap_or(UNSEEN)
}

/// Whether the one cannot be hair in the light where the other is hair in the shadow.
fn is_apart(above: Rgb, beside: Rgb) -> bool {
    let [above, beside] = [above, beside].map(|colour| {
        let [lightness, a, b] = lab(colour);
        [HAT_LIGHTNESS * lightness, a, b]
    });
    distance(above, beside) > HAT_APART_MIN
}

/// Whether hair grows in this colour, dyed hair apart: grey of any lightness, or from red over brown to yellow, not too vivid.
fn could_be_hair(colour: Rgb) -> bool {
    const GREY_MAX: f32 = 0.04;
    const VIVID_MAX: f32 = 0.17;
    const HUES: std::ops::RangeInclusive<f32> = 20.0..=110.0;
    let [_, a, b] = lab(colour);
    let vividness = a.hypot(b);
    vividness <= GREY_MAX || (vividness <= VIVID_MAX && HUES.contains(&b.atan2(a).to_degrees()))
}

/// What most of several views of one person show; none of no views.
pub(super) fn agreed(views: &[Avatar]) -> Option<Avatar> {
    let colour = |of: fn(&Avatar) -> Rgb| median(&views.iter().map(of).collect::<Vec<_>>());
    let most = |is: &dyn Fn(&Avatar) -> bool| 2 * views.iter().filter(|view| is(view)).count() > views.len();
    let hats: Vec<Rgb> = views.iter().filter_map(|view| view.hat).collect();
    let styles = [HairStyle::Short, HairStyle::Long, HairStyle::Curly, HairStyle::Bald];
    let seen = |style: &HairStyle| views.iter().filter(|view| view.hair_style == *style).count();
    Some(Avatar {
        skin: colour(|view| view.skin)?,
        hair: colour(|view| view.hair)?,
        hair_style: styles.into_iter().rev().max_by_key(seen)?,
        shirt: colour(|view| view.shirt)?,
        glasses: most(&|view| view.glasses),
        beard: most(&|view| view.beard),
        hat: if most(&|view| view.hat.is_some()) { median(&hats) } else { None },
    })
}
