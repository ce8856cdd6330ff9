//! What the places are painted with: sky, land, and single things, in pixels of the world.

use std::f32::consts::TAU;

use crate::colour::{Rgb, mix};
use crate::dice::Dice;
use crate::palette::Palette;
use crate::plan::Plan;
use crate::raster::{Canvas, Rect, circle};
use crate::sky::TimeOfDay;

/// How much more of the world is painted on each side than a still camera shows, in pixels.
pub const MARGIN_PX: usize = 26;

/// A canvas for the world around a picture.
pub(crate) struct Scenery<'a> {
    /// What is planned.
    pub plan: &'a Plan,
    /// The colours.
    pub palette: Palette,
    /// The chance.
    pub dice: Dice,
    canvas: Canvas,
}

/// A hill line: how far each column's ground lies above `base`.
#[derive(Clone, Copy)]
pub(crate) struct Ridge {
    pub base: f32,
    pub rise: f32,
    pub length: f32,
    pub phase: f32,
}

impl Ridge {
    /// A level line.
    pub(crate) fn flat(base: f32) -> Self {
        Self { base, rise: 0.0, length: 100.0, phase: 0.0 }
    }

    pub(crate) fn at(&self, x: f32) -> f32 {
        self.base - self.rise * (x / self.length * TAU + self.phase).sin()
    }
}

const BORDER: f32 = MARGIN_PX as f32;

impl<'a> Scenery<'a> {
    /// An empty one.
    pub(crate) fn new(plan: &'a Plan, dice: Dice) -> Self {
        let canvas = Canvas::new(plan.width + 2 * MARGIN_PX, plan.height + 2 * MARGIN_PX);
        Self { plan, palette: Palette::of(plan), dice, canvas }
    }

    /// The finished canvas.
    pub(crate) fn finish(self) -> Canvas {
        self.canvas
    }

    /// A colour a little lighter or darker, so that no clip's sky is quite another's.
    pub(crate) fn vary(&mut self, colour: Rgb) -> Rgb {
        let shift = self.dice.between(-7.0, 7.0);
        colour.map(|channel| (channel + shift).clamp(0.0, 255.0))
    }

    /// A column: 0 is the left side of a still picture, 1 the right.
    pub(crate) fn column(&mut self, from: f32, to: f32) -> f32 {
        self.plan.width as f32 * self.dice.between(from, to)
    }

    pub(crate) fn ridge(&mut self, base: f32, rise: f32, length: f32) -> Ridge {
        let length = length * self.dice.between(0.85, 1.2);
        Ridge { base, rise, length, phase: self.dice.between(0.0, TAU) }
    }

    fn around(&self, (x, y): (f32, f32), half: (f32, f32)) -> Rect {
        self.canvas.around(x + BORDER, y + BORDER, half.0 + 5.0, half.1 + 5.0)
    }

    /// A sky of these colours by day.
    pub(crate) fn sky(&mut self, high: Rgb, low: Rgb) {
        let (high, low) = (self.vary(high), self.vary(low));
        let (high, low) = self.palette.sky(high, low);
        self.backdrop(high, low);
    }

    /// From one colour at the top to another at the horizon, as they are.
    pub(crate) fn backdrop(&mut self, high: Rgb, low: Rgb) {
        let bottom = self.plan.horizon + BORDER;
        let area = self.canvas.whole();
        self.canvas.fill_rows(area, |y| mix(high, low, (y / bottom).clamp(0.0, 1.0)), |_, _| -1.0);
    }

    /// Paint a thing of the ground's light within `half` of `at`.
    pub(crate) fn thing(
        &mut self,
        at: (f32, f32),
        half: (f32, f32),
        colour: Rgb,
        distance: impl Fn(f32, f32) -> f32,
    ) {
        let fill = self.palette.ground(colour);
        self.paint(at, half, (colour, fill), distance);
    }

    /// Paint something that shines by itself.
    pub(crate) fn lamp(
        &mut self,
        at: (f32, f32),
        half: (f32, f32),
        colour: Rgb,
        distance: impl Fn(f32, f32) -> f32,
    ) {
        let fill = self.palette.styled(colour);
        self.paint(at, half, (colour, fill), distance);
    }

    /// Paint something small without an outline in any style.
    pub(crate) fn dot(&mut self, (x, y): (f32, f32), radius: f32, colour: Rgb) {
        let area = self.around((x, y), (radius, radius));
        self.canvas.fill(area, colour, |u, v| circle(u - BORDER - x, v - BORDER - y, radius));
    }

