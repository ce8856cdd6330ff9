//! Weights from a safetensors file into modules, strictly: every tensor of a module must be there with the right shape, and
//! every tensor of the file must be used. A tensor of I8 has the scales of its rows beside it, in `NAME.scale`. Names differ
//! between frameworks by a table that each model keeps as data.

mod widen;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use burn::module::{Module, ModuleMapper, Param};
use burn::tensor::{Device, Tensor, TensorData};
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use widen::SCALE;

/// Replacements that turn a name in a file into the path of a parameter, applied in order, each wherever it fits.
pub type Names = &'static [(&'static str, &'static str)];

/// Why a checkpoint was not loaded.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// The file could not be read.
    #[error("cannot read {path}: {source}")]
    Io {
        /// Which file.
        path: String,
        /// What happened.
        source: std::io::Error,
    },
    /// The bytes are no safetensors file.
    #[error("not a safetensors file: {0}")]
    Format(#[from] safetensors::SafeTensorError),
    /// The module has parameters that the file lacks.
    #[error("missing tensors: {}", .0.join(", "))]
    Missing(Vec<String>),
    /// The file has tensors that nothing asked for.
    #[error("unused tensors: {}", .0.join(", "))]
    Unused(Vec<String>),
    /// A tensor has another shape than the module.
    #[error("tensor {name} has shape {found:?}, not {expected:?}")]
    Shape {
        /// Its name in the file.
        name: String,
        /// What the module needs, in the file's layout.
        expected: Vec<usize>,
        /// What the file has.
        found: Vec<usize>,
    },
    /// A tensor has another number of axes than was asked for.
    #[error("tensor {name} has shape {found:?}, not {rank} axes")]
    Rank {
        /// Its name in the file.
        name: String,
        /// How many axes were asked for.
        rank: usize,
        /// What the file has.
        found: Vec<usize>,
    },
    /// A tensor's numbers are of a type that is not read.
    #[error("tensor {name} is {dtype}, not F32, F16, BF16 or, with scales, I8")]
    Dtype {
        /// Its name in the file.
        name: String,
        /// Its type.
        dtype: String,
    },
}

/// A safetensors file in memory, which remembers what has been read from it.
pub struct Checkpoint<'data> {
    tensors: BTreeMap<String, TensorView<'data>>,
    used: RefCell<BTreeSet<String>>,
}

impl<'data> Checkpoint<'data> {
    /// Reads the list of tensors.
    ///
    /// # Errors
    /// [`CheckpointError::Format`].
    pub fn new(bytes: &'data [u8]) -> Result<Self, CheckpointError> {
        let tensors = SafeTensors::deserialize(bytes)?.tensors().into_iter().collect();
        Ok(Self { tensors, used: RefCell::default() })
    }

    /// Replaces every parameter of `module` by the tensor of its name.
    ///
    /// The tensors are those whose name starts with `prefix`; without it and after `names`, a name is the parameter's path.
    /// Numbers become F32. The weight of a [`Linear`](crate::nn::Linear) is turned into burn's layout.
    ///
    /// # Errors
    /// [`CheckpointError::Missing`], `Unused` (under this prefix), `Shape` and `Dtype`; the module is then unchanged.
    pub fn load<M: Module>(&self, module: &mut M, prefix: &str, names: Names) -> Result<(), CheckpointError> {
        let mut mapper = Mapper::new(self, prefix, names);
        let loaded = module.clone().map(&mut mapper);
        mapper.finish()?;
        *module = loaded;
        Ok(())
    }

    /// One tensor by its name in the file, as F32.
    ///
    /// # Errors
    /// [`CheckpointError::Missing`], `Rank` and `Dtype`.
    pub fn tensor<const D: usize>(&self, name: &str, device: &Device) -> Result<Tensor<D>, CheckpointError> {
        let view = self.tensors.get(name).ok_or_else(|| CheckpointError::Missing(vec![name.to_owned()]))?;
        if view.shape().len() != D {
            let found = view.shape().to_vec();
            return Err(CheckpointError::Rank { name: name.to_owned(), rank: D, found });
        }
        let numbers = match (view.dtype(), self.tensors.get(&format!("{name}{SCALE}"))) {
            (Dtype::I8, Some(scales)) => {
                self.used.borrow_mut().insert(format!("{name}{SCALE}"));
                widen::scaled(name, view, scales)?
            }
            _ => widen::to_f32(name, view)?,
        };
        self.used.borrow_mut().insert(name.to_owned());
        Ok(Tensor::from_data(TensorData::new(numbers, view.shape()), device))
    }

