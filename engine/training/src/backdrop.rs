//! Paints the places of clips, each once: the camera moves over it. Their names are in `scene`, what they are painted with in
//! `scenery`.

use crate::colour::Rgb;
use crate::dice::Dice;
use crate::motion::surface;
use crate::plan::Plan;
use crate::raster::{Canvas, circle, ellipse, rod, rounded_box};
use crate::scene::Scene;
use crate::scenery::{Ridge, Scenery};
use crate::sky::TimeOfDay;

/// The colours of water seen from above.
pub(crate) const WATER: (Rgb, Rgb) = ([34.0, 120.0, 190.0], [84.0, 176.0, 222.0]);

/// The place of a planned clip, with [`crate::scenery::MARGIN_PX`] more on each side.
pub fn paint(plan: &Plan, dice: Dice) -> Canvas {
    let mut scenery = Scenery::new(plan, dice);
    let world = &mut scenery;
    match plan.scene {
        Scene::Meadow => meadow(world),
        Scene::Beach => beach(world),
        Scene::City => city(world),
        Scene::Night => night(world),
        Scene::Room => room(world),
        Scene::Forest => forest(world),
        Scene::Desert => desert(world),
        Scene::Snow => snow(world),
        Scene::Underwater => underwater(world),
        Scene::Space => space(world),
    }
    if plan.water {
        // The far shore is behind what swims.
        let shore = Ridge { rise: 1.5, length: 60.0, ..Ridge::flat(surface(plan) - 9.0) };
        world.land(&shore, WATER.0, WATER.1);
    }
    scenery.finish()
}

fn meadow(world: &mut Scenery) {
    let horizon = world.plan.horizon;
    world.sky([92.0, 168.0, 240.0], [198.0, 230.0, 250.0]);
    world.disc([255.0, 238.0, 140.0]);
    world.clouds();
    let hill = world.vary([124.0, 190.0, 110.0]);
    let far = world.ridge(horizon - 5.0, 7.0, 150.0);
    world.land(&far, hill, hill);
    let bush = world.vary([58.0, 130.0, 60.0]);
    let at = (world.column(0.05, 0.95), horizon);
    world.thing(at, (26.0, 16.0), bush, |u, v| {
        circle(u + 9.0, v, 11.0).min(circle(u - 8.0, v + 2.0, 13.0)).max(v - 4.0)
    });
    let (near, far) = (world.vary([60.0, 142.0, 50.0]), world.vary([112.0, 194.0, 78.0]));
    let ridge = world.ridge(horizon + 3.0, 2.5, 210.0);
    world.land(&ridge, near, far);
    for slot in 0..5 {
        let at = (
            world.column(0.2 * slot as f32, 0.2 * slot as f32 + 0.18),
            horizon + world.dice.between(9.0, 16.0),
        );
        let petal = world.dice.pick(&[[255.0, 240.0, 120.0], [255.0, 255.0, 255.0], [255.0, 170.0, 190.0]]);
        let petal = world.palette.ground(petal);
        world.dot(at, 2.5, petal);
    }
}

fn beach(world: &mut Scenery) {
    let horizon = world.plan.horizon;
    world.sky([122.0, 200.0, 246.0], [226.0, 243.0, 250.0]);
    world.disc([255.0, 246.0, 190.0]);
    let (near, far) = (world.vary([48.0, 164.0, 190.0]), world.vary([24.0, 108.0, 172.0]));
    world.land(&Ridge::flat(horizon - 18.0), near, far);
    let shore = world.ridge(horizon + 4.0, 3.0, 90.0);
    world.land(&Ridge { base: shore.base - 5.0, ..shore }, [240.0, 250.0, 252.0], [240.0, 250.0, 252.0]);
    let (near, far) = (world.vary([226.0, 198.0, 138.0]), world.vary([248.0, 230.0, 180.0]));
    world.land(&shore, near, far);
    let at = (
        if world.dice.chance(0.5) { world.column(0.05, 0.16) } else { world.column(0.84, 0.95) },
        horizon + 8.0,
    );
    world.thing((at.0, at.1 - 26.0), (16.0, 30.0), [142.0, 100.0, 58.0], |u, v| {
        rod(u, v, (-4.0, 26.0), (0.0, 0.0), 3.4).min(rod(u, v, (0.0, 0.0), (7.0, -24.0), 3.0))
    });
    world.thing((at.0 + 7.0, at.1 - 51.0), (30.0, 22.0), [44.0, 140.0, 66.0], |u, v| {
        let u = u.abs();
        rod(u, v, (0.0, 0.0), (14.0, -6.0), 3.4)
            .min(rod(u, v, (14.0, -6.0), (23.0, 3.0), 2.6))
            .min(rod(u, v, (0.0, 0.0), (13.0, 5.0), 3.4))
            .min(rod(u, v, (13.0, 5.0), (16.0, 14.0), 2.6))
            .min(circle(u, v, 5.0))
    });
}

