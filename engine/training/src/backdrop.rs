//! Paints the scenery of a clip, once: it never moves. Its names are in `scene`.

use std::f32::consts::TAU;

use crate::colour::{Rgb, mix};
use crate::dice::Dice;
use crate::plan::Plan;
use crate::raster::{Canvas, Rect, circle, rounded_box};
use crate::scene::Scene;

/// The scenery of a planned clip.
pub fn paint(plan: &Plan, dice: &mut Dice) -> Canvas {
    let mut canvas = Canvas::new(plan.width, plan.height);
    match plan.scene {
        Scene::Meadow => meadow(&mut canvas, plan, dice),
        Scene::Beach => beach(&mut canvas, plan, dice),
        Scene::Desert => desert(&mut canvas, plan, dice),
        Scene::Night => night(&mut canvas, plan, dice),
        Scene::Room => room(&mut canvas, plan, dice),
        Scene::Snow => snow(&mut canvas, plan, dice),
        Scene::City | Scene::Forest | Scene::Underwater | Scene::Space => night(&mut canvas, plan, dice),
    }
    canvas
}

/// A colour a little lighter or darker, so that no clip's sky is quite another's.
fn vary(colour: Rgb, dice: &mut Dice) -> Rgb {
    let shift = dice.between(-7.0, 7.0);
    colour.map(|channel| (channel + shift).clamp(0.0, 255.0))
}

/// From one colour at row `top` to another at row `bottom`.
fn gradient(from: Rgb, to: Rgb, top: f32, bottom: f32) -> impl Fn(f32) -> Rgb {
    move |y| mix(from, to, ((y - top) / (bottom - top)).clamp(0.0, 1.0))
}

fn sky(canvas: &mut Canvas, plan: &Plan, high: Rgb, low: Rgb) {
    let area = Rect { bottom: (plan.horizon as usize + 12).min(plan.height), ..canvas.whole() };
    canvas.fill_rows(area, gradient(high, low, 0.0, plan.horizon), |_, _| -1.0);
}

/// A hill line: how far each column's ground lies above `base`.
struct Ridge {
    base: f32,
    rise: f32,
    length: f32,
    phase: f32,
}

fn ridge(base: f32, rise: f32, length: f32, dice: &mut Dice) -> Ridge {
    Ridge { base, rise, length: length * dice.between(0.85, 1.2), phase: dice.between(0.0, TAU) }
}

/// Fill everything under a hill line.
fn land(canvas: &mut Canvas, ridge: &Ridge, near: Rgb, far: Rgb) {
    let lines: Vec<f32> = (0..canvas.width())
        .map(|column| ridge.base - ridge.rise * (column as f32 / ridge.length * TAU + ridge.phase).sin())
        .collect();
    let top = (ridge.base - ridge.rise.abs() - 1.0).max(0.0);
    let area = Rect { top: top as usize, ..canvas.whole() };
    let bottom = canvas.height() as f32;
    canvas.fill_rows(area, gradient(far, near, top, bottom), |x, y| lines[x as usize] - y);
}

/// A sun or moon somewhere in the upper sky; where it is comes back.
fn disc(canvas: &mut Canvas, plan: &Plan, colour: Rgb, dice: &mut Dice) -> (f32, f32, f32) {
    let radius = dice.between(11.0, 13.0);
    let (x, y) = (plan.width as f32 * dice.between(0.12, 0.88), plan.height as f32 * dice.between(0.14, 0.2));
    canvas.fill(canvas.around(x, y, radius, radius), colour, |across, down| {
        circle(across - x, down - y, radius)
    });
    (x, y, radius)
}

fn clouds(canvas: &mut Canvas, plan: &Plan, colour: Rgb, dice: &mut Dice) {
    for slot in [0.22, 0.74] {
        let x = plan.width as f32 * (slot + dice.between(-0.12, 0.12));
        let y = plan.height as f32 * dice.between(0.1, 0.3);
        let size = dice.between(0.85, 1.15);
        canvas.fill(canvas.around(x, y, 30.0 * size, 14.0 * size), colour, |across, down| {
            let (u, v) = ((across - x) / size, (down - y) / size);
            let bumps = circle(u + 9.0, v - 1.0, 8.0).min(circle(u - 3.0, v + 2.0, 10.0)).min(circle(
                u - 14.0,
                v - 2.0,
                7.0,
            ));
            size * bumps.max(v - 6.0)
        });
    }
}