    /// Ends the reading: nothing may be left over.
    ///
    /// # Errors
    /// [`CheckpointError::Unused`].
    pub fn finish(self) -> Result<(), CheckpointError> {
        let used = self.used.into_inner();
        let unused: Vec<_> = self.tensors.into_keys().filter(|name| !used.contains(name)).collect();
        if unused.is_empty() { Ok(()) } else { Err(CheckpointError::Unused(unused)) }
    }
}

/// Loads one module from a file's bytes: [`Checkpoint::load`] alone. Tensors without the prefix are left alone.
///
/// # Errors
/// As [`Checkpoint::new`] and [`Checkpoint::load`].
pub fn load<M: Module>(
    module: &mut M,
    bytes: &[u8],
    prefix: &str,
    names: Names,
) -> Result<(), CheckpointError> {
    Checkpoint::new(bytes)?.load(module, prefix, names)
}

/// The bytes of a file.
///
/// # Errors
/// [`CheckpointError::Io`].
pub fn read(path: &Path) -> Result<Vec<u8>, CheckpointError> {
    std::fs::read(path).map_err(|source| CheckpointError::Io { path: path.display().to_string(), source })
}

/// Walks a module and swaps its parameters. Whatever goes wrong is kept until the walk is over.
struct Mapper<'file, 'data> {
    file: &'file Checkpoint<'data>,
    /// Parameter paths to names in the file.
    waiting: BTreeMap<String, &'file str>,
    path: Vec<String>,
    /// The kind of module at each level of `path`.
    containers: Vec<String>,
    missing: Vec<String>,
    failure: Option<CheckpointError>,
}

impl<'file, 'data> Mapper<'file, 'data> {
    fn new(file: &'file Checkpoint<'data>, prefix: &str, names: Names) -> Self {
        let mut waiting = BTreeMap::new();
        let is_scale = |name: &str| {
            let scaled = name.strip_suffix(SCALE).and_then(|of| file.tensors.get(of));
            scaled.is_some_and(|view| view.dtype() == Dtype::I8)
        };
        for name in file.tensors.keys().filter(|name| !is_scale(name)) {
            if let Some(path) = name.strip_prefix(prefix) {
                let path = names.iter().fold(path.to_owned(), |path, (from, to)| path.replace(from, to));
                waiting.insert(path, name.as_str());
            }
        }
        Self { file, waiting, path: vec![], containers: vec![], missing: vec![], failure: None }
    }

    fn finish(self) -> Result<(), CheckpointError> {
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        if !self.missing.is_empty() {
            return Err(CheckpointError::Missing(self.missing));
        }
        if !self.waiting.is_empty() {
            return Err(CheckpointError::Unused(self.waiting.into_values().map(str::to_owned).collect()));
        }
        Ok(())
    }

    /// The tensor for the parameter at the current path.
    fn read<const D: usize>(
        &mut self,
        shape: [usize; D],
        device: &Device,
    ) -> Result<Option<Tensor<D>>, CheckpointError> {
        let path = self.path.join(".");
        let Some(name) = self.waiting.remove(&path) else {
            self.missing.push(path);
            return Ok(None);
        };
        let turned = D == 2
            && path.ends_with(".weight")
            && self.containers.last().is_some_and(|kind| kind == "Struct:Linear");
        let mut expected = shape;
        if turned {
            expected.reverse();
        }
        let found = self.file.tensors[name].shape();
        if found != expected {
            let (expected, found) = (expected.to_vec(), found.to_vec());
            return Err(CheckpointError::Shape { name: name.to_owned(), expected, found });
        }
        let tensor = self.file.tensor::<D>(name, device)?;
        Ok(Some(if turned { contiguous_transpose(tensor) } else { tensor }))
    }
}

/// Turned in memory, not only in view: a view would be copied again in every use.
fn contiguous_transpose<const D: usize>(tensor: Tensor<D>) -> Tensor<D> {
    let device = tensor.device();
    Tensor::from_data(tensor.swap_dims(D - 2, D - 1).into_data(), &device)
}

impl ModuleMapper for Mapper<'_, '_> {
    fn enter_module(&mut self, name: &str, container: &str) {
        self.path.push(name.to_owned());
        self.containers.push(container.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.pop();
        self.containers.pop();
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        if self.failure.is_some() {
            return param;
        }
        match self.read(param.lazy_shape().dims(), &param.lazy_device()) {
            Ok(Some(tensor)) => Param::initialized(param.id, tensor),
            Ok(None) => param,
            Err(failure) => {
                self.failure = Some(failure);
                param
            }
        }
    }
}
