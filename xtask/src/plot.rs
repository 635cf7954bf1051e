//! The plots of the book's page of benchmarks, drawn from the tables that stand there: a number is written down once.
//!
//! A line `<!-- plot: FILE | TITLE | NAMES | COLUMN, COLUMN -->` before a table has these columns drawn: a row of the table is a
//! row of the plot, named by the first NAMES cells, and every number of a cell is a dot. Ratios are drawn on a logarithmic axis,
//! with a line at 1.

use std::fmt::Write as _;

use thalweg::numerics::ln;
use thalweg_lecture::figure::STYLE;
use thalweg_lecture::prose::escape;

use crate::Failure;

/// A plot: the file beside the page, and what it shows.
pub(crate) struct Plot {
    pub(crate) file: String,
    title: String,
    columns: Vec<String>,
    rows: Vec<Row>,
}

struct Row {
    name: String,
    /// Of each column; none where the cell is empty.
    ratios: Vec<Vec<f64>>,
}

/// In pixels: the drawing, the names of the rows, what is free on the right, what stands above, a row.
const WIDTH: f64 = 860.0;
const LEFT: f64 = 330.0;
const RIGHT: f64 = 24.0;
const TOP: f64 = 64.0;
const ROW: f64 = 20.0;

/// All plots that a page asks for.
pub(crate) fn plots(page: &str) -> Result<Vec<Plot>, Failure> {
    let mut parts = page.split("<!-- plot: ");
    parts.next();
    parts.map(Plot::read).collect()
}

impl Plot {
    /// From what follows the opening of the line: its words, and then the table.
    fn read(text: &str) -> Result<Self, Failure> {
        let refused = |why: &str| Failure::BadPlot {
            line: text.lines().next().unwrap_or_default().to_owned(),
            why: why.to_owned(),
        };
        let (words, rest) =
            text.split_once(" -->").ok_or_else(|| refused("its line does not end with -->"))?;
        let [file, title, names, columns] = words.split(" | ").collect::<Vec<_>>()[..] else {
            return Err(refused("it takes FILE | TITLE | NAMES | COLUMN, COLUMN"));
        };
        let names: usize = names.parse().map_err(|_| refused("NAMES is how many cells name a row"))?;
        let columns: Vec<_> = columns.split(", ").map(str::to_owned).collect();
        let mut lines = rest.trim_start().lines().take_while(|line| line.starts_with('|')).map(cells);
        let head = lines.next().ok_or_else(|| refused("no table follows"))?;
        let places: Option<Vec<_>> =
            columns.iter().map(|column| head.iter().position(|name| name == column)).collect();
        let places = places.ok_or_else(|| refused(&format!("the columns are {}", head.join(", "))))?;

        // An empty cell among those that name a row says what the one above it says.
        let (mut name, mut rows) = (vec![String::new(); names], Vec::new());
        for cells in lines.skip(1) {
            for (name, cell) in name.iter_mut().zip(&cells).filter(|(_, cell)| !cell.is_empty()) {
                name.clone_from(cell);
            }
            let ratios: Vec<_> =
                places.iter().map(|&i| cells.get(i).map_or_else(Vec::new, |cell| numbers(cell))).collect();
            rows.push(Row { name: name.join(", "), ratios });
        }
        if rows
            .iter()
            .flat_map(|row| row.ratios.iter().flatten())
            .any(|ratio| ratio.is_nan() || *ratio <= 0.0)
        {
            return Err(refused("a ratio is not above 0"));
        }
        Ok(Self { file: file.to_owned(), title: title.to_owned(), columns, rows })
    }

