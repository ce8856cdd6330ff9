//! How each object is painted, in units of its radius: `u` points ahead, `v` points down.

use crate::colour::{Rgb, mix};
use crate::motion::Pose;
use crate::object::{CUBE_HULL, Object};
use crate::raster::{Canvas, Polygon, Rect, circle, ellipse, rounded_box, star};

/// The thickness of outlines, in pixels: thinner ones do not survive the autoencoder.
const OUTLINE_PX: f32 = 2.4;

/// The softness of a shadow's edge, as a part of its size.
const SHADOW_SOFTNESS: f32 = 0.35;

/// Paint the object and its shadow on the ground at row `ground`; the area that changed comes back.
pub fn draw(canvas: &mut Canvas, object: Object, colour: Rgb, pose: &Pose, ground: f32) -> [Rect; 2] {
    let shadow = contact_shadow(canvas, object, pose, ground);
    let reach = object.reach() * pose.radius;
    let area = canvas.around(pose.x, pose.y, reach, reach);
    let mut brush = Brush::new(canvas, area, colour, pose);
    match object {
        Object::Ball => ball(&mut brush),
        Object::Cube => cube(&mut brush),
        Object::Star => five_points(&mut brush),
        Object::Car => car(&mut brush),
        Object::Boat => boat(&mut brush),
        Object::Bird => bird(&mut brush, pose),
        _ => ball(&mut brush),
    }
    [shadow, area]
}

/// The shadow of an object: smaller and fainter the higher the object is.
fn contact_shadow(canvas: &mut Canvas, object: Object, pose: &Pose, ground: f32) -> Rect {
    let height = (ground - pose.y) / pose.radius - object.foot(pose.angle);
    let near = 1.0 / (1.0 + height.max(0.0) * 0.5);
    let (across, down) = (pose.radius * object.half_width() * (0.55 + 0.4 * near), pose.radius * 0.2);
    shadow(canvas, pose.x, ground, (across, down), near)
}

/// A soft shadow on the ground, `half` as wide and as high, of something that is `near`: 1 touches the ground, 0 is far.
pub(crate) fn shadow(canvas: &mut Canvas, at: f32, ground: f32, half: (f32, f32), near: f32) -> Rect {
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
    area
}

/// The colour of the details of an object.
pub(crate) fn light(colour: Rgb) -> Rgb {
    // White has no lighter tint, so its details are a pale blue instead.
    let bright = colour.iter().all(|channel| *channel > 200.0);
    if bright { [176.0, 196.0, 222.0] } else { mix(colour, [255.0; 3], 0.5) }
}

/// A canvas seen from an object.
pub(crate) struct Brush<'a> {
    canvas: &'a mut Canvas,
    area: Rect,
    x: f32,
    y: f32,
    radius: f32,
    /// Rows of the turn from pixels to radii: ahead, then down.
    turn: [[f32; 2]; 2],
    colour: Rgb,
    light: Rgb,
    shade: Rgb,
    ink: Rgb,
}

impl<'a> Brush<'a> {
    pub(crate) fn new(canvas: &'a mut Canvas, area: Rect, colour: Rgb, pose: &Pose) -> Self {
        let (sin, cos) = pose.angle.sin_cos();
        let (scale, tall) = (1.0 / pose.radius, 1.0 / (pose.radius * pose.stretch));
        let ahead = pose.facing * scale;
        Self {
            canvas,
            area,
            x: pose.x,
            y: pose.y,
            radius: pose.radius,
            turn: [[cos * ahead, sin * pose.facing * tall], [-sin * scale, cos * tall]],
            colour,
            light: light(colour),
            shade: mix(colour, [30.0, 24.0, 50.0], 0.3),
            ink: mix(colour, [18.0, 16.0, 30.0], 0.78),
        }
    }

    pub(crate) fn fill(&mut self, colour: Rgb, distance: impl Fn(f32, f32) -> f32) {
        let see = self.view();
        self.canvas.fill(self.area, colour, move |x, y| see(x, y, &distance));
    }

    pub(crate) fn outlined(&mut self, colour: Rgb, distance: impl Fn(f32, f32) -> f32) {
        let see = self.view();
        self.canvas.outline(self.area, [self.ink, colour], OUTLINE_PX, move |x, y| see(x, y, &distance));
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
        OUTLINE_PX / self.radius
    }
}

