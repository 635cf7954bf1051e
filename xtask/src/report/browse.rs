//! `cargo xtask browse`: the report in a headless browser, as a person would use it.
//!
//! The checks are a script on a page of its own, which opens the pages of the report in a frame as wide as a phone, slides,
//! types and presses keys, and compares the numbers of the sliders with those of the library. Links are checked here.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use thalweg_lecture::playground::{Rule, Slider};
use thalweg_lecture::prose::escape;
use thalweg_lecture::record::figure_name;
use thalweg_lecture::{Playground, select};

use super::{file, files, links, write_files};
use crate::recorded::Records;
use crate::reproduce::{Compared, run_all};
use crate::review::{self, Moved};
use crate::{Failure, Outcome, root};

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Which results the report has, as in `reproduce`; R23, whose figure is read off, is always one; all if none is named
    #[arg(value_name = "ID|SLIDE")]
    names: Vec<String>,
    /// The folder that the report is written to
    #[arg(long, value_name = "DIR", default_value_os_t = root().join("target/browse"))]
    report: PathBuf,
}

/// The page of [`review`].
const DIFF: &str = "diff.html";

/// A figure whose first point is known: the distance of R23 at step 0, over itself.
const FIGURE: &str = "{\"page\":\"fixed-rate-on-a-parabola-has-four-regimes.html\",\"id\":\"distance-against-steps\",\
                      \"panel\":\"Distance: lines predicted, dots measured\",\
                      \"reading\":\"Distance: lines predicted, dots measured: step k ≈ 0, |wₖ − w*| / |w₀ − w*| ≈ 1\",\
                      \"pixels\":\"720 × 576\"}";

pub(crate) fn run(options: &Options) -> Result<Outcome, Failure> {
    let browser = browser()?;
    let records = Records::open(&root().join("tests/snapshots"))?;
    let mut names = options.names.clone();
    if !names.is_empty() {
        names.push("R23".to_owned());
    }
    let results = run_all(&select(&names)?, false, &records, &[]);
    let mut files = files(&results);
    files.insert(DIFF.to_owned(), planted_difference(&records, &options.report)?);
    let broken = links::broken(&files);
    let count = files.keys().filter(|name| name.ends_with(".html")).count();
    tell(&format!("links of {count} pages lead to a page and a place on it"), &broken.join("\n"));

    let page = test_page(&results, files.keys());
    files.insert("browse.html".to_owned(), page);
    write_files(&files, &options.report)?;
    let mut is_fine = broken.is_empty();
    for check in checks(&browser, &options.report)? {
        let (name, problems) = check.text.split_once('\n').unwrap_or((&check.text, ""));
        tell(name, problems);
        is_fine &= check.passes;
    }
    let problem = pdf(&browser, &options.report, &results)?;
    tell("a figure prints as one page of its size", &problem);
    is_fine &= problem.is_empty();
    Ok(if is_fine { Outcome::AsRecorded } else { Outcome::Differs })
}

/// The page that a reviewer would see if a number and the lines of a figure of R23 had been recorded otherwise.
fn planted_difference(records: &Records, folder: &Path) -> Result<String, Failure> {
    let folder = folder.join("planted");
    fs::create_dir_all(&folder).map_err(Failure::path("create", &folder))?;
    records.copy(&folder, "fixed-rate-on-a-parabola-has-four-regimes", |text| {
        text.replace("1.33333", "1.42857").replace("stroke-width:1.6", "stroke-width:2.4")
    })?;
    let planted = Records::open(&folder)?;
    let results = run_all(&select(&["R23"])?, false, &planted, &[]);
    let moved: Vec<_> = results.iter().map(|compared| Moved::new(compared, &planted)).collect();
    Ok(review::page(&moved, &planted, &[]))
}

fn tell(name: &str, problems: &str) {
    const SHOWN: usize = 20;
    if problems.is_empty() {
        println!("passes  {name}");
    } else {
        println!("FAILS   {name}");
        problems.lines().take(SHOWN).for_each(|line| println!("          {line}"));
        if problems.lines().count() > SHOWN {
            println!("          and {} more", problems.lines().count() - SHOWN);
        }
    }
}

/// The first browser of this family that starts.
fn browser() -> Result<String, Failure> {
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let starts = |name: &&str| {
        let version =
            Command::new(name).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        version.is_ok_and(|status| status.success())
    };
    names.into_iter().find(starts).map(str::to_owned).ok_or(Failure::NoBrowser)
}