fn city(world: &mut Scenery) {
    let (horizon, width) = (world.plan.horizon, world.plan.width as f32);
    world.sky([128.0, 178.0, 224.0], [220.0, 230.0, 238.0]);
    world.disc([255.0, 240.0, 170.0]);
    const WALLS: [Rgb; 5] = [
        [188.0, 96.0, 78.0],
        [206.0, 178.0, 132.0],
        [122.0, 134.0, 158.0],
        [166.0, 142.0, 160.0],
        [150.0, 168.0, 150.0],
    ];
    let night = world.plan.time == TimeOfDay::Night;
    let glass = if night { [255.0, 222.0, 120.0] } else { [206.0, 230.0, 246.0] };
    let first = world.dice.pick(&[0, 1, 2, 3, 4]);
    let mut left = -28.0 - world.dice.between(0.0, 20.0);
    let mut house = first;
    while left < width + 28.0 {
        let half = world.dice.between(19.0, 27.0);
        let tall = horizon * world.dice.between(0.5, 0.92);
        let (x, middle) = (left + half, horizon + 8.0 - tall / 2.0);
        let wall = world.vary(WALLS[house % WALLS.len()]);
        world.thing((x, middle), (half, tall / 2.0), wall, |u, v| rounded_box(u, v, half, tall / 2.0, 0.0));
        // Windows of 7 by 9 pixels, in whole rows and columns.
        let (across, down) = (2.0 * half / ((half / 8.0).floor()), 17.0);
        let (top, bottom) = (8.0 - tall / 2.0, tall / 2.0 - 16.0);
        let pane = move |u: f32, v: f32| {
            let column = (u + half).rem_euclid(across) - across / 2.0;
            let row = (v - top).rem_euclid(down) - 5.0;
            rounded_box(column, row, 3.6, 4.6, 0.0).max(top - v).max(v - bottom)
        };
        let lit = if night { world.palette.styled(glass) } else { world.palette.ground(glass) };
        let lit = if world.palette.is_neon() { [120.0, 96.0, 30.0] } else { lit };
        world.plain((x, middle), (half, tall / 2.0), lit, pane);
        left += 2.0 * half + world.dice.pick(&[0.0, 0.0, 6.0]);
        house += 1;
    }
    let kerb = world.vary([168.0, 168.0, 170.0]);
    world.land(&Ridge::flat(horizon + 6.0), kerb, kerb);
    let road = world.vary([92.0, 94.0, 104.0]);
    world.land(&Ridge::flat(horizon + 14.0), road, road);
    let line = world.palette.ground([236.0, 232.0, 214.0]);
    let row = (horizon + 14.0 + world.plan.height as f32) / 2.0 - 4.0;
    let middle = width / 2.0;
    world.plain((middle, row), (middle + 24.0, 3.0), line, |u, v| {
        rounded_box((u + 400.0).rem_euclid(36.0) - 18.0, v, 10.0, 2.0, 0.0)
    });
}

