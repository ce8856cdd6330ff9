//! Paints things in their own units and in the style of the clip: `u` points ahead, `v` points down, both in radii.

use crate::colour::{Rgb, mix};
use crate::motion::Pose;
use crate::plan::Plan;
use crate::raster::{Canvas, Rect};
use crate::scene::Scene;
use crate::sky::TimeOfDay;
use crate::style::Style;

/// The thickness of outlines, in pixels: thinner ones do not survive the autoencoder.
const OUTLINE_PX: f32 = 2.4;

/// The same where outlines are the style.
const THICK_PX: f32 = 3.6;

/// How far thick outlines are outside of a shape, in pixels: small parts would have no inside left.
const OUTSIDE_PX: f32 = 1.5;

/// The same of glowing edges, and how far they shine.
const NEON_PX: f32 = 3.0;
const GLOW_PX: f32 = 8.0;

/// The softness of a shadow's edge, as a part of its size.
const SHADOW_SOFTNESS: f32 = 0.35;

/// Below this brightness a thing needs a light edge in the dark.
const DARK: f32 = 95.0;

const BLACK: Rgb = [12.0, 10.0, 18.0];

/// What decides how everything that acts is painted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    /// The manner of drawing.
    pub style: Style,
    /// Whether it is dark around.
    pub dark: bool,
}

impl Look {
    /// The look of a planned clip.
    pub fn of(plan: &Plan) -> Self {
        let dark = plan.time == TimeOfDay::Night || plan.scene == Scene::Space || plan.style == Style::Neon;
        Self { style: plan.style, dark }
    }

    /// A colour as it is painted.
    fn paint(self, colour: Rgb) -> Rgb {
        match self.style {
            Style::Flat | Style::Outlined => colour,
            Style::Pastel => mix(colour, [248.0, 244.0, 240.0], 0.3),
            // What is white must not become grey.
            Style::Neon => {
                mix(colour, [10.0, 6.0, 24.0], if brightness(colour) > 225.0 { 0.16 } else { 0.3 })
            }
        }
    }

    /// The colour and the thickness of the outline of something of a colour.
    fn edge(self, colour: Rgb) -> (Rgb, f32) {
        let lit = mix(colour, [255.0; 3], 0.6);
        match self.style {
            Style::Neon => (mix(colour, [255.0; 3], 0.45), NEON_PX),
            Style::Outlined if self.dark && brightness(colour) < DARK => (lit, THICK_PX),
            Style::Outlined => (BLACK, THICK_PX),
            Style::Flat | Style::Pastel if self.dark && brightness(colour) < DARK => (lit, OUTLINE_PX),
            Style::Flat => (mix(colour, BLACK, 0.78), OUTLINE_PX),
            Style::Pastel => (mix(colour, [70.0, 58.0, 84.0], 0.5), OUTLINE_PX),
        }
    }
}

fn brightness([red, green, blue]: Rgb) -> f32 {
    0.3 * red + 0.59 * green + 0.11 * blue
}

/// The colour of the details of an object.
pub(crate) fn light(colour: Rgb) -> Rgb {
    // White has no lighter tint, so its details are a pale blue instead.
    let bright = colour.iter().all(|channel| *channel > 200.0);
    if bright { [168.0, 190.0, 220.0] } else { mix(colour, [255.0; 3], 0.5) }
}

/// A soft shadow on the ground, `half` as wide and as high, of something that is `near`: 1 touches the ground, 0 is far.
pub(crate) fn shadow(canvas: &mut Canvas, at: f32, ground: f32, half: (f32, f32), near: f32) {
    let (across, down) = half;
    let area = canvas.around(at, ground, across, down);
    canvas.blend(
        area,
        |_| [12.0, 14.0, 24.0],
        |x, y| {
            let (u, v) = ((x - at) / across, (y - ground) / down);
            (0.12 + 0.33 * near) * ((1.0 - (u * u + v * v).sqrt()) / SHADOW_SOFTNESS).clamp(0.0, 1.0)
        },
    );
}

