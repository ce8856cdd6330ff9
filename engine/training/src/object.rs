//! What can be in a clip: names, sizes and outlines for standing on the ground. How it is painted is in
//! `shape`.

use crate::words::Synonyms;

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
    /// A fish seen from the side.
    Fish,
    /// A butterfly with open wings.
    Butterfly,
    /// A rocket that stands on its fins.
    Rocket,
    /// A balloon on a string.
    Balloon,
    /// A tree with a round crown.
    Tree,
    /// A sitting cat.
    Cat,
    /// A dog seen from the side.
    Dog,
    /// A robot with an aerial.
    Robot,
    /// A drum seen from the side.
    Drum,
    /// A bell with its clapper.
    Bell,
}

impl Object {
    /// Every object.
    pub const ALL: [Self; 16] = [
        Self::Ball,
        Self::Cube,
        Self::Star,
        Self::Car,
        Self::Boat,
        Self::Bird,
        Self::Fish,
        Self::Butterfly,
        Self::Rocket,
        Self::Balloon,
        Self::Tree,
        Self::Cat,
        Self::Dog,
        Self::Robot,
        Self::Drum,
        Self::Bell,
    ];

    /// The words for it, the plain one first.
    pub fn words(self) -> Synonyms {
        let (trained, held_out): (&[_], &[_]) = match self {
            Self::Ball => (&["ball", "sphere"], &["orb"]),
            Self::Cube => (&["cube", "box", "block"], &["cuboid"]),
            Self::Star => (&["star", "star shape"], &["pentagram"]),
            Self::Car => (&["car", "automobile"], &["vehicle"]),
            Self::Boat => (&["boat", "ship", "sailboat"], &["vessel"]),
            Self::Bird => (&["bird", "little bird"], &["sparrow"]),
            Self::Fish => (&["fish", "swimming fish"], &["trout"]),
            Self::Butterfly => (&["butterfly", "pretty butterfly"], &["moth"]),
            Self::Rocket => (&["rocket", "spaceship"], &["spacecraft"]),
            Self::Balloon => (&["balloon", "party balloon"], &["blimp"]),
            Self::Tree => (&["tree", "leafy tree"], &["oak"]),
            Self::Cat => (&["cat", "kitten"], &["feline"]),
            Self::Dog => (&["dog", "puppy"], &["hound"]),
            Self::Robot => (&["robot", "toy robot"], &["android"]),
            Self::Drum => (&["drum", "snare drum"], &["bongo"]),
            Self::Bell => (&["bell", "metal bell"], &["chime"]),
        };
        Synonyms { trained, held_out }
    }

    /// Its name in labels.
    pub fn name(self) -> &'static str {
        self.words().plain()
    }

    /// Whether it lives.
    pub fn is_animal(self) -> bool {
        matches!(self, Self::Bird | Self::Fish | Self::Butterfly | Self::Cat | Self::Dog)
    }

    /// Half its width, in radii.
    pub fn half_width(self) -> f32 {
        match self {
            Self::Ball => 1.0,
            Self::Cube => 1.0,
            Self::Star => 1.0,
            Self::Car => 1.3,
            Self::Boat => 1.2,
            Self::Bird => 1.3,
            Self::Fish => 1.3,
            Self::Butterfly => 1.15,
            Self::Rocket => 0.8,
            Self::Balloon => 0.85,
            Self::Tree => 0.95,
            Self::Cat => 1.1,
            Self::Dog => 1.25,
            Self::Robot => 0.95,
            Self::Drum => 1.0,
            Self::Bell => 1.0,
        }
    }

    /// The distance from its centre within which it is painted at any angle, in radii.
    pub fn reach(self) -> f32 {
        match self {
            Self::Ball => 1.08,
            Self::Cube => 1.26,
            Self::Star => 1.08,
            Self::Car => 1.42,
            Self::Boat => 1.42,
            Self::Bird => 1.42,
            Self::Fish => 1.42,
            Self::Butterfly => 1.3,
            Self::Rocket => 1.4,
            Self::Balloon => 1.35,
            Self::Tree => 1.4,
            Self::Cat => 1.4,
            Self::Dog => 1.45,
            Self::Robot => 1.4,
            Self::Drum => 1.3,
            Self::Bell => 1.3,
        }
    }

    /// Whether it turns over when it moves along the ground.
    pub fn tumbles(self) -> bool {
        matches!(self, Self::Ball | Self::Cube | Self::Star | Self::Drum)
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
            Self::Fish => lowest(&[(-1.25, 0.7), (0.2, 0.66), (0.9, 0.5), (-1.25, -0.5), (0.0, -0.8)]),
            Self::Butterfly => lowest(&[(-0.5, 0.88), (0.5, 0.88), (-1.0, -0.6), (1.0, -0.6)]),
            Self::Rocket => lowest(&[(-0.86, 1.0), (0.86, 1.0), (0.0, -1.3)]),
            Self::Balloon => lowest(&[(0.0, 1.12), (0.7, -0.4), (-0.7, -0.4), (0.0, -1.25)]),
            Self::Tree => lowest(&[(-0.2, 1.0), (0.2, 1.0), (0.9, -0.3), (-0.9, -0.3), (0.0, -1.2)]),
            Self::Cat => lowest(&[(-0.5, 1.0), (0.85, 0.87), (-0.55, -1.2), (0.55, -1.2)]),
            Self::Dog => lowest(&[(-0.85, 1.0), (0.65, 1.0), (1.4, -0.3), (0.7, -0.95), (-1.2, -0.6)]),
            Self::Robot => lowest(&[(-0.54, 1.0), (0.54, 1.0), (0.98, 0.5), (-0.98, 0.5), (0.0, -1.35)]),
            Self::Drum => lowest(&[(-0.92, 0.72), (0.92, 0.72), (0.95, -0.6), (-0.95, -0.6), (0.0, 0.84)]),
            Self::Bell => lowest(&[(-0.95, 0.78), (0.95, 0.78), (0.0, 1.05), (0.0, -1.2)]),
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
    /// About 22 pixels from the centre to the edge.
    Small,
    /// About 29 pixels from the centre to the edge.
    Medium,
    /// About 36 pixels from the centre to the edge.
    Big,
}

impl Size {
    /// Every size.
    pub const ALL: [Self; 3] = [Self::Small, Self::Medium, Self::Big];

    /// The words for it, the plain one first.
    pub fn words(self) -> Synonyms {
        let (trained, held_out): (&[_], &[_]) = match self {
            Self::Small => (&["small", "little", "tiny"], &["miniature"]),
            Self::Medium => (&["medium", "medium sized", "middle sized"], &["average"]),
            Self::Big => (&["big", "large", "huge"], &["giant"]),
        };
        Synonyms { trained, held_out }
    }

    /// Its name in labels.
    pub fn name(self) -> &'static str {
        self.words().plain()
    }

    /// The smallest and largest radius it stands for, in pixels.
    pub fn radius(self) -> (f32, f32) {
        match self {
            Self::Small => (20.0, 23.0),
            Self::Medium => (27.0, 31.0),
            Self::Big => (35.0, 39.0),
        }
    }
}
