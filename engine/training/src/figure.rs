//! How a person is painted, in units of the head's radius from the point between the feet: `u` points right,
//! `v` points down.

use kinora_spec::{Avatar, HairStyle};

use crate::act::{ARM, HALF_WIDTH, LEG, Stance};
use crate::brush::{Brush, Look, shadow};
use crate::colour::Rgb;
use crate::face::{Face, brows, features};
use crate::motion::Pose;
use crate::raster::{Canvas, Polygon, circle, ellipse, rod, rounded_box};

/// Where the middle of the head is.
const HEAD: f32 = -3.0;

/// Where the arms begin.
const SHOULDER: (f32, f32) = (0.58, -1.92);

/// How tall a person is with hair and hat.
const TALL: f32 = 4.5;

/// How far the face goes down in a full nod.
const NOD: f32 = 0.26;

const TROUSERS: Rgb = [58.0, 62.0, 92.0];
const INK: Rgb = [22.0, 18.0, 30.0];

/// Who is painted.
#[derive(Clone, Copy, Debug)]
pub struct Sitter<'a> {
    /// The looks.
    pub avatar: &'a Avatar,
    /// What the face does.
    pub face: Face,
    /// Radius of the head in pixels.
    pub radius: f32,
    /// The row of the ground under the feet.
    pub ground: f32,
}

/// Paint a person with the shadow on the ground.
pub fn draw(canvas: &mut Canvas, sitter: &Sitter, stance: &Stance, look: Look) {
    let Sitter { avatar, face, radius, ground } = *sitter;
    let near = 1.0 / (1.0 + (ground - stance.y).max(0.0) / radius * 0.5);
    shadow(canvas, stance.x, ground, (radius * (0.5 + 0.4 * near), radius * 0.18), near);
    let pose = Pose {
        x: stance.x,
        y: stance.y - TALL / 2.0 * radius * stance.stretch,
        radius,
        angle: 0.0,
        facing: 1.0,
        stretch: stance.stretch,
        ground,
        beat: 0.0,
        afloat: false,
        wheel: None,
        burst: -1.0,
    };
    let mut brush = Brush::new(canvas, INK, &pose, HALF_WIDTH.max(TALL / 2.0 + 0.2), look);
    // What follows is measured from between the feet.
    brush.rise(TALL / 2.0);
    legs(&mut brush, stance);
    let nod = NOD * stance.nod;
    if avatar.hair_style != HairStyle::Bald {
        back_hair(&mut brush, avatar, nod * 0.5);
    }
    brush.outlined(colour(avatar.shirt), |u, v| rounded_box(u, v + 1.5, 0.72, 0.64, 0.34));
    for (side, angle) in [(-1.0, stance.arms[0]), (1.0, stance.arms[1])] {
        arm(&mut brush, avatar, side, angle);
    }
    head(&mut brush, avatar, face, (stance.look * 0.26, nod));
}

fn colour(rgb: kinora_spec::Rgb) -> Rgb {
    rgb.map(f32::from)
}

fn legs(brush: &mut Brush, stance: &Stance) {
    const HALF: f32 = 0.24;
    for side in [-1.0, 1.0] {
        let angle = side * stance.stride;
        let hip = (side * 0.3 * (1.0 - 0.6 * stance.look.abs()), -LEG - 0.1);
        let foot = (hip.0 + LEG * angle.sin(), hip.1 + LEG * angle.cos() - HALF + 0.1);
        brush.outlined(TROUSERS, |u, v| rod(u, v, hip, foot, HALF));
    }
}

fn arm(brush: &mut Brush, avatar: &Avatar, side: f32, angle: f32) {
    let from = (side * SHOULDER.0, SHOULDER.1);
    let hand = (from.0 + side * ARM * angle.sin(), from.1 + ARM * angle.cos());
    let wrist = (from.0 + (hand.0 - from.0) * 0.8, from.1 + (hand.1 - from.1) * 0.8);
    brush.outlined(colour(avatar.skin), |u, v| circle(u - hand.0, v - hand.1, 0.27));
    brush.outlined(colour(avatar.shirt), |u, v| rod(u, v, from, wrist, 0.23));
}

/// The hair behind the head; what lies over the brow is part of the head.
fn back_hair(brush: &mut Brush, avatar: &Avatar, down: f32) {
    let at = HEAD + down;
    match avatar.hair_style {
        HairStyle::Bald | HairStyle::Short => {}
        HairStyle::Long => brush.outlined(colour(avatar.hair), |u, v| {
            circle(u, v - at, 1.16).min(rounded_box(u, v - at - 0.72, 1.16, 0.82, 0.3))
        }),
        HairStyle::Curly => brush.outlined(colour(avatar.hair), |u, v| {
            let (u, v) = (u.abs(), v - at);
            circle(u - 0.85, v + 0.1, 0.52)
                .min(circle(u - 0.78, v - 0.52, 0.42))
                .min(circle(u - 0.66, v + 0.72, 0.5))
                .min(circle(u, v + 0.98, 0.5))
        }),
    }
}

fn head(brush: &mut Brush, avatar: &Avatar, shown: Face, (look, nod): (f32, f32)) {
    let (at, edge) = (HEAD + nod * 0.5, brush.edge());
    // The face slides over the head, which makes it turn and nod.
    let face = (look, at + nod);
    brush.outlined(colour(avatar.skin), |u, v| circle(u, v - at, 1.0));
    if avatar.beard {
        brush.fill(colour(avatar.hair), |u, v| {
            let cheeks = -ellipse(u - face.0, v - face.1 + 0.12, 0.74, 0.46);
            circle(u, v - at, 1.0 - edge * 0.4).max(face.1 + 0.06 - v).max(cheeks)
        });
    }
    features(brush, avatar, shown, face);
    let line = face.1 - 0.42;
    match avatar.hair_style {
        HairStyle::Bald => {}
        HairStyle::Short => fringe(brush, avatar, at, line),
        HairStyle::Long => {
            // Parted in the middle.
            let parting = Polygon::new([(-0.62, line + 0.1), (0.62, line + 0.1), (0.0, line - 0.5)]);
            brush.fill(colour(avatar.hair), |u, v| {
                circle(u, v - at, 1.08).max(v - line - 0.08).max(-parting.distance(u, v))
            });
        }
        HairStyle::Curly => brush.fill(colour(avatar.hair), |u, v| {
            let (u, v) = (u.abs(), v - line);
            circle(u - 0.64, v + 0.14, 0.3).min(circle(u - 0.22, v + 0.24, 0.3)).max(circle(
                u,
                v + line - at,
                1.3,
            ))
        }),
    }
    brows(brush, shown.expression, face);
    if let Some(hat) = avatar.hat {
        let brim = line - 0.06;
        brush.outlined(colour(hat), |u, v| {
            circle(u, v - at, 1.2).max(v - brim).min(rounded_box(u, v - brim, 1.36, 0.17, 0.16))
        });
    }
}

fn fringe(brush: &mut Brush, avatar: &Avatar, at: f32, line: f32) {
    brush.outlined(colour(avatar.hair), |u, v| circle(u, v - at, 1.1).max(v - line));
}