/// A check of the script: its name, and a line for each problem.
#[derive(Debug)]
struct Check {
    passes: bool,
    text: String,
}

/// Runs the script on the pages in `folder`.
fn checks(browser: &str, folder: &Path) -> Result<Vec<Check>, Failure> {
    // Time is virtual: it stands still while a page loads and passes at once while nothing happens.
    let dom =
        headless(browser, &["--virtual-time-budget=600000", "--dump-dom"], &url(folder, "browse.html")?)?;
    read(&dom).ok_or_else(|| Failure::Fails {
        command: format!("{browser} --dump-dom {}", folder.join("browse.html").display()),
        how: format!(
            "the script did not come to its end; the page ends with\n{}",
            dom.chars().rev().take(800).collect::<Vec<_>>().into_iter().rev().collect::<String>()
        ),
    })
}

/// The checks on a page that is done, none before.
fn read(dom: &str) -> Option<Vec<Check>> {
    let (_, list) = dom.split_once("<ol id=\"done\">")?;
    let (list, _) = list.split_once("</ol>")?;
    let check = |item: &str| {
        let (class, text) = item.split_once("\">")?;
        let text =
            text.trim_end_matches("</li>").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
        Some(Check { passes: class == "passes", text })
    };
    Some(list.split("<li class=\"").filter_map(check).collect())
}

fn url(folder: &Path, page: &str) -> Result<String, Failure> {
    let folder = fs::canonicalize(folder).map_err(Failure::path("read", folder))?;
    Ok(format!("file://{}/{page}", folder.display()))
}

/// Opens a page without a window and returns what the browser prints; it is stopped where it does not end by itself.
fn headless(browser: &str, arguments: &[&str], page: &str) -> Result<String, Failure> {
    const PATIENCE: Duration = Duration::from_secs(600);
    // Pages of the report alone are opened, so no sandbox is needed, which root would not get; a page on disk may look into a
    // frame with another one only if told so; and shared memory is small in containers.
    let common = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--allow-file-access-from-files",
    ];
    let profile = std::env::temp_dir().join(format!("thalweg-browse-{}", std::process::id()));
    let command = || format!("{browser} {} {page}", arguments.join(" "));
    let failed = |error| Failure::Program { command: command(), error };
    let output = profile.join("output");
    fs::create_dir_all(&profile).map_err(Failure::path("create", &profile))?;
    let mut child = Command::new(browser)
        .args(common)
        .arg(format!("--user-data-dir={}", profile.display()))
        .args(arguments)
        .arg(page)
        .stdout(fs::File::create(&output).map_err(Failure::path("create", &output))?)
        .stderr(Stdio::null())
        .spawn()
        .map_err(failed)?;
    let started = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().map_err(failed)? {
            break Some(status);
        }
        if started.elapsed() > PATIENCE {
            child.kill().map_err(failed)?;
            child.wait().map_err(failed)?;
            break None;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    let text = fs::read(&output).map_err(Failure::path("read", &output))?;
    let _ = fs::remove_dir_all(&profile);
    match status {
        Some(status) if status.success() => Ok(String::from_utf8_lossy(&text).into_owned()),
        Some(status) => Err(Failure::Fails { command: command(), how: status.to_string() }),
        None => {
            Err(Failure::Fails { command: command(), how: format!("no end after {} s", PATIENCE.as_secs()) })
        }
    }
}

/// What is wrong with a figure that was printed; nothing if it is one page of the figure's size.
fn pdf(browser: &str, folder: &Path, results: &[Compared]) -> Result<String, Failure> {
    let Some(result) =
        results.iter().map(|compared| &compared.result).find(|result| result.claim.number == 23)
    else {
        return Ok("no result was printed".to_owned());
    };
    let figure = &result.findings.figures[0];
    let path = folder.join("figures").join(format!("{}.pdf", figure_name(result, figure.id)));
    let page = format!("{}#only={}", file(result.claim), figure.id);
    let to = format!("--print-to-pdf={}", path.display());
    headless(browser, &[&to, "--no-pdf-header-footer", "--virtual-time-budget=10000"], &url(folder, &page)?)?;
    let pdf = fs::read(&path).map_err(Failure::path("read", &path))?;
    let text = String::from_utf8_lossy(&pdf);
    let pages = text.matches("/MediaBox").count();
    let size =
        text.split("/MediaBox").nth(1).and_then(|rest| rest.split(['[', ']']).nth(1)).unwrap_or("none");
    // Panels of 360 × 288 pixels, each ¾ of a point.
    let rows = figure.panels.len().div_ceil(figure.columns);
    let [width, height] = [360 * figure.columns, 288 * rows].map(|pixels| 0.75 * pixels as f64);
    let numbers: Vec<f64> = size.split_whitespace().filter_map(|number| number.parse().ok()).collect();
    let fits = matches!(numbers[..], [_, _, w, h] if (w - width).abs() < 1.5 && (h - height).abs() < 1.5);
    // Curves and the letters of a font take room; an empty page takes a thousand bytes.
    let is_drawn = pdf.len() > 10_000;
    Ok(if pages == 1 && fits && is_drawn {
        String::new()
    } else {
        format!("{pages} pages of [{size}] in {} bytes, not 1 of {width} × {height}", pdf.len())
    })
}

