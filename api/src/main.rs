//! The program. The only place that knows both the server and the embedded engine.

mod cli;

use std::process::ExitCode;

/// Each product of the engine is a new piece of memory of about a megabyte. The system's allocator hands such a piece back to
/// the kernel and pays for its pages again; this one keeps them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    quieten_mesa();
    cli::run(BUILT_IN)
}

/// Mesa chooses between graphics cards by asking a Wayland display, and complains on the terminal of a machine that has
/// none. wgpu chooses by itself, so it need not ask; whoever has a display or a wish of their own is left alone.
fn quieten_mesa() {
    const OFF: &str = "NODEVICE_SELECT";
    if [OFF, "MESA_VK_DEVICE_SELECT", "WAYLAND_DISPLAY"].iter().all(|name| std::env::var_os(name).is_none()) {
        #[expect(unsafe_code, reason = "no other thread reads the environment: none has been started yet")]
        // SAFETY: this is the first thing that `main` does.
        unsafe {
            std::env::set_var(OFF, "1");
        }
    }
}

/// The embedded model and the reader of captures, where this build has them.
#[cfg(feature = "engine")]
const BUILT_IN: Option<cli::BuiltIn> = Some(cli::BuiltIn {
    mini: |device| {
        let choice = match device {
            cli::Device::Auto => kinora_engine::DeviceChoice::Auto,
            cli::Device::Wgpu => kinora_engine::DeviceChoice::Wgpu,
            cli::Device::Flex => kinora_engine::DeviceChoice::Flex,
        };
        Box::new(kinora_engine::Mini::new(choice))
    },
    reader: |face_models| Ok(Box::new(kinora_engine::Reader::new(face_models)?)),
});

#[cfg(not(feature = "engine"))]
const BUILT_IN: Option<cli::BuiltIn> = None;
