//! All tensors, and those of a rule together.

use std::collections::HashMap;
use std::fmt;
use std::ptr;

use fanin::{Plan, Planned, Pool, Rule};
use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};

use super::copies;
use super::finding::{Finding, Subject, of_rule, of_tensor};
use super::outcome::Outcome;
use super::tensor::{Buffers, Checked, check};
use crate::checkpoint::{Checkpoint, Tensor};
use crate::error::CheckpointError;

/// The chance of a false alarm of all tests together, unless another is stated.
const SIGNIFICANCE: f64 = 1e-6;

/// Shares of that chance: of the tensors one by one, and of the rules. What is left is more than copies need.
const TENSORS: f64 = 0.5;
const RULES: f64 = 0.25;

/// Bytes of tensors that are in memory at the same time, unless one is larger.
const BATCH: u64 = 1 << 28;

/// Checks a checkpoint against a plan.
///
/// Every tensor is tested as [`Filler::check`](fanin::Filler::check) does, with integers and constants exact; the
/// tensors of each rule are tested [together](Pool), so that a small error that they share is seen; and
/// tensors are compared with each other, so that a key that was used twice, a layer that was cloned, and shards that
/// are identical are seen, whatever their scale. The key of the plan does not matter.
///
/// ```
/// use fanin::{HeNormal, Key, Parameter, Recipe, Rule};
/// use fanin_safetensors::{Checker, Checkpoint, Writer};
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("model.safetensors");
///
/// let recipe = Recipe::new().rule(Rule::new("**.weight", HeNormal));
/// let parameters = || (0..8).map(|i| Parameter::new(format!("{i}.weight"), [64, 64]));
/// let plan = recipe.plan(&Key::from_seed(1), parameters())?;
/// Writer::new(&plan).write(&path)?;
/// let outcome = Checker::new(&plan).check(&Checkpoint::open(&path)?)?;
/// assert!(outcome.passed());
///
/// // Glorot's rule: half the variance.
/// let recipe = Recipe::new().rule(Rule::new("**.weight", fanin::GlorotNormal));
/// let plan = recipe.plan(&Key::from_seed(1), parameters())?;
/// let outcome = Checker::new(&plan).check(&Checkpoint::open(&path)?)?;
/// assert!(outcome.to_string().contains("1.4142 x std (+41.4 %)"), "{outcome}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Checker<'a> {
    plan: &'a Plan,
    significance: f64,
    progress: Option<&'a (dyn Fn(u64) + Sync + 'a)>,
}

/// The tensors of a rule.
struct Group<'a> {
    rule: &'a Rule,
    pool: Pool,
}

impl<'a> Checker<'a> {
    /// Against all rules of a plan, with a chance of a false alarm of 1e-6.
    #[must_use]
    pub fn new(plan: &'a Plan) -> Self {
        Checker {
            plan,
            significance: SIGNIFICANCE,
            progress: None,
        }
    }

    /// With at most that chance that a checkpoint which the plan draws fails; between 0 and 1.
    #[must_use]
    pub fn significance(mut self, significance: f64) -> Self {
        self.significance = significance;
        self
    }

