//! The parts of animals, in radii from their middle.

use crate::brush::Brush;
use crate::colour::Rgb;
use crate::motion::Pose;
use crate::raster::{Polygon, circle, ellipse, rod, rounded_box};

const INK: Rgb = [18.0, 16.0, 26.0];
const WHITE: Rgb = [250.0, 250.0, 250.0];

/// An eye with a white, so that it is seen on any colour.
fn eye(brush: &mut Brush, u0: f32, v0: f32, size: f32) {
    brush.fill(WHITE, |u, v| circle(u - u0, v - v0, size));
    brush.fill(INK, |u, v| circle(u - u0 - 0.25 * size, v - v0, 0.55 * size));
}

pub(crate) fn bird(brush: &mut Brush, pose: &Pose) {
    const BEAK: Rgb = [255.0, 168.0, 24.0];
    let tail = Polygon::new([(-0.7, -0.05), (-1.32, -0.3), (-1.22, 0.28), (-0.6, 0.4)]);
    if !pose.afloat {
        brush.fill([196.0, 110.0, 20.0], |u, v| {
            rounded_box((u + 0.02).abs() - 0.15, v - 0.72, 0.07, 0.24, 0.0)
        });
    }
    brush.outlined(brush.colour, |u, v| {
        let torso = ellipse(u + 0.12, v - 0.16, 0.86, 0.58);
        torso.min(circle(u - 0.58, v + 0.36, 0.44)).min(tail.distance(u, v))
    });
    let beak = Polygon::new([(0.94, -0.56), (1.4, -0.32), (0.94, -0.12)]);
    brush.fill(BEAK, |u, v| beak.distance(u, v));
    eye(brush, 0.68, -0.44, 0.17);
    if pose.afloat {
        let raised = 0.28 + 0.62 * pose.beat;
        let (middle, half) = (0.12 - 0.65 * raised, 0.15 + 0.6 * raised.abs());
        brush.outlined(brush.light, |u, v| ellipse(u + 0.2, v - middle, 0.38, half));
    } else {
        brush.fill(brush.light, |u, v| ellipse(u + 0.26, v - 0.14, 0.5, 0.28));
    }
}

pub(crate) fn fish(brush: &mut Brush, pose: &Pose) {
    let wag = 0.22 * pose.beat;
    let upper = Polygon::new([(-0.5, -0.28), (-0.1, -0.86), (0.42, -0.36)]);
    let upper_tail = Polygon::new([(-0.5, 0.1), (-1.3, -0.5 + wag), (-1.0, 0.1 + wag)]);
    let lower_tail = Polygon::new([(-0.5, 0.1), (-1.3, 0.7 + wag), (-1.0, 0.1 + wag)]);
    brush.outlined(brush.shade, |u, v| {
        upper_tail.distance(u, v).min(lower_tail.distance(u, v)).min(upper.distance(u, v)) - 0.03
    });
    brush.outlined(brush.colour, |u, v| ellipse(u - 0.22, v - 0.1, 0.98, 0.56));
    let edge = brush.edge();
    brush.fill(brush.light, |u, v| {
        let stripes = ((u + 0.1).abs() - 0.12).min((u + 0.48).abs() - 0.1);
        stripes.max(ellipse(u - 0.22, v - 0.1, 0.98, 0.56) + edge)
    });
    brush.fill(brush.shade, |u, v| ellipse(u - 0.2, v - 0.3, 0.2, 0.13));
    eye(brush, 0.72, -0.04, 0.18);
}

