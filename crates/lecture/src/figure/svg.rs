//! The SVG itself.

use std::fmt::Write as _;

use super::{Anchor, Figure, Ink, Mark, Panel};
use crate::prose::{Part, escape, parts};

// A panel in pixels, and the plot within it.
const WIDTH: f64 = 360.0;
const HEIGHT: f64 = 288.0;
const LEFT: f64 = 54.0;
const TOP: f64 = 34.0;
pub(super) const PLOT_WIDTH: f64 = WIDTH - LEFT - 14.0;
pub(super) const PLOT_HEIGHT: f64 = HEIGHT - TOP - 46.0;

/// The style sheet that the classes of a figure need. A page that shows panels says it once.
pub const STYLE: &str = "\
.fig{--paper:#fff;--ink:#1c2530;--soft:#66717e;--grid:#e4e8ec;--quiet:#b9c1ca;--wrong:#c8102e;--s0:#0b6bcb;--s1:#b3590a;--s2:#1e8a56;\
--s3:#8250c4;--s4:#0e7f8c;--s5:#a8398a;font:12px system-ui,-apple-system,'Segoe UI',sans-serif}
@media(prefers-color-scheme:dark){.fig{--paper:#0d1117;--ink:#e4e9ef;--soft:#9aa6b3;--grid:#2b333d;--quiet:#56616d;--wrong:#ff6b78;\
--s0:#66b0ff;--s1:#f0a35e;--s2:#5fd39a;--s3:#c3a0ff;--s4:#57cbd8;--s5:#f08fd0}}
.fig text{fill:var(--soft)}.fig .title{fill:var(--ink);font-weight:600;font-size:13px}.fig .halo{paint-order:stroke;\
stroke:var(--paper);stroke-width:3px}
.fig path,.fig ellipse{fill:none;stroke-width:1.6;stroke-linejoin:round}.fig .grid{stroke:var(--grid);stroke-width:1}\
.fig .dashed{stroke-dasharray:5 4}.fig .tip,.fig circle{stroke:none}
.fig .quiet{stroke:var(--quiet)}.fig .theory{stroke:var(--soft)}.fig .wrong{stroke:var(--wrong)}\
.fig .s0{stroke:var(--s0)}.fig .s1{stroke:var(--s1)}.fig .s2{stroke:var(--s2)}.fig .s3{stroke:var(--s3)}\
.fig .s4{stroke:var(--s4)}.fig .s5{stroke:var(--s5)}
.fig .f-quiet{fill:var(--quiet)}.fig .f-theory{fill:var(--soft)}.fig .f-wrong{fill:var(--wrong)}\
.fig .f-s0{fill:var(--s0)}.fig .f-s1{fill:var(--s1)}.fig .f-s2{fill:var(--s2)}.fig .f-s3{fill:var(--s3)}\
.fig .f-s4{fill:var(--s4)}.fig .f-s5{fill:var(--s5)}
";

impl Figure {
    /// The whole figure as one file.
    #[must_use]
    pub fn svg(&self) -> String {
        let columns = self.columns.clamp(1, self.panels.len().max(1));
        let rows = self.panels.len().div_ceil(columns);
        let (width, height) = (WIDTH * columns as f64, HEIGHT * rows as f64);
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"fig\" viewBox=\"0 0 {width} {height}\" role=\"img\">\n\
             <title>{}</title>\n<style>\n{STYLE}</style>\n",
            escape(&self.caption)
        );
        for (i, panel) in self.panels.iter().enumerate() {
            let (x, y) = ((i % columns) as f64 * WIDTH, (i / columns) as f64 * HEIGHT);
            let attributes = format!("x=\"{x}\" y=\"{y}\" width=\"{WIDTH}\" height=\"{HEIGHT}\"");
            panel.write(&mut svg, &attributes);
        }
        svg.push_str("</svg>\n");
        svg
    }

    /// Every panel as an element of its own, for a page that knows [`STYLE`] and lets panels flow. `data-x` and `data-y` say
    /// what the axes span, so that a script can read values off the plot.
    pub fn panels_svg(&self) -> impl Iterator<Item = String> + '_ {
        self.panels.iter().map(|panel| {
            let mut svg = String::new();
            panel.write(
                &mut svg,
                &format!(
                    "class=\"fig\" role=\"img\" aria-label=\"{}\" data-x=\"{}\" data-y=\"{}\"",
                    escape(&panel.title),
                    panel.x.extent(),
                    panel.y.extent()
                ),
            );
            svg
        })
    }
}

