//! The story of one clip: encode the prompt, draw noise, denoise, decode, vocode; window after window when the clip is
//! longer than the model can make at once. Who asked, which device and how files are written is told elsewhere.

use burn::tensor::Tensor;
use kinora_spec::{Audio, EngineError, Frames, Phase, Picture, Spec};

use crate::meter::Meter;
use crate::models::mini::{Film, Footage, Model, Plan, Window, samples};
use crate::models::wan::Context;
use crate::sample::schedule::shifted;
use crate::seed::Seed;

/// Makes the pictures of a spec, and its sound if it asks for any.
///
/// Pictures and sound are denoised together. A spec without sound only leaves the samples out, so the same seed gives
/// the same pictures.
///
/// # Errors
/// [`EngineError::Canceled`] within one denoising step, `Failed` when the device fails.
pub fn generate(
    model: &Model,
    spec: &Spec,
    meter: &mut Meter<'_>,
) -> Result<(Frames, Option<Audio>), EngineError> {
    let plan = Plan::new(model, spec);
    meter.expect(plan.flops());
    let context = meter.on_device(Phase::Text, plan.text_flops(), || model.context(&plan.rows))?;

    let mut run = Run { model, plan: &plan, meter };
    let mut film = Film::new(plan.canvas, plan.frames, plan.prefix_frames());
    let mut sound = vec![]; // each [1, tokens, audio_dim]
    let mut before = None;
    for window in &plan.windows {
        let kept = run.keep(window, before.take(), &film)?;
        let footage = run.denoise(window, kept, &context)?;
        run.decode(window, &footage, &mut film)?;
        sound.push(footage.after(window).sound);
        before = Some(footage);
    }
    let frames = film.cut(plan.frames, model.config.fps);
    let audio = if spec.generate_audio { Some(run.vocode(Tensor::cat(sound, 1))?) } else { None };
    Ok((frames, audio))
}

/// A run that is under way.
struct Run<'a, 'report> {
    model: &'a Model,
    plan: &'a Plan<'a>,
    meter: &'a mut Meter<'report>,
}

impl Run<'_, '_> {
    /// The clean footage that a window begins with: the last pictures of the film as latents that come first, and the
    /// last sound of the window before.
    fn keep(
        &mut self,
        window: &Window,
        before: Option<Footage>,
        film: &Film,
    ) -> Result<Option<Footage>, EngineError> {
        let (Some(before), Some(end)) = (before, film.end()) else { return Ok(None) };
        let flops = self.plan.keep_flops(window);
        let video = self.meter.on_device(Phase::Denoise, flops, || self.model.vae.encode(end))?;
        Ok(Some(Footage { video, sound: before.last_sound(window.prefix_tokens()) }))
    }

    /// Noise to footage, by Euler's method along the guided velocity; what was kept stays as it is. Half way through the
    /// first window it shows what the clip will look like.
    fn denoise(
        &mut self,
        window: &Window,
        kept: Option<Footage>,
        context: &Context,
    ) -> Result<Footage, EngineError> {
        let (model, plan) = (self.model, self.plan);
        let sampling = &model.config.sampling;
        let schedule = shifted(sampling.steps, sampling.shift);
        let mut new = Footage::noise(Seed(plan.seed), window, &plan.footage_shape(), &model.device);
        for step in 0..schedule.steps() {
            let (now, next) = (schedule.sigmas[step], schedule.sigmas[step + 1]);
            let time = plan.time(window, schedule.timesteps[step]);
            let is_shown = window.index == 0 && step == schedule.steps() / 2;
            let (stepped, first) = self.meter.on_device(Phase::Denoise, plan.step_flops(window), || {
                let velocity = model.velocity(Footage::joined(kept.clone(), new.clone()), &time, context);
                let velocity = velocity.after(window);
                let first = is_shown.then(|| new.first_clean(&velocity, now));
                (new.stepped(velocity, now, next), first)
            })?;
            new = stepped;
            if let Some(first) = first {
                self.show(first)?;
            }
        }
        Ok(Footage::joined(kept, new))
    }

    /// Shows the picture of one latent step, `[1, z, 1, rows, columns]`.
    fn show(&mut self, first: Tensor<5>) -> Result<(), EngineError> {
        let (model, plan) = (self.model, self.plan);
        let picture = || -> Result<Frames, String> {
            let mut film = Film::new(plan.canvas, 1, 1);
            film.push(model.vae.decoding().next(first))?;
            Ok(film.cut(1, model.config.fps))
        };
        let shown = self.meter.aside(Phase::Decode, plan.decode_flops(1), picture)?;
        let Frames { width, height, rgb, .. } = shown.map_err(EngineError::Failed)?;
        self.meter.show(Picture { width, height, rgb });
        Ok(())
    }

    /// Footage to pictures, a latent step at a time; those that are new go on the film.
    fn decode(&mut self, window: &Window, footage: &Footage, film: &mut Film) -> Result<(), EngineError> {
        let mut decoding = self.model.vae.decoding();
        for step in 0..window.steps {
            let latents = footage.video.clone().narrow(2, step, 1); // [1, z, 1, rows/8, columns/8]
            let picture = || {
                let video = decoding.next(latents); // [frames, 3, rows, columns]
                if step < window.prefix { Ok(()) } else { film.push(video) }
            };
            let pushed = self.meter.on_device(Phase::Decode, self.plan.decode_flops(1), picture)?;
            pushed.map_err(EngineError::Failed)?;
        }
        Ok(())
    }

    /// Audio tokens `[1, tokens, audio_dim]` to samples.
    fn vocode(&mut self, tokens: Tensor<3>) -> Result<Audio, EngineError> {
        let config = &self.model.config.audio;
        let network = || self.model.vocoder.forward(tokens).into_data().try_into_vec::<f32>();
        let head = self.meter.on_device(Phase::Vocode, self.plan.vocode_flops(), network)?;
        let head = head.map_err(|error| EngineError::Failed(format!("sound: {error:?}")))?;
        let samples = self.meter.on_host(Phase::Vocode, || samples(&head, config))?;
        let mut samples = samples.map_err(EngineError::Failed)?;
        samples.resize(self.plan.samples, 0.0);
        samples.iter_mut().for_each(|sample| *sample = sample.clamp(-1.0, 1.0));
        Ok(Audio { sample_rate: config.sample_rate, samples })
    }
}