fn night(world: &mut Scenery) {
    let horizon = world.plan.horizon;
    world.sky([10.0, 12.0, 46.0], [46.0, 48.0, 104.0]);
    for slot in 0..11 {
        let from = slot as f32 / 11.0;
        let at = (world.column(from, from + 0.08), horizon * world.dice.between(0.04, 0.75));
        let radius = world.dice.between(2.1, 3.0);
        world.dot(at, radius, [246.0, 244.0, 214.0]);
    }
    let at = (world.column(0.15, 0.85), world.plan.height as f32 * 0.2);
    world.lamp(at, (18.0, 18.0), [250.0, 240.0, 190.0], |u, v| {
        circle(u, v, 17.0).max(-circle(u - 8.0, v + 4.0, 14.0))
    });
    let hill = world.vary([34.0, 40.0, 84.0]);
    let far = world.ridge(horizon - 4.0, 7.0, 140.0);
    world.land(&far, hill, hill);
    let (near, far) = (world.vary([28.0, 42.0, 58.0]), world.vary([48.0, 66.0, 84.0]));
    let ridge = world.ridge(horizon + 6.0, 2.0, 210.0);
    world.land(&ridge, near, far);
}

fn room(world: &mut Scenery) {
    let (horizon, width) = (world.plan.horizon, world.plan.width as f32);
    let wall = world.dice.pick(&[[236.0, 214.0, 182.0], [196.0, 214.0, 206.0], [222.0, 196.0, 200.0]]);
    let wall = world.vary(wall);
    world.land(&Ridge::flat(-40.0), wall, wall);
    let frame = [124.0, 86.0, 60.0];
    let left = world.dice.chance(0.5);
    let (one, other) = if left { (0.28, 0.74) } else { (0.72, 0.26) };
    let at = (width * one, horizon * 0.46);
    world.thing(at, (28.0, 26.0), frame, |u, v| rounded_box(u, v, 27.0, 25.0, 2.0));
    let glass = world.palette.ground([164.0, 214.0, 246.0]);
    world.plain(at, (24.0, 22.0), glass, |u, v| rounded_box(u.abs() - 12.0, v.abs() - 11.0, 10.0, 9.0, 0.0));
    let picture = world.dice.pick(&[[196.0, 84.0, 70.0], [70.0, 120.0, 170.0], [90.0, 150.0, 96.0]]);
    let at = (width * other, horizon * 0.4);
    world.thing(at, (18.0, 15.0), [88.0, 60.0, 44.0], |u, v| rounded_box(u, v, 18.0, 15.0, 1.0));
    let picture = world.palette.ground(picture);
    world.plain(at, (14.0, 11.0), picture, |u, v| rounded_box(u, v, 13.0, 10.0, 0.0));
    world.land(&Ridge::flat(horizon - 4.0), frame, frame);
    let (near, far) = (world.vary([138.0, 92.0, 60.0]), world.vary([176.0, 124.0, 82.0]));
    world.land(&Ridge::flat(horizon + 1.0), near, far);
}

fn forest(world: &mut Scenery) {
    let (horizon, width) = (world.plan.horizon, world.plan.width as f32);
    world.sky([118.0, 168.0, 130.0], [196.0, 220.0, 170.0]);
    let back = world.vary([72.0, 116.0, 82.0]);
    let ridge = world.ridge(horizon * 0.62, 9.0, 58.0);
    world.land(&ridge, back, back);
    let steps = (width / 34.0).round().max(3.0);
    let bark = world.vary([96.0, 66.0, 44.0]);
    for slot in 0..=steps as usize {
        let x = width * (slot as f32 + world.dice.between(-0.25, 0.25)) / steps;
        let half = world.dice.between(5.0, 7.5);
        let tall = horizon + 30.0;
        world.thing((x, horizon + 6.0 - tall / 2.0), (half + 3.0, tall / 2.0), bark, |u, v| {
            rounded_box(u, v, half + 2.0 * (v / tall + 0.3).max(0.0), tall / 2.0, 1.0)
        });
    }
    let leaves = world.vary([34.0, 92.0, 54.0]);
    for slot in 0..=steps as usize {
        let x = width * (slot as f32 + world.dice.between(-0.2, 0.2)) / steps;
        let radius = world.dice.between(19.0, 25.0);
        let y = horizon * world.dice.between(0.0, 0.14);
        world.thing((x, y), (radius, radius), leaves, |u, v| circle(u, v, radius));
    }
    let (near, far) = (world.vary([64.0, 74.0, 42.0]), world.vary([98.0, 106.0, 58.0]));
    let ridge = world.ridge(horizon + 4.0, 2.5, 130.0);
    world.land(&ridge, near, far);
}

