//! Paints the pictures of a clip, one after another: the place as the camera sees it, who acts, and what is in front.

use crate::act::{Course, Stance};
use crate::backdrop::{self, WATER};
use crate::brush::Look;
use crate::camera::View;
use crate::cast::Person;
use crate::clip::{Acting, mouth};
use crate::colour::{Rgb, mix};
use crate::dice::{Dice, Part};
use crate::face::Face;
use crate::figure::{self, Sitter};
use crate::motion::{Motion, Pose};
use crate::mouth::Mouth;
use crate::palette::Palette;
use crate::plan::Plan;
use crate::raster::Canvas;
use crate::scenery::MARGIN_PX;
use crate::shape;
use crate::weather::Shower;

/// How often people blink and how long it takes, in frames.
const BLINK_EVERY: usize = 31;
const BLINK: [f32; 4] = [0.5, 1.0, 1.0, 0.5];

/// How much of what is in the water is hidden by it.
const WATER_COVER: f32 = 0.62;

/// The frames of a planned clip, in rows of RGB bytes.
pub(crate) fn pictures(plan: &Plan, acting: &Acting) -> Vec<u8> {
    let mut dice = Dice::new(plan.source, Part::Backdrop);
    let tone = dice.between(-0.06, 0.06);
    let tint = if tone < 0.0 { [0.0; 3] } else { [255.0; 3] };
    let colour = mix(plan.colour.rgb(), tint, tone.abs());
    let blink = dice.between(0.0, BLINK_EVERY as f32) as usize;
    let backdrop = backdrop::paint(plan, dice);
    // People are bright enough to need no light edge.
    let look = Look { dark: false, ..Look::of(plan) };
    let shower = Shower::of(plan);
    let mut canvas = Canvas::new(plan.width, plan.height);
    let mut pixels = vec![0; plan.width * plan.height * 3 * plan.frames];
    for (at, frame) in pixels.chunks_exact_mut(plan.width * plan.height * 3).enumerate() {
        let view = &plan.views[at];
        let (left, top) = view.world(0.0, 0.0);
        let margin = MARGIN_PX as f32;
        canvas.show(&backdrop, 1.0 / view.scale, (left + margin, top + margin));
        match acting {
            Acting::Thing(motion) => things(&mut canvas, plan, motion, at, colour),
            Acting::People(courses) => {
                let each = plan.cast.people().iter().zip(courses).enumerate();
                for (slot, (person, course)) in each {
                    let mouth = if slot == 0 { mouth(plan, at) } else { Mouth::default() };
                    let closed = BLINK.get((at + blink + 13 * slot) % BLINK_EVERY).copied().unwrap_or(0.0);
                    let face = Face { expression: person.expression, mouth, blink: closed };
                    let (stance, radius, ground) = seen(view, person, course, (at, plan.ground));
                    let sitter = Sitter { avatar: &person.looks.avatar, face, radius, ground };
                    figure::draw(&mut canvas, &sitter, &stance, look);
                }
            }
        }
        shower.draw(&mut canvas, at as f32);
        canvas.write(canvas.whole(), frame);
    }
    pixels
}

/// A person in the picture of frame `at`: the stance, the radius of the head and the row of the ground.
fn seen(view: &View, person: &Person, course: &Course, (at, ground): (usize, f32)) -> (Stance, f32, f32) {
    let stance = course.stances[at];
    let (x, y) = view.place(stance.x, stance.y);
    let ground = view.place(0.0, ground.max(stance.y)).1;
    (Stance { x, y, ..stance }, person.radius * view.scale, ground)
}

/// The objects from back to front, and the water that they are in.
fn things(canvas: &mut Canvas, plan: &Plan, motion: &Motion, at: usize, colour: Rgb) {
    let (view, look) = (&plan.views[at], Look::of(plan));
    if let Some(pose) = motion.crate_poses.get(at) {
        shape::draw_crate(canvas, &filmed(pose, view), look);
    }
    // In a portrait later ones stand farther back.
    for body in motion.bodies.iter().rev() {
        shape::draw(canvas, plan.object, colour, &filmed(&body[at], view), look);
    }
    if let Some(level) = motion.surface {
        water(canvas, plan, (view, level), at as f32);
    }
}

/// A pose in the picture.
fn filmed(pose: &Pose, view: &View) -> Pose {
    let (x, y) = view.place(pose.x, pose.y);
    Pose { x, y, radius: pose.radius * view.scale, ground: view.place(0.0, pose.ground).1, ..*pose }
}

/// The water in front of what is in it, with slow waves.
fn water(canvas: &mut Canvas, plan: &Plan, (view, level): (&View, f32), frame: f32) {
    let palette = Palette::of(plan);
    let (deep, clear) = (palette.ground(WATER.0), palette.ground(WATER.1));
    let foam = palette.edge(WATER.1).map_or(mix(clear, [255.0; 3], 0.5), |edge| edge.0);
    let line: Vec<f32> = (0..plan.width)
        .map(|column| {
            let (x, _) = view.world(column as f32, 0.0);
            view.place(0.0, level + 1.8 * (x * 0.11 + frame * 0.16).sin()).1
        })
        .collect();
    let top = view.place(0.0, level).1;
    let mut area = canvas.whole();
    area.top = (top - 4.0).max(0.0) as usize;
    let bottom = plan.height as f32;
    let tint = |y: f32| mix(clear, deep, ((y - top) / (bottom - top)).clamp(0.0, 1.0));
    canvas.blend(area, tint, |x, y| WATER_COVER * (0.5 + y - line[x as usize]).clamp(0.0, 1.0));
    canvas.blend(area, |_| foam, |x, y| (1.6 - (y - line[x as usize]).abs()).clamp(0.0, 1.0));
}
