//! The parts of things that do not live, in radii from their middle.

use crate::brush::Brush;
use crate::colour::Rgb;
use crate::motion::Pose;
use crate::object::CUBE_HULL;
use crate::raster::{Polygon, circle, ellipse, rod, rounded_box, star};

const GLASS: Rgb = [190.0, 226.0, 246.0];
const TYRE: Rgb = [26.0, 26.0, 32.0];
const STEEL: Rgb = [206.0, 208.0, 216.0];
const TRUNK: Rgb = [112.0, 74.0, 42.0];

pub(crate) fn ball(brush: &mut Brush) {
    let inner = 1.0 - brush.edge();
    brush.outlined(brush.colour, |u, v| circle(u, v, 1.0));
    brush.fill(brush.light, |u, v| circle(u, v, inner).max(v.abs() - 0.2));
}

pub(crate) fn cube(brush: &mut Brush) {
    let hull = Polygon::new(CUBE_HULL);
    brush.outlined(brush.shade, |u, v| hull.distance(u, v));
    let edge = brush.edge();
    let top = Polygon::new([(-0.86, -0.46), (-0.46, -0.86), (0.86, -0.86), (0.46, -0.46)]);
    brush.fill(brush.light, |u, v| (top.distance(u, v)).max(hull.distance(u, v) + edge));
    brush.fill(brush.colour, |u, v| {
        (rounded_box(u + 0.2, v - 0.2, 0.66, 0.66, 0.0)).max(hull.distance(u, v) + edge)
    });
}

pub(crate) fn five_points(brush: &mut Brush) {
    brush.outlined(brush.colour, |u, v| star(u, v, 0.5) - 0.04);
    brush.fill(brush.light, |u, v| 0.42 * star(u / 0.42, v / 0.42, 0.5));
}

pub(crate) fn car(brush: &mut Brush, pose: &Pose) {
    let cabin = Polygon::new([(-0.85, -0.02), (-0.62, -0.66), (0.28, -0.66), (0.66, -0.02)]);
    let window = Polygon::new([(-0.62, -0.06), (-0.48, -0.46), (0.18, -0.46), (0.42, -0.06)]);
    brush.outlined(brush.colour, |u, v| {
        (cabin.distance(u, v) - 0.05).min(rounded_box(u, v - 0.22, 1.27, 0.32, 0.16))
    });
    brush.fill(GLASS, |u, v| window.distance(u, v).max(0.09 - (u + 0.14).abs()));
    brush.fill([255.0, 240.0, 170.0], |u, v| circle(u - 1.1, v - 0.14, 0.14));
    let (sin, cos) = (pose.facing * pose.wheel.unwrap_or(0.0)).sin_cos();
    for axle in [-0.72, 0.72] {
        brush.fill(TYRE, |u, v| circle(u - axle, v - 0.48, 0.34));
        brush.fill(STEEL, |u, v| {
            let (u, v) = (u - axle, v - 0.48);
            rounded_box(u * cos + v * sin, v * cos - u * sin, 0.25, 0.085, 0.02).min(circle(u, v, 0.1))
        });
    }
}

pub(crate) fn boat(brush: &mut Brush) {
    let hull = Polygon::new([(-1.2, 0.16), (1.2, 0.16), (0.75, 0.78), (-0.75, 0.78)]);
    let main = Polygon::new([(0.1, -1.12), (1.08, 0.04), (0.1, 0.04)]);
    let rear = Polygon::new([(-0.08, -1.0), (-0.08, 0.04), (-0.94, 0.04)]);
    brush.fill([96.0, 64.0, 40.0], |u, v| rounded_box(u - 0.01, v + 0.46, 0.09, 0.7, 0.0));
    brush.outlined(brush.light, |u, v| main.distance(u, v).min(rear.distance(u, v)));
    brush.outlined(brush.colour, |u, v| hull.distance(u, v));
}

pub(crate) fn rocket(brush: &mut Brush, pose: &Pose) {
    if pose.afloat {
        let long = 0.38 + 0.08 * pose.beat;
        brush.fill([255.0, 140.0, 20.0], |u, v| ellipse(u, v - 0.86, 0.34, long));
        brush.fill([255.0, 232.0, 120.0], |u, v| ellipse(u, v - 0.82, 0.18, long * 0.6));
    }
    let fin = Polygon::new([(0.3, 0.1), (0.86, 0.6), (0.86, 1.0), (0.3, 0.72)]);
    brush.outlined(brush.shade, |u, v| fin.distance(u.abs(), v));
    // Two arcs that meet in a point, cut off at the bottom.
    let body = |u: f32, v: f32| circle(u.abs() + 1.31, v + 0.05, 1.81).max(v - 0.8);
    brush.outlined(brush.colour, body);
    let edge = brush.edge();
    brush.fill(brush.light, |u, v| (body(u, v) + edge).max(v + 0.62));
    brush.fill(STEEL, |u, v| circle(u, v + 0.18, 0.27));
    brush.fill([60.0, 120.0, 190.0], |u, v| circle(u, v + 0.18, 0.17));
}

