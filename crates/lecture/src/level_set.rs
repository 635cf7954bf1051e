//! Where a function of the plane is zero, from its values on a grid: marching squares, the pieces joined to lines.

/// A square grid of `side` × `side` points, edges included, over [low, high]².
#[derive(Clone, Copy, Debug)]
pub(crate) struct Grid {
    pub(crate) low: f64,
    pub(crate) high: f64,
    /// Points along an edge, 2 or more.
    pub(crate) side: usize,
}

impl Grid {
    /// The coordinate of the i-th column, or row.
    pub(crate) fn at(&self, i: usize) -> f64 {
        self.low + (self.high - self.low) * (i as f64 / (self.side - 1) as f64)
    }

    /// All points, row after row from the lowest, each row from left to right: x, y, x, y, ….
    pub(crate) fn points(&self) -> Vec<f64> {
        let rows = (0..self.side).map(|j| self.at(j));
        rows.flat_map(|y| (0..self.side).flat_map(move |i| [self.at(i), y])).collect()
    }

    /// The lines on which `values`, one for each of [`points`](Self::points), pass zero; those of one function are joined
    /// by points that no axis has a place for, where a drawn line breaks.
    pub(crate) fn zeros(&self, values: &[f64]) -> Vec<(f64, f64)> {
        let mut line = Vec::new();
        for edges in joined(&self.links(values)) {
            line.extend(edges.into_iter().map(|edge| self.crossing(values, edge)));
            line.push((f64::NAN, f64::NAN));
        }
        line
    }

    /// The edges of the grid that the lines cross: for each, the edges where the line goes on, through the cells on either
    /// side. Edge k leads from point k to the right, edge k + side² from point k upward.
    fn links(&self, values: &[f64]) -> Vec<[Option<usize>; 2]> {
        let n = self.side;
        let mut links = vec![[None; 2]; 2 * n * n];
        let mut join = |a: usize, b: usize| {
            for (from, to) in [(a, b), (b, a)] {
                let free = usize::from(links[from][0].is_some());
                links[from][free] = Some(to);
            }
        };
        for k in (0..n - 1).flat_map(|j| (0..n - 1).map(move |i| j * n + i)) {
            let corners = [k, k + 1, k + n + 1, k + n];
            let edges = [k, k + 1 + n * n, k + n, k + n * n];
            let is_above = |corner: usize| values[corner] > 0.0;
            let crossed: Vec<_> =
                (0..4).filter(|&e| is_above(corners[e]) != is_above(corners[(e + 1) % 4])).collect();
            match crossed[..] {
                [a, b] => join(edges[a], edges[b]),
                // Two corners that face each other are above: the middle decides whether they are connected.
                [_, _, _, _] => {
                    let middle = corners.iter().map(|&corner| values[corner]).sum::<f64>() > 0.0;
                    let [first, second] =
                        if is_above(corners[0]) == middle { [(0, 1), (2, 3)] } else { [(3, 0), (1, 2)] };
                    join(edges[first.0], edges[first.1]);
                    join(edges[second.0], edges[second.1]);
                }
                _ => {}
            }
        }
        links
    }

    /// Where the line between the ends of an edge passes zero.
    fn crossing(&self, values: &[f64], edge: usize) -> (f64, f64) {
        let n = self.side;
        let (from, to) = if edge < n * n { (edge, edge + 1) } else { (edge - n * n, edge - n * n + n) };
        let share = values[from] / (values[from] - values[to]);
        let between = |a: usize, b: usize| self.at(a) + share * (self.at(b) - self.at(a));
        (between(from % n, to % n), between(from / n, to / n))
    }
}

/// The lines that the links make up: open ones from end to end, closed ones back to where they began.
fn joined(links: &[[Option<usize>; 2]]) -> Vec<Vec<usize>> {
    let mut seen = vec![false; links.len()];
    let mut lines = Vec::new();
    let ends = (0..links.len()).filter(|&edge| links[edge][0].is_some() && links[edge][1].is_none());
    for start in ends.chain(0..links.len()) {
        if seen[start] || links[start][0].is_none() {
            continue;
        }
        let mut line = vec![start];
        seen[start] = true;
        while let Some(next) = links[line[line.len() - 1]].into_iter().flatten().find(|&next| !seen[next]) {
            seen[next] = true;
            line.push(next);
        }
        let is_closed = line.len() > 2 && links[start].contains(&line.last().copied());
        if is_closed {
            line.push(start);
        }
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRID: Grid = Grid { low: -1.0, high: 1.0, side: 41 };

    fn lines(f: impl Fn(f64, f64) -> f64) -> Vec<Vec<(f64, f64)>> {
        let values: Vec<_> = GRID.points().chunks_exact(2).map(|p| f(p[0], p[1])).collect();
        let zeros = GRID.zeros(&values);
        zeros.split(|point| point.0.is_nan()).filter(|line| !line.is_empty()).map(<[_]>::to_vec).collect()
    }

    #[test]
    fn zeros_of_a_circle_are_one_closed_line_on_it() {
        let lines = lines(|x, y| x * x + y * y - 0.25);
        assert_eq!((lines.len(), lines[0].first()), (1, lines[0].last()));
        // Between two points that are 0.05 apart a parabola is at most 0.05²/8 · 2 from its chord.
        assert!(lines[0].iter().all(|(x, y)| ((x * x + y * y).sqrt() - 0.5).abs() < 1e-3));
        let length: f64 =
            lines[0].windows(2).map(|p| (p[1].0 - p[0].0).abs() + (p[1].1 - p[0].1).abs()).sum();
        assert!(
            (length - 4.0).abs() < 0.02,
            "around the circle in steps along the axes: 8 radii, not {length}"
        );
    }

    #[test]
    fn zeros_that_leave_the_grid_are_open_lines() {
        let lines = lines(|x, y| (x + 0.31) * (y - 0.52) - 1e-4);
        assert_eq!(lines.len(), 2, "the two branches of a hyperbola");
        assert!(lines.iter().all(|line| line.first() != line.last()));
        assert!(self::lines(|_, _| 1.0).is_empty());
    }
}
