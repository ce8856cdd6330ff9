//! What an object can do: names and words. Where that puts it in every frame is in `motion`.

use crate::words::{Synonyms, Verb};

/// The fastest an object may move, in pixels a frame: the autoencoder blurs anything faster.
pub const SPEED_MAX_PX: f32 = 5.0;

/// Pictures a second.
pub const FPS: f32 = 12.0;

/// What an object does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Falls and rises again in one place.
    Bounce,
    /// Moves along the ground.
    Roll,
    /// Crosses the air.
    Fly,
    /// Turns in one place.
    Spin,
    /// Crouches, leaps to one side, rests.
    Jump,
    /// Comes from the top and lands.
    Fall,
    /// Runs into another thing.
    Collide,
    /// Bursts into pieces.
    Explode,
    /// Crosses water.
    Swim,
    /// Moves along the ground upright and under its own power.
    Drive,
    /// Becomes larger, or smaller.
    Grow,
    /// Stays as it is.
    Sit,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 12] = [
        Self::Bounce,
        Self::Roll,
        Self::Fly,
        Self::Spin,
        Self::Jump,
        Self::Fall,
        Self::Collide,
        Self::Explode,
        Self::Swim,
        Self::Drive,
        Self::Grow,
        Self::Sit,
    ];

    /// Its name in labels.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bounce => "bounce",
            Self::Roll => "roll",
            Self::Fly => "fly",
            Self::Spin => "spin",
            Self::Jump => "jump",
            Self::Fall => "fall",
            Self::Collide => "collide",
            Self::Explode => "explode",
            Self::Swim => "swim",
            Self::Drive => "drive",
            Self::Grow => "grow",
            Self::Sit => "sit",
        }
    }

    /// Ways to say it, the plain one first.
    pub fn verbs(self) -> Synonyms<Verb> {
        match self {
            Self::Bounce => BOUNCE,
            Self::Roll => ROLL,
            Self::Fly => FLY,
            Self::Spin => SPIN,
            Self::Jump => JUMP,
            Self::Fall => FALL,
            Self::Collide => MEET_CRATE,
            Self::Explode => EXPLODE,
            Self::Swim => SWIM,
            Self::Drive => DRIVE,
            Self::Grow => GROW,
            Self::Sit => SIT,
        }
    }

    /// Whether it goes to one side, so that a caption may say to which.
    pub fn has_direction(self) -> bool {
        matches!(self, Self::Roll | Self::Fly | Self::Jump | Self::Swim | Self::Drive)
    }
}

/// One thing that runs into a crate.
pub const MEET_CRATE: Synonyms<Verb> = Synonyms {
    trained: &[
        Verb("collides with a crate", "colliding with a crate", "collide with a crate"),
        Verb("bumps into a crate", "bumping into a crate", "bump into a crate"),
        Verb("crashes into a wooden crate", "crashing into a wooden crate", "crash into a wooden crate"),
    ],
    held_out: &[Verb("slams into a crate", "slamming into a crate", "slam into a crate")],
};

/// Two things that run into each other.
pub const MEET: Synonyms<Verb> = Synonyms {
    trained: &[
        Verb("collides", "colliding", "collide"),
        Verb("bumps into another", "bumping into each other", "bump into each other"),
        Verb("crashes into another", "crashing into each other", "crash into each other"),
    ],
    held_out: &[Verb("slams into another", "slamming into each other", "slam into each other")],
};

/// Something that becomes larger.
pub const GROW: Synonyms<Verb> = Synonyms {
    trained: &[
        Verb("grows", "growing", "grow"),
        Verb("gets bigger", "getting bigger", "get bigger"),
        Verb("becomes larger", "becoming larger", "become larger"),
    ],
    held_out: &[Verb("expands", "expanding", "expand")],
};

/// Something that becomes smaller.
pub const SHRINK: Synonyms<Verb> = Synonyms {
    trained: &[
        Verb("shrinks", "shrinking", "shrink"),
        Verb("gets smaller", "getting smaller", "get smaller"),
        Verb("becomes smaller", "becoming smaller", "become smaller"),
    ],
    held_out: &[Verb("dwindles", "dwindling", "dwindle")],
};

const BOUNCE: Synonyms<Verb> = Synonyms {
    trained: &[
        Verb("bounces", "bouncing", "bounce"),
        Verb("bounces up and down", "bouncing up and down", "bounce up and down"),
        Verb("keeps bouncing", "bouncing again and again", "keep bouncing"),
    ],
    held_out: &[Verb("rebounds", "rebounding", "rebound")],
};

const ROLL: Synonyms<Verb> = Synonyms {
    trained: &[
        Verb("rolls", "rolling", "roll"),
        Verb("rolls along", "rolling along", "roll along"),
        Verb("rolls over the ground", "rolling over the ground", "roll over the ground"),
    ],
    held_out: &[Verb("tumbles along", "tumbling along", "tumble along")],
};

const FLY: Synonyms<Verb> = Synonyms {
    trained: &[
        Verb("flies", "flying", "fly"),
        Verb("flies through the air", "flying through the air", "fly through the air"),
        Verb("soars", "soaring", "soar"),
    ],
    held_out: &[Verb("glides by", "gliding by", "glide by")],
};

const SPIN: Synonyms<Verb> = Synonyms {
    trained: &[
        Verb("spins", "spinning", "spin"),
        Verb("spins around", "spinning around", "spin around"),
        Verb("rotates", "rotating", "rotate"),
        Verb("turns around and around", "turning around and around", "turn around and around"),
    ],
    held_out: &[Verb("twirls", "twirling", "twirl")],
};

const JUMP: Synonyms<Verb> = Synonyms {
    trained: &[
        Verb("jumps", "jumping", "jump"),
        Verb("leaps", "leaping", "leap"),
        Verb("jumps up", "jumping up", "jump up"),
        Verb("makes a jump", "making a jump", "make a jump"),
    ],
    held_out: &[Verb("hops", "hopping", "hop")],
};

const FALL: Synonyms<Verb> = Synonyms {
    trained: &[
        Verb("falls", "falling", "fall"),
        Verb("falls down", "falling down", "fall down"),
        Verb("drops from above", "dropping from above", "drop from above"),
    ],
    held_out: &[Verb("plummets", "plummeting", "plummet")],
};

const EXPLODE: Synonyms<Verb> = Synonyms {
    trained: &[
        Verb("explodes", "exploding", "explode"),
        Verb("blows up", "blowing up", "blow up"),
        Verb("bursts into pieces", "bursting into pieces", "burst into pieces"),
    ],
    held_out: &[Verb("detonates", "detonating", "detonate")],
};

const SWIM: Synonyms<Verb> = Synonyms {
    trained: &[
        Verb("swims", "swimming", "swim"),
        Verb("swims along", "swimming along", "swim along"),
        Verb("swims by", "swimming by", "swim by"),
    ],
    held_out: &[Verb("paddles", "paddling", "paddle")],
};

const DRIVE: Synonyms<Verb> = Synonyms {
    trained: &[
        Verb("drives", "driving", "drive"),
        Verb("drives along", "driving along", "drive along"),
        Verb("drives by", "driving by", "drive by"),
    ],
    held_out: &[Verb("motors along", "motoring along", "motor along")],
};

const SIT: Synonyms<Verb> = Synonyms {
    trained: &[
        Verb("sits still", "sitting still", "sit still"),
        Verb("rests", "resting", "rest"),
        Verb("stays still", "staying still", "stay still"),
        Verb("does not move", "standing still", "do not move"),
    ],
    held_out: &[Verb("remains motionless", "remaining motionless", "remain motionless")],
};