    /// Paint something as it is, without an outline in any style.
    pub(crate) fn plain(
        &mut self,
        at: (f32, f32),
        half: (f32, f32),
        colour: Rgb,
        distance: impl Fn(f32, f32) -> f32,
    ) {
        let area = self.around(at, half);
        self.canvas.fill(area, colour, |u, v| distance(u - BORDER - at.0, v - BORDER - at.1));
    }

    /// Paint a little of a colour over what is there.
    pub(crate) fn haze(&mut self, colour: Rgb, share: f32, distance: impl Fn(f32, f32) -> f32) {
        let area = self.canvas.whole();
        self.canvas.blend(
            area,
            |_| colour,
            |u, v| share * (0.5 - distance(u - BORDER, v - BORDER) / 4.0).clamp(0.0, 1.0),
        );
    }

    fn paint(
        &mut self,
        at: (f32, f32),
        half: (f32, f32),
        (colour, fill): (Rgb, Rgb),
        distance: impl Fn(f32, f32) -> f32,
    ) {
        let area = self.around(at, half);
        let see = |u: f32, v: f32| distance(u - BORDER - at.0, v - BORDER - at.1);
        match self.palette.edge(colour) {
            None => self.canvas.fill(area, fill, see),
            // Half of the outline is outside, so that thin things keep an inside.
            Some((edge, width)) => {
                self.canvas.outline(area, [edge, fill], width, |u, v| see(u, v) - 0.5 * width);
            }
        }
    }

    /// Fill everything under a hill line.
    pub(crate) fn land(&mut self, ridge: &Ridge, near: Rgb, far: Rgb) {
        let colour = far;
        let (near, far) = (self.palette.ground(near), self.palette.ground(far));
        let lines: Vec<f32> =
            (0..self.canvas.width()).map(|column| ridge.at(column as f32 - BORDER) + BORDER).collect();
        let top = (ridge.base + BORDER - ridge.rise.abs() - 4.0).max(0.0);
        let area = Rect { top: top as usize, ..self.canvas.whole() };
        let bottom = self.canvas.height() as f32;
        let share = |y: f32| ((y - top) / (bottom - top)).clamp(0.0, 1.0);
        self.canvas.fill_rows(area, |y| mix(far, near, share(y)), |x, y| lines[x as usize] - y);
        if let Some((edge, width)) = self.palette.edge(colour) {
            self.canvas.fill(area, edge, |x, y| (lines[x as usize] - y).abs() - 0.5 * width);
        }
    }

    /// A sun, or a moon at night, somewhere in the upper sky.
    pub(crate) fn disc(&mut self, colour: Rgb) {
        if self.palette.overcast() {
            return;
        }
        let colour = match self.plan.time {
            TimeOfDay::Day => colour,
            TimeOfDay::Sunset => [255.0, 206.0, 92.0],
            TimeOfDay::Night => [238.0, 236.0, 214.0],
        };
        let low = self.plan.time == TimeOfDay::Sunset;
        let radius = if low { 17.0 } else { self.dice.between(11.0, 13.0) };
        let share = if low { self.dice.between(0.34, 0.44) } else { self.dice.between(0.14, 0.2) };
        let at = (self.column(0.12, 0.88), self.plan.height as f32 * share);
        self.lamp(at, (radius, radius), colour, |u, v| circle(u, v, radius));
    }

    /// Two clouds.
    pub(crate) fn clouds(&mut self) {
        let colour = if self.palette.overcast() { [150.0, 158.0, 170.0] } else { [252.0, 252.0, 252.0] };
        for slot in [0.22, 0.74] {
            let at = (
                self.column(slot - 0.12, slot + 0.12),
                self.plan.height as f32 * self.dice.between(0.1, 0.26),
            );
            let size = self.dice.between(0.9, 1.25);
            self.thing(at, (30.0 * size, 14.0 * size), colour, |u, v| {
                let (u, v) = (u / size, v / size);
                let bumps = circle(u + 9.0, v - 1.0, 8.0).min(circle(u - 3.0, v + 2.0, 10.0)).min(circle(
                    u - 14.0,
                    v - 2.0,
                    7.0,
                ));
                size * bumps.max(v - 6.0)
            });
        }
    }
}
