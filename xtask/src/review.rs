//! What a reviewer of records sees: one table of what moved, for the terminal and for the summary page of a CI, and a page with
//! old and new side by side.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use thalweg_lecture::Verdict;
use thalweg_lecture::prose::escape;
use thalweg_lecture::record::{self, Block, Difference, blocks};

use crate::Failure;
use crate::html::{badge, prose, whole_page};
use crate::recorded::Records;
use crate::reproduce::Compared;

/// Rows of one result that the terminal and the summary page show; the page with old and new shows all.
const SHOWN: usize = 16;

/// What moved of one result, with what its record says.
pub(crate) struct Moved<'a> {
    compared: &'a Compared,
    recorded: Option<String>,
}

impl<'a> Moved<'a> {
    pub(crate) fn new(compared: &'a Compared, records: &Records) -> Self {
        Self { compared, recorded: records.read(&compared.result.record_name()) }
    }

    fn id(&self) -> &'static str {
        self.compared.result.claim.id
    }

    /// The verdict that is recorded; `-` if none is.
    fn verdict_before(&self) -> String {
        let lines = self.recorded.as_deref().map(blocks).unwrap_or_default();
        let mut rows = lines.into_iter().filter(|block| block.head.is_empty()).flat_map(|block| block.rows);
        rows.find(|row| row[0] == "verdict").map_or_else(|| "-".to_owned(), |row| row[1].clone())
    }

    fn verdicts(&self) -> String {
        let (before, after) = (self.verdict_before(), self.compared.result.verdict().to_string());
        if before == after { after } else { format!("{before} → {after}") }
    }

    /// What to do about it.
    fn next(&self) -> String {
        match self.compared.result.verdict() {
            Verdict::CheckFails => {
                "a check fails: it cannot be accepted; find out whether the theory, the method or the experiment is wrong".to_owned()
            }
            _ => format!("if it moved on purpose: cargo xtask reproduce --accept {}", self.id()),
        }
    }

    /// The files that the result is made of: where it is declared, and what it puts to the test.
    fn files(&self) -> impl Iterator<Item = &'static str> {
        let claim = self.compared.result.claim;
        std::iter::once(claim.code).chain(claim.puts_to_the_test.iter().copied())
    }
}

/// The relative change in words.
fn change(difference: &Difference) -> String {
    difference.relative_change().map_or_else(String::new, |change| format!("{:+.2} %", 100.0 * change))
}

fn side(text: Option<&String>) -> &str {
    text.map_or("(nothing)", String::as_str)
}

