//! Schedules and solvers against diffusers', step by step, on a velocity that depends on the latents.

use burn::tensor::{Device, Tensor};
use kinora_engine::sample::{Schedule, UniPc, euler, schedule};

use crate::golden::{Golden, assert_close, tolerance};

const STEPS: [usize; 2] = [4, 20];
const SHIFTS: [u32; 2] = [3, 5];

/// Compares a schedule and a run of `step` with the goldens called `name`.
fn check(name: &str, schedule: &Schedule, mut step: impl FnMut(Tensor<1>, Tensor<1>, usize) -> Tensor<1>) {
    let golden = Golden::open("wan_schedules.safetensors", &format!("{name}."), &Device::flex());
    let host = |numbers: &[f64]| Tensor::<1>::from_floats(numbers, &Device::flex());
    assert_close(
        &format!("{name} sigmas"),
        host(&schedule.sigmas),
        golden.tensor("sigmas"),
        tolerance::SAMPLERS,
    );
    let timesteps = golden.tensor("timesteps");
    assert_close(&format!("{name} timesteps"), host(&schedule.timesteps), timesteps, tolerance::SAMPLERS);

    let expected = golden.tensor::<2>("x");
    let row = |at: usize| expected.clone().narrow(0, at, 1).squeeze_dim::<1>(0);
    let mut x = row(0);
    for at in 0..schedule.steps() {
        let velocity = x.clone() * 0.3 + (x.clone() * 7.0).sin() * 0.1;
        x = step(x, velocity, at);
        assert_close(&format!("{name} step {at}"), x.clone(), row(at + 1), tolerance::SAMPLERS);
    }
}

#[test]
fn euler_on_the_flow_match_schedule_is_diffusers() {
    for steps in STEPS {
        for shift in SHIFTS {
            let schedule = schedule::flow_match_euler(steps, f64::from(shift));
            check(&format!("euler_{steps}_{shift}"), &schedule, |x, velocity, at| {
                euler(x, velocity, schedule.sigmas[at], schedule.sigmas[at + 1])
            });
        }
    }
}

#[test]
fn unipc_is_diffusers() {
    for steps in STEPS {
        for shift in SHIFTS {
            let schedule = schedule::unipc(steps, f64::from(shift));
            let mut solver = UniPc::new(&schedule);
            check(&format!("unipc_{steps}_{shift}"), &schedule, |x, velocity, _| solver.step(x, velocity));
        }
    }
}
