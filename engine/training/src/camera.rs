//! How the camera moves, and where this puts a point of the world in every picture.

use crate::dice::Dice;
use crate::words::Synonyms;

/// The share of clips with a camera that does not move.
const STATIC_SHARE: f32 = 0.6;

/// How much larger the world is at the end of a zoom than at its start.
const ZOOM: f32 = 1.25;

/// The columns that a pan goes, as a part of the width.
const PAN: f32 = 0.16;

/// How far a shake goes across and down, in pixels, and its turns a frame.
const SHAKE: [(f32, f32); 2] = [(2.6, 0.137), (1.8, 0.171)];

/// The row that a zoom leaves where it is, as a part of the height: near the ground, so that nobody's feet are cut off.
const ANCHOR: f32 = 0.8;

/// The motion of the camera.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Camera {
    /// Stays where it is.
    Static,
    /// Turns to the left, so that the world goes right.
    PanLeft,
    /// Turns to the right.
    PanRight,
    /// The world becomes larger.
    ZoomIn,
    /// The world becomes smaller.
    ZoomOut,
    /// Trembles.
    Shake,
}

impl Camera {
    /// Every motion.
    pub const ALL: [Self; 6] =
        [Self::Static, Self::PanLeft, Self::PanRight, Self::ZoomIn, Self::ZoomOut, Self::Shake];

    /// A motion.
    pub fn draw(dice: &mut Dice) -> Self {
        if dice.chance(STATIC_SHARE) { Self::Static } else { dice.pick(&Self::ALL[1..]) }
    }

    /// Its name in labels.
    pub fn name(self) -> &'static str {
        match self {
            Self::Static => "static",
            Self::PanLeft => "pan left",
            Self::PanRight => "pan right",
            Self::ZoomIn => "zoom in",
            Self::ZoomOut => "zoom out",
            Self::Shake => "shake",
        }
    }

    /// Ways to say it.
    pub fn words(self) -> Synonyms {
        match self {
            Self::Static => Synonyms {
                trained: &["the camera does not move", "with a static camera", "with a still camera"],
                held_out: &["filmed from a tripod"],
            },
            Self::PanLeft => Synonyms {
                trained: &["the camera pans left", "the camera pans to the left", "the camera moves left"],
                held_out: &["the camera swings left"],
            },
            Self::PanRight => Synonyms {
                trained: &["the camera pans right", "the camera pans to the right", "the camera moves right"],
                held_out: &["the camera swings right"],
            },
            Self::ZoomIn => Synonyms {
                trained: &["the camera zooms in", "the camera moves closer", "with a zoom in"],
                held_out: &["the camera draws nearer"],
            },
            Self::ZoomOut => Synonyms {
                trained: &["the camera zooms out", "the camera moves back", "with a zoom out"],
                held_out: &["the camera retreats"],
            },
            Self::Shake => Synonyms {
                trained: &["the camera shakes", "with a shaky camera", "the camera shakes a little"],
                held_out: &["the camera trembles"],
            },
        }
    }
}

/// What one picture shows of the world: `picture = (world - at) * scale + at + shift`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    /// Pixels of the picture for one of the world.
    pub scale: f32,
    /// The point that only `shift` moves.
    pub at: (f32, f32),
    /// Added after scaling.
    pub shift: (f32, f32),
}

impl View {
    /// Where a point of the world is in the picture.
    pub fn place(&self, x: f32, y: f32) -> (f32, f32) {
        (
            (x - self.at.0) * self.scale + self.at.0 + self.shift.0,
            (y - self.at.1) * self.scale + self.at.1 + self.shift.1,
        )
    }

    /// The point of the world that is at a place of the picture.
    pub fn world(&self, x: f32, y: f32) -> (f32, f32) {
        (
            (x - self.shift.0 - self.at.0) / self.scale + self.at.0,
            (y - self.shift.1 - self.at.1) / self.scale + self.at.1,
        )
    }
}

/// The view of every frame of a clip `width` and `height` pixels large.
pub fn views(camera: Camera, (width, height): (usize, usize), frames: usize, phase: f32) -> Vec<View> {
    let (width, height) = (width as f32, height as f32);
    let still = View { scale: 1.0, at: (width / 2.0, height * ANCHOR), shift: (0.0, 0.0) };
    let last = (frames.max(2) - 1) as f32;
    (0..frames)
        .map(|frame| {
            // From -1/2 to 1/2 over the clip.
            let part = frame as f32 / last - 0.5;
            let zoom = |way: f32| View { scale: ZOOM.powf(way * part), ..still };
            let pan = |way: f32| View { shift: (way * part * PAN * width, 0.0), ..still };
            let swing =
                |(far, rate): (f32, f32)| far * ((frame as f32 * rate + phase) * std::f32::consts::TAU).sin();
            match camera {
                Camera::Static => still,
                Camera::PanLeft => pan(1.0),
                Camera::PanRight => pan(-1.0),
                Camera::ZoomIn => zoom(1.0),
                Camera::ZoomOut => zoom(-1.0),
                Camera::Shake => View { shift: (swing(SHAKE[0]), swing(SHAKE[1])), ..still },
            }
        })
        .collect()
}