fn ball(brush: &mut Brush) {
    let inner = 1.0 - brush.edge();
    brush.outlined(brush.colour, |u, v| circle(u, v, 1.0));
    brush.fill(brush.light, |u, v| circle(u, v, inner).max(v.abs() - 0.2));
}

fn cube(brush: &mut Brush) {
    let hull = Polygon::new(CUBE_HULL);
    brush.outlined(brush.shade, |u, v| hull.distance(u, v));
    let edge = brush.edge();
    let top = Polygon::new([(-0.86, -0.46), (-0.46, -0.86), (0.86, -0.86), (0.46, -0.46)]);
    brush.fill(brush.light, |u, v| (top.distance(u, v)).max(hull.distance(u, v) + edge));
    brush.fill(brush.colour, |u, v| {
        (rounded_box(u + 0.2, v - 0.2, 0.66, 0.66, 0.0)).max(hull.distance(u, v) + edge)
    });
}

fn five_points(brush: &mut Brush) {
    brush.outlined(brush.colour, |u, v| star(u, v, 0.5) - 0.04);
    brush.fill(brush.light, |u, v| 0.42 * star(u / 0.42, v / 0.42, 0.5));
}

fn car(brush: &mut Brush) {
    let cabin = Polygon::new([(-0.85, -0.02), (-0.62, -0.62), (0.28, -0.62), (0.66, -0.02)]);
    let window = Polygon::new([(-0.62, -0.06), (-0.48, -0.44), (0.18, -0.44), (0.42, -0.06)]);
    brush.outlined(brush.colour, |u, v| {
        (cabin.distance(u, v) - 0.05).min(rounded_box(u, v - 0.22, 1.27, 0.32, 0.16))
    });
    brush.fill([190.0, 226.0, 246.0], |u, v| window.distance(u, v));
    brush.fill([255.0, 240.0, 170.0], |u, v| circle(u - 1.12, v - 0.14, 0.12));
    for axle in [-0.72, 0.72] {
        brush.fill([26.0, 26.0, 32.0], |u, v| circle(u - axle, v - 0.48, 0.32));
        brush.fill([196.0, 198.0, 204.0], |u, v| circle(u - axle, v - 0.48, 0.13));
    }
}

fn boat(brush: &mut Brush) {
    let hull = Polygon::new([(-1.2, 0.16), (1.2, 0.16), (0.75, 0.78), (-0.75, 0.78)]);
    let main = Polygon::new([(0.1, -1.12), (1.08, 0.04), (0.1, 0.04)]);
    let rear = Polygon::new([(-0.08, -1.0), (-0.08, 0.04), (-0.94, 0.04)]);
    brush.fill([96.0, 64.0, 40.0], |u, v| rounded_box(u - 0.01, v + 0.46, 0.09, 0.7, 0.0));
    brush.outlined(brush.light, |u, v| main.distance(u, v).min(rear.distance(u, v)));
    brush.outlined(brush.colour, |u, v| hull.distance(u, v));
}

fn bird(brush: &mut Brush, pose: &Pose) {
    const BEAK: Rgb = [255.0, 168.0, 24.0];
    let tail = Polygon::new([(-0.7, -0.05), (-1.32, -0.3), (-1.22, 0.28), (-0.6, 0.4)]);
    if !pose.afloat {
        brush.fill([196.0, 110.0, 20.0], |u, v| {
            rounded_box((u + 0.02).abs() - 0.15, v - 0.72, 0.07, 0.24, 0.0)
        });
    }
    brush.outlined(brush.colour, |u, v| {
        let torso = ellipse(u + 0.12, v - 0.16, 0.86, 0.58);
        torso.min(circle(u - 0.58, v + 0.36, 0.44)).min(tail.distance(u, v))
    });
    let beak = Polygon::new([(0.94, -0.54), (1.34, -0.32), (0.94, -0.16)]);
    brush.fill(BEAK, |u, v| beak.distance(u, v));
    brush.fill([16.0, 16.0, 24.0], |u, v| circle(u - 0.68, v + 0.44, 0.11));
    match pose.afloat.then_some(0.28 + 0.62 * pose.beat) {
        None => brush.fill(brush.shade, |u, v| ellipse(u + 0.26, v - 0.14, 0.5, 0.28)),
        Some(raised) => {
            let (middle, half) = (0.12 - 0.65 * raised, 0.15 + 0.6 * raised.abs());
            brush.outlined(brush.light, |u, v| ellipse(u + 0.2, v - middle, 0.38, half));
        }
    }
}
