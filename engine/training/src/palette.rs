//! The colours of scenery at an hour, in a weather and in a style.

use crate::colour::{Rgb, mix};
use crate::plan::Plan;
use crate::scene::Scene;
use crate::sky::{TimeOfDay, Weather};
use crate::style::Style;

/// The thickness of the outlines of scenery, in pixels.
const OUTLINE_PX: f32 = 3.4;

/// What turns the colours of a scene into those of a clip.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Palette {
    scene: Scene,
    time: TimeOfDay,
    weather: Weather,
    style: Style,
}

impl Palette {
    /// The palette of a planned clip.
    pub fn of(plan: &Plan) -> Self {
        Self { scene: plan.scene, time: plan.time, weather: plan.weather, style: plan.style }
    }

    /// The colours at the top and the bottom of a sky that has these by day.
    pub fn sky(&self, high: Rgb, low: Rgb) -> (Rgb, Rgb) {
        let (high, low) = match self.time {
            // The night sky scene has its own colours.
            TimeOfDay::Night if self.scene != Scene::Night => ([14.0, 18.0, 54.0], [46.0, 52.0, 104.0]),
            TimeOfDay::Sunset => ([112.0, 66.0, 138.0], [255.0, 148.0, 66.0]),
            _ => (high, low),
        };
        let grey = match (self.weather, self.time) {
            (Weather::Clear, _) => return (self.styled(high), self.styled(low)),
            (_, TimeOfDay::Night) => [40.0, 46.0, 66.0],
            (Weather::Rain, _) => [116.0, 128.0, 142.0],
            (Weather::Snow, _) => [176.0, 186.0, 198.0],
        };
        (self.styled(mix(high, grey, 0.55)), self.styled(mix(low, grey, 0.55)))
    }

    /// The colour of something on the ground that has this colour by day.
    pub fn ground(&self, colour: Rgb) -> Rgb {
        let lit = match self.time {
            TimeOfDay::Night if self.scene != Scene::Night => std::array::from_fn(|channel| {
                colour[channel] * [0.3, 0.36, 0.5][channel] + [2.0, 4.0, 16.0][channel]
            }),
            TimeOfDay::Sunset => {
                let warm: Rgb = std::array::from_fn(|channel| colour[channel] * [0.92, 0.72, 0.66][channel]);
                mix(warm, [255.0, 140.0, 70.0], 0.1)
            }
            _ => colour,
        };
        let wet = match self.weather {
            Weather::Clear => lit,
            Weather::Rain => mix(lit, [96.0, 106.0, 118.0], 0.2),
            Weather::Snow => {
                mix(lit, [224.0, 230.0, 238.0], if self.time == TimeOfDay::Night { 0.2 } else { 0.5 })
            }
        };
        self.styled(wet)
    }

    /// Whether clouds hide the sun.
    pub fn overcast(&self) -> bool {
        self.weather != Weather::Clear
    }

    /// Whether only edges are bright.
    pub fn is_neon(&self) -> bool {
        self.style == Style::Neon
    }

    /// A colour in the style, whatever the hour.
    pub fn styled(&self, colour: Rgb) -> Rgb {
        match self.style {
            Style::Flat | Style::Outlined => colour,
            Style::Pastel => {
                let grey = 0.3 * colour[0] + 0.59 * colour[1] + 0.11 * colour[2];
                let dark = self.time == TimeOfDay::Night || self.scene == Scene::Space;
                let milk = if dark { [150.0, 140.0, 205.0] } else { [250.0, 246.0, 242.0] };
                mix(mix(colour, [grey; 3], 0.25), milk, 0.36)
            }
            Style::Neon => mix(colour, [10.0, 4.0, 26.0], 0.86),
        }
    }

    /// The outline of a piece of scenery that has this colour before it is styled, and its thickness.
    pub fn edge(&self, colour: Rgb) -> Option<(Rgb, f32)> {
        match self.style {
            Style::Flat | Style::Pastel => None,
            Style::Outlined => Some(([16.0, 14.0, 22.0], OUTLINE_PX)),
            Style::Neon => Some((vivid(colour), OUTLINE_PX - 0.6)),
        }
    }
}

/// A colour as bright as it can be, with half of what is grey taken away.
fn vivid(colour: Rgb) -> Rgb {
    let least = colour[0].min(colour[1]).min(colour[2]) * 0.75;
    let clear = colour.map(|channel| channel - least);
    let most = clear[0].max(clear[1]).max(clear[2]).max(1.0);
    clear.map(|channel| channel * 215.0 / most)
}
