//! Narrows a stream to some values of some factors, for a model that is too small for the whole world, or a training too short.

use std::str::FromStr;

use crate::action::Action;
use crate::camera::Camera;
use crate::colour::Colour;
use crate::object::{Object, Size};
use crate::plan::Plan;
use crate::scene::Scene;
use crate::sky::{TimeOfDay, Weather};
use crate::style::Style;

/// What the label of people says in place of an object.
const PERSON: &str = "person";

/// What can be narrowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Factor {
    Scene,
    Time,
    Weather,
    Camera,
    Style,
    Object,
    Colour,
    Action,
    Size,
    Count,
}

impl Factor {
    const ALL: [(&'static str, Self); 10] = [
        ("scene", Self::Scene),
        ("time", Self::Time),
        ("weather", Self::Weather),
        ("camera", Self::Camera),
        ("style", Self::Style),
        ("object", Self::Object),
        ("colour", Self::Colour),
        ("action", Self::Action),
        ("size", Self::Size),
        ("count", Self::Count),
    ];

    fn values(self) -> Vec<&'static str> {
        match self {
            Self::Scene => Scene::ALL.map(Scene::name).to_vec(),
            Self::Time => TimeOfDay::ALL.map(TimeOfDay::name).to_vec(),
            Self::Weather => Weather::ALL.map(Weather::name).to_vec(),
            Self::Camera => Camera::ALL.map(Camera::name).to_vec(),
            Self::Style => Style::ALL.map(Style::name).to_vec(),
            Self::Object => Object::ALL.into_iter().map(Object::name).chain([PERSON]).collect(),
            Self::Colour => Colour::ALL.map(Colour::name).to_vec(),
            Self::Action => Action::ALL.map(Action::name).to_vec(),
            Self::Size => Size::ALL.map(Size::name).to_vec(),
            Self::Count => ["1", "2", "3"].to_vec(),
        }
    }

    /// The value in a plan; none if it says nothing about people, of whom the plan is.
    fn of(self, plan: &Plan) -> Option<&'static str> {
        let thing = |value| plan.cast.is_thing().then_some(value);
        match self {
            Self::Scene => Some(plan.scene.name()),
            Self::Time => Some(plan.time.name()),
            Self::Weather => Some(plan.weather.name()),
            Self::Camera => Some(plan.camera.name()),
            Self::Style => Some(plan.style.name()),
            Self::Object => thing(plan.object.name()).or(Some(PERSON)),
            Self::Colour => thing(plan.colour.name()),
            Self::Action => thing(plan.action.name()),
            Self::Size => thing(plan.size.name()),
            Self::Count => thing(["1", "2", "3"][plan.count.clamp(1, 3) - 1]),
        }
    }
}

/// The values that a factor may have: `object=ball,cube`, of people `object=person`. Colour, action, size and count are those of objects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Only {
    factor: Factor,
    values: Vec<String>,
}

impl Only {
    /// Whether a plan may be shown.
    pub fn takes(&self, plan: &Plan) -> bool {
        self.factor.of(plan).is_none_or(|value| self.allows(value))
    }

    /// Whether people may be shown, and whether objects.
    pub fn takes_people_and_things(&self) -> (bool, bool) {
        match self.factor {
            Factor::Object => (self.allows(PERSON), self.values.iter().any(|value| value != PERSON)),
            _ => (true, true),
        }
    }

    fn allows(&self, value: &str) -> bool {
        self.values.iter().any(|allowed| allowed == value)
    }
}

impl FromStr for Only {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, list) =
            text.split_once('=').ok_or("it is FACTOR=VALUE,VALUE…, such as object=ball,cube")?;
        let names = || Factor::ALL.map(|(name, _)| name).join(", ");
        let found = Factor::ALL.iter().find(|(known, _)| *known == name);
        let (_, factor) =
            found.ok_or_else(|| format!("there is no factor {name:?}; there are {}", names()))?;
        let known = factor.values();
        if let Some(value) = list.split(',').find(|value| !known.contains(value)) {
            return Err(format!("{name} is never {value:?}; it is one of {}", known.join(", ")));
        }
        Ok(Self { factor: *factor, values: list.split(',').map(str::to_owned).collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::Split;
    use crate::stream::Order;

    fn order(only: &[&str], seed: u64) -> Order {
        Order {
            split: Split::Train,
            seed,
            indices: 0..400,
            frames: 5,
            threads: 1,
            identities: None,
            only: only.iter().map(|text| text.parse().unwrap()).collect(),
            speech: None,
        }
    }

    #[test]
    fn a_narrowed_stream_shows_nothing_else_and_as_many_people() {
        let narrow = order(&["object=ball,car,person", "scene=beach", "colour=red,blue", "count=1"], 3);
        let plans: Vec<Plan> = narrow.indices.clone().map(|index| narrow.plan(index)).collect();
        for plan in &plans {
            assert_eq!(plan.scene, Scene::Beach);
            if plan.cast.is_thing() {
                assert!([Object::Ball, Object::Car].contains(&plan.object) && plan.count == 1);
                assert!([Colour::Red, Colour::Blue].contains(&plan.colour));
            }
        }
        let people = plans.iter().filter(|plan| !plan.cast.is_thing()).count();
        assert!((110..170).contains(&people), "{people} of 400");
        assert!(plans[..40].windows(2).any(|pair| pair[0].object != pair[1].object), "all are alike");
    }

    #[test]
    fn a_narrowed_stream_is_the_same_every_time_and_another_with_another_seed() {
        let plans = |seed| {
            let order = order(&["object=bird", "style=flat"], seed);
            (0..20).map(|index| order.plan(index)).collect::<Vec<_>>()
        };
        assert!(plans(1) == plans(1) && plans(1) != plans(2));
    }

    #[test]
    fn what_already_fits_stays_as_it_is() {
        let (all, narrow) = (order(&[], 5), order(&["object=ball,cube,star,car,boat,bird,fish,person"], 5));
        let kept = (0..400).filter(|index| all.plan(*index) == narrow.plan(*index)).count();
        assert!((200..300).contains(&kept), "{kept} of 400");
    }

    #[test]
    fn people_alone_and_objects_alone_can_be_had() {
        let (people, things) = (order(&["object=person"], 1), order(&["object=drum"], 1));
        assert!((0..50).all(|index| !people.plan(index).cast.is_thing()));
        assert!(
            (0..50)
                .all(|index| things.plan(index).object == Object::Drum && things.plan(index).cast.is_thing())
        );
    }

    #[test]
    fn what_cannot_be_is_noticed_before_it_is_looked_for() {
        assert!(order(&["scene=space", "weather=clear"], 1).is_possible());
        assert!(!order(&["scene=space", "weather=rain"], 1).is_possible());
        assert!(!order(&["object=ball", "object=person"], 1).is_possible());
    }

    #[test]
    fn an_unknown_factor_or_value_is_refused_by_name() {
        let refused = |text: &str| text.parse::<Only>().unwrap_err();
        assert!(refused("shape=ball").contains("\"shape\"") && refused("shape=ball").contains("object"));
        assert!(refused("object=ball,bal").contains("\"bal\"") && refused("object=bal").contains("ball"));
        assert!(refused("ball").contains("FACTOR=VALUE"));
    }
}
