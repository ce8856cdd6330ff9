//! How each object is painted: which parts in which order, and what is around it. The parts of vehicles and toys are in
//! `toy`, those of animals in `creature`.

use crate::brush::{Brush, Look, shadow};
use crate::colour::Rgb;
use crate::motion::Pose;
use crate::object::Object;
use crate::raster::{Canvas, circle, rounded_box};
use crate::{burst, creature, toy};

/// The farthest that anything belonging to an object is painted, in radii.
const REACH: f32 = 1.62;

/// Paint an object and its shadow on the ground.
pub fn draw(canvas: &mut Canvas, object: Object, colour: Rgb, pose: &Pose, look: Look) {
    if pose.burst >= 0.0 {
        return burst::draw(canvas, colour, pose, look);
    }
    contact_shadow(canvas, object, pose);
    if pose.wheel.is_some() && object != Object::Car {
        board(canvas, object, pose, look);
    }
    let brush = &mut Brush::new(canvas, colour, pose, object.reach().min(REACH), look);
    match object {
        Object::Ball => toy::ball(brush),
        Object::Cube => toy::cube(brush),
        Object::Star => toy::five_points(brush),
        Object::Car => toy::car(brush, pose),
        Object::Boat => toy::boat(brush),
        Object::Rocket => toy::rocket(brush, pose),
        Object::Balloon => toy::balloon(brush),
        Object::Tree => toy::tree(brush),
        Object::Robot => toy::robot(brush),
        Object::Drum => toy::drum(brush),
        Object::Bell => toy::bell(brush),
        Object::Bird => creature::bird(brush, pose),
        Object::Fish => creature::fish(brush, pose),
        Object::Butterfly => creature::butterfly(brush, pose),
        Object::Cat => creature::cat(brush, pose),
        Object::Dog => creature::dog(brush, pose),
    }
}

/// Paint the crate that something collides with.
pub fn draw_crate(canvas: &mut Canvas, pose: &Pose, look: Look) {
    const WOOD: Rgb = [186.0, 138.0, 84.0];
    const PLANK: Rgb = [128.0, 86.0, 48.0];
    shadow(canvas, pose.x, pose.ground, (pose.radius * 1.15, pose.radius * 0.25), 1.0);
    let brush = &mut Brush::new(canvas, WOOD, pose, 1.1, look);
    brush.outlined(WOOD, |u, v| rounded_box(u, v, 1.0, 1.0, 0.06));
    brush.fill(PLANK, |u, v| {
        let bar =
            ((u - v).abs() * std::f32::consts::FRAC_1_SQRT_2 - 0.14).max(u.abs() - 0.8).max(v.abs() - 0.8);
        bar.min((rounded_box(u, v, 0.84, 0.84, 0.0)).abs() - 0.07)
    });
}

/// The shadow of an object: smaller and fainter the higher the object is.
fn contact_shadow(canvas: &mut Canvas, object: Object, pose: &Pose) {
    let height = (pose.ground - pose.y) / pose.radius - object.foot(pose.angle);
    let near = 1.0 / (1.0 + height.max(0.0) * 0.5);
    let half = (pose.radius * object.half_width() * (0.55 + 0.4 * near), pose.radius * 0.2);
    shadow(canvas, pose.x, pose.ground, half, near);
}

/// A board with two wheels, on which things without wheels drive.
fn board(canvas: &mut Canvas, object: Object, pose: &Pose, look: Look) {
    const WHEEL: f32 = 0.2;
    const WOOD: Rgb = [96.0, 100.0, 112.0];
    let foot = object.foot(0.0);
    let turn = pose.wheel.unwrap_or(0.0);
    let brush = &mut Brush::new(canvas, WOOD, pose, REACH, look);
    for axle in [-0.6, 0.6] {
        brush.fill([26.0, 26.0, 32.0], |u, v| circle(u - axle, v - foot - 0.17, WHEEL));
        let (sin, cos) = (pose.facing * turn).sin_cos();
        brush.fill([210.0, 212.0, 220.0], |u, v| {
            circle(u - axle - 0.09 * cos, v - foot - 0.17 - 0.09 * sin, 0.08)
        });
    }
    brush.outlined(WOOD, |u, v| rounded_box(u, v - foot - 0.02, 0.98, 0.13, 0.1));
}
