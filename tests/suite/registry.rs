//! The registry of schemes is complete, what it expects is so, and the list of public types has
//! every type that the crate exports at its root.

use std::{
    collections::{BTreeMap, BTreeSet},
    marker::PhantomData,
    panic::{RefUnwindSafe, UnwindSafe},
};

use crate::common::{
    registry::{Entry, every_scheme},
    source,
};
use fanin::{
    Activation, Along, Axis, BilinearKernel, ByPart, Centre, ComplexFiller, Constant, Conv,
    ConvTranspose, Custom, DeltaOrthogonal, Dense, DepthwiseConv, Description, Dirac, Dtype,
    Embedding, Estimate, Family, Fan, Fault, Filler, Flat, ForgetGateBias, FromDistribution,
    FromFn, Fused, Gain, Gaussian, GlorotNormal, GlorotTruncatedNormal, GlorotUniform, HeNormal,
    HeTruncatedNormal, HeUniform, Icnr, Identity, InitError, Initializer, Key, Law, Layout,
    LeCunNormal, LeCunTruncatedNormal, LeCunUniform, LogUniform, Map, Mapped, Name, NoFan, Normal,
    Ones, Orthogonal, Parameter, Patterns, Place, Plan, PlanError, Planned, Pool, Problem,
    Quantity, ReadAs, Reading, Recipe, Region, Report, Rule, Scaled, ScaledAlong, Scheme, Signs,
    Sinusoids, Sparse, SparseOf, Table, TestResult, TextProblem, TooLarge, TruncatedNormal,
    Uniform, VarianceScaling, Verdict, Waves, Weight, WithFans, XavierNormal, ZeroRows, Zeros,
};
use ndarray::ArrayD;

/// Whether a type has a trait: a method of `Has` is found before one of `HasNot` where its bound
/// holds, because it needs one reference less.
struct Probe<T: ?Sized>(PhantomData<T>);

macro_rules! probes {
    ($($has:ident, $has_not:ident, $method:ident: $($bound:tt)::+;)*) => {$(
        trait $has {
            fn $method(&self) -> bool {
                true
            }
        }
        impl<T: ?Sized + $($bound)::+> $has for Probe<T> {}

        trait $has_not {
            fn $method(&self) -> bool {
                false
            }
        }
        impl<T: ?Sized> $has_not for &Probe<T> {}
    )*};
}

probes! {
    IsSend, NotSend, is_send: Send;
    IsSync, NotSync, is_sync: Sync;
    IsUnpin, NotUnpin, is_unpin: Unpin;
    IsUnwindSafe, NotUnwindSafe, is_unwind_safe: UnwindSafe;
    IsRefUnwindSafe, NotRefUnwindSafe, is_ref_unwind_safe: RefUnwindSafe;
    IsScheme, NotScheme, is_scheme: Scheme;
    IsDebug, NotDebug, is_debug: std::fmt::Debug;
}

/// What a type has.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Traits {
    send: bool,
    sync: bool,
    unpin: bool,
    unwind_safe: bool,
    ref_unwind_safe: bool,
    debug: bool,
    scheme: bool,
}

macro_rules! traits {
    ($type:ty) => {{
        let probe = &Probe::<$type>(PhantomData);
        Traits {
            send: probe.is_send(),
            sync: probe.is_sync(),
            unpin: probe.is_unpin(),
            unwind_safe: probe.is_unwind_safe(),
            ref_unwind_safe: probe.is_ref_unwind_safe(),
            debug: probe.is_debug(),
            scheme: probe.is_scheme(),
        }
    }};
}

/// Types by their names, with arguments where they take some.
macro_rules! types {
    ($($name:ident $(<$($argument:ty),*>)?),* $(,)?) => {
        BTreeMap::from([$((stringify!($name), traits!($name $(<$($argument),*>)?))),*])
    };
}

