//! Puts the parts of a clip together: pictures, sound, words and labels. Decides nothing itself.

use kinora_spec::LIKENESS_FEATURES;
use serde::Serialize;

use crate::act::{Course, HEAD_UP, Stance, course};
use crate::action::Action;
use crate::caption::caption;
use crate::cast::references;
use crate::dice::{Dice, Part};
use crate::event::Event;
use crate::film;
use crate::mood::Mood;
use crate::motion::{Motion, Pose, motion};
use crate::mouth::Mouth;
use crate::object::Size;
use crate::plan::Plan;
use crate::sound;

/// The middle of a person above the ground and the radius around it that covers nearly all of the figure, in radii of the
/// head.
const MIDDLE: f32 = 2.2;
/// See [`MIDDLE`].
const REACH: f32 = 1.7;

/// A finished clip.
pub struct Clip {
    /// What it shows.
    pub label: Label,
    /// Its frames one after another, each in rows of RGB bytes.
    pub pixels: Vec<u8>,
    /// Its sound, between -1 and 1.
    pub samples: Vec<f32>,
}

/// What is known about a clip.
#[derive(Serialize)]
pub struct Label {
    /// The clip's place in its stream.
    pub index: u64,
    /// What a person might write to get it.
    pub caption: String,
    /// Scene.
    pub scene: &'static str,
    /// Object, or "person".
    pub object: &'static str,
    /// Colour of the object, or of the first person's shirt.
    pub colour: &'static str,
    /// Action of the object or of the first person.
    pub action: &'static str,
    /// Size of the object; "big" for people.
    pub size: &'static str,
    /// "left", "right", or "none" where the action has no direction.
    pub direction: &'static str,
    /// Width in pixels.
    pub width: usize,
    /// Height in pixels.
    pub height: usize,
    /// Number of frames.
    pub frames: usize,
    /// Samples a second.
    pub sample_rate: u32,
    /// Number of samples.
    pub samples: usize,
    /// The hour; "day" where none is seen.
    pub time: &'static str,
    /// The weather; "clear" where none is seen.
    pub weather: &'static str,
    /// How many objects or people there are.
    pub count: usize,
    /// The motion of the camera.
    pub camera: &'static str,
    /// The manner of drawing.
    pub style: &'static str,
    /// The mood of the music, if there is any.
    pub music: Option<&'static str>,
    /// What the face of the first person shows.
    pub expression: Option<&'static str>,
    /// Whether the first person talks.
    pub talking: bool,
    /// Centre and radius of the first object or person in every frame, in pixels of the picture.
    pub track: Vec<[f32; 3]>,
    /// The same of the second.
    pub second_track: Option<Vec<[f32; 3]>>,
    /// The same of the first person's head.
    pub face_track: Option<Vec<[f32; 3]>>,
    /// How far the first person's mouth is open in every frame, 0 to 1.
    pub mouth: Option<Vec<f32>>,
    /// What references say, in the order of mention: [`kinora_spec::Likeness::features`].
    pub references: Vec<[f32; LIKENESS_FEATURES]>,
    /// When something begins to be heard that the pictures show.
    pub events: Vec<Event>,
}

/// Who acts, and how.
pub(crate) enum Acting {
    Thing(Motion),
    People(Vec<Course>),
}

/// The clip of a plan.
pub fn clip(plan: &Plan) -> Clip {
    let mut dice = Dice::new(plan.source, Part::Motion);
    let (acting, samples) = if plan.cast.is_thing() {
        let motion = motion(plan, &mut dice);
        let samples = sound::sound(plan, &motion);
        (Acting::Thing(motion), samples)
    } else {
        let people = plan.cast.people().iter();
        let courses: Vec<Course> = people.map(|person| course(plan, person, &mut dice)).collect();
        let samples = sound::people(plan, &courses);
        (Acting::People(courses), samples)
    };
    Clip { label: label(plan, &acting), pixels: film::pictures(plan, &acting), samples }
}

