//! Models of the caller's own arrays.

use std::fmt::{self, Display, Write};

use ndarray::{ArrayBase, ArrayRef, DataMut, Dimension};

use super::dtype::Dtype;
use super::fault::{Fault, PlanError, Problem};
use super::parameter::Parameter;
use super::plan::Plan;
use super::recipe::Recipe;
use crate::engine::Element;
use crate::key::Key;

/// A model that is made of arrays, which [`Recipe::init`] initialises: it shows its fields to a visitor, by name.
///
/// Arrays and views of `ndarray` are models, and so are a `Vec`, an array and an `Option` of models; the parts of
/// the former two are named by their numbers, from 0.
///
/// ```
/// use fanin::{HeNormal, Key, Model, PlanError, Recipe, Rule, Visitor, Zeros};
/// use ndarray::{Array1, Array2};
///
/// struct Dense { weight: Array2<f32>, bias: Array1<f32> }
///
/// impl Model for Dense {
///     fn visit(&mut self, visitor: &mut Visitor<'_>) {
///         visitor.field("weight", &mut self.weight);
///         visitor.field("bias", &mut self.bias);
///     }
/// }
///
/// let dense = |from, to| Dense { weight: Array2::zeros((to, from)), bias: Array1::ones(to) };
/// let mut mlp = vec![dense(784, 256), dense(256, 10)];
/// let recipe = Recipe::new()
///     .rule(Rule::new("*.weight", HeNormal))
///     .rule(Rule::new("*.bias", Zeros));
/// recipe.init(&mut mlp, &Key::from_seed(42))?;
/// assert_eq!(mlp[1].bias, Array1::zeros(10));
/// let names: Vec<String> = mlp.parameters().iter().map(|p| p.name().to_string()).collect();
/// assert_eq!(names, ["0.weight", "0.bias", "1.weight", "1.bias"]);
/// # Ok::<(), PlanError>(())
/// ```
pub trait Model {
    /// Shows every field by a call of [`Visitor::field`], the same ones whenever it is called.
    fn visit(&mut self, visitor: &mut Visitor<'_>);

    /// The names, shapes and element types of its arrays, in the order in which they are shown. [`Recipe::plan`]
    /// takes them.
    fn parameters(&mut self) -> Vec<Parameter> {
        let mut visitor = Visitor::new(Pass::Note(Vec::new()));
        self.visit(&mut visitor);
        match visitor.pass {
            Pass::Note(parameters) => parameters,
            Pass::Fill { .. } => Vec::new(),
        }
    }
}

/// What a [`Model`] shows its fields to.
pub struct Visitor<'a> {
    path: String,
    pass: Pass<'a>,
}

enum Pass<'a> {
    Note(Vec<Parameter>),
    Fill { plan: &'a Plan, faults: Vec<Fault> },
}

impl<'a> Visitor<'a> {
    fn new(pass: Pass<'a>) -> Self {
        Visitor {
            path: String::new(),
            pass,
        }
    }

    /// A field with its name, or its number. The full names of what is in it have a dot in between.
    pub fn field<M: Model + ?Sized>(&mut self, name: impl Display, field: &mut M) {
        let len = self.path.len();
        if len > 0 {
            self.path.push('.');
        }
        // A String takes whatever is written, and a name that does not print is the caller's.
        let _ = write!(self.path, "{name}");
        field.visit(self);
        self.path.truncate(len);
    }

    fn array<F: Element, D: Dimension>(&mut self, array: &mut ArrayRef<F, D>) {
        match &mut self.pass {
            Pass::Note(parameters) => {
                let dtype = F::ELEMENT_NAME.parse::<Dtype>().unwrap_or_default();
                parameters.push(Parameter::new(&*self.path, array.shape()).dtype(dtype));
            }
            Pass::Fill { plan, faults } => {
                if let Err(problem) = fill(plan, &self.path, array) {
                    faults.push(Fault::new(None, Some(&self.path), problem));
                }
            }
        }
    }
}

impl fmt::Debug for Visitor<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Visitor")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

fn fill<F: Element, D: Dimension>(
    plan: &Plan,
    name: &str,
    array: &mut ArrayRef<F, D>,
) -> Result<(), Problem> {
    let Some(planned) = plan.get(name) else {
        return Err(Problem::Unknown {
            kind: "field (at the first visit)",
            nearest: Vec::new(),
        });
    };
    if planned.is_left() {
        return Ok(());
    }
    let filled = planned.filler().and_then(|filler| filler.fill(array));
    filled.map_err(Problem::Scheme)
}

impl Recipe {
    /// Initialises a model of arrays, in place: each by the rule that decides its name, under the key
    /// `key.child(name)`. See [`Model`].
    ///
    /// # Errors
    ///
    /// [`PlanError`] with all that is wrong, before anything is written. What is found while writing is
    /// a lack of memory, a distribution of the caller's that yields what is not finite, and a model that shows
    /// other fields the second time.
    pub fn init<M: Model + ?Sized>(&self, model: &mut M, key: &Key) -> Result<(), PlanError> {
        let plan = self.plan(key, model.parameters())?;
        let faults = Vec::new();
        let mut visitor = Visitor::new(Pass::Fill {
            plan: &plan,
            faults,
        });
        model.visit(&mut visitor);
        match visitor.pass {
            Pass::Fill { faults, .. } if !faults.is_empty() => Err(PlanError::new(faults)),
            _ => Ok(()),
        }
    }
}

impl<F: Element, S: DataMut<Elem = F>, D: Dimension> Model for ArrayBase<S, D> {
    fn visit(&mut self, visitor: &mut Visitor<'_>) {
        visitor.array(self);
    }
}

impl<M: Model> Model for [M] {
    fn visit(&mut self, visitor: &mut Visitor<'_>) {
        for (number, part) in self.iter_mut().enumerate() {
            visitor.field(number, part);
        }
    }
}

impl<M: Model> Model for Vec<M> {
    fn visit(&mut self, visitor: &mut Visitor<'_>) {
        self.as_mut_slice().visit(visitor);
    }
}

impl<M: Model, const N: usize> Model for [M; N] {
    fn visit(&mut self, visitor: &mut Visitor<'_>) {
        self.as_mut_slice().visit(visitor);
    }
}

impl<M: Model> Model for Option<M> {
    fn visit(&mut self, visitor: &mut Visitor<'_>) {
        if let Some(model) = self {
            model.visit(visitor);
        }
    }
}

impl<M: Model + ?Sized> Model for Box<M> {
    fn visit(&mut self, visitor: &mut Visitor<'_>) {
        (**self).visit(visitor);
    }
}

impl<M: Model + ?Sized> Model for &mut M {
    fn visit(&mut self, visitor: &mut Visitor<'_>) {
        (**self).visit(visitor);
    }
}