pub(crate) fn balloon(brush: &mut Brush) {
    brush.fill([200.0, 200.0, 206.0], |u, v| {
        let swing = 0.07 * (v * 9.0).sin();
        rounded_box(u - swing, v - 0.85, 0.055, 0.3, 0.0)
    });
    let knot = Polygon::new([(0.0, 0.42), (0.2, 0.68), (-0.2, 0.68)]);
    brush.outlined(brush.colour, |u, v| {
        // An egg: the lower half is narrower at its end.
        let narrow = 1.0 + 0.22 * (v + 0.35).max(0.0);
        ellipse(u * narrow, v + 0.38, 0.8, 0.88).min(knot.distance(u, v))
    });
    brush.fill(brush.light, |u, v| ellipse(u + 0.3, v + 0.68, 0.17, 0.26));
}

pub(crate) fn tree(brush: &mut Brush) {
    brush.outlined(TRUNK, |u, v| rounded_box(u, v - 0.6, 0.2, 0.4, 0.03));
    brush.outlined(brush.colour, |u, v| {
        circle(u, v + 0.62, 0.58).min(circle(u.abs() - 0.45, v + 0.15, 0.5)).min(circle(u, v + 0.2, 0.5))
    });
    brush.fill(brush.light, |u, v| circle(u + 0.2, v + 0.76, 0.17).min(circle(u - 0.36, v + 0.2, 0.15)));
}

pub(crate) fn robot(brush: &mut Brush) {
    brush.fill(STEEL, |u, v| rounded_box(u, v + 1.05, 0.07, 0.2, 0.0));
    brush.fill([240.0, 70.0, 60.0], |u, v| circle(u, v + 1.24, 0.15));
    brush.outlined(STEEL, |u, v| rounded_box(u.abs() - 0.84, v - 0.16, 0.16, 0.42, 0.14));
    brush.outlined(STEEL, |u, v| rounded_box(u.abs() - 0.32, v - 0.8, 0.22, 0.2, 0.05));
    brush.outlined(brush.colour, |u, v| rounded_box(u, v - 0.16, 0.66, 0.5, 0.08));
    brush.outlined(brush.colour, |u, v| rounded_box(u, v + 0.66, 0.54, 0.38, 0.1));
    brush.fill([255.0, 250.0, 200.0], |u, v| circle(u.abs() - 0.24, v + 0.7, 0.16));
    brush.fill(TYRE, |u, v| circle(u.abs() - 0.24, v + 0.7, 0.08));
    brush.fill(TYRE, |u, v| rounded_box(u, v + 0.43, 0.28, 0.06, 0.03));
    brush.fill(brush.light, |u, v| rounded_box(u, v - 0.16, 0.38, 0.24, 0.04));
}

pub(crate) fn drum(brush: &mut Brush) {
    let edge = brush.edge();
    brush.outlined(brush.colour, |u, v| {
        rounded_box(u, v - 0.05, 0.95, 0.6, 0.02).min(ellipse(u, v - 0.58, 0.95, 0.26))
    });
    // Cords in a zigzag.
    brush.fill(brush.light, |u, v| {
        let saw = ((u * 1.58 + 0.75).rem_euclid(1.0) - 0.5).abs() * 2.0;
        let line = (v - 0.62 + 0.74 * saw).abs() * 0.39 - 0.06;
        line.max(u.abs() - 0.95 + edge).max(v - 0.74).max(-0.14 - v)
    });
    brush.outlined([244.0, 238.0, 224.0], |u, v| ellipse(u, v + 0.52, 0.97, 0.3));
    brush.fill(TRUNK, |u, v| {
        rod(u, v, (0.1, -0.5), (0.75, -0.98), 0.06).min(rod(u, v, (-0.1, -0.5), (-0.75, -0.98), 0.06))
    });
    brush.fill(STEEL, |u, v| circle(u.abs() - 0.1, v + 0.5, 0.11));
}

pub(crate) fn bell(brush: &mut Brush) {
    brush.fill(TYRE, |u, v| circle(u, v - 0.84, 0.22));
    brush.outlined(brush.colour, |u, v| (circle(u, v + 0.98, 0.17)).abs() - 0.1);
    let flare = Polygon::new([(-0.52, -0.4), (0.52, -0.4), (0.8, 0.6), (-0.8, 0.6)]);
    brush.outlined(brush.colour, |u, v| {
        circle(u, v + 0.34, 0.55).min(flare.distance(u, v)).min(rounded_box(u, v - 0.64, 0.98, 0.15, 0.14))
    });
    brush.fill(brush.light, |u, v| rod(u, v, (-0.26, -0.5), (-0.38, 0.3), 0.1));
}