impl Panel {
    fn write(&self, svg: &mut String, attributes: &str) {
        let _ = writeln!(svg, "<svg {attributes} viewBox=\"0 0 {WIDTH} {HEIGHT}\">");
        text(svg, "title", (LEFT, 20.0), "start", &self.title);
        self.write_axes(svg);
        // The inner element cuts off whatever lies outside the axes.
        let _ = writeln!(
            svg,
            "<svg x=\"{LEFT}\" y=\"{TOP}\" width=\"{PLOT_WIDTH}\" height=\"{PLOT_HEIGHT}\" \
             viewBox=\"0 0 {PLOT_WIDTH} {PLOT_HEIGHT}\">"
        );
        for mark in &self.marks {
            self.write_mark(svg, mark);
        }
        svg.push_str("</svg>\n");
        // Words may reach over the edge of the plot, so they come outside the element that cuts.
        for mark in &self.marks {
            self.write_label(svg, mark);
        }
        svg.push_str("</svg>\n");
    }

    fn write_axes(&self, svg: &mut String) {
        let (right, bottom) = (LEFT + PLOT_WIDTH, TOP + PLOT_HEIGHT);
        let mut grid = String::new();
        for (place, label) in self.x.ticks() {
            let x = LEFT + place * PLOT_WIDTH;
            let _ = write!(grid, "M{} {}V{}", px(x), px(TOP), px(bottom));
            text(svg, "", (x, bottom + 16.0), "middle", &label);
        }
        for (place, label) in self.y.ticks() {
            let y = bottom - place * PLOT_HEIGHT;
            let _ = write!(grid, "M{} {}H{}", px(LEFT), px(y), px(right));
            text(svg, "", (LEFT - 6.0, y + 4.0), "end", &label);
        }
        let _ = writeln!(svg, "<path class=\"grid\" d=\"{grid}\"/>");
        text(svg, "", (LEFT + 0.5 * PLOT_WIDTH, bottom + 36.0), "middle", &self.x.label);
        let middle = px(TOP + 0.5 * PLOT_HEIGHT);
        let _ = writeln!(
            svg,
            "<text x=\"12\" y=\"{middle}\" text-anchor=\"middle\" transform=\"rotate(-90 12 {middle})\">{}</text>",
            lowered(&self.y.label)
        );
    }

    fn write_mark(&self, svg: &mut String, mark: &Mark) {
        match mark {
            Mark::Line { points, ink, dashed } => {
                let mut path = String::new();
                let mut pen_is_down = false;
                for &point in points {
                    match self.pixel(point) {
                        Some((x, y)) => {
                            let _ =
                                write!(path, "{}{} {}", if pen_is_down { 'L' } else { 'M' }, px(x), px(y));
                            pen_is_down = true;
                        }
                        None => pen_is_down = false,
                    }
                }
                let dashed = if *dashed { " dashed" } else { "" };
                let _ = writeln!(svg, "<path class=\"{}{dashed}\" d=\"{path}\"/>", ink.class());
            }
            Mark::Dots { points, ink } => {
                let _ = write!(svg, "<g class=\"f-{}\">", ink.class());
                for (x, y) in points.iter().filter_map(|&point| self.pixel(point)) {
                    let _ = write!(svg, "<circle cx=\"{}\" cy=\"{}\" r=\"3\"/>", px(x), px(y));
                }
                svg.push_str("</g>\n");
            }
            Mark::Arrows { points, ink } => {
                let pixels: Vec<_> = points.iter().map(|&point| self.pixel(point)).collect();
                for ends in pixels.windows(2) {
                    if let [Some(from), Some(to)] = ends {
                        arrow(svg, *from, *to, *ink);
                    }
                }
                let _ = write!(svg, "<g class=\"f-{}\">", ink.class());
                for (x, y) in pixels.into_iter().flatten() {
                    let _ = write!(svg, "<circle cx=\"{}\" cy=\"{}\" r=\"2.5\"/>", px(x), px(y));
                }
                svg.push_str("</g>\n");
            }
            Mark::Ellipse { center, radii, ink } => {
                let corner = (center.0 + radii.0, center.1 + radii.1);
                if let (Some((cx, cy)), Some((x, y))) = (self.pixel(*center), self.pixel(corner)) {
                    let _ = writeln!(
                        svg,
                        "<ellipse class=\"{}\" cx=\"{}\" cy=\"{}\" rx=\"{}\" ry=\"{}\"/>",
                        ink.class(),
                        px(cx),
                        px(cy),
                        px((x - cx).abs()),
                        px((y - cy).abs())
                    );
                }
            }
            Mark::Label { .. } => {}
        }
    }