pub(crate) fn butterfly(brush: &mut Brush, pose: &Pose) {
    // Wings that beat are seen narrower.
    let wide = if pose.afloat { 0.72 + 0.28 * pose.beat } else { 1.0 };
    brush.outlined(brush.colour, |u, v| {
        let u = u.abs() / wide;
        wide * ellipse(u - 0.42, v - 0.42, 0.42, 0.46)
    });
    brush.outlined(brush.colour, |u, v| {
        let u = u.abs() / wide;
        let (a, b) = ((u - 0.56) * 0.88 + (v + 0.38) * 0.47, (v + 0.38) * 0.88 - (u - 0.56) * 0.47);
        wide * ellipse(a, b, 0.46, 0.6)
    });
    brush.fill(brush.light, |u, v| {
        let u = u.abs() / wide;
        wide * circle(u - 0.6, v + 0.46, 0.22).min(circle(u - 0.44, v - 0.46, 0.17))
    });
    brush.fill(INK, |u, v| {
        let feelers =
            rod(u.abs(), v, (0.06, -0.6), (0.3, -1.05), 0.06).min(circle(u.abs() - 0.32, v + 1.06, 0.1));
        ellipse(u, v - 0.02, 0.15, 0.74).min(circle(u, v + 0.6, 0.2)).min(feelers)
    });
}

pub(crate) fn cat(brush: &mut Brush, pose: &Pose) {
    let tip = (1.02 + 0.06 * pose.beat, 0.02);
    brush.outlined(brush.colour, |u, v| {
        rod(u, v, (0.3, 0.8), (0.86, 0.72), 0.15).min(rod(u, v, (0.86, 0.72), tip, 0.15))
    });
    brush.outlined(brush.colour, |u, v| {
        ellipse(u, v - 0.42, 0.56, 0.6).min(rounded_box(u, v - 0.84, 0.52, 0.16, 0.14))
    });
    brush.fill(brush.light, |u, v| ellipse(u, v - 0.5, 0.28, 0.34));
    let ear = Polygon::new([(0.1, -0.86), (0.52, -0.5), (0.56, -1.24)]);
    let inner = Polygon::new([(0.28, -0.84), (0.46, -0.72), (0.48, -1.02)]);
    brush
        .outlined(brush.colour, |u, v| ellipse(u, v + 0.42, 0.64, 0.52).min(ear.distance(u.abs(), v) - 0.03));
    brush.fill([250.0, 160.0, 170.0], |u, v| inner.distance(u.abs(), v));
    brush.fill([250.0, 236.0, 120.0], |u, v| circle(u.abs() - 0.27, v + 0.48, 0.16));
    brush.fill(INK, |u, v| ellipse(u.abs() - 0.27, v + 0.48, 0.065, 0.15));
    brush.fill([250.0, 140.0, 150.0], |u, v| ellipse(u, v + 0.26, 0.12, 0.085));
    brush.fill(WHITE, |u, v| {
        let u = u.abs();
        rod(u, v, (0.28, -0.2), (0.84, -0.3), 0.035).min(rod(u, v, (0.28, -0.14), (0.84, -0.08), 0.035))
    });
}

pub(crate) fn dog(brush: &mut Brush, pose: &Pose) {
    let wag = 0.12 * pose.beat;
    brush.outlined(brush.colour, |u, v| rod(u, v, (-0.78, 0.0), (-1.16 + wag, -0.56), 0.13));
    brush.outlined(brush.shade, |u, v| rounded_box((u + 0.1).abs() - 0.42, v - 0.66, 0.13, 0.34, 0.08));
    brush.outlined(brush.colour, |u, v| {
        let legs = rounded_box((u + 0.1).abs() - 0.62, v - 0.66, 0.16, 0.34, 0.1);
        let trunk = rounded_box(u + 0.1, v - 0.18, 0.8, 0.34, 0.3);
        let neck = rod(u, v, (0.5, 0.1), (0.66, -0.42), 0.28);
        legs.min(trunk).min(neck)
    });
    brush.outlined(brush.colour, |u, v| {
        circle(u - 0.7, v + 0.52, 0.42).min(rounded_box(u - 1.06, v + 0.36, 0.34, 0.2, 0.16))
    });
    brush.fill(INK, |u, v| ellipse(u - 1.32, v + 0.46, 0.13, 0.11));
    brush.outlined(brush.shade, |u, v| ellipse(u - 0.48, v + 0.44, 0.2, 0.42));
    eye(brush, 0.82, -0.62, 0.14);
    brush.fill([220.0, 50.0, 50.0], |u, v| rod(u, v, (0.38, -0.12), (0.86, -0.04), 0.07));
}
