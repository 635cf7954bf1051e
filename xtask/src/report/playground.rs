//! A quadratic whose path the reader redraws: what the page's script needs to know.

use std::fmt::Write as _;

use thalweg_lecture::Playground;
use thalweg_lecture::playground::Slider;
use thalweg_lecture::prose::escape;

use crate::html::prose;

pub(super) const SCRIPT: &str = include_str!("playground.js");

pub(super) fn section(play: &Playground) -> String {
    format!(
        "<section class=\"play\" id=\"play-{}\" data-play=\"{}\">\n<h3>{}</h3>\n<p>{}</p>\n\
         <div class=\"stage\"><noscript><p>Sliding needs JavaScript; the figures above show such paths.</p></noscript></div>\n</section>\n",
        play.id,
        escape(&json(play)),
        prose(play.title),
        prose(play.task)
    )
}

/// Numbers are written so that they read back as the same doubles.
fn json(play: &Playground) -> String {
    let list = |numbers: &[f64]| format!("{numbers:?}");
    let slider = |Slider { range: (least, most), step, at }: Slider| {
        format!("{{\"range\":[{least},{most}],\"step\":{step},\"at\":{at}}}")
    };
    let rules: Vec<_> = play.rules.iter().map(|rule| format!("\"{}\"", rule.name())).collect();
    let mut json = String::from("{");
    let _ = write!(
        json,
        "\"curvatures\":{},\"linear\":{},\"start\":{},\"steps\":{},\"rules\":[{}],\"rate\":{},\"momentum\":{}}}",
        list(&play.curvatures),
        list(&play.linear),
        list(&play.start),
        play.steps,
        rules.join(","),
        slider(play.rate),
        slider(play.momentum)
    );
    json
}
