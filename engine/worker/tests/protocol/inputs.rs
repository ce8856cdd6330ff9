//! What a run is made from: fetched, read, given to the engine; colour bars refuse a run whose material is not there.

use std::ops::ControlFlow;

use kinora_spec::lease::{FailReason, InputKind, Lease};
use kinora_spec::{
    Clip, ColourBars, Colours, Engine, Likeness, Material, Phase, PhaseCost, Role, Size, Source, Spec,
};

use crate::server::{Event, Server, lease};
use crate::{LONG, bars, count, failed_for, finished, start, wait};

const EXTEND: Source = Source::Extend { source_seconds: 2 };
const REMIX: Source = Source::Remix { strength_percent: 60 };

/// What colour bars keep of a clip.
const LATENTS: &[u8] = b"colour bars";

/// The files of a clip of colour bars.
fn files(size: Size) -> kinora_media::Files {
    let spec = Spec::of_words("colour-bars", "bars", size, 4, 1);
    let go_on = &mut |_| ControlFlow::Continue(());
    let clip: Clip = ColourBars::default().generate(&spec, &Material::default(), go_on).unwrap();
    kinora_media::encode(&clip, size, 4, &mut |_| ControlFlow::Continue(())).unwrap()
}

fn has(kind: InputKind, bytes: &[u8]) -> Server {
    let server = Server::start();
    server.state().inputs.insert(kind, bytes.to_vec());
    server
}

/// Works until the run ended, well or not.
async fn work(server: &Server) -> Vec<Event> {
    let worker = start(server, bars(0), LONG);
    let ended = |event: &Event| matches!(event, Event::Finished(_) | Event::Failed(_));
    let events = wait(server, move |events| count(events, ended) == 1).await;
    worker.stop().await;
    events
}

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_is_given_the_latents_of_the_clip_that_goes_on() {
    let server = has(InputKind::Latents, LATENTS);
    server.queue_from(EXTEND, &[InputKind::Latents]);
    let events = work(&server).await;
    let Some(Event::Finished(finish)) = events.last() else { panic!("not finished: {events:?}") };
    let PhaseCost { phase, wall_us, device_us, flops } = finish.report.phases[0];
    assert_eq!((phase, device_us, flops), (Phase::Condition, 0, 0));
    assert!(wall_us > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_movie_is_decoded_before_the_engine_sees_it() {
    let server = has(InputKind::Clip, &files(Size::new(128, 72)).video);
    server.queue_from(REMIX, &[InputKind::Clip]);
    assert_eq!(count(&work(&server).await, finished), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_decoded_before_the_engine_sees_it() {
    // A thumbnail of a clip whose long side is a thumbnail's is a picture of exactly its size.
    let size = Size::new(512, 288);
    let server = has(InputKind::Picture, &files(size).thumbnail);
    let plain = lease(1);
    let spec = Spec { size, source: Some(Source::Picture), ..plain.spec.clone() };
    server.queue_lease(Lease { spec, inputs: vec![InputKind::Picture], ..plain });
    assert_eq!(count(&work(&server).await, finished), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_looks_of_the_cast_come_with_the_lease() {
    let server = Server::start();
    let plain = lease(1);
    let spec = Spec { cast: vec![Role { name: "Bolt".into() }], ..plain.spec.clone() };
    let likenesses = vec![Likeness::Object(Colours { main: [255, 0, 0], second: [0, 0, 0] })];
    server.queue_lease(Lease { spec, likenesses, ..plain });
    assert_eq!(count(&work(&server).await, finished), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_without_its_material_fails_for_good() {
    let server = Server::start();
    server.queue_from(EXTEND, &[]);
    assert_eq!(count(&work(&server).await, failed_for(FailReason::Permanent)), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_input_that_cannot_be_read_fails_the_run_for_good_and_names_it() {
    for (source, kind) in [(REMIX, InputKind::Clip), (Source::Picture, InputKind::Picture)] {
        let server = has(kind, b"neither a movie nor a picture");
        server.queue_from(source, &[kind]);
        let events = work(&server).await;
        let Some(Event::Failed(fail)) = events.last() else { panic!("not failed: {events:?}") };
        assert_eq!(fail.reason, FailReason::Permanent);
        assert!(fail.message.contains(kind.name()), "{}", fail.message);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_input_without_an_answer_is_asked_for_again() {
    let server = has(InputKind::Latents, LATENTS);
    server.state().inputs_unanswered = 2;
    server.queue_from(EXTEND, &[InputKind::Latents]);
    let events = work(&server).await;
    assert_eq!(count(&events, |event| matches!(event, Event::Fetched(InputKind::Latents))), 3);
    assert_eq!(count(&events, finished), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_whose_lease_is_lost_while_its_inputs_are_fetched_is_dropped_in_silence() {
    let server = Server::start();
    server.queue_from(EXTEND, &[InputKind::Latents]);
    server.queue(2);
    let events = work(&server).await;
    assert_eq!(count(&events, |event| matches!(event, Event::Leased)), 2);
    assert_eq!(count(&events, |event| matches!(event, Event::Failed(_))), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_canceled_run_does_not_wait_for_an_input_that_never_comes() {
    let server = Server::start();
    server.state().inputs_refused = Some(500);
    server.queue_from(EXTEND, &[InputKind::Latents]);
    let worker = start(&server, bars(0), LONG);
    wait(&server, |events| count(events, |event| matches!(event, Event::Fetched(_))) > 1).await;
    server.state().cancel = true;
    wait(&server, |events| count(events, failed_for(FailReason::Canceled)) == 1).await;
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_input_that_is_gone_fails_the_run_for_good() {
    let server = Server::start();
    server.state().inputs_refused = Some(400);
    server.queue_from(EXTEND, &[InputKind::Latents]);
    let events = work(&server).await;
    assert_eq!(count(&events, failed_for(FailReason::Permanent)), 1);
    assert_eq!(count(&events, |event| matches!(event, Event::Fetched(_))), 1, "asked for once");
}