/// A canvas seen from an object.
pub(crate) struct Brush<'a> {
    canvas: &'a mut Canvas,
    area: Rect,
    look: Look,
    x: f32,
    y: f32,
    radius: f32,
    /// Rows of the turn from pixels to radii: ahead, then down.
    turn: [[f32; 2]; 2],
    edge: (Rgb, f32),
    /// The colour of the thing.
    pub colour: Rgb,
    /// Its details.
    pub light: Rgb,
    /// Its sides.
    pub shade: Rgb,
}

impl<'a> Brush<'a> {
    /// A brush for what is within `reach` radii of a pose.
    pub(crate) fn new(canvas: &'a mut Canvas, colour: Rgb, pose: &Pose, reach: f32, look: Look) -> Self {
        let (sin, cos) = pose.angle.sin_cos();
        let (scale, tall) = (1.0 / pose.radius, 1.0 / (pose.radius * pose.stretch));
        let ahead = pose.facing * scale;
        let reach = reach * pose.radius + if look.style == Style::Neon { GLOW_PX } else { 1.0 + OUTSIDE_PX };
        Self {
            area: canvas.around(pose.x, pose.y, reach, reach),
            canvas,
            look,
            x: pose.x,
            y: pose.y,
            radius: pose.radius,
            turn: [[cos * ahead, sin * pose.facing * tall], [-sin * scale, cos * tall]],
            edge: look.edge(colour),
            colour,
            light: light(colour),
            shade: mix(colour, [30.0, 24.0, 50.0], 0.3),
        }
    }

    /// Measure from a point so many radii below the middle.
    pub(crate) fn rise(&mut self, radii: f32) {
        self.y += radii * self.radius / (self.turn[1][1] * self.radius);
    }

    pub(crate) fn fill(&mut self, colour: Rgb, distance: impl Fn(f32, f32) -> f32) {
        let see = self.view();
        let colour = self.look.paint(colour);
        self.canvas.fill(self.area, colour, move |x, y| see(x, y, &distance));
    }

    pub(crate) fn outlined(&mut self, colour: Rgb, distance: impl Fn(f32, f32) -> f32) {
        let see = self.view();
        let (mut edge, width) = self.edge;
        if self.look.style == Style::Neon {
            edge = self.look.edge(colour).0;
            let glow = if brightness(colour) < 60.0 { [120.0, 120.0, 150.0] } else { colour };
            let cover = |far: f32| {
                let near = (1.0 - far / GLOW_PX).clamp(0.0, 1.0);
                0.55 * near * near
            };
            self.canvas.glow(self.area, (glow, GLOW_PX), (cover, |x, y| see(x, y, &distance)));
        }
        let colour = self.look.paint(colour);
        let outside = if self.look.style == Style::Outlined { OUTSIDE_PX } else { 0.0 };
        self.canvas.outline(self.area, [edge, colour], width, move |x, y| see(x, y, &distance) - outside);
    }

    /// Paint any cover between 0 and 1.
    pub(crate) fn blend(&mut self, colour: Rgb, cover: impl Fn(f32, f32) -> f32) {
        let (x0, y0, radius) = (self.x, self.y, self.radius);
        self.canvas.blend(self.area, |_| colour, |x, y| cover((x - x0) / radius, (y - y0) / radius));
    }

    /// Carries a pixel into the object's units and the distance found there back into pixels.
    #[inline(always)]
    fn view<Distance: Fn(f32, f32) -> f32>(&self) -> impl Fn(f32, f32, &Distance) -> f32 + use<Distance> {
        let (centre_x, centre_y, radius, [ahead, down]) = (self.x, self.y, self.radius, self.turn);
        move |x, y, distance| {
            let (x, y) = (x - centre_x, y - centre_y);
            radius * distance(x * ahead[0] + y * ahead[1], x * down[0] + y * down[1])
        }
    }

    /// The outline's thickness in radii, for details that stop at it.
    pub(crate) fn edge(&self) -> f32 {
        self.edge.1 / self.radius
    }
}
