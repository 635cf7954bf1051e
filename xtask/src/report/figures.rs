//! Figures to take along: an SVG that any program can draw, and the numbers in it.

use thalweg_lecture::Reproduced;
use thalweg_lecture::figure::{Figure, STYLE};
use thalweg_lecture::prose;
use thalweg_lecture::record::figure_name;

use crate::html;

/// Its files by their paths within the report.
pub(super) fn files(result: &Reproduced) -> Vec<(String, String)> {
    let of = |figure: &Figure| {
        let name = figure_name(result, figure.id);
        [
            (format!("figures/{name}.svg"), portable(&figure.svg(), &citation(result, figure))),
            (format!("figures/{name}.csv"), figure.csv()),
        ]
    };
    result.findings.figures.iter().flat_map(of).collect()
}

/// How to name a figure's source, in a line.
pub(super) fn citation(result: &Reproduced, figure: &Figure) -> String {
    let claim = result.claim;
    format!(
        "Thalweg {}, result {} ({}), figure “{}”, measured after {} of CMU 11-785, Fall 2020. CC BY 4.0",
        env!("CARGO_PKG_VERSION"),
        claim.r_number(),
        claim.id,
        figure.id,
        claim.slides.named()
    )
}

/// A figure on a result's page, with what to take along.
pub(super) fn with_files(result: &Reproduced, figure: &Figure) -> String {
    let name = figure_name(result, figure.id);
    let take = format!(
        "<div class=\"take\"><p class=\"files\">Take along: <a href=\"figures/{name}.svg\" download>SVG</a> \
         <a href=\"figures/{name}.csv\" download>CSV</a> </p><p class=\"cite\"><small>Cite: {}</small></p></div>\n",
        prose::escape(&citation(result, figure))
    );
    html::figure_with(figure, &format!(" id=\"{}\"", figure.id), &take)
}

/// The style of figures on white paper, every color written out.
///
/// Few programs beside browsers know variables of CSS, or a font of the system by that name.
pub(super) fn light_style() -> String {
    let (variables, rest) = STYLE.split_once('}').unwrap_or_default();
    // What follows are the colors for a dark page, and then the rules.
    let rules = rest.split_once("}}\n").map_or(rest, |(_, rules)| rules);
    let declarations = variables.split_once('{').map_or("", |(_, declarations)| declarations);
    let colors = declarations.split(';').filter_map(|one| one.strip_prefix("--")?.split_once(':'));
    let rules =
        colors.fold(rules.to_owned(), |rules, (name, color)| rules.replace(&format!("var(--{name})"), color));
    format!(".fig{{font-family:'Helvetica Neue',Arial,'DejaVu Sans',sans-serif;font-size:12px}}\n{rules}")
}

/// The SVG with that style and its source.
///
/// A label that is kept clear of what lies under it is written twice, first as an outline: not every program knows an order
/// of painting, and one that does not would paint the outline over the letters.
fn portable(svg: &str, citation: &str) -> String {
    const ORDER: &str = "paint-order:stroke;";
    const OUTLINED: &str = "<text class=\"halo ";
    let described = format!("</title>\n<desc>{}</desc>\n<style>", prose::escape(citation));
    let svg = svg.replacen(STYLE, &light_style().replacen(ORDER, "", 1), 1).replacen(
        "</title>\n<style>",
        &described,
        1,
    );
    let line = |line: &str| match line.strip_prefix(OUTLINED) {
        Some(rest) => format!("{OUTLINED}{rest}\n<text class=\"{rest}\n"),
        None => format!("{line}\n"),
    };
    svg.lines().map(line).collect()
}

#[cfg(test)]
mod tests {
    use thalweg_lecture::{Form, RESULTS};

    use super::*;

    #[test]
    fn what_is_taken_along_needs_no_browser() {
        let style = light_style();
        assert!(!style.contains("var(") && !style.contains("--") && !style.contains("@media"), "{style}");
        assert!(
            style.contains(".fig .s0{stroke:#0b6bcb}") && style.contains(".f-quiet{fill:#b9c1ca}"),
            "{style}"
        );
        let result = RESULTS[0].reproduce(Form::Default);
        let files = files(&result);
        assert_eq!(files.len(), 2 * result.findings.figures.len());
        let (name, svg) = &files[0];
        assert!(name.ends_with(".svg") && svg.contains("CC BY 4.0</desc>") && !svg.contains("var("), "{svg}");
        let (outlines, labels) = (svg.matches("class=\"halo f-").count(), svg.matches("class=\"f-").count());
        assert!(outlines > 0 && labels >= outlines && !svg.contains("paint-order"), "{svg}");
    }
}