    fn write_label(&self, svg: &mut String, mark: &Mark) {
        let Mark::Label { at, text: words, ink, anchor } = mark else { return };
        let Some((x, y)) = self.pixel(*at) else { return };
        let (dx, dy, side) = match anchor {
            Anchor::Left => (-7.0, 4.0, "end"),
            Anchor::Right => (7.0, 4.0, "start"),
            Anchor::Above => (0.0, -8.0, "middle"),
            Anchor::Below => (0.0, 17.0, "middle"),
        };
        text(svg, &format!("halo f-{}", ink.class()), (LEFT + x + dx, TOP + y + dy), side, words);
    }

    /// From data to pixels within the plot; far outside is still a place, but not an astronomical one.
    fn pixel(&self, (x, y): (f64, f64)) -> Option<(f64, f64)> {
        const FAR: f64 = 1e4;
        let x = self.x.place(x)? * PLOT_WIDTH;
        let y = (1.0 - self.y.place(y)?) * PLOT_HEIGHT;
        Some((x.clamp(-FAR, FAR), y.clamp(-FAR, FAR)))
    }
}

impl Ink {
    pub(super) fn class(self) -> String {
        match self {
            Self::Quiet => "quiet".to_owned(),
            Self::Theory => "theory".to_owned(),
            Self::Wrong => "wrong".to_owned(),
            Self::Series(i) => format!("s{}", i % 6),
        }
    }
}

fn arrow(svg: &mut String, (x0, y0): (f64, f64), (x1, y1): (f64, f64), ink: Ink) {
    const TIP: f64 = 7.0;
    let (dx, dy) = (x1 - x0, y1 - y0);
    let length = (dx * dx + dy * dy).sqrt();
    if length == 0.0 {
        return;
    }
    let class = ink.class();
    let _ = write!(svg, "<path class=\"{class}\" d=\"M{} {}L{} {}\"/>", px(x0), px(y0), px(x1), px(y1));
    if length > 1.5 * TIP {
        // The tip ends short of the dot that marks the point.
        let (ux, uy) = (dx / length, dy / length);
        let (tx, ty) = (x1 - 2.0 * ux, y1 - 2.0 * uy);
        let (bx, by) = (tx - TIP * ux, ty - TIP * uy);
        let half = 0.45 * TIP;
        let _ = write!(
            svg,
            "<path class=\"tip f-{class}\" d=\"M{} {}L{} {}L{} {}Z\"/>",
            px(tx),
            px(ty),
            px(bx - half * uy),
            px(by + half * ux),
            px(bx + half * uy),
            px(by - half * ux)
        );
    }
    svg.push('\n');
}

fn text(svg: &mut String, class: &str, (x, y): (f64, f64), anchor: &str, words: &str) {
    let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
    let (x, y, words) = (px(x), px(y), lowered(words));
    let _ = writeln!(svg, "<text{class} x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{words}</text>");
}

/// Words with their subscripts set lower and smaller.
fn lowered(words: &str) -> String {
    const DROP: &str = "3";
    let mut svg = String::new();
    let mut is_low = false;
    for part in parts(words) {
        match part {
            Part::Plain(text) if is_low => {
                let _ = write!(svg, "<tspan dy=\"-{DROP}\">{}</tspan>", escape(text));
                is_low = false;
            }
            Part::Plain(text) => svg.push_str(&escape(text)),
            Part::Subscript(text) => {
                let _ = write!(svg, "<tspan dy=\"{DROP}\" font-size=\"9\">{}</tspan>", escape(text));
                is_low = true;
            }
        }
    }
    svg
}

/// A pixel coordinate to a tenth, as short as it gets.
fn px(v: f64) -> String {
    let tenths = (v * 10.0).round() as i64;
    let (sign, tenths) = if tenths < 0 { ("-", -tenths) } else { ("", tenths) };
    match tenths % 10 {
        0 => format!("{sign}{}", tenths / 10),
        tenth => format!("{sign}{}.{tenth}", tenths / 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::Axis;

    #[test]
    fn pixels_are_tenths() {
        assert_eq!([px(1.0), px(-0.04), px(-0.25), px(12.36)], ["1", "0", "-0.3", "12.4"]);
    }

    #[test]
    fn a_line_breaks_where_a_point_has_no_place() {
        let panel = Panel::new("<a & b>", Axis::linear("x", 0.0, 1.0), Axis::logarithmic("y", 1.0, 10.0))
            .line(
                [(0.0, 1.0), (0.2, 0.0), (0.4, 1.0), (0.6, f64::NAN), (0.8, 10.0), (1.0, 10.0)],
                Ink::Series(0),
            );
        let svg = Figure { id: "x", caption: "c".into(), panels: vec![panel], columns: 1 }.svg();
        assert!(svg.contains("d=\"M0 208M116.8 208M233.6 0L292 0\""), "{svg}");
        assert!(svg.contains("&lt;a &amp; b&gt;"));
    }
}