/// The table for a page in Markdown; empty if nothing moved.
pub(crate) fn markdown(moved: &[Moved<'_>], changed: &[String]) -> String {
    if moved.is_empty() {
        return String::new();
    }
    let cell = |text: &str| text.replace('|', "\\|").replace('<', "&lt;");
    let mut text = format!(
        "## {} not as recorded\n\n| result | where | recorded | now | change | verdict |\n| --- | --- | --- | --- | --- | --- |\n",
        if moved.len() == 1 { "One result is".to_owned() } else { format!("{} results are", moved.len()) },
    );
    for one in moved {
        let differences = &one.compared.differences;
        for difference in differences.iter().take(SHOWN) {
            let (old, new) = (side(difference.recorded.as_ref()), side(difference.new.as_ref()));
            let cells =
                [one.id(), &difference.place, old, new, &change(difference), &one.verdicts()].map(cell);
            let _ = writeln!(text, "| {} |", cells.join(" | "));
        }
        if differences.len() > SHOWN {
            let _ = writeln!(text, "| {} | and {} more | | | | |", one.id(), differences.len() - SHOWN);
        }
        if differences.is_empty() {
            let _ = writeln!(text, "| {} | as recorded | | | | {} |", one.id(), cell(&one.verdicts()));
        }
    }
    text.push_str("\nWhere each comes from, and what to do:\n\n");
    for one in moved {
        let _ = writeln!(text, "- {}: {}. {}", one.id(), one.next(), causes(one, changed));
    }
    text.push_str("\nOld and new side by side: `target/reproduce/diff.html`.\n");
    text
}

/// Which files may be the cause, those first that have been changed.
fn causes(moved: &Moved<'_>, changed: &[String]) -> String {
    let is_changed = |file: &&str| changed.iter().any(|changed| changed == file);
    let (suspects, rest): (Vec<_>, Vec<_>) = moved.files().partition(is_changed);
    let list = |files: &[&str]| files.iter().map(|file| format!("`{file}`")).collect::<Vec<_>>().join(", ");
    match (suspects.as_slice(), changed) {
        ([], []) => format!("It is made of {}", list(&rest)),
        ([], changed) => {
            let changed: Vec<_> = changed.iter().take(SHOWN).map(String::as_str).collect();
            format!(
                "It is made of {}, none of which has been changed; what has: {}",
                list(&rest),
                list(&changed)
            )
        }
        (suspects, _) => format!("Changed, and part of it: {}", list(suspects)),
    }
}

/// Source files that differ from what is being merged into, or from the last commit; none where git does not say.
pub(crate) fn changed_files(root: &Path) -> Vec<String> {
    let git = |arguments: &[&str]| {
        let output = std::process::Command::new("git").args(arguments).current_dir(root).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let base = std::env::var("GITHUB_BASE_REF").ok().filter(|base| !base.is_empty());
    let base = base.map_or_else(|| "HEAD".to_owned(), |base| format!("origin/{base}"));
    let names = git(&["diff", "--name-only", &base, "--", "crates", "Cargo.lock"]).unwrap_or_default();
    names.lines().map(str::to_owned).collect()
}

/// Appends the table to the summary page of the CI, where there is one.
pub(crate) fn write_summary(markdown: &str, file: &Path) -> Result<(), Failure> {
    let before = fs::read_to_string(file).unwrap_or_default();
    fs::write(file, before + markdown).map_err(Failure::path("write", file))
}

/// Writes the page with old and new side by side, and returns its path. Where nothing moved, one of an earlier run goes.
pub(crate) fn write_page(
    moved: &[Moved<'_>],
    records: &Records,
    changed: &[String],
    folder: &Path,
) -> Result<Option<PathBuf>, Failure> {
    let path = folder.join("diff.html");
    if moved.is_empty() {
        if path.exists() {
            fs::remove_file(&path).map_err(Failure::path("remove", &path))?;
        }
        return Ok(None);
    }
    fs::create_dir_all(folder).map_err(Failure::path("create", folder))?;
    fs::write(&path, page(moved, records, changed)).map_err(Failure::path("write", &path))?;
    Ok(Some(path))
}

/// The page with old and new side by side.
pub(crate) fn page(moved: &[Moved<'_>], records: &Records, changed: &[String]) -> String {
    let mut contents = String::new();
    let mut body = String::new();
    for one in moved {
        let claim = one.compared.result.claim;
        let (id, count) = (claim.id, one.compared.differences.len());
        let _ = writeln!(
            contents,
            "<tr><td><a href=\"#{id}\">{} {id}</a></td><td>{count}</td><td>{}</td></tr>",
            claim.r_number(),
            escape(&one.verdicts()),
        );
        body.push_str(&section(one, records, changed));
    }
    let body = format!(
        "<header><h1>What is not as recorded</h1>\n<p class=\"facts\">Old on the left, new on the right. What a run says is accepted \
         by a commit, never by this page.</p></header>\n<main>\n<div class=\"scroll\" tabindex=\"0\"><table>\n<thead><tr><th>result</th>\
         <th>places</th><th>verdict</th></tr></thead>\n<tbody>\n{contents}</tbody>\n</table></div>\n{body}</main>\n\
         <style>\n{}</style>\n<script>\n{}</script>\n",
        include_str!("review/review.css"),
        include_str!("review/review.js"),
    );
    whole_page("What is not as recorded", "", &body)
}

/// One result: its claim, what moved, drawings and tables old and new, and the command that accepts it.
fn section(moved: &Moved<'_>, records: &Records, changed: &[String]) -> String {
    let result = &moved.compared.result;
    let claim = result.claim;
    let rows: String = moved
        .compared
        .differences
        .iter()
        .map(|difference| {
            format!(
                "<tr><td>{}</td><td><del>{}</del></td><td><ins>{}</ins></td><td>{}</td></tr>\n",
                escape(&difference.place),
                escape(side(difference.recorded.as_ref())),
                escape(side(difference.new.as_ref())),
                change(difference),
            )
        })
        .collect();
    let mut html = format!(
        "<section id=\"{id}\">\n<p class=\"facts\">{} · {} · {}</p>\n<h2>{}</h2>\n<p>{} <span class=\"facts\">recorded: {}</span></p>\n\
         <div class=\"scroll words\" tabindex=\"0\"><table>\n<thead><tr><th>where</th><th>recorded</th><th>now</th><th>change</th></tr></thead>\n\
         <tbody>\n{rows}</tbody>\n</table></div>\n",
        claim.chapter,
        claim.r_number(),
        claim.slides.named(),
        prose(claim.claim),
        badge(result.verdict()),
        escape(&moved.verdict_before()),
        id = claim.id,
    );
    for figure in &result.findings.figures {
        let old = records.read(&record::figure_name(result, figure.id));
        let new = figure.svg();
        if old.as_deref().is_some_and(|old| record::same(old, &new)) {
            continue;
        }
        html.push_str(&drawings(figure.id, old.as_deref(), &new));
    }
    if let Some(old) = &moved.recorded {
        html.push_str(&tables(&blocks(old), &blocks(&record::text(result))));
    }
    let causes = causes(moved, changed).split('`').enumerate().fold(String::new(), |html, (i, part)| {
        html + &if i % 2 == 1 { format!("<code>{}</code>", escape(part)) } else { escape(part) }
    });
    let _ = write!(html, "<p>{causes}.</p>\n<pre><code>{}</code></pre>\n</section>\n", escape(&moved.next()));
    html
}

/// A drawing as a picture that brings its own style and cannot meet that of another.
fn picture(svg: &str, words: &str) -> String {
    let mut address = String::from("data:image/svg+xml,");
    for byte in svg.bytes() {
        match byte {
            b'a'..=b'z'
            | b'A'..=b'Z'
            | b'0'..=b'9'
            | b' '
            | b'.'
            | b','
            | b'-'
            | b'/'
            | b'='
            | b':'
            | b';'
            | b'('
            | b')' => {
                address.push(char::from(byte));
            }
            byte => {
                let _ = write!(address, "%{byte:02X}");
            }
        }
    }
    format!("<img alt=\"{words}\" src=\"{address}\">")
}

/// Old and new side by side, and one over the other under a slider.
fn drawings(id: &str, old: Option<&str>, new: &str) -> String {
    let new_picture = picture(new, &format!("figure {id}, now"));
    let Some(old) = old else {
        return format!(
            "<figure class=\"new\">{new_picture}<figcaption>Figure {id} is new.</figcaption></figure>\n"
        );
    };
    let old_picture = picture(old, &format!("figure {id}, recorded"));
    format!(
        "<figure class=\"pair\">\n<div class=\"sides\"><div>{old_picture}<small>recorded</small></div><div>{new_picture}<small>now</small></div></div>\n\
         <div class=\"over\" hidden><div class=\"stack\">{new_picture}<div class=\"top\">{old_picture}</div></div>\n\
         <label>recorded <input type=\"range\" min=\"0\" max=\"100\" value=\"50\" aria-label=\"how much of figure {id} is as recorded\"> now</label></div>\n\
         <figcaption>Figure {id}. <button type=\"button\" class=\"lay\" hidden>One over the other</button></figcaption>\n</figure>\n"
    )
}

/// The blocks that are not the same in both, with the cells marked that have changed.
fn tables(old: &[Block], new: &[Block]) -> String {
    let find = |blocks: &[Block], title: &str| blocks.iter().find(|block| block.title == title).cloned();
    let is_table = |block: &&Block| !block.head.is_empty();
    let mut html = String::new();
    for new in new.iter().filter(is_table) {
        let old = find(old, &new.title);
        if old.as_ref() == Some(new) {
            continue;
        }
        let _ = write!(
            html,
            "<details open><summary>{}</summary>\n<div class=\"sides\">{}{}</div>\n</details>\n",
            escape(&new.title),
            old.as_ref().map_or_else(
                || "<div>not recorded yet</div>".to_owned(),
                |old| marked(old, Some(new), "recorded")
            ),
            marked(new, old.as_ref(), "now"),
        );
    }
    for gone in old.iter().filter(is_table).filter(|old| find(new, &old.title).is_none()) {
        let _ = write!(
            html,
            "<details open><summary>{} (gone)</summary>\n<div class=\"sides\">{}</div>\n</details>\n",
            escape(&gone.title),
            marked(gone, None, "recorded"),
        );
    }
    html
}

/// A table whose cells are marked where the other one has something else under the same words.
fn marked(block: &Block, other: Option<&Block>, words: &str) -> String {
    let other_row = |name: &str| other.and_then(|other| other.rows.iter().find(|row| row[0] == name));
    let head: String = block.head.iter().map(|cell| format!("<th>{}</th>", prose(cell))).collect();
    let row = |row: &Vec<String>| {
        let theirs = other_row(&row[0]);
        let cells: String = row
            .iter()
            .enumerate()
            .map(|(i, cell)| {
                let same = theirs.and_then(|row| row.get(i)) == Some(cell);
                let class = if same { "" } else { " class=\"moved\"" };
                format!("<td{class}>{}</td>", prose(cell))
            })
            .collect();
        format!("<tr>{cells}</tr>\n")
    };
    let rows: String = block.rows.iter().map(row).collect();
    format!(
        "<div class=\"scroll\" tabindex=\"0\"><table>\n<caption>{words}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table></div>"
    )
}
