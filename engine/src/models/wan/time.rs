//! Timesteps and what they do to tokens.

use std::collections::BTreeMap;

use burn::tensor::{Device, Int, Tensor, TensorData};

/// The timestep of each sample or of each token, in [0, 1000]; 0 is clean.
///
/// Kept as its distinct values, so that what depends only on the value is computed once for each.
#[derive(Clone, Debug, PartialEq)]
pub struct Time {
    values: Vec<f64>,
    /// Which value each place has, `[batch, tokens]`.
    places: Vec<usize>,
    batch: usize,
    /// 1 if all tokens of a sample share its timestep.
    tokens: usize,
    /// See [`Time::shortcut`].
    shortcut: Option<f64>,
}

impl Time {
    /// The same times, for a model that was trained to take long steps: how long this one is, in the longest it knows.
    #[must_use]
    pub fn shortcut(self, length: Option<f64>) -> Self {
        Self { shortcut: length, ..self }
    }

    /// One timestep for everything, whatever the batch.
    #[must_use]
    pub fn same(value: f64) -> Self {
        Self::new(1, &[value])
    }

    /// One timestep a sample.
    #[must_use]
    pub fn per_sample(values: &[f64]) -> Self {
        Self::new(values.len(), values)
    }

    /// One timestep a token: `values` is `[batch, tokens]`, video tokens first, row by row.
    ///
    /// # Panics
    /// If `values` cannot be divided into `batch` rows.
    #[must_use]
    pub fn per_token(batch: usize, values: &[f64]) -> Self {
        assert!(values.len().is_multiple_of(batch), "{} values for {batch} samples", values.len());
        Self::new(batch, values)
    }

    fn new(batch: usize, all: &[f64]) -> Self {
        let mut known = BTreeMap::new();
        let mut values = vec![];
        let places: Vec<usize> = all
            .iter()
            .map(|value| {
                *known.entry(value.to_bits()).or_insert_with(|| {
                    values.push(*value);
                    values.len() - 1
                })
            })
            .collect();
        let tokens = all.len() / batch;
        if values.len() == 1 {
            return Self { values, places: vec![0], batch: 1, tokens: 1, shortcut: None };
        }
        Self { values, places, batch, tokens, shortcut: None }
    }

    /// How long the step is, if it is a shortcut.
    pub(super) fn length(&self) -> Option<f64> {
        self.shortcut
    }

    /// The distinct timesteps.
    pub(super) fn values(&self) -> &[f64] {
        &self.values
    }

    /// Moves the map from places to values to the device.
    pub(super) fn spread(&self, device: &Device) -> Spread {
        let index = (self.values.len() > 1).then(|| {
            let places: Vec<i32> =
                self.places.iter().map(|place| i32::try_from(*place).unwrap_or(i32::MAX)).collect();
            Tensor::from_data(TensorData::new(places, [self.places.len()]), device)
        });
        Spread { index, batch: self.batch, tokens: self.tokens }
    }
}

/// Hands each place the row of its timestep.
#[derive(Clone, Debug)]
pub(super) struct Spread {
    /// None when there is a single row.
    index: Option<Tensor<1, Int>>,
    batch: usize,
    tokens: usize,
}

impl Spread {
    /// # Shapes
    /// - rows: `[values, width]` · out: `[batch or 1, tokens or 1, width]`, to be broadcast
    pub(super) fn rows(&self, rows: Tensor<2>) -> Tensor<3> {
        let width = rows.dims()[1];
        let placed = match &self.index {
            Some(index) => rows.select(0, index.clone()),
            None => rows,
        };
        placed.reshape([self.batch, self.tokens, width])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_timesteps_are_kept_once() {
        assert_eq!(Time::per_sample(&[5.0, 5.0]), Time::same(5.0));
        let time = Time::per_token(2, &[0.0, 7.0, 7.0, 0.0, 9.0, 9.0]);
        assert_eq!(time.values(), [0.0, 7.0, 9.0]);
        let rows = Tensor::<2>::from_floats([[1.0], [2.0], [3.0]], &Device::flex());
        let spread = time.spread(&Device::flex()).rows(rows).into_data();
        assert_eq!(spread.try_to_vec::<f32>().unwrap(), [1.0, 2.0, 2.0, 1.0, 3.0, 3.0]);
    }
}