/// Every type that the root exports.
fn types() -> BTreeMap<&'static str, Traits> {
    types![
        Activation,
        Along,
        Axis,
        BilinearKernel,
        ByPart,
        Centre,
        ComplexFiller,
        Constant,
        Conv<[usize; 2]>,
        ConvTranspose<[usize; 2]>,
        Custom,
        DeltaOrthogonal,
        Dense,
        DepthwiseConv<[usize; 2]>,
        Description,
        Dirac,
        Dtype,
        Embedding,
        Estimate,
        Family,
        Fan,
        Fault,
        Flat<std::ops::Range<usize>>,
        ForgetGateBias,
        Filler,
        FromDistribution,
        FromFn<fn(&Weight) -> Result<Law, InitError>>,
        Fused<Vec<usize>>,
        Gain,
        Gaussian,
        GlorotNormal,
        GlorotTruncatedNormal,
        GlorotUniform,
        HeNormal,
        HeTruncatedNormal,
        HeUniform,
        Icnr<HeNormal>,
        Identity,
        InitError,
        Key,
        Law,
        Layout,
        LeCunNormal,
        LeCunTruncatedNormal,
        LeCunUniform,
        LogUniform,
        Map,
        Mapped<HeNormal>,
        Name,
        NoFan,
        Normal,
        Ones,
        Orthogonal,
        Parameter,
        Patterns,
        Place,
        Plan,
        PlanError,
        Planned,
        Pool,
        Problem,
        Quantity,
        ReadAs<(usize, usize)>,
        Reading,
        Recipe,
        Region,
        Report,
        Rule,
        Scaled<HeNormal>,
        ScaledAlong<HeNormal>,
        Signs,
        Sinusoids,
        Sparse,
        SparseOf<HeNormal>,
        Table,
        TestResult,
        TextProblem,
        TooLarge,
        TruncatedNormal,
        Uniform,
        VarianceScaling,
        Verdict,
        Waves,
        Weight,
        WithFans<(usize, usize)>,
        XavierNormal,
        ZeroRows<HeNormal>,
        Zeros,
    ]
}

/// Every trait that the root exports.
const TRAITS: [&str; 10] = [
    "Element",
    "Initializer",
    "IntoFan",
    "IntoRegion",
    "IntoWeight",
    "KernelShape",
    "Model",
    "Nonlinearity",
    "Scheme",
    "Visitor",
];

/// Every function that it exports.
const FUNCTIONS: [&str; 4] = ["from_fn", "names", "parse", "recipes"];

/// Every module that it exports, and every crate.
const MODULES: [&str; 6] = ["depth", "half", "ndarray", "num_complex", "rand", "width"];

/// What is exported and in no list, or in a list and not exported.
fn unlisted(lib: &str) -> Vec<String> {
    let listed: BTreeSet<String> = (types().into_keys())
        .chain(TRAITS)
        .chain(FUNCTIONS)
        .chain(MODULES)
        .map(str::to_owned)
        .collect();
    let exported = source::exports(lib);
    exported.symmetric_difference(&listed).cloned().collect()
}

#[test]
fn every_export_is_listed() {
    let lib = source::lib();
    assert_eq!(unlisted(&lib), Vec::<String>::new());
    let listed = types().len() + TRAITS.len() + FUNCTIONS.len() + MODULES.len();
    assert_eq!(source::exports(&lib).len(), listed);
    // Controls: one more, alone, in a list, and renamed; and one fewer.
    for (more, name) in [
        ("pub use schemes::Unheard;", "Unheard"),
        (
            "pub use schemes::{\n    Zeros, deep::{Unheard, Ones},\n};",
            "Unheard",
        ),
        ("pub use schemes::Zeros as Unheard;", "Unheard"),
    ] {
        assert_eq!(unlisted(&format!("{lib}\n{more}\n")), [name]);
    }
    assert_eq!(unlisted(&lib.replace("Zeros", "Ones")), ["Zeros"]);
    let commented = format!("{lib}\n// pub use schemes::Unheard;\n");
    assert_eq!(unlisted(&commented), Vec::<String>::new());
}

type Cell = std::cell::Cell<u8>;

fn shared<T: Send + Sync + ?Sized>() {}

/// They hold what the caller brings behind a pointer, a distribution or a function, which a panic may
/// leave half changed; or they hold such a law.
const NOT_UNWIND_SAFE: [&str; 14] = [
    "ByPart",
    "ComplexFiller",
    "Custom",
    "Description",
    "Filler",
    "FromDistribution",
    "Law",
    "Parameter",
    "Plan",
    "Planned",
    "Recipe",
    "Rule",
    "ScaledAlong",
    "Table",
];

#[test]
fn every_type_has_the_auto_traits() {
    let types = types();
    for (name, traits) in &types {
        let both = (traits.unwind_safe, traits.ref_unwind_safe);
        assert!(both.0 == both.1, "{name}");
        let rest = [traits.send, traits.sync, traits.unpin, traits.debug];
        assert_eq!(rest, [true; 4], "{name}");
    }
    let unsafe_types = types.iter().filter(|(_, traits)| !traits.unwind_safe);
    let unsafe_types: Vec<&str> = unsafe_types.map(|(name, _)| *name).collect();
    assert_eq!(unsafe_types, NOT_UNWIND_SAFE);

    shared::<dyn Scheme>();
    shared::<Scaled<std::sync::Arc<dyn Scheme>>>();
    shared::<Icnr<&dyn Scheme>>();
    // Controls: types without each of them.
    assert!(!traits!(std::rc::Rc<u8>).send);
    assert!(!traits!(Cell).sync);
    assert!(!traits!(std::marker::PhantomPinned).unpin);
    assert!(!traits!(&mut u8).unwind_safe);
    assert!(!traits!(Cell).ref_unwind_safe);
    assert!(!traits!(fn(&dyn Fn())).scheme && !traits!(dyn Fn()).debug);
}

