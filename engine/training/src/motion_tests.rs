//! What holds of every course, whatever the action.

use crate::action::{Action, FPS, SPEED_MAX_PX};
use crate::dice::{Dice, Part, Source, Split};
use crate::event::Kind;
use crate::motion::{Motion, motion};
use crate::plan::{Plan, plan};

/// How much faster than the limit the camera and an object may be together, in pixels a frame.
const CAMERA_PX: f32 = 2.5;

fn courses() -> impl Iterator<Item = (Plan, Motion)> {
    (0..3000).map(|index| {
        let source = Source { split: Split::Judge, seed: 2, index };
        let plan = plan(source, [49, 49, 17][index as usize % 3]);
        let motion = motion(&plan, &mut Dice::new(source, Part::Motion));
        (plan, motion)
    })
}

#[test]
fn nothing_moves_faster_than_the_limit() {
    for (plan, motion) in courses() {
        for pair in motion.bodies.iter().flat_map(|poses| poses.windows(2)) {
            let speed = (pair[1].x - pair[0].x).hypot(pair[1].y - pair[0].y);
            assert!(speed <= SPEED_MAX_PX, "{} at {speed} px a frame", plan.action.name());
        }
    }
}

#[test]
fn nothing_moves_much_faster_in_the_picture() {
    for (plan, motion) in courses() {
        for poses in &motion.bodies {
            let places: Vec<_> =
                poses.iter().zip(&plan.views).map(|(pose, view)| view.place(pose.x, pose.y)).collect();
            for pair in places.windows(2) {
                let speed = (pair[1].0 - pair[0].0).hypot(pair[1].1 - pair[0].1);
                assert!(speed <= SPEED_MAX_PX + CAMERA_PX, "{} px, {:?}", speed, plan.camera);
            }
        }
    }
}

#[test]
fn the_middle_of_every_object_stays_in_every_picture() {
    for (plan, motion) in courses() {
        for (pose, view) in motion.bodies.iter().flat_map(|poses| poses.iter().zip(&plan.views)) {
            let (x, y) = view.place(pose.x, pose.y);
            assert!((0.0..=plan.width as f32).contains(&x), "x {x} {:?} {:?}", plan.action, plan.camera);
            assert!((0.0..=plan.height as f32).contains(&y), "y {y} {:?} {:?}", plan.action, plan.camera);
        }
    }
}

#[test]
fn whatever_lands_is_on_the_ground_when_it_is_heard() {
    let mut landings = 0;
    for (plan, motion) in courses().filter(|(plan, _)| matches!(plan.action, Action::Bounce | Action::Fall)) {
        for event in motion.events.iter().filter(|event| event.kind != Kind::Splash) {
            let frame = (event.at * FPS).round() as usize;
            if frame >= plan.frames {
                continue;
            }
            let gap =
                motion.bodies.iter().filter_map(|poses| poses.get(frame)).map(|pose| {
                    pose.ground - pose.y - plan.object.foot(pose.angle) * pose.radius * pose.stretch
                });
            let least = gap.fold(f32::MAX, f32::min);
            assert!(least <= SPEED_MAX_PX, "{least} px above the ground");
            landings += 1;
        }
    }
    assert!(landings > 300, "{landings}");
}

#[test]
fn only_actions_with_a_direction_go_to_their_side() {
    for (plan, motion) in courses().filter(|(plan, _)| plan.action != Action::Collide) {
        let poses = &motion.bodies[0];
        let gone = (poses[plan.frames - 1].x - poses[0].x) * plan.facing;
        let far = if plan.action == Action::Explode { 16.0 } else { 3.0 };
        assert_eq!(gone > far, plan.action.has_direction(), "{gone} px by {}", plan.action.name());
    }
}
