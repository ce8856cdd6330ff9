//! The story of one clip: encode the prompts and what the clip is made from, draw noise, denoise, decode, vocode; window
//! after window when the clip is longer than the model can make at once. Who asked, which device and how files are written
//! is told elsewhere.

use burn::tensor::{Tensor, TensorData};
use kinora_spec::{Audio, EngineError, Frames, Material, Phase, Picture, Source, SourceClip};

use crate::meter::Meter;
use crate::models::mini::{
    Clean, Denoising, Film, Footage, Given, Model, Pass, Place, Plan, Recording, Reel, Take, Track, Window,
    samples,
};
use crate::models::wan::Context;
use crate::seed::Seed;

/// What a run made.
pub struct Made {
    /// The pictures.
    pub frames: Frames,
    /// The sound, if the spec asks for any.
    pub audio: Option<Audio>,
    /// What a later run can go on from.
    pub reel: Reel,
}

/// Makes the pictures of a plan, and its sound if it asks for any; `reel` is the clip that it is made from, if that is one of
/// the engine's own.
///
/// A spec without sound only leaves out what is done for the samples alone, so the same seed gives the same pictures.
///
/// # Errors
/// [`EngineError::Canceled`] within one denoising step, `Failed` when the device fails.
pub fn generate(
    model: &Model,
    plan: &Plan<'_>,
    material: &Material,
    reel: Option<Reel>,
    meter: &mut Meter<'_>,
) -> Result<Made, EngineError> {
    meter.expect(plan.flops());
    let mut contexts = vec![];
    for scene in &plan.scenes {
        let context = || model.context(&scene.rows, &scene.looks);
        contexts.push(meter.on_device(Phase::Text, plan.text_flops(scene), context)?);
    }
    let film = Film::new(plan.canvas, plan.frames, plan.prefix_frames());
    let mut run = Run { model, plan, meter, film, track: Track::default(), footage: vec![] };
    let mut source = run.source(material, reel)?;
    if let Some(Source::Extend { .. }) = plan.origin {
        for (window, footage) in plan.source.iter().zip(source.drain(..)) {
            run.develop(window, footage)?;
        }
    }
    let mut source = source.into_iter();
    for take in &plan.takes {
        let clean = run.begin(&take.window, material.picture.as_ref())?;
        let footage = run.denoise(take, clean, source.next(), &contexts[take.scene])?;
        run.develop(&take.window, footage)?;
    }
    run.finish()
}

/// A run that is under way.
struct Run<'a, 'report> {
    model: &'a Model,
    plan: &'a Plan<'a>,
    meter: &'a mut Meter<'report>,
    film: Film,
    track: Track,
    /// Of every window so far.
    footage: Vec<Footage>,
}

impl Run<'_, '_> {
    /// The clip that this one is made from, as footage: its own, or what a recording is encoded to.
    fn source(&mut self, material: &Material, reel: Option<Reel>) -> Result<Vec<Footage>, EngineError> {
        match (reel, &material.clip) {
            (Some(reel), _) => Ok(reel.footage),
            (None, Some(SourceClip::Decoded(frames, sound))) if !self.plan.source.is_empty() => {
                self.encode((frames, sound.as_ref()))
            }
            _ => Ok(vec![]),
        }
    }

    fn encode(&mut self, clip: (&Frames, Option<&Audio>)) -> Result<Vec<Footage>, EngineError> {
        let (model, plan) = (self.model, self.plan);
        let end = Place::default().after_all(&plan.source);
        let numbers = (&model.config, &model.levels);
        let recording =
            self.meter.on_host(Phase::Condition, || Recording::new(clip, plan.canvas, numbers, end))?;
        let recording = recording.map_err(EngineError::Failed)?;
        let (mut encoded, mut place) = (vec![], Place::default());
        for window in &plan.source {
            let (pictures, tokens) = self.meter.on_host(Phase::Condition, || {
                (recording.pictures(place, window), recording.sound(place, window))
            })?;
            let video = self.picture_latents(Phase::Condition, plan.condition_flops(window), pictures)?;
            let shape = [1, window.tokens, plan.footage_shape().audio_dim];
            let sound = Tensor::from_data(TensorData::new(tokens, shape), &model.device);
            encoded.push(Footage { video, sound });
            place = place.after(window);
        }
        Ok(encoded)
    }

    /// Painted pictures `[frames, 3, rows, columns]` as latents.
    fn picture_latents(
        &mut self,
        phase: Phase,
        flops: u64,
        painted: Vec<f32>,
    ) -> Result<Tensor<5>, EngineError> {
        let model = self.model;
        let [rows, columns] = self.plan.canvas.painted;
        let frames = painted.len() / (3 * rows * columns);
        self.meter.on_device(phase, flops, || {
            let painted = TensorData::new(painted, [frames, 3, rows, columns]);
            model.vae.encode(Tensor::from_data(painted, &model.device))
        })
    }