    /// With a function that is called, from any thread, with the bytes that have been checked since the last call;
    /// [`Checkpoint::bytes`] are all.
    #[must_use]
    pub fn progress(mut self, progress: &'a (dyn Fn(u64) + Sync + 'a)) -> Self {
        self.progress = Some(progress);
        self
    }

    /// Checks all tensors.
    ///
    /// # Errors
    ///
    /// [`CheckpointError`], for what cannot be read, and for a significance that is none. That a tensor is missing, or
    /// is not in the plan, is a finding.
    pub fn check(&self, checkpoint: &Checkpoint) -> Result<Outcome, CheckpointError> {
        // Whether the significance is one.
        Pool::new()
            .report()
            .at(self.significance)
            .map_err(Box::new)?;
        let mut outcome = Outcome {
            tensors: 0,
            values: 0,
            left: Vec::new(),
            significance: self.significance,
            reports: Vec::new(),
            pools: Vec::new(),
            findings: Vec::new(),
        };
        let (mut groups, mut places) = (Vec::<Group<'_>>::new(), HashMap::new());
        let mut prints = Vec::new();
        let pairs = self.pairs(checkpoint, &mut outcome.findings);
        let drawn = pairs
            .iter()
            .filter(|(planned, _)| planned.dtype().is_float());
        let share = self.significance * TENSORS / drawn.count().max(1) as f64;
        let buffers = Buffers::default();
        for batch in batches(&pairs) {
            for ((planned, tensor), checked) in batch.iter().zip(self.check_batch(batch, &buffers)?)
            {
                let name = planned.name().to_string();
                if matches!(checked, Checked::Left) {
                    outcome.left.push(name);
                    continue;
                }
                outcome.tensors += 1;
                outcome.values = outcome.values.saturating_add(tensor.elements());
                let (report, filler, own) = match checked {
                    Checked::Report(report, filler, own) => (*report, filler, own),
                    Checked::Plain(finding) => {
                        outcome.findings.extend(finding);
                        continue;
                    }
                    Checked::Left => continue,
                };
                let place = places
                    .entry(ptr::from_ref(planned.rule()))
                    .or_insert(groups.len());
                if *place == groups.len() {
                    groups.push(Group {
                        rule: planned.rule(),
                        pool: Pool::new(),
                    });
                }
                let report = report.at(share).map_err(Box::new)?;
                // What is wrong by itself says nothing of the others.
                if let (Some(group), true) = (groups.get_mut(*place), report.passed()) {
                    group.pool.add(&report);
                }
                let failures = report.failures();
                outcome
                    .findings
                    .extend(failures.map(|test| of_tensor(&name, test, filler.describe())));
                outcome.reports.push((name, report));
                prints.push((planned.name(), own));
            }
        }
        groups.retain(|group| group.pool.arrays() > 1);
        let share = self.significance * RULES / groups.len().max(1) as f64;
        for Group { rule, pool } in groups {
            let patterns = rule.patterns().collect::<Vec<_>>().join(", ");
            let report = pool.report().at(share).map_err(Box::new)?;
            let subject = Subject::Rule {
                patterns: patterns.clone(),
                tensors: pool.arrays(),
            };
            let failures = report.failures();
            outcome
                .findings
                .extend(failures.map(|test| of_rule(subject.clone(), test)));
            outcome.pools.push((patterns, report));
        }
        outcome.findings.extend(copies::findings(&prints));
        Ok(outcome)
    }

    /// The parameters of the plan with their tensors; what has no counterpart is found.
    fn pairs<'c>(
        &self,
        checkpoint: &'c Checkpoint,
        findings: &mut Vec<Finding>,
    ) -> Vec<(&'a Planned, Tensor<'c>)> {
        let mut pairs = Vec::with_capacity(self.plan.len());
        let mut finding = |name: &str, expected: &str, found: &str| {
            findings.push(Finding {
                subject: Subject::Tensor(name.to_string()),
                test: "name".to_string(),
                expected: expected.to_string(),
                found: found.to_string(),
                statistic: None,
                p_value: None,
            });
        };
        for planned in self.plan {
            match checkpoint.get(planned.name()) {
                Ok(tensor) => pairs.push((planned, tensor)),
                Err(_) => finding(planned.name(), "in the checkpoint", "missing"),
            }
        }
        for tensor in checkpoint.tensors() {
            if self.plan.get(tensor.name()).is_none() {
                finding(tensor.name(), "in the plan", "not there");
            }
        }
        pairs
    }

    fn check_batch(
        &self,
        batch: &[(&Planned, Tensor<'_>)],
        buffers: &Buffers,
    ) -> Result<Vec<Checked>, CheckpointError> {
        let one = |(planned, tensor): &(&Planned, Tensor<'_>)| {
            let checked = check(planned, tensor, buffers)?;
            if let Some(progress) = self.progress {
                progress(tensor.bytes());
            }
            Ok(checked)
        };
        batch.into_par_iter().with_max_len(1).map(one).collect()
    }
}

/// Tensors that are in memory at the same time.
fn batches<'a, 'p, 'c>(
    mut pairs: &'a [(&'p Planned, Tensor<'c>)],
) -> Vec<&'a [(&'p Planned, Tensor<'c>)]> {
    let mut batches = Vec::new();
    while !pairs.is_empty() {
        let mut bytes = 0_u64;
        let fits = |(_, tensor): &&(&Planned, Tensor<'_>)| {
            bytes = bytes.saturating_add(tensor.bytes());
            bytes <= BATCH
        };
        let count = pairs.iter().take_while(fits).count().max(1);
        let (batch, rest) = pairs.split_at(count);
        batches.push(batch);
        pairs = rest;
    }
    batches
}

impl fmt::Debug for Checker<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Checker")
            .field("parameters", &self.plan.len())
            .field("significance", &self.significance)
            .finish_non_exhaustive()
    }
}
