//! How a person is painted, in units of the head's radius from the point between the feet: `u` points right,
//! `v` points down.

use kinora_spec::{Avatar, HairStyle};

use crate::act::{ARM, HALF_WIDTH, LEG, Stance};
use crate::colour::Rgb;
use crate::motion::Pose;
use crate::raster::{Canvas, Polygon, Rect, circle, ellipse, rounded_box};
use crate::shape::{Brush, shadow};

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
const MOUTH: Rgb = [150.0, 44.0, 48.0];
const LENS: Rgb = [232.0, 242.0, 250.0];

/// Paint a person with the shadow on the ground at row `ground`; the area that changed comes back.
pub fn draw(canvas: &mut Canvas, avatar: &Avatar, stance: &Stance, radius: f32, ground: f32) -> [Rect; 2] {
    let near = 1.0 / (1.0 + (ground - stance.y).max(0.0) / radius * 0.5);
    let shade = shadow(canvas, stance.x, ground, (radius * (0.5 + 0.4 * near), radius * 0.18), near);
    let middle = stance.y - TALL * radius / 2.0;
    let area = canvas.around(stance.x, middle, HALF_WIDTH * radius, (TALL / 2.0 + 0.2) * radius);
    let pose = Pose {
        x: stance.x,
        y: stance.y,
        radius,
        angle: 0.0,
        facing: 1.0,
        stretch: stance.stretch,
        ground,
        beat: 0.0,
        afloat: false,
        wheel: 0.0,
        burst: -1.0,
    };
    let mut brush = Brush::new(canvas, area, INK, &pose);
    legs(&mut brush, stance);
    let nod = NOD * stance.nod;
    if avatar.hair_style != HairStyle::Bald {
        back_hair(&mut brush, avatar, nod * 0.5);
    }
    brush.outlined(colour(avatar.shirt), |u, v| rounded_box(u, v + 1.5, 0.72, 0.64, 0.34));
    for (side, angle) in [(-1.0, stance.arms[0]), (1.0, stance.arms[1])] {
        arm(&mut brush, avatar, side, angle);
    }
    head(&mut brush, avatar, stance.look * 0.26, nod);
    [shade, area]
}

fn colour(rgb: kinora_spec::Rgb) -> Rgb {
    rgb.map(f32::from)
}

/// The signed distance to a rod of half width `half` between two points.
#[inline(always)]
fn rod(u: f32, v: f32, from: (f32, f32), to: (f32, f32), half: f32) -> f32 {
    let (across, down) = (to.0 - from.0, to.1 - from.1);
    let (u, v) = (u - from.0, v - from.1);
    let along = ((u * across + v * down) / (across * across + down * down)).clamp(0.0, 1.0);
    circle(u - across * along, v - down * along, half)
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

fn head(brush: &mut Brush, avatar: &Avatar, look: f32, nod: f32) {
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
    brush.fill(if avatar.beard { MOUTH } else { INK }, |u, v| {
        rounded_box(u - face.0, v - face.1 - 0.56, 0.27, 0.085, 0.08)
    });
    eyes(brush, avatar, face);
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

fn eyes(brush: &mut Brush, avatar: &Avatar, face: (f32, f32)) {
    let side = |u: f32| (u - face.0).abs() - 0.38;
    if avatar.glasses {
        brush.fill(INK, |u, v| {
            let bridge = rounded_box(u - face.0, v - face.1, 0.3, 0.07, 0.02);
            circle(side(u), v - face.1, 0.37).min(bridge)
        });
        brush.fill(LENS, |u, v| circle(side(u), v - face.1, 0.24));
    }
    brush.fill(INK, |u, v| circle(side(u), v - face.1, 0.135));
}
