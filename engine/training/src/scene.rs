//! Where a clip can take place: names and ways to say it. How it is painted is in `backdrop`, its sound in
//! `ambience`.

/// The place and time of a clip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scene {
    /// Grass and hills under a blue sky.
    Meadow,
    /// Sand, sea and sun.
    Beach,
    /// Dunes and a cactus.
    Desert,
    /// Dark hills, moon and stars.
    Night,
    /// A wall with a window, and a floor.
    Room,
    /// White ground and fir trees.
    Snow,
}

impl Scene {
    /// Every scene.
    pub const ALL: [Self; 6] = [Self::Meadow, Self::Beach, Self::Desert, Self::Night, Self::Room, Self::Snow];

    /// Its name in labels.
    pub fn name(self) -> &'static str {
        match self {
            Self::Meadow => "meadow",
            Self::Beach => "beach",
            Self::Desert => "desert",
            Self::Night => "night",
            Self::Room => "room",
            Self::Snow => "snow",
        }
    }

    /// Ways to say that something is there, whether on the ground or in the air.
    pub fn places(self) -> &'static [&'static str] {
        match self {
            Self::Meadow => &["in the meadow", "in a meadow", "in a field", "in the grass", "in a park"],
            Self::Beach => &["at the beach", "by the sea", "at the seaside", "near the ocean"],
            Self::Desert => &["in the desert", "in a desert", "among the dunes"],
            Self::Night => {
                &["at night", "under the night sky", "under the stars", "under the moon", "in the dark"]
            }
            Self::Room => &["in a room", "in the room", "indoors", "inside a house", "inside a room"],
            Self::Snow => &["in the snow", "in winter", "in a snowy field", "on a snowy day"],
        }
    }

    /// Ways to say that something touches the ground there.
    pub fn grounds(self) -> &'static [&'static str] {
        match self {
            Self::Meadow => &["on the grass", "on the meadow", "on the lawn", "on a field", "on a meadow"],
            Self::Beach => &["on the beach", "on a beach", "on the shore"],
            Self::Desert => &["on the desert sand", "on a dune", "on the dunes"],
            Self::Night => &["on the ground at night", "at night", "under the night sky"],
            Self::Room => &["on the floor of a room", "on the floor", "on the wooden floor"],
            Self::Snow => &["on the snow", "on snow", "on the snowy ground"],
        }
    }

    /// Ways to say that something passes over it.
    pub fn airs(self) -> &'static [&'static str] {
        match self {
            Self::Meadow => &["over the grass", "over the meadow", "over a field", "over the lawn"],
            Self::Beach => &["over the beach", "over the sea", "over the shore"],
            Self::Desert => &["over the desert", "over the dunes"],
            Self::Night => &["through the night sky", "across the night sky", "at night"],
            Self::Room => &["through a room", "through the room", "across the room"],
            Self::Snow => &["over the snow", "over a snowy field"],
        }
    }
}