/// The page that runs the script, with what it should find.
fn test_page<'a>(results: &[Compared], names: impl Iterator<Item = &'a String>) -> String {
    let pages: Vec<_> =
        names.filter(|name| name.ends_with(".html")).map(|name| format!("{name:?}")).collect();
    let mut plays = Vec::new();
    for compared in results {
        for play in &compared.result.findings.playgrounds {
            plays.extend(
                cases(play)
                    .iter()
                    .map(|case| format!("{{\"page\":\"{}\",{case}}}", file(compared.result.claim))),
            );
        }
    }
    let expected =
        format!("{{\"pages\":[{}],\"plays\":[{}],\"figure\":{FIGURE}}}", pages.join(","), plays.join(","));
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>The report, browsed</title></head>\n<body>\n\
         <iframe width=\"390\" height=\"844\" style=\"border:0\"></iframe>\n<ol></ol>\n\
         <script type=\"application/json\" id=\"expected\">{}</script>\n<script>\n{}</script>\n</body>\n</html>\n",
        // Within a script only a `<` could end it.
        expected.replace('<', "\\u003c"),
        include_str!("browse.js")
    )
}

/// Settings of a playground and the path that the library computes with them.
fn cases(play: &Playground) -> Vec<String> {
    let momenta = [0.0, 0.45, 0.9, 1.0].map(|share| on_slider(play.momentum, share));
    let mut cases = Vec::new();
    for rate in [0.0, 0.13, 0.29, 0.5, 0.83, 1.0].map(|share| on_slider(play.rate, share)) {
        for &rule in play.rules {
            let momenta = if rule == Rule::GradientDescent { &momenta[..1] } else { &momenta[..] };
            cases.extend(momenta.iter().map(|beta| case(play, rule, &rate, beta)));
        }
    }
    cases
}

fn case(play: &Playground, rule: Rule, rate: &str, beta: &str) -> String {
    let number = |text: &str| text.parse().unwrap_or(f64::NAN);
    let mut path = String::new();
    for (k, w) in play.path(rule, number(rate), number(beta)).iter().enumerate() {
        // `{:?}` is the shortest text that reads back as the same double.
        let _ = write!(path, "{}{w:?}", if k > 0 { "," } else { "" });
    }
    format!(
        "\"id\":\"{}\",\"rule\":\"{}\",\"eta\":\"{rate}\",\"beta\":\"{beta}\",\"path\":[{path}]",
        escape(play.id),
        rule.name()
    )
}

/// A value that a slider can stand at, as the page writes it.
fn on_slider(Slider { range: (least, most), step, .. }: Slider, share: f64) -> String {
    let places = ((most - least) * share / step + 1e-9).floor();
    let decimals = step.to_string().split_once('.').map_or(0, |(_, decimals)| decimals.len());
    format!("{:.decimals$}", least + places * step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdicts_are_read_off_a_page_that_is_done() {
        assert!(read("<ol><li class=\"passes\">a</li></ol>").is_none());
        let dom = "<ol id=\"done\"><li class=\"passes\">a</li><li class=\"fails\">b\nc &lt; d</li></ol>";
        let checks = read(dom).expect("it is done");
        assert!(checks[0].passes && !checks[1].passes);
        assert_eq!(checks[1].text, "b\nc < d");
    }

    #[test]
    fn sliders_stand_at_multiples_of_their_step() {
        let slider = Slider { range: (0.0, 0.726), step: 0.001, at: 0.33 };
        assert_eq!([0.0, 0.5, 1.0].map(|share| on_slider(slider, share)), ["0.000", "0.363", "0.726"]);
    }
}