fn desert(world: &mut Scenery) {
    let horizon = world.plan.horizon;
    world.sky([248.0, 190.0, 116.0], [255.0, 236.0, 198.0]);
    world.disc([255.0, 250.0, 226.0]);
    let dune = world.vary([214.0, 150.0, 84.0]);
    let far = world.ridge(horizon - 8.0, 10.0, 170.0);
    world.land(&far, dune, dune);
    for (from, to) in [(0.06, 0.3), (0.68, 0.94)] {
        let at = (world.column(from, to), horizon - 6.0);
        let green = world.vary([64.0, 130.0, 74.0]);
        let size = world.dice.between(0.95, 1.35);
        world.thing(at, (18.0 * size, 26.0 * size), green, |u, v| {
            let (u, v) = (u / size, v / size);
            let arms = rounded_box(u, v + 1.0, 13.0, 3.0, 3.0)
                .min(rounded_box(u + 12.0, v + 6.0, 3.0, 8.0, 3.0))
                .min(rounded_box(u - 12.0, v + 8.0, 3.0, 10.0, 3.0));
            size * arms.min(rounded_box(u, v, 4.5, 22.0, 4.5))
        });
    }
    let (near, far) = (world.vary([196.0, 130.0, 66.0]), world.vary([236.0, 180.0, 106.0]));
    let ridge = world.ridge(horizon + 5.0, 4.0, 230.0);
    world.land(&ridge, near, far);
}

fn snow(world: &mut Scenery) {
    let horizon = world.plan.horizon;
    world.sky([142.0, 176.0, 214.0], [208.0, 222.0, 238.0]);
    world.disc([255.0, 250.0, 220.0]);
    let hill = world.vary([206.0, 220.0, 238.0]);
    let far = world.ridge(horizon - 8.0, 8.0, 160.0);
    world.land(&far, hill, hill);
    for slot in [0.12, 0.46, 0.86] {
        let x = world.column(slot - 0.1, slot + 0.1);
        let size = world.dice.between(0.95, 1.3);
        let green = world.vary([48.0, 96.0, 86.0]);
        world.thing((x, horizon + 4.0 - 22.0 * size), (16.0 * size, 24.0 * size), green, |u, v| {
            fir(u / size, v / size - 22.0) * size
        });
    }
    let (near, far) = (world.vary([220.0, 230.0, 244.0]), world.vary([244.0, 248.0, 253.0]));
    let ridge = world.ridge(horizon + 3.0, 3.0, 190.0);
    world.land(&ridge, near, far);
}

/// A fir tree of three tiers with its foot at the origin.
fn fir(u: f32, v: f32) -> f32 {
    let u = u.abs();
    let tier = |top: f32, bottom: f32, half: f32| {
        let slope = half / (bottom - top);
        ((u - (v - top) * slope) / (1.0 + slope * slope).sqrt()).max(v - bottom)
    };
    tier(-44.0, -26.0, 9.0).min(tier(-34.0, -14.0, 11.5)).min(tier(-24.0, 0.0, 14.0))
}

