//! `kinora-load`: what customers do, by many at once. It takes goose's own options; `KINORA_KEY` is the key of a project.

use goose::GooseAttack;
use goose::config::{GooseConfiguration, Scenarios};
use goose::prelude::*;
use kinora_load::scenarios::{self, DEFAULT, THRESHOLDS};

#[tokio::main]
async fn main() -> Result<(), GooseError> {
    let mut configuration = GooseConfiguration::parse_args_default_or_exit();
    let named = configuration.scenarios.take();
    let active = named.map_or_else(|| DEFAULT.map(str::to_owned).to_vec(), |scenarios| scenarios.active);
    if configuration.threshold.is_empty() {
        let rules = THRESHOLDS.iter().filter(|(scenario, _)| active.iter().any(|name| name == scenario));
        configuration.threshold = rules.map(|(_, rule)| (*rule).to_owned()).collect();
        configuration.threshold.push("error-rate<0.1%".into());
        configuration.no_threshold_abort = true;
    }
    configuration.scenarios = Some(Scenarios { active });
    let mut attack = GooseAttack::initialize_with_config(configuration)?;
    for scenario in scenarios::all()? {
        attack = attack.register_scenario(scenario);
    }
    attack.execute().await.map(drop)
}