fn meadow(canvas: &mut Canvas, plan: &Plan, dice: &mut Dice) {
    sky(canvas, plan, vary([92.0, 168.0, 240.0], dice), vary([198.0, 230.0, 250.0], dice));
    disc(canvas, plan, [255.0, 238.0, 140.0], dice);
    clouds(canvas, plan, [252.0, 252.0, 252.0], dice);
    let hill = vary([124.0, 190.0, 110.0], dice);
    land(canvas, &ridge(plan.horizon - 5.0, 7.0, 150.0, dice), hill, hill);
    let (near, far) = (vary([60.0, 142.0, 50.0], dice), vary([112.0, 194.0, 78.0], dice));
    land(canvas, &ridge(plan.horizon + 3.0, 2.5, 210.0, dice), near, far);
}

fn beach(canvas: &mut Canvas, plan: &Plan, dice: &mut Dice) {
    sky(canvas, plan, vary([122.0, 200.0, 246.0], dice), vary([226.0, 243.0, 250.0], dice));
    disc(canvas, plan, [255.0, 246.0, 190.0], dice);
    let level = plan.horizon - 16.0;
    let (near, far) = (vary([48.0, 164.0, 190.0], dice), vary([24.0, 108.0, 172.0], dice));
    land(canvas, &ridge(level, 0.0, 100.0, dice), near, far);
    let shore = ridge(plan.horizon + 4.0, 3.0, 90.0, dice);
    let foam = [240.0, 250.0, 252.0];
    land(canvas, &Ridge { base: shore.base - 5.0, ..shore }, foam, foam);
    let (near, far) = (vary([222.0, 194.0, 136.0], dice), vary([246.0, 228.0, 178.0], dice));
    land(canvas, &shore, near, far);
}

fn desert(canvas: &mut Canvas, plan: &Plan, dice: &mut Dice) {
    sky(canvas, plan, vary([246.0, 186.0, 112.0], dice), vary([255.0, 234.0, 196.0], dice));
    disc(canvas, plan, [255.0, 250.0, 226.0], dice);
    let dune = vary([206.0, 146.0, 86.0], dice);
    land(canvas, &ridge(plan.horizon - 8.0, 9.0, 170.0, dice), dune, dune);
    let (near, far) = (vary([190.0, 128.0, 66.0], dice), vary([228.0, 172.0, 104.0], dice));
    land(canvas, &ridge(plan.horizon + 4.0, 4.0, 230.0, dice), near, far);
    let (x, y) = (plan.width as f32 * dice.between(0.1, 0.9), plan.horizon - 8.0);
    canvas.fill(canvas.around(x, y, 17.0, 26.0), vary([70.0, 120.0, 70.0], dice), |across, down| {
        let (u, v) = (across - x, down - y);
        let arms = rounded_box(u, v + 1.0, 13.0, 3.0, 3.0)
            .min(rounded_box(u + 12.0, v + 6.0, 3.0, 8.0, 3.0))
            .min(rounded_box(u - 12.0, v + 8.0, 3.0, 10.0, 3.0));
        arms.min(rounded_box(u, v, 4.5, 22.0, 4.5))
    });
}

