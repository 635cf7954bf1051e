//! The table as a picture: a line for every method, a dot for every problem.

use super::entrants::{BUDGET, Entrant, League};
use crate::figure::{Anchor, Axis, Figure, Ink, Panel};

pub(super) fn dot_matrix(leagues: &[League; 5]) -> Figure {
    Figure {
        id: "dot-matrix",
        caption: "What each method takes until the gradient is a millionth of the start's, in gradients, on a logarithmic scale. \
                  Momentum saves most of what gradient descent takes; who learns curvature saves most of the rest. A cross stands \
                  for a run that did not arrive, or whose last point has a curvature below 0."
            .to_owned(),
        panels: leagues.iter().enumerate().map(|(i, league)| panel(league, i as u8)).collect(),
        columns: 2,
    }
}

fn panel(league: &League, color: u8) -> Panel {
    let rows = Entrant::ALL.len() as f64;
    let panel = Panel::new(
        league.name,
        // Room for names on the left.
        Axis::logarithmic("gradients", 2e-5, 1e5).with_ticks_from(1.0),
        Axis::linear("", rows - 0.5, -0.5),
    )
    .line([(1.0, -0.5), (1.0, rows - 0.5)], Ink::Quiet);
    Entrant::ALL.iter().enumerate().fold(panel, |panel, (row, &entrant)| {
        let (y, played) = (row as f64, league.of(entrant));
        let panel = panel.label((2.4e-5, y), Anchor::Right, entrant.name(), Ink::Theory);
        let is_saddle = league.ends_at_a_saddle(played);
        if is_saddle {
            let text = format!("× at a saddle after {}", played.cost);
            return panel.label((1.0, y), Anchor::Right, text, Ink::Wrong);
        }
        if played.arrived {
            let cost = played.cost as f64;
            let (anchor, at) = if cost > 1e3 { (Anchor::Left, 0.7) } else { (Anchor::Right, 1.25) };
            panel.line([(1.0, y), (cost, y)], Ink::Quiet).dots([(cost, y)], Ink::Series(color)).label(
                (cost * at, y),
                anchor,
                played.cost.to_string(),
                Ink::Series(color),
            )
        } else if played.steps == 0 {
            panel.label((1.0, y), Anchor::Right, played.reason.clone(), Ink::Quiet)
        } else {
            let text = format!("× {}", played.reason);
            panel.label((BUDGET as f64, y), Anchor::Left, text, Ink::Wrong)
        }
    })
}
