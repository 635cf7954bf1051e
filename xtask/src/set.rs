//! `cargo xtask reproduce --set ID.name=value`: a result with a parameter changed, beside its record, which stays as it is.

use std::fmt::Write as _;

use thalweg_lecture::{Claim, RESULTS, Setting, Verdict};

use crate::recorded::Records;
use crate::reproduce::{Compared, run_all};
use crate::{Failure, accept};

/// Runs the results that the settings name.
pub(crate) fn run(settings: &[String], full: bool, records: &Records) -> Result<Vec<Compared>, Failure> {
    let settings = settings.iter().map(|text| Setting::parse(text)).collect::<Result<Vec<_>, _>>()?;
    let is_set = |claim: &&'static Claim| settings.iter().any(|setting| setting.claim.id == claim.id);
    let claims: Vec<_> = RESULTS.iter().copied().filter(is_set).collect();
    Ok(run_all(&claims, full, records, &settings))
}

/// What moved, one line each.
pub(crate) fn told(compared: &Compared) -> String {
    const SHOWN: usize = 24;
    let Compared { result, differences, settings, .. } = compared;
    let claim = result.claim;
    let mut text = format!("\n{} ({}, {})\n", claim.id, claim.r_number(), claim.slides.named());
    settings.iter().for_each(|setting| {
        let _ = writeln!(text, "  set: {setting}");
    });
    let verdict = result.verdict();
    let _ = writeln!(text, "  verdict: {verdict}");
    if verdict == Verdict::CheckFails {
        accept::why_it_fails(result).iter().for_each(|line| {
            let _ = writeln!(text, "  {line}");
        });
    }
    for difference in differences.iter().take(SHOWN) {
        let _ = writeln!(text, "  moves: {difference}");
    }
    if differences.is_empty() {
        text.push_str("  nothing moves: the claim does not depend on it\n");
    } else if differences.len() > SHOWN {
        let _ = writeln!(text, "  and {} more, in the report", differences.len() - SHOWN);
    }
    text
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn set(settings: &[&str]) -> Result<Vec<Compared>, Failure> {
        let records = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/snapshots");
        let settings: Vec<_> = settings.iter().map(ToString::to_string).collect();
        run(&settings, false, &Records::open(&records).unwrap())
    }

    #[test]
    fn what_moves_is_shown_and_predictions_move_along() {
        let compared = set(&["R23.a=3"]).unwrap().remove(0);
        let text = told(&compared);
        for part in [
            "set: R23.a = 3 (1.5 in the record)",
            "verdict: holds",
            "'where convergence ends', predicted: 1.33333 → 0.666667",
        ] {
            assert!(text.contains(part), "{part}\nis missing in\n{text}");
        }
        // The recorded value moves nothing.
        assert!(told(&set(&["R23.a=1.5"]).unwrap()[0]).contains("nothing moves"));
    }

    #[test]
    fn several_settings_hold_together_and_bad_ones_are_refused() {
        let results = set(&["R23.a=3", "R58.rate=0.1", "R23.start=7"]).unwrap();
        let numbers: Vec<_> = results.iter().map(|compared| compared.result.claim.number).collect();
        assert_eq!(numbers, [23, 58]);
        assert_eq!(results[0].settings.len(), 2);
        let message = set(&["R23.b=1"]).unwrap_err().to_string();
        assert!(message.contains("has no parameter 'b' (allowed:\n  a: "), "{message}");
    }

    #[test]
    fn every_parameter_may_have_every_value_of_its_range_and_moves_its_result() {
        for (claim, parameters) in thalweg_lecture::ADJUSTABLE {
            for parameter in *parameters {
                let (least, most) = parameter.range;
                for value in [least, most] {
                    let compared =
                        set(&[&format!("{}.{}={value}", claim.id, parameter.name)]).unwrap().remove(0);
                    assert_ne!(compared.result.verdict(), Verdict::CheckFails, "{}", told(&compared));
                    // Momentum is linear: in units of η its steps do not depend on η.
                    let should_move = (claim.number, parameter.name) != (58, "rate");
                    assert_eq!(!compared.differences.is_empty(), should_move, "{}", told(&compared));
                }
            }
        }
    }
}
