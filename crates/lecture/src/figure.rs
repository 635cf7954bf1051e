//! Figures as plain SVG: no fonts of our own, no rasterizer, coordinates rounded to a tenth of a pixel, colors as CSS
//! classes, so that the same numbers give the same bytes and a reader's dark mode is respected.

mod axis;
mod csv;
mod svg;

pub use axis::Axis;
pub use svg::STYLE;

/// Panels that belong together.
#[derive(Clone, Debug)]
pub struct Figure {
    /// Names the figure within its result; part of a file name.
    pub id: &'static str,
    /// What to see in it, in a sentence or two.
    pub caption: String,
    /// The panels, in reading order.
    pub panels: Vec<Panel>,
    /// Panels beside each other in the file; a page may flow them otherwise.
    pub columns: usize,
}

/// One pair of axes with marks in data coordinates.
#[derive(Clone, Debug)]
pub struct Panel {
    title: String,
    x: Axis,
    y: Axis,
    marks: Vec<Mark>,
}

/// What a mark stands for, which decides its color. A color means the same in every panel of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// The function that is minimized, its contours: in the background.
    Quiet,
    /// What theory predicts.
    Theory,
    /// Something that is wrong: a bound that is broken, a run that diverges.
    Wrong,
    /// Series that are told apart by color and by label.
    Series(u8),
}

#[derive(Clone, Debug)]
enum Mark {
    Line { points: Vec<(f64, f64)>, ink: Ink, dashed: bool },
    Dots { points: Vec<(f64, f64)>, ink: Ink },
    Arrows { points: Vec<(f64, f64)>, ink: Ink },
    Ellipse { center: (f64, f64), radii: (f64, f64), ink: Ink },
    Label { at: (f64, f64), text: String, ink: Ink, anchor: Anchor },
}

/// Where a label lies, seen from its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// To the left, level with it.
    Left,
    /// To the right, level with it.
    Right,
    /// Centered above it.
    Above,
    /// Centered below it.
    Below,
}

impl Panel {
    /// Empty axes.
    #[must_use]
    pub fn new(title: impl Into<String>, x: Axis, y: Axis) -> Self {
        Self { title: title.into(), x, y, marks: Vec::new() }
    }

    /// A solid line through points; it breaks where a point cannot be drawn.
    #[must_use]
    pub fn line(mut self, points: impl IntoIterator<Item = (f64, f64)>, ink: Ink) -> Self {
        self.marks.push(Mark::Line { points: points.into_iter().collect(), ink, dashed: false });
        self
    }

    /// A dashed line through points.
    #[must_use]
    pub fn dashed(mut self, points: impl IntoIterator<Item = (f64, f64)>, ink: Ink) -> Self {
        self.marks.push(Mark::Line { points: points.into_iter().collect(), ink, dashed: true });
        self
    }

    /// Dots.
    #[must_use]
    pub fn dots(mut self, points: impl IntoIterator<Item = (f64, f64)>, ink: Ink) -> Self {
        self.marks.push(Mark::Dots { points: points.into_iter().collect(), ink });
        self
    }

    /// A path whose segments are arrows, with a dot at each end of them.
    #[must_use]
    pub fn arrows(mut self, points: impl IntoIterator<Item = (f64, f64)>, ink: Ink) -> Self {
        self.marks.push(Mark::Arrows { points: points.into_iter().collect(), ink });
        self
    }

    /// The outline of an ellipse with axes parallel to the panel's; both axes must be linear.
    #[must_use]
    pub fn ellipse(mut self, center: (f64, f64), radii: (f64, f64), ink: Ink) -> Self {
        self.marks.push(Mark::Ellipse { center, radii, ink });
        self
    }

    /// Text beside a point.
    #[must_use]
    pub fn label(mut self, at: (f64, f64), anchor: Anchor, text: impl Into<String>, ink: Ink) -> Self {
        self.marks.push(Mark::Label { at, text: text.into(), ink, anchor });
        self
    }
}

/// The axes of a plane in equal units, in which a circle is round: `half_height` up and down from `center`, and as far to
/// the sides as the plot is wide.
pub(crate) fn plane([x, y]: [&str; 2], center: [f64; 2], half_height: f64) -> (Axis, Axis) {
    let half_width = half_height * svg::PLOT_WIDTH / svg::PLOT_HEIGHT;
    let around = |label, middle: f64, half: f64| Axis::linear(label, middle - half, middle + half);
    (around(x, center[0], half_width), around(y, center[1], half_height))
}

/// `count` ≥ 2 numbers from `from` to `to`, evenly spaced, both ends included.
pub(crate) fn spaced(from: f64, to: f64, count: u32) -> impl Iterator<Item = f64> {
    let last = f64::from(count - 1);
    (0..count).map(move |i| from + (to - from) * f64::from(i) / last)
}