fn night(canvas: &mut Canvas, plan: &Plan, dice: &mut Dice) {
    let high = vary([12.0, 14.0, 48.0], dice);
    let low = vary([50.0, 52.0, 106.0], dice);
    sky(canvas, plan, high, low);
    for star in 0..9 {
        let x = plan.width as f32 * (star as f32 + dice.between(0.15, 0.85)) / 9.0;
        let y = plan.horizon * dice.between(0.06, 0.72);
        let radius = dice.between(2.0, 2.6);
        canvas
            .fill(canvas.around(x, y, 3.0, 3.0), [236.0, 236.0, 214.0], |u, v| circle(u - x, v - y, radius));
    }
    let (x, y, radius) = disc(canvas, plan, [246.0, 242.0, 214.0], dice);
    let gap = mix(high, low, y / plan.horizon);
    canvas.fill(canvas.around(x, y, radius, radius), gap, |u, v| {
        // Inside the moon's own disc, so that the bite does not paint over a star beside it.
        circle(u - x - 6.0, v - y + 3.0, radius * 0.86).max(circle(u - x, v - y, radius + 1.0))
    });
    let hill = vary([30.0, 36.0, 74.0], dice);
    land(canvas, &ridge(plan.horizon - 6.0, 6.0, 140.0, dice), hill, hill);
    let (near, far) = (vary([26.0, 38.0, 46.0], dice), vary([48.0, 66.0, 72.0], dice));
    land(canvas, &ridge(plan.horizon + 3.0, 1.5, 210.0, dice), near, far);
}

fn room(canvas: &mut Canvas, plan: &Plan, dice: &mut Dice) {
    let whole = canvas.whole();
    let (high, low) = (vary([232.0, 216.0, 192.0], dice), vary([216.0, 194.0, 164.0], dice));
    canvas.fill_rows(whole, gradient(high, low, 0.0, plan.horizon), |_, _| -1.0);
    let (x, y) = (plan.width as f32 * dice.between(0.24, 0.76), plan.horizon * 0.46);
    let frame = [124.0, 86.0, 60.0];
    let area = canvas.around(x, y, 28.0, 26.0);
    canvas.fill(area, frame, |u, v| rounded_box(u - x, v - y, 26.0, 24.0, 2.0));
    canvas.fill(area, vary([164.0, 214.0, 246.0], dice), |u, v| {
        let (u, v) = ((u - x).abs() - 12.0, (v - y).abs() - 11.0);
        rounded_box(u, v, 10.0, 9.0, 0.0)
    });
    let (near, far) = (vary([128.0, 84.0, 54.0], dice), vary([166.0, 116.0, 76.0], dice));
    land(canvas, &ridge(plan.horizon - 5.0, 0.0, 100.0, dice), frame, frame);
    land(canvas, &ridge(plan.horizon, 0.0, 100.0, dice), near, far);
}

fn snow(canvas: &mut Canvas, plan: &Plan, dice: &mut Dice) {
    sky(canvas, plan, vary([142.0, 168.0, 200.0], dice), vary([206.0, 218.0, 232.0], dice));
    let hill = vary([214.0, 226.0, 240.0], dice);
    land(canvas, &ridge(plan.horizon - 8.0, 8.0, 160.0, dice), hill, hill);
    for slot in [0.16, 0.5, 0.84] {
        let x = plan.width as f32 * (slot + dice.between(-0.1, 0.1));
        fir(canvas, x, plan.horizon + 4.0, dice.between(0.85, 1.2), vary([54.0, 96.0, 84.0], dice));
    }
    let (near, far) = (vary([216.0, 228.0, 242.0], dice), vary([242.0, 247.0, 252.0], dice));
    land(canvas, &ridge(plan.horizon + 3.0, 3.0, 190.0, dice), near, far);
}

/// A fir tree of three tiers with its foot at `(x, y)`.
fn fir(canvas: &mut Canvas, x: f32, y: f32, size: f32, colour: Rgb) {
    let area = canvas.around(x, y - 20.0 * size, 16.0 * size, 26.0 * size);
    canvas.fill(area, colour, |across, down| {
        let (u, v) = ((across - x).abs() / size, (down - y) / size);
        let tier = |top: f32, bottom: f32, half: f32| {
            let slope = half / (bottom - top);
            ((u - (v - top) * slope) / (1.0 + slope * slope).sqrt()).max(v - bottom)
        };
        size * tier(-44.0, -26.0, 9.0).min(tier(-34.0, -14.0, 11.5)).min(tier(-24.0, 0.0, 14.0))
    });
}
