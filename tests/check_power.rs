//! The check keeps its promise, and sees what the table of docs/check.md says: the tables' own code, on
//! fewer arrays.

#![allow(dead_code, reason = "the program of the tables uses the rest")]

mod common;

#[path = "../checks/src/bin/check_power/defects.rs"]
mod defects;
#[path = "../checks/src/bin/check_power/promise.rs"]
mod promise;

use common::{Of, caught, key};
use defects::DEFECTS;
use fanin::{
    Axis, DeltaOrthogonal, Fused, HeNormal, HeUniform, Initializer, IntoWeight, Law, Normal,
    Orthogonal, Scheme, Uniform, Verdict, Weight,
};
use ndarray::{Array1, Array2, ArrayD, Axis as NdAxis, s};

/// Of so many own draws one would be refused in one of 30 runs; the keys are fixed.
#[test]
fn own_draws_pass() {
    let mut refused = promise::refused::<f32>("f32", 8000).0;
    refused += promise::refused::<f64>("f64", 8000).0;
    #[cfg(feature = "half")]
    {
        refused += promise::refused::<half::f16>("f16", 8000).0;
        refused += promise::refused::<half::bf16>("bf16", 8000).0;
    }
    assert_eq!(refused, 0);
}

#[test]
fn show() {
    for d in DEFECTS {
        if d.name == "one row 1.5 times as large" {
            println!("{}", d.report(128, 0));
            println!("{}", d.report(128, 1));
        }
    }
}