    /// The drawing, as a file of its own.
    pub(crate) fn svg(&self) -> String {
        let ratios = || self.rows.iter().flat_map(|row| row.ratios.iter().flatten().copied());
        let low = ratios().fold(0.8, f64::min) / 1.1;
        let high = ratios().fold(1.25, f64::max) * 1.1;
        let x = |ratio: f64| LEFT + (WIDTH - LEFT - RIGHT) * ln(ratio / low) / ln(high / low);
        let y = |row: usize| TOP + ROW * (row as f64 + 0.5);
        let bottom = TOP + ROW * self.rows.len() as f64;
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"fig\" viewBox=\"0 0 {WIDTH} {}\" role=\"img\">\n\
             <title>{title}</title>\n<style>\n{STYLE}</style>\n<text class=\"title\" x=\"12\" y=\"20\">{title}</text>\n",
            bottom + 34.0,
            title = escape(&self.title)
        );
        let mut place = 12.0;
        for (color, column) in self.columns.iter().enumerate() {
            let _ = writeln!(
                svg,
                "<g class=\"f-s{color}\"><circle cx=\"{:.1}\" cy=\"40\" r=\"4\"/></g><text x=\"{:.1}\" y=\"44\">{}</text>",
                place + 4.0,
                place + 14.0,
                escape(column)
            );
            place += 34.0 + 7.0 * column.chars().count() as f64;
        }
        for tick in ticks(low, high) {
            let (class, at) = (if tick == 1.0 { "theory" } else { "grid" }, x(tick));
            let _ = writeln!(
                svg,
                "<path class=\"{class}\" d=\"M{at:.1} {TOP}V{bottom}\"/><text x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{tick}</text>",
                bottom + 18.0
            );
        }
        for (i, row) in self.rows.iter().enumerate() {
            let at = y(i);
            let _ = writeln!(
                svg,
                "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
                LEFT - 12.0,
                at + 4.0,
                escape(&row.name)
            );
            for (color, ratios) in row.ratios.iter().enumerate() {
                let dots: String = ratios
                    .iter()
                    .map(|&ratio| format!("<circle cx=\"{:.1}\" cy=\"{at:.1}\" r=\"4\"/>", x(ratio)))
                    .collect();
                let _ = writeln!(svg, "<g class=\"f-s{color}\">{dots}</g>");
            }
        }
        svg.push_str("</svg>\n");
        svg
    }
}

/// 1, 2, 3, 5 and 7 times the powers of ten between.
fn ticks(low: f64, high: f64) -> impl Iterator<Item = f64> {
    let all = (-3..4).flat_map(|power| [1, 2, 3, 5, 7].map(|digit| format!("{digit}e{power}")));
    all.filter_map(|text| text.parse().ok()).filter(move |tick| (low..=high).contains(tick))
}

/// The cells of a row of a table in Markdown.
fn cells(line: &str) -> Vec<String> {
    line.trim().trim_matches('|').split('|').map(|cell| cell.trim().replace('`', "")).collect()
}

/// The numbers of a cell that has some, "1.06, 1.00" as "48 to 52".
fn numbers(cell: &str) -> Vec<f64> {
    cell.split(", ").flat_map(|part| part.split(" to ")).filter_map(|number| number.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "text\n\n<!-- plot: a | A & B | 2 | us, them -->\n\n| what | n | ms | us | them |\n\
                        | --- | --- | --- | --- | --- |\n| x | 1 | 7 | 0.5, 2 | 3 |\n| | 10 | 8 | | 1 to 4 |\n\ntext\n";

    #[test]
    fn a_table_is_read_with_what_empty_cells_stand_for() {
        let plots = plots(PAGE).unwrap();
        let [Plot { file, rows, .. }] = &plots[..] else { panic!("one plot") };
        assert_eq!(file, "a");
        assert_eq!(rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["x, 1", "x, 10"]);
        assert_eq!(rows[0].ratios, [vec![0.5, 2.0], vec![3.0]]);
        assert_eq!(rows[1].ratios, [vec![], vec![1.0, 4.0]]);
    }

    #[test]
    fn every_number_is_a_dot_and_one_is_a_line() {
        let svg = plots(PAGE).unwrap()[0].svg();
        // Two more are the legend.
        assert_eq!(svg.matches("<circle").count(), 5 + 2);
        assert_eq!(svg.matches("class=\"theory\"").count(), 1);
        assert!(svg.contains("<title>A &amp; B</title>") && svg.contains(">x, 10</text>"));
    }

    #[test]
    fn what_cannot_be_drawn_is_refused_by_name() {
        for (from, to, why) in [
            ("us, them", "we", "the columns are what, n, ms, us, them"),
            (" | 2 | ", " | two | ", "NAMES is how many cells name a row"),
            ("0.5, 2", "0", "a ratio is not above 0"),
            (" -->\n\n|", " -->\n\ntext\n|", "no table follows"),
        ] {
            let error = plots(&PAGE.replacen(from, to, 1)).map(|plots| plots.len()).unwrap_err().to_string();
            assert!(error.contains(why), "{error}");
        }
    }
}
