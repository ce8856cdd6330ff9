//! What can be in a clip: names, sizes and outlines for standing on the ground. How it is painted is in
//! `shape`.

/// The one thing that acts in a clip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Object {
    /// A ball with a stripe.
    Ball,
    /// A box that shows three sides.
    Cube,
    /// A star with five points.
    Star,
    /// A car seen from the side.
    Car,
    /// A boat with two sails.
    Boat,
    /// A bird seen from the side.
    Bird,
}

impl Object {
    /// Every object.
    pub const ALL: [Self; 6] = [Self::Ball, Self::Cube, Self::Star, Self::Car, Self::Boat, Self::Bird];

    /// The words for it, the plain one first.
    pub fn words(self) -> &'static [&'static str] {
        match self {
            Self::Ball => &["ball", "sphere"],
            Self::Cube => &["cube", "box", "block"],
            Self::Star => &["star"],
            Self::Car => &["car", "automobile"],
            Self::Boat => &["boat", "ship", "sailboat"],
            Self::Bird => &["bird"],
        }
    }

    /// Its name in labels.
    pub fn name(self) -> &'static str {
        self.words()[0]
    }

    /// Half its width, in radii.
    pub fn half_width(self) -> f32 {
        match self {
            Self::Ball | Self::Cube | Self::Star => 1.0,
            Self::Car | Self::Bird => 1.3,
            Self::Boat => 1.2,
        }
    }

    /// The distance from its centre within which it is painted at any angle, in radii.
    pub fn reach(self) -> f32 {
        match self {
            Self::Ball | Self::Star => 1.08,
            Self::Cube => 1.26,
            Self::Car | Self::Boat | Self::Bird => 1.42,
        }
    }

    /// Whether it turns over when it moves along the ground.
    pub fn tumbles(self) -> bool {
        matches!(self, Self::Ball | Self::Cube | Self::Star)
    }

    /// How far its lowest point lies below its centre when it is turned by `angle`, in radii.
    pub fn foot(self, angle: f32) -> f32 {
        let (sin, cos) = angle.sin_cos();
        let lowest =
            |corners: &[(f32, f32)]| corners.iter().map(|(u, v)| sin * u + cos * v).fold(0.0, f32::max);
        match self {
            Self::Ball => 1.0,
            Self::Cube => lowest(&CUBE_HULL),
            Self::Star => {
                (0..5).map(|point| (angle + TAU * (point as f32 / 5.0 + 0.5)).cos()).fold(0.0, f32::max)
            }
            Self::Car => lowest(&[(-0.72, 0.8), (0.72, 0.8)]),
            Self::Boat => lowest(&[(-0.75, 0.78), (0.75, 0.78)]),
            Self::Bird => lowest(&[(-0.2, 0.95), (0.15, 0.95)]),
        }
    }
}

const TAU: f32 = std::f32::consts::TAU;

/// The outline of the cube, in radii, clockwise from the near top left corner.
pub const CUBE_HULL: [(f32, f32); 6] =
    [(-0.86, -0.46), (-0.46, -0.86), (0.86, -0.86), (0.86, 0.46), (0.46, 0.86), (-0.86, 0.86)];

/// How big an object is painted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// About 20 pixels from the centre to the edge.
    Small,
    /// About 30 pixels from the centre to the edge.
    Big,
}

impl Size {
    /// Every size.
    pub const ALL: [Self; 2] = [Self::Small, Self::Big];

    /// The words for it, the plain one first.
    pub fn words(self) -> &'static [&'static str] {
        match self {
            Self::Small => &["small", "little"],
            Self::Big => &["big", "large"],
        }
    }

    /// Its name in labels.
    pub fn name(self) -> &'static str {
        self.words()[0]
    }

    /// The smallest and largest radius it stands for, in pixels.
    pub fn radius(self) -> (f32, f32) {
        match self {
            Self::Small => (20.0, 21.5),
            Self::Big => (29.0, 31.5),
        }
    }
}
