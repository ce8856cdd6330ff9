//! The same numbers on a graphics interface, even one that is computed in software.

use burn::tensor::{Device, Tensor};
use kinora_engine::device::{self, DeviceChoice};
use kinora_engine::models::mini::Model;

use crate::golden::{Golden, assert_close, tolerance};

/// A graphics device, or nothing after a line that says so; with `KINORA_REQUIRE_ALL=1` nothing is a failure.
fn graphics() -> Option<Device> {
    match device::open(DeviceChoice::Wgpu) {
        Ok(opened) => Some(opened.device),
        Err(reason) => {
            let message = format!("skipped, no graphics device: {reason}");
            assert!(std::env::var_os("KINORA_REQUIRE_ALL").is_none_or(|value| value != "1"), "{message}");
            println!("{message}");
            None
        }
    }
}

/// What each part makes of the golden inputs, brought to the processor. The transformer is compared in the test `parity`;
/// every further shape costs seconds of kernel compilation and tuning on a software adapter.
fn results(golden: &Golden, device: &Device) -> [Tensor<1>; 3] {
    let model: Model = golden.model(device);
    let decoded = model.vae.decoding().next(golden.tensor("vae.latents", device));
    let encoded = model.vae.encode(golden.tensor::<5>("vae.video", device).squeeze_dim::<4>(0));
    let head = model.vocoder.forward(golden.tensor::<3>("mel.normalised", device).swap_dims(1, 2));
    let flat = |numbers| Tensor::<1>::from_data(numbers, &Device::flex());
    [
        flat(decoded.flatten::<1>(0, 3).into_data()),
        flat(encoded.flatten::<1>(0, 4).into_data()),
        flat(head.flatten::<1>(0, 1).into_data()),
    ]
}

#[test]
fn every_part_gives_the_same_on_a_graphics_device_as_on_the_processor() {
    let Some(device) = graphics() else { return };
    let golden = Golden::read();
    let parts = ["decoded", "encoded", "vocoder head"];
    let (found, expected) = (results(&golden, &device), results(&golden, &Device::flex()));
    for ((part, found), expected) in parts.into_iter().zip(found).zip(expected) {
        assert_close(part, found, expected, tolerance::DEVICES);
    }
}