    /// What a window begins with: the last pictures of the film, encoded again, or the picture that was given, or, after a
    /// cut, nothing; and the last of the track.
    fn begin(&mut self, window: &Window, picture: Option<&Picture>) -> Result<Clean, EngineError> {
        let (model, plan) = (self.model, self.plan);
        let flops = plan.begin_flops(window);
        let sound = self.track.end(window.clean_tokens);
        let video = match (window.clean, window.known, self.film.end(), picture) {
            (0, ..) => None,
            (_, 0, _, Some(picture)) => {
                let size = kinora_spec::Size::new(picture.width, picture.height);
                let painted =
                    self.meter.on_host(Phase::Condition, || plan.canvas.paint(&picture.rgb, size))?;
                Some(self.picture_latents(Phase::Condition, flops, painted)?)
            }
            (.., Some(end), _) => {
                Some(self.meter.on_device(Phase::Denoise, flops, || model.vae.encode(end))?)
            }
            _ => return Err(EngineError::Failed("a window has nothing to begin with".into())),
        };
        Ok(Clean { video, sound })
    }

    /// Noise to footage; with a source it begins from that under noise. Half way through the first window's pictures it shows what
    /// the clip will look like.
    fn denoise(
        &mut self,
        take: &Take,
        clean: Clean,
        source: Option<Footage>,
        context: &Context,
    ) -> Result<Footage, EngineError> {
        let (model, plan, window) = (self.model, self.plan, &take.window);
        let is_first = Some(take) == plan.takes.first();
        let schedule = &plan.schedule;
        let noise = Footage::noise(Seed(plan.seed), window, &plan.footage_shape(), &model.device);
        let start = match source {
            Some(source) => source.after(window).noised(noise, schedule.sigmas[0]),
            None => noise,
        };
        let mut denoising = Denoising::new(Given { model, plan, take, clean, context }, start);
        for pass in model.config.sampling.passes() {
            for step in 0..schedule.steps() {
                let flops = plan.step_flops(take, *pass, step);
                let first = self.meter.on_device(Phase::Denoise, flops, || denoising.step(*pass, step))?;
                if is_first && *pass == Pass::Both && step == schedule.steps() / 2 {
                    self.show(first)?;
                }
            }
        }
        Ok(denoising.finish())
    }

    /// Shows the picture of one latent step, `[1, z, 1, rows, columns]`.
    fn show(&mut self, first: Tensor<5>) -> Result<(), EngineError> {
        let (model, plan) = (self.model, self.plan);
        let picture = || -> Result<Frames, String> {
            let mut film = Film::new(plan.canvas, 1, 1);
            film.push(model.vae.decoding().next(first))?;
            Ok(film.finish(model.config.fps))
        };
        let shown = self.meter.aside(Phase::Decode, plan.decode_flops(1), picture)?;
        let Frames { width, height, rgb, .. } = shown.map_err(EngineError::Failed)?;
        self.meter.show(Picture { width, height, rgb });
        Ok(())
    }

    /// Footage to pictures, a latent step at a time: those that the film lacks go on it, as the sound goes on the track.
    fn develop(&mut self, window: &Window, footage: Footage) -> Result<(), EngineError> {
        let mut decoding = self.model.vae.decoding();
        let mut painted = 0;
        match window.known {
            0 => self.film.cut(),
            _ => self.film.go_on(),
        }
        for step in 0..window.steps {
            let latents = footage.video.clone().narrow(2, step, 1); // [1, z, 1, rows/8, columns/8]
            let film = &mut self.film;
            let pictures = || {
                let video = decoding.next(latents); // [frames, 3, rows, columns]
                let [frames, ..] = video.dims();
                let first = window.known.clamp(painted, painted + frames);
                let end = (window.known + window.frames).clamp(first, painted + frames);
                let pushed = match end - first {
                    0 => Ok(()),
                    count => film.push(video.narrow(0, first - painted, count)),
                };
                painted += frames;
                pushed
            };
            let pushed = self.meter.on_device(Phase::Decode, self.plan.decode_flops(1), pictures)?;
            pushed.map_err(EngineError::Failed)?;
        }
        self.track.push(footage.heard(window));
        self.footage.push(footage);
        Ok(())
    }

    fn finish(mut self) -> Result<Made, EngineError> {
        let (config, plan) = (&self.model.config, self.plan);
        let audio = match std::mem::take(&mut self.track).finish() {
            Some(tokens) if plan.sound => Some(self.vocode(tokens)?),
            _ => None,
        };
        let reel = Reel::new(config, plan.canvas.painted, plan.windows(), self.footage);
        Ok(Made { frames: self.film.finish(config.fps), audio, reel })
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
