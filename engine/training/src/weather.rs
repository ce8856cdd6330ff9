//! Rain and snow in front of everything, in pixels of the picture.

use crate::colour::Rgb;
use crate::dice::{Dice, Part};
use crate::plan::Plan;
use crate::raster::{Canvas, circle, rod};
use crate::sky::{TimeOfDay, Weather};

/// Drops and flakes a picture.
const DROPS: usize = 26;
const FLAKES: usize = 34;

/// One drop or flake.
struct Falling {
    x: f32,
    y: f32,
    speed: f32,
    size: f32,
    phase: f32,
}

/// What falls in a clip.
pub struct Shower {
    falling: Vec<Falling>,
    weather: Weather,
    colour: Rgb,
    size: (f32, f32),
}

/// How far outside of the picture things begin and stop to fall.
const MARGIN: f32 = 16.0;

impl Shower {
    /// The shower of a planned clip; nothing falls in clear weather.
    pub fn of(plan: &Plan) -> Self {
        let mut dice = Dice::new(plan.source, Part::Weather);
        let (count, speeds, sizes) = match plan.weather {
            Weather::Clear => (0, (0.0, 0.0), (0.0, 0.0)),
            Weather::Rain => (DROPS, (4.4, 4.9), (1.3, 1.6)),
            Weather::Snow => (FLAKES, (1.5, 2.4), (2.2, 3.2)),
        };
        let size = (plan.width as f32, plan.height as f32);
        let falling = (0..count).map(|at| Falling {
            // Evenly spread over the columns, so that there is no clump.
            x: size.0 * (at as f32 + dice.unit()) / count as f32,
            y: dice.between(0.0, size.1 + 2.0 * MARGIN),
            speed: dice.between(speeds.0, speeds.1),
            size: dice.between(sizes.0, sizes.1),
            phase: dice.between(0.0, std::f32::consts::TAU),
        });
        let night = plan.time == TimeOfDay::Night;
        let colour = match plan.weather {
            Weather::Snow => [252.0, 253.0, 255.0],
            _ if night => [130.0, 152.0, 196.0],
            _ => [206.0, 222.0, 240.0],
        };
        Self { falling: falling.collect(), weather: plan.weather, colour, size }
    }

    /// Paint what falls in one frame.
    pub fn draw(&self, canvas: &mut Canvas, frame: f32) {
        let high = self.size.1 + 2.0 * MARGIN;
        for Falling { x, y, speed, size, phase } in &self.falling {
            let y = (y + speed * frame) % high - MARGIN;
            if self.weather == Weather::Rain {
                let area = canvas.around(*x, y, 4.0, 8.0);
                let line =
                    |across: f32, down: f32| rod(across - x, down - y, (1.2, -6.0), (-1.2, 6.0), *size);
                canvas.blend(area, |_| self.colour, |u, v| 0.75 * (0.5 - line(u, v)).clamp(0.0, 1.0));
            } else {
                let x = x + 5.0 * (frame * 0.1 + phase).sin();
                let area = canvas.around(x, y, *size, *size);
                canvas.fill(area, self.colour, |u, v| circle(u - x, v - y, *size));
            }
        }
    }
}