fn underwater(world: &mut Scenery) {
    let (horizon, width, ground) = (world.plan.horizon, world.plan.width as f32, world.plan.ground);
    world.sky([66.0, 190.0, 214.0], [18.0, 96.0, 160.0]);
    let lean = world.dice.between(-0.3, 0.3);
    let first = world.dice.between(0.0, 0.2);
    let light = if world.palette.is_neon() { [40.0, 120.0, 150.0] } else { [186.0, 240.0, 244.0] };
    world.haze(light, 0.3, |x, y| {
        let beam = |share: f32, wide: f32| (x - width * share - lean * y).abs() - wide - 0.1 * y;
        beam(first, 7.0).min(beam(first + 0.36, 10.0)).min(beam(first + 0.74, 6.0)).max(y - 1.5 * horizon)
    });
    for (from, to) in [(0.02, 0.14), (0.2, 0.3), (0.86, 0.98)] {
        let x = world.column(from, to);
        let tall = world.dice.between(20.0, 34.0);
        let weed = world.vary([40.0, 136.0, 84.0]);
        world.thing((x, ground - 10.0 - tall / 2.0), (12.0, tall / 2.0 + 4.0), weed, |u, v| {
            let sway = |phase: f32| 4.0 * (v * 0.16 + phase).sin();
            let leaf = |at: f32, phase: f32, top: f32| {
                rounded_box(u - at - sway(phase), v - top, 2.6, tall / 2.0, 2.6)
            };
            leaf(-5.0, 0.0, 5.0).min(leaf(4.0, 1.5, 0.0))
        });
    }
    let (near, far) = (world.vary([176.0, 164.0, 120.0]), world.vary([206.0, 196.0, 146.0]));
    let ridge = world.ridge(ground - 9.0, 2.5, 120.0);
    world.land(&ridge, near, far);
    for slot in 0..5 {
        let from = slot as f32 * 0.2;
        let at = (world.column(from, from + 0.16), world.plan.height as f32 * world.dice.between(0.05, 0.55));
        let radius = world.dice.between(3.4, 5.0);
        let shine = if world.palette.is_neon() { [60.0, 150.0, 180.0] } else { [214.0, 246.0, 250.0] };
        world.plain(at, (radius, radius), shine, |u, v| (circle(u, v, radius - 1.0)).abs() - 1.1);
    }
}

fn space(world: &mut Scenery) {
    let (horizon, height) = (world.plan.horizon, world.plan.height as f32);
    let (high, low) = (world.vary([8.0, 6.0, 22.0]), world.vary([22.0, 16.0, 46.0]));
    world.backdrop(high, low);
    for slot in 0..13 {
        let from = slot as f32 / 13.0;
        let at = (world.column(from - 0.02, from + 0.08), horizon * world.dice.between(-0.05, 1.1));
        let radius = world.dice.between(2.0, 2.7);
        let shine = world.dice.pick(&[[255.0, 255.0, 255.0], [255.0, 240.0, 180.0], [190.0, 216.0, 255.0]]);
        world.dot(at, radius, shine);
    }
    let at = (world.column(0.14, 0.86), height * world.dice.between(0.18, 0.26));
    let planet = world.dice.pick(&[[226.0, 140.0, 84.0], [96.0, 160.0, 214.0], [190.0, 120.0, 200.0]]);
    world.lamp(at, (20.0, 20.0), planet, |u, v| circle(u, v, 19.0));
    let ring = world.palette.styled([238.0, 214.0, 160.0]);
    let ring = if world.palette.is_neon() { [200.0, 170.0, 90.0] } else { ring };
    world.plain(at, (34.0, 16.0), ring, |u, v| {
        let (u, v) = (u * 0.96 + v * 0.28, v * 0.96 - u * 0.28);
        let front = ellipse(u, v, 30.0, 8.0).abs() - 2.2;
        // Behind the planet it is hidden.
        front.max((-v).min(18.0 - (u * u + v * v).sqrt()))
    });
    let (near, far) = (world.vary([104.0, 102.0, 112.0]), world.vary([150.0, 148.0, 158.0]));
    let ridge = world.ridge(horizon + 12.0, 3.0, 170.0);
    world.land(&ridge, near, far);
    for slot in 0..3 {
        let from = slot as f32 * 0.33;
        let at = (world.column(from, from + 0.3), horizon + world.dice.between(21.0, 27.0));
        let hole = world.palette.ground([112.0, 110.0, 120.0]);
        world.plain(at, (12.0, 4.0), hole, |u, v| ellipse(u, v, 11.0, 3.4));
    }
}
