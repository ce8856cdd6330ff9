//! What is left of an object that explodes: a flash, pieces that fly, smoke.

use crate::brush::{Brush, Look};
use crate::colour::Rgb;
use crate::motion::Pose;
use crate::raster::{Canvas, circle, star};

/// Pieces, and the size of one in radii.
const PIECES: usize = 9;
const PIECE: f32 = 0.3;

/// The first speed of a piece in pixels a frame, and the part that is left after each frame.
const SPEED_PX: f32 = 4.6;
const DRAG: f32 = 0.94;

/// How fast pieces sink, in pixels a frame and frame.
const WEIGHT: f32 = 0.1;

/// Frames for which the flash and the smoke are seen.
const FLASH_FRAMES: f32 = 6.0;
const SMOKE_FRAMES: f32 = 22.0;

/// Paint an object `pose.burst` frames after it burst.
pub(crate) fn draw(canvas: &mut Canvas, colour: Rgb, pose: &Pose, look: Look) {
    let since = pose.burst;
    let puff = Pose { angle: 0.0, facing: 1.0, stretch: 1.0, ..*pose };
    let smoke = (1.0 - since / SMOKE_FRAMES).max(0.0);
    if smoke > 0.0 {
        let far = 0.9 + 0.03 * since;
        let brush = &mut Brush::new(canvas, colour, &puff, far + 0.7, look);
        brush.blend([150.0, 146.0, 150.0], |u, v| {
            let bumps = circle(u, v, far).min(circle(u.abs() - 0.6, v + 0.25, 0.6)).min(circle(
                u.abs() - 0.5,
                v - 0.45,
                0.5,
            ));
            0.75 * smoke * (0.5 - 4.0 * bumps).clamp(0.0, 1.0)
        });
    }
    for piece in 0..PIECES {
        let at = fragment(pose, piece);
        let brush = &mut Brush::new(canvas, colour, &at, 1.3, look);
        brush.outlined(colour, |u, v| u.abs().max(v.abs()).max((u.abs() + v.abs()) * 0.75) - 0.85);
    }
    let flash = (1.0 - since / FLASH_FRAMES).max(0.0);
    if flash > 0.0 {
        let far = 1.15 + 0.05 * since;
        let brush = &mut Brush::new(canvas, colour, &puff, 1.6, look);
        brush.blend([255.0, 150.0, 30.0], |u, v| {
            flash * (0.5 - 12.0 * far * star(u / far, v / far, 0.75)).clamp(0.0, 1.0)
        });
        let core = 0.6 * far;
        brush.blend([255.0, 244.0, 190.0], |u, v| {
            flash * (0.5 - 12.0 * core * star(u / core, -v / core, 0.75)).clamp(0.0, 1.0)
        });
    }
}

/// Where a piece is: it slows down, sinks, and stays where it meets the ground.
fn fragment(pose: &Pose, piece: usize) -> Pose {
    let share = piece as f32 / PIECES as f32;
    let direction = (share + 0.03) * std::f32::consts::TAU;
    let speed = SPEED_PX * (0.5 + 0.5 * ((piece * 5 % PIECES) as f32 / PIECES as f32));
    let radius = PIECE * pose.radius * (0.8 + 0.4 * ((piece * 4 % PIECES) as f32 / PIECES as f32));
    let place = |since: f32| {
        let gone = speed * (1.0 - DRAG.powf(since)) / (1.0 - DRAG);
        let sunk = 0.5 * WEIGHT * since * since;
        (pose.x + gone * direction.cos(), pose.y + gone * direction.sin() + sunk.min(3.0 * since))
    };
    let floor = pose.ground - 0.8 * radius;
    let landed = (0..pose.burst.ceil() as usize).map(|frame| frame as f32).find(|at| place(*at).1 >= floor);
    let since = landed.unwrap_or(pose.burst).min(pose.burst);
    let (x, y) = place(since);
    Pose { x, y: y.min(floor), radius, angle: direction + 0.2 * since, facing: 1.0, stretch: 1.0, ..*pose }
}