fn label(plan: &Plan, acting: &Acting) -> Label {
    let mut tracks = tracks(plan, acting).into_iter();
    let first = plan.cast.people().first();
    let talking = first.is_some() && plan.utterance.is_some();
    let (directed, facing) = first.map_or((plan.action.has_direction(), plan.facing), |person| {
        (person.act.has_direction(), person.facing)
    });
    Label {
        index: plan.source.index,
        caption: caption(plan),
        scene: plan.scene.name(),
        object: first.map_or(plan.object.name(), |_| "person"),
        colour: first.map_or(plan.colour, |person| person.looks.names.3).name(),
        action: match first {
            Some(_) if talking => "talk",
            Some(person) => person.act.name(),
            None if plan.action == Action::Grow && !plan.grows => "shrink",
            None => plan.action.name(),
        },
        size: first.map_or(plan.size, |_| Size::Big).name(),
        direction: match (directed, facing > 0.0) {
            (false, _) => "none",
            (true, true) => "right",
            (true, false) => "left",
        },
        width: plan.width,
        height: plan.height,
        frames: plan.frames,
        sample_rate: sound::SAMPLE_RATE,
        samples: sound::length(plan.frames),
        time: plan.time.name(),
        weather: plan.weather.name(),
        count: first.map_or(plan.count, |_| plan.cast.people().len()),
        camera: plan.camera.name(),
        style: plan.style.name(),
        music: plan.music.map(Mood::name),
        expression: first.map(|person| person.expression.name()),
        talking,
        track: tracks.next().unwrap_or_default(),
        second_track: tracks.next(),
        face_track: face(plan, acting),
        mouth: first.map(|_| (0..plan.frames).map(|frame| hundredth(mouth(plan, frame).open)).collect()),
        references: references(plan).iter().map(|likeness| likeness.features()).collect(),
        events: match acting {
            Acting::Thing(motion) => motion.events.clone(),
            Acting::People(courses) => courses.iter().flat_map(|course| course.events.clone()).collect(),
        },
    }
}

/// The mouth of the first person.
pub(crate) fn mouth(plan: &Plan, frame: usize) -> Mouth {
    plan.utterance.as_ref().and_then(|said| said.mouths.get(frame)).copied().unwrap_or_default()
}

fn hundredth(value: f32) -> f32 {
    (value * 100.0).round() / 100.0
}

/// Centre and radius of something of the world in the picture of a frame, in tenths of a pixel.
fn seen(plan: &Plan, frame: usize, [x, y, radius]: [f32; 3]) -> [f32; 3] {
    let view = &plan.views[frame];
    let (x, y) = view.place(x, y);
    [x, y, radius * view.scale].map(|value| (value * 10.0).round() / 10.0)
}

fn tracks(plan: &Plan, acting: &Acting) -> Vec<Vec<[f32; 3]>> {
    match acting {
        Acting::Thing(motion) => {
            let track = |poses: &Vec<Pose>| {
                let places = poses.iter().enumerate();
                places.map(|(at, Pose { x, y, radius, .. })| seen(plan, at, [*x, *y, *radius])).collect()
            };
            motion.bodies.iter().map(track).collect()
        }
        Acting::People(courses) => {
            let each = plan.cast.people().iter().zip(courses);
            each.map(|(person, course)| {
                let radius = person.radius;
                let place = |stance: &Stance| [stance.x, stance.y - MIDDLE * radius, REACH * radius];
                let places = course.stances.iter().enumerate();
                places.map(|(at, stance)| seen(plan, at, place(stance))).collect()
            })
            .collect()
        }
    }
}

/// The first person's head.
fn face(plan: &Plan, acting: &Acting) -> Option<Vec<[f32; 3]>> {
    let (Acting::People(courses), Some(person)) = (acting, plan.cast.people().first()) else { return None };
    let stances = courses.first()?.stances.iter().enumerate();
    let places = stances.map(|(at, stance)| {
        seen(plan, at, [stance.x, stance.y - HEAD_UP * person.radius * stance.stretch, person.radius])
    });
    Some(places.collect())
}
