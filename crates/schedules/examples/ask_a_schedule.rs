//! What is the rate at step k? And does it add up to enough, as Robbins and Monro ask, and its squares to little enough?
//!
//! `cargo run -p thalweg-schedules --example ask_a_schedule`

use std::error::Error;
use std::io::{Write, stdout};

use thalweg_schedules::{
    Constant, CosineWarmRestarts, ExponentialDecay, LinearDecay, LinearWarmUp, QuadraticDecay, Schedule,
};

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    show(&mut stdout())
}

pub(crate) fn show(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let rate = 0.5;
    let warm_up = LinearWarmUp { rate, start: 0.0, steps: 10 };
    let linear = LinearDecay { rate, ..LinearDecay::default() };
    let schedules: [(&str, &dyn Schedule); 6] = [
        ("constant", &Constant { rate }),
        ("η/(k+1)", &linear),
        ("η/(k+1)²", &QuadraticDecay { rate }),
        ("ηe^(−k/10)", &ExponentialDecay { rate, decay: 0.1 }),
        ("cosine, again and again", &CosineWarmRestarts { rate, floor: 0.0, period: 10, growth: 2 }),
        ("ten steps up, then η/(k+1)", &warm_up.then(10, linear)),
    ];
    let asked = [0, 5, 10, 20, 100];

    write!(out, "{:<28}", "rate at step")?;
    for k in asked {
        write!(out, "{k:>9}")?;
    }
    writeln!(out, "   reaches any minimum")?;
    for (name, schedule) in schedules {
        schedule.check()?;
        write!(out, "{name:<28}")?;
        for k in asked {
            write!(out, "{:>9.5}", schedule.rate(k))?;
        }
        // Ση = ∞: no minimum is too far away. Ση² < ∞: the noise of a stochastic gradient dies out.
        let sums = schedule.robbins_monro();
        let word = |finite: Option<bool>| finite.map_or("?", |finite| if finite { "finite" } else { "∞" });
        writeln!(out, "   Ση {}, Ση² {}", word(sums.rates.is_finite()), word(sums.squares.is_finite()))?;
    }
    Ok(())
}
