//! Where a clip can take place: names and ways to say it. How it is painted is in `backdrop`, its sound in
//! `ambience`.

use crate::sky::Weather;
use crate::words::Synonyms;

/// The place and time of a clip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scene {
    /// Grass and hills under a blue sky.
    Meadow,
    /// Sand, sea and a palm.
    Beach,
    /// Houses with windows and a road.
    City,
    /// Dark hills, a large moon and many stars.
    Night,
    /// A wall with a window, and a floor.
    Room,
    /// Trunks and dark crowns.
    Forest,
    /// Dunes and a cactus.
    Desert,
    /// White ground and fir trees.
    Snow,
    /// Rays of light, bubbles, weeds and sand.
    Underwater,
    /// Black sky, large stars, a planet and grey ground.
    Space,
}

impl Scene {
    /// Every scene.
    pub const ALL: [Self; 10] = [
        Self::Meadow,
        Self::Beach,
        Self::City,
        Self::Night,
        Self::Room,
        Self::Forest,
        Self::Desert,
        Self::Snow,
        Self::Underwater,
        Self::Space,
    ];

    /// Its name in labels.
    pub fn name(self) -> &'static str {
        match self {
            Self::Meadow => "meadow",
            Self::Beach => "beach",
            Self::City => "city",
            Self::Night => "night",
            Self::Room => "room",
            Self::Forest => "forest",
            Self::Desert => "desert",
            Self::Snow => "snow",
            Self::Underwater => "underwater",
            Self::Space => "space",
        }
    }

    /// Whether it looks different at different hours.
    pub fn has_hours(self) -> bool {
        !matches!(self, Self::Night | Self::Room | Self::Underwater | Self::Space)
    }

    /// What can fall from its sky.
    pub fn weathers(self) -> &'static [Weather] {
        match self {
            Self::Meadow | Self::City | Self::Forest => &[Weather::Rain, Weather::Snow],
            Self::Beach => &[Weather::Rain],
            Self::Snow => &[Weather::Snow],
            Self::Desert | Self::Night | Self::Room | Self::Underwater | Self::Space => &[],
        }
    }

    /// Whether there can be a pond or the sea in front.
    pub fn has_water(self) -> bool {
        matches!(self, Self::Meadow | Self::Beach | Self::Forest | Self::Night)
    }

    /// Ways to say that something is there, whether on the ground or in the air.
    pub fn places(self) -> Synonyms {
        let (trained, held_out): (&[_], &[_]) = match self {
            Self::Meadow => (
                &["in the meadow", "in a meadow", "in a field", "in the grass", "in a park"],
                &["in a prairie"],
            ),
            Self::Beach => {
                (&["at the beach", "by the sea", "at the seaside", "near the ocean"], &["on the coast"])
            }
            Self::City => (&["in the city", "in a city", "in a town", "in a city street"], &["downtown"]),
            Self::Night => (
                &["under the night sky", "under the stars", "under the moon", "in a starry night"],
                &["under the constellations"],
            ),
            Self::Room => (
                &["in a room", "in the room", "indoors", "inside a house", "inside a room"],
                &["in a parlour"],
            ),
            Self::Forest => {
                (&["in the forest", "in a forest", "in the woods", "among the trees"], &["in a woodland"])
            }
            Self::Desert => (&["in the desert", "in a desert", "among the dunes"], &["in the sahara"]),
            Self::Snow => {
                (&["in the snow", "in winter", "in a snowy field", "in a snowy place"], &["in the tundra"])
            }
            Self::Underwater => (
                &["underwater", "under water", "under the sea", "at the bottom of the sea"],
                &["in a submarine world"],
            ),
            Self::Space => (
                &["in space", "in outer space", "among the planets", "on another planet"],
                &["in the cosmos"],
            ),
        };
        Synonyms { trained, held_out }
    }

    /// Ways to say that something touches the ground there.
    pub fn grounds(self) -> &'static [&'static str] {
        match self {
            Self::Meadow => &["on the grass", "on the meadow", "on the lawn", "on a field", "on a meadow"],
            Self::Beach => &["on the beach", "on the sand", "on a beach", "on the shore"],
            Self::City => &["on the street", "on the road", "on a city street", "on the city road"],
            Self::Night => &[
                "on the ground under the stars",
                "on the hill under the stars",
                "on the ground under the moon",
            ],
            Self::Room => &["on the floor of a room", "on the floor", "on the wooden floor"],
            Self::Forest => {
                &["on the forest floor", "on the ground in the forest", "on the ground in the woods"]
            }
            Self::Desert => &["on the desert sand", "on a dune", "on the dunes"],
            Self::Snow => &["on the snow", "on snow", "on the snowy ground"],
            Self::Underwater => &["on the sea floor", "on the bottom of the sea", "on the sand under water"],
            Self::Space => &[
                "on the moon ground in space",
                "on a grey planet in space",
                "on the ground of another planet",
            ],
        }
    }

    /// Ways to say that something passes over it.
    pub fn airs(self) -> &'static [&'static str] {
        match self {
            Self::Meadow => &["over the grass", "over the meadow", "over a field", "over the lawn"],
            Self::Beach => &["over the beach", "over the sea", "over the shore"],
            Self::City => &["over the city", "over the street", "over the road"],
            Self::Night => &["through the night sky", "across the starry sky", "under the stars"],
            Self::Room => &["through a room", "through the room", "across the room"],
            Self::Forest => &["through the forest", "through the woods", "between the trees"],
            Self::Desert => &["over the desert", "over the dunes"],
            Self::Snow => &["over the snow", "over a snowy field"],
            Self::Underwater => &["through the water", "under water", "underwater", "through the sea"],
            Self::Space => &["through space", "through outer space", "past a planet"],
        }
    }
}
