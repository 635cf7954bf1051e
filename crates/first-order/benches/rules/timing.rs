//! Measuring a rule beside its loop, and the table.

use std::hint::black_box;
use std::time::{Duration, Instant};

use thalweg_first_order::{Scalar, UpdateRule};

use crate::torch::Torch;

const SIZES: [usize; 3] = [100_000, 1_000_000, 10_000_000];

/// How long one side's turn takes at least: short, so that some of them are not interrupted.
const TURN: Duration = Duration::from_millis(2);

/// How many turns each side has; fewer of the long ones.
const TURNS: usize = 40;
const LONG_TURNS: usize = 10;

pub(crate) struct Table {
    words: Vec<String>,
    measure: bool,
    torch: Option<Torch>,
    has_heading: bool,
}

impl Table {
    pub(crate) fn new(words: Vec<String>, measure: bool, torch: Option<Torch>) -> Self {
        Self { words, measure, torch, has_heading: false }
    }

    /// One line of the table: a rule, and the loop by hand on the rule's state, x and the gradient.
    pub(crate) fn row<T: Scalar, R: UpdateRule<T>>(
        &mut self,
        name: &str,
        optimizer: Option<&str>,
        rule: &R,
        mut by_hand: impl FnMut(&mut R::State, &mut [T], &[T]),
    ) {
        let name = format!("{name}, f{}", 8 * size_of::<T>());
        if !(self.words.is_empty() || self.words.iter().any(|word| name.contains(word))) {
            return;
        }
        agree(&name, rule, &mut by_hand);
        if !self.measure {
            return;
        }
        let columns = SIZES.map(|n| {
            let [loop_time, rule_multiple] = measure(n, rule, &mut by_hand);
            let torch = self.torch.as_mut().zip(optimizer).map(|(torch, optimizer)| {
                let kind = if size_of::<T>() == 4 { "f32" } else { "f64" };
                torch.times(optimizer, kind, n).map(|time| time.map(|time| time / loop_time))
            });
            (loop_time, rule_multiple, torch.unwrap_or([None; 3]))
        });
        if !self.has_heading {
            self.has_heading = true;
            let torch =
                if self.torch.is_some() { " torch, for-loop | torch, foreach | torch, fused |" } else { "" };
            println!("| rule, at n = 10⁵, 10⁶, 10⁷ | loop, ns per parameter | rule |{torch}");
            println!("| --- | --- | --- |{}", " --- |".repeat(if self.torch.is_some() { 3 } else { 0 }));
        }
        let cell = |number: &dyn Fn(usize) -> Option<f64>| {
            let numbers: Vec<String> =
                (0..SIZES.len()).filter_map(number).map(|number| format!("{number:.2}")).collect();
            numbers.join(", ")
        };
        print!("| {name} | {} | {} |", cell(&|i| Some(columns[i].0)), cell(&|i| Some(columns[i].1)));
        if self.torch.is_some() {
            for form in 0..3 {
                print!(" {} |", cell(&|i| columns[i].2[form]));
            }
        }
        println!();
    }
}

/// A start and a gradient whose signs have no pattern, so that a branch would be mispredicted.
fn data<T: Scalar>(n: usize) -> (Vec<T>, Vec<T>) {
    let sign = |i: usize| if (i * i / 7).is_multiple_of(3) { -1.0 } else { 1.0 };
    let x = (0..n).map(|i| T::from_f64(1.0 + (i % 17) as f64 / 16.0)).collect();
    let gradient = (0..n).map(|i| T::from_f64(sign(i) * (1.0 + (i % 13) as f64) / 128.0)).collect();
    (x, gradient)
}

fn rate<T: Scalar>() -> T {
    T::from_f64(1e-4)
}

fn update<T: Scalar, R: UpdateRule<T>>(rule: &R, state: &mut R::State, x: &mut [T], gradient: &[T]) {
    rule.look_ahead(state, x).expect("the state's length");
    rule.update_with_value(state, x, T::ONE, gradient, rate()).expect("valid input");
}

/// The loop must be the rule: after some updates, with a gradient that changes its signs, the numbers are the same
/// but for an ulp or two where a wrapper takes another way.
fn agree<T: Scalar, R: UpdateRule<T>>(
    name: &str,
    rule: &R,
    by_hand: &mut impl FnMut(&mut R::State, &mut [T], &[T]),
) {
    let (mut x, gradient) = data::<T>(100);
    let mut state = rule.init(&x).expect("usable settings");
    let (mut other_x, mut other_state) = (x.clone(), state.clone());
    for k in 0..10 {
        let gradient: Vec<T> =
            if k % 3 == 2 { gradient.iter().map(|&g| -g).collect() } else { gradient.clone() };
        update(rule, &mut state, &mut x, &gradient);
        by_hand(&mut other_state, &mut other_x, &gradient);
        let ulps = if size_of::<T>() == 4 { 4.0 * f64::from(f32::EPSILON) } else { 4.0 * f64::EPSILON };
        for (a, b) in x.iter().zip(&other_x) {
            let (a, b): (f64, f64) = ((*a).into(), (*b).into());
            assert!((a - b).abs() <= ulps * b.abs(), "{name}: {a:?} after update {k}, {b:?} by hand");
        }
    }
}

/// The loop's time for one parameter in nanoseconds, and the rule's as a multiple of it: each side's fastest turn of
/// many, taken in turns on the same memory, because what else the machine does can only make a turn slower.
fn measure<T: Scalar, R: UpdateRule<T>>(
    n: usize,
    rule: &R,
    by_hand: &mut impl FnMut(&mut R::State, &mut [T], &[T]),
) -> [f64; 2] {
    let (mut x, gradient) = data::<T>(n);
    let mut state = rule.init(&x).expect("usable settings");
    let mut repeats = 1;
    let mut turn = |of_the_rule: bool, repeats: u32| {
        let start = Instant::now();
        for _ in 0..repeats {
            if of_the_rule {
                update(rule, &mut state, black_box(&mut x), black_box(&gradient));
            } else {
                by_hand(&mut state, black_box(&mut x), black_box(&gradient));
            }
        }
        start.elapsed()
    };
    // The first turns also bring the memory in.
    while turn(true, repeats) + turn(false, repeats) < 2 * TURN {
        repeats *= 2;
    }
    let turns = if repeats == 1 { LONG_TURNS } else { TURNS };
    let mut fastest = [Duration::MAX; 2];
    for k in 0..2 * turns {
        // rule, loop, loop, rule, …: neither is always the first.
        let of_the_rule = k % 4 == 0 || k % 4 == 3;
        let side = &mut fastest[usize::from(of_the_rule)];
        *side = turn(of_the_rule, repeats).min(*side);
    }
    let [by_hand, rule] = fastest.map(|time| time.as_secs_f64());
    [by_hand * 1e9 / (f64::from(repeats) * n as f64), rule / by_hand]
}