/// Types that are schemes and have no entry, and constructors of `Law` that have none.
fn unregistered(entries: &[Entry], sources: &[String]) -> Vec<String> {
    let registered: BTreeSet<&str> = entries.iter().map(|entry| entry.type_name).collect();
    let constructed: BTreeSet<&str> = entries.iter().filter_map(|e| e.constructor).collect();
    let schemes = types().into_iter().filter(|(_, traits)| traits.scheme);
    let schemes = schemes
        .map(|(name, _)| name.to_owned())
        .filter(|name| !registered.contains(&name[..]));
    let laws = (source::constructors("Law", sources).into_iter())
        .filter(|name| !constructed.contains(&name[..]))
        .map(|name| format!("Law::{name}"));
    schemes.chain(laws).collect()
}

#[test]
fn every_scheme_and_every_law_is_registered() {
    let sources = source::sources();
    assert_eq!(
        unregistered(&every_scheme(), &sources),
        Vec::<String>::new()
    );
    assert_eq!(types().values().filter(|traits| traits.scheme).count(), 39);
    assert_eq!(source::constructors("Law", &sources).len(), 17);

    // Controls: each of them taken away, and a law that is new.
    let types = every_scheme().into_iter().map(|entry| entry.type_name);
    for name in types.collect::<BTreeSet<_>>() {
        let mut others = every_scheme();
        others.retain(|entry| entry.type_name != name);
        let missing = unregistered(&others, &sources);
        match name {
            // The tests' own.
            "Mine" => assert!(missing.is_empty()),
            // Every constructor is then missing, too.
            "Law" => assert_eq!(missing.len(), 18),
            _ => assert_eq!(missing, [name]),
        }
    }
    let new = "impl Law {\n    /// Cauchy's.\n    pub fn cauchy<T>(\n        scale: f64,\n    ) -> \
               Result<Self, InitError> {\n    }\n    pub fn half(&self) -> Self {\n    }\n}\n";
    let more = [sources, vec![new.to_owned()]].concat();
    assert_eq!(unregistered(&every_scheme(), &more), ["Law::cauchy"]);
}

/// What is wrong with the expectations of an entry.
fn wrong(entry: &Entry) -> Vec<&'static str> {
    let Entry { scheme, .. } = entry;
    let mut wrong = Vec::new();
    let mut expect = |what, is: bool, expected: bool| {
        if is != expected {
            wrong.push(what);
        }
    };
    for weight in &entry.weights {
        let draw = |seed| -> ArrayD<f32> {
            let array = scheme.init_keyed(Key::from_seed(seed), weight);
            array.unwrap_or_else(|error| panic!("{scheme:?} of {weight:?}: {error}"))
        };
        expect("is random", draw(0) != draw(1), entry.is_random);
        for part in weight.parts() {
            let law = scheme.law(part).unwrap();
            expect("is elementwise", law.is_elementwise(), entry.is_elementwise);
            expect("is bit-stable", law.is_bit_stable(), entry.is_bit_stable);
            let other = law.check(&ArrayD::<f32>::zeros(vec![2; 5]));
            expect(
                "is of a shape",
                other.test("shape").is_some(),
                entry.is_of_shape,
            );
            let no_fans = part.clone().fans(0, 0);
            let refuses = scheme.law(&no_fans).is_err();
            expect("needs a fan", refuses, entry.needs_fan);
        }
    }
    wrong
}

#[test]
fn what_is_expected_of_a_scheme_is_so() {
    let entries = every_scheme();
    let names: BTreeSet<&str> = entries.iter().map(|entry| &entry.name[..]).collect();
    assert_eq!(names.len(), entries.len(), "two of one name");
    for entry in &entries {
        assert_eq!(wrong(entry), [""; 0], "{}", entry.name);
        assert!(!entry.weights.is_empty());
    }
    // There are some of each kind, and of each kind's opposite.
    let kinds: [fn(&Entry) -> bool; 6] = [
        |entry| entry.needs_fan,
        |entry| entry.is_random,
        |entry| entry.is_elementwise,
        |entry| entry.is_of_shape,
        |entry| entry.is_bit_stable,
        |entry| entry.is_known,
    ];
    let counts = kinds.map(|is| entries.iter().filter(|entry| is(entry)).count());
    assert_eq!((entries.len(), counts), (112, [32, 85, 89, 47, 107, 109]));

    // Control: every expectation negated.
    for mut entry in every_scheme() {
        entry.needs_fan ^= true;
        entry.is_random ^= true;
        entry.is_elementwise ^= true;
        entry.is_of_shape ^= true;
        entry.is_bit_stable ^= true;
        let found: BTreeSet<_> = wrong(&entry).into_iter().collect();
        // One value may be the same by both keys: of most laws it is not.
        assert_eq!(found.len(), 5, "{}", entry.name);
    }
}
