//! The same stage on a graphics interface and on the processor.

use burn::tensor::Device;
use kinora_engine::device::{self, DeviceChoice};
use kinora_engine::models::wan::Time;

use crate::golden::{Case, assert_close, tolerance};

/// A wgpu device, in software if need be; without one the test is skipped, unless skipping is a failure.
fn wgpu() -> Option<Device> {
    match device::open(DeviceChoice::Wgpu) {
        Ok(open) => {
            println!("wgpu adapter: {}", open.name);
            Some(open.device)
        }
        Err(reason) => {
            assert!(std::env::var_os("KINORA_REQUIRE_ALL").is_none_or(|all| all != "1"), "{reason}");
            eprintln!("skipped: no wgpu adapter");
            None
        }
    }
}

#[test]
fn the_transformer_is_the_same_on_wgpu() {
    let Some(device) = wgpu() else { return };
    let case = Case::wan("uneven", &device);
    let found = case.run(&Time::per_token(2, &case.golden.numbers::<2>("tokens"))).video;
    assert_close("uneven", found, case.golden.tensor("per_token"), tolerance::DEVICES);

    let case = Case::mini(&device);
    let found = case.run(&Time::same(500.0));
    let expected = Case::mini(&Device::flex()).run(&Time::same(500.0));
    let on_flex = |tensor: burn::tensor::Tensor<3>| tensor.to_device(&Device::flex());
    assert_close("mini video", found.video.to_device(&Device::flex()), expected.video, tolerance::DEVICES);
    assert_close("mini audio", on_flex(found.audio.unwrap()), expected.audio.unwrap(), tolerance::DEVICES);
}

#[test]
fn a_device_may_be_opened_twice() {
    let Some(device) = wgpu() else { return };
    assert_eq!(wgpu(), Some(device));
}
