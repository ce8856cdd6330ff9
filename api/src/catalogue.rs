//! Which models this server offers, and under which names. What each can do is `kinora_spec::catalogue`.

use std::collections::BTreeMap;

use kinora_spec::catalogue::{self, Model};

use crate::Config;

/// The models on offer.
#[derive(Clone, Debug)]
pub struct Catalogue {
    models: Vec<Model>,
    default_model: Model,
    aliases: BTreeMap<String, Model>,
}

/// The configuration offers something this build does not have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{key}`: {problem}")]
pub struct BadOffer {
    /// The configuration key.
    pub key: &'static str,
    /// What is wrong with its value.
    pub problem: String,
}

impl Catalogue {
    /// The offer that `config` asks for.
    ///
    /// # Errors
    /// When a model is not in this build, or the default or an alias names a model that is not offered.
    pub fn new(config: &Config) -> Result<Self, BadOffer> {
        let mut models = Vec::new();
        for id in &config.models {
            let known = || catalogue::MODELS.iter().map(|model| model.id).collect::<Vec<_>>().join(", ");
            let model = catalogue::find(id).ok_or_else(|| BadOffer {
                key: "models",
                problem: format!("this build has no model named `{id}`; it has: {}", known()),
            })?;
            models.push(*model);
        }
        let offered = |key, id: &str| {
            let found = models.iter().find(|model| model.id == id).copied();
            found.ok_or_else(|| BadOffer { key, problem: format!("`{id}` is not among `models`") })
        };
        let default_model = offered("default_model", &config.default_model)?;
        let mut aliases = BTreeMap::new();
        for (alias, target) in &config.aliases {
            let target = if target == "default" { default_model } else { offered("aliases", target)? };
            aliases.insert(alias.clone(), target);
        }
        Ok(Self { models, default_model, aliases })
    }

    /// The model of that name or alias.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Model> {
        self.models.iter().find(|model| model.id == name).or_else(|| self.aliases.get(name))
    }

    /// The model of a request that names none.
    #[must_use]
    pub fn default_model(&self) -> &Model {
        &self.default_model
    }

    /// Every model on offer, in the order of the configuration.
    #[must_use]
    pub fn models(&self) -> &[Model] {
        &self.models
    }

    /// Other names, each with the model it stands for, by name.
    pub fn aliases(&self) -> impl Iterator<Item = (&str, &Model)> {
        self.aliases.iter().map(|(alias, model)| (alias.as_str(), model))
    }
}
