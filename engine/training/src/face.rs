//! What is on the front of a head: eyes, brows and mouth, in head radii from the middle of the face.

use kinora_spec::Avatar;

use crate::brush::Brush;
use crate::colour::Rgb;
use crate::mood::Expression;
use crate::mouth::Mouth;
use crate::raster::{circle, ellipse, rod, rounded_box};

const INK: Rgb = [22.0, 18.0, 30.0];
const WHITE: Rgb = [250.0, 250.0, 250.0];
const LENS: Rgb = [232.0, 242.0, 250.0];
const LIPS: Rgb = [150.0, 44.0, 48.0];
const TONGUE: Rgb = [216.0, 96.0, 100.0];

/// A face in one frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Face {
    /// The mood it shows.
    pub expression: Expression,
    /// What the mouth does.
    pub mouth: Mouth,
    /// How far the eyes are closed, 0 to 1.
    pub blink: f32,
}

/// How far apart from the middle the eyes are.
const EYES: f32 = 0.38;

/// Paint eyes and mouth of a face whose middle is at `(u, v)`; brows come later, over the hair.
pub(crate) fn features(brush: &mut Brush, avatar: &Avatar, face: Face, (u0, v0): (f32, f32)) {
    mouth(brush, face, (u0, v0 + 0.53));
    let side = |u: f32| (u - u0).abs() - EYES;
    if avatar.glasses {
        brush
            .fill(INK, |u, v| circle(side(u), v - v0, 0.4).min(rounded_box(u - u0, v - v0, 0.3, 0.07, 0.02)));
        brush.fill(LENS, |u, v| circle(side(u), v - v0, 0.29));
    }
    let wide = match face.expression {
        Expression::Surprised => 0.26,
        Expression::Angry => 0.19,
        _ => 0.22,
    };
    let high = wide * (1.0 - 0.8 * face.blink);
    brush.fill(INK, |u, v| ellipse(side(u), v - v0, wide + 0.05, high + 0.05));
    if face.blink < 0.5 {
        brush.fill(WHITE, |u, v| ellipse(side(u), v - v0, wide, high));
        brush.fill(INK, |u, v| circle(side(u), v - v0 - 0.01, 0.135));
    }
}

/// The mouth: what is between two arcs, so that one form smiles, hangs, opens and rounds.
fn mouth(brush: &mut Brush, face: Face, (u0, v0): (f32, f32)) {
    let Mouth { open, round } = face.mouth;
    // Half the width, how far the corners are above the middle, and how far it is open at rest.
    let (wide, smile, rest): (f32, f32, f32) = match face.expression {
        Expression::Neutral => (0.32, 0.0, 0.0),
        Expression::Happy => (0.46, 0.24, 0.05),
        Expression::Sad => (0.36, -0.2, 0.0),
        Expression::Angry => (0.36, -0.1, 0.04),
        Expression::Surprised => (0.2, 0.0, 0.2),
    };
    let wide = wide * (1.0 - 0.45 * round);
    let tall = rest.max(0.05) + 0.3 * open;
    let arc = move |u: f32, v: f32, wide: f32, tall: f32| {
        let part = ((u - u0) / wide).abs().min(1.0);
        let bend = part * part;
        let middle = v0 + smile * (0.4 - bend);
        let lips = (v - middle).abs() - tall * (1.0 - bend).sqrt();
        lips.max((u - u0).abs() - wide)
    };
    brush.fill(INK, |u, v| arc(u, v, wide + 0.05, tall + 0.06));
    brush.fill(LIPS, |u, v| arc(u, v, wide, tall));
    if open > 0.35 {
        brush.fill(TONGUE, |u, v| {
            ellipse(u - u0, v - v0 - 0.7 * tall, 0.55 * wide, 0.35 * tall).max(arc(u, v, wide, tall))
        });
    }
}

/// Paint the brows.
pub(crate) fn brows(brush: &mut Brush, expression: Expression, (u0, v0): (f32, f32)) {
    // How high the inner and the outer ends are above the eyes.
    let (inner, outer) = match expression {
        Expression::Neutral | Expression::Happy => (0.36, 0.36),
        Expression::Sad => (0.5, 0.28),
        Expression::Angry => (0.2, 0.46),
        Expression::Surprised => (0.52, 0.5),
    };
    brush.fill(INK, |u, v| rod((u - u0).abs(), v - v0, (0.16, -inner), (0.6, -outer), 0.075));
}
