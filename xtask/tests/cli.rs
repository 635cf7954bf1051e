//! `cargo xtask reproduce` as its users meet it: exit codes, messages, files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use thalweg_lecture::RESULTS;

// Three results that these tests ask for by name; all of them, in a release build, are for `.ci/run` to reproduce.
const IDS: [&str; 3] = [
    "fixed-rate-on-a-parabola-has-four-regimes",
    "one-rate-cannot-suit-two-curvatures",
    "smooth-convex-descent-is-one-over-k",
];

fn xtask(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.args(arguments).env_remove("CI");
    command
}

fn run(arguments: &[&str]) -> Output {
    xtask(arguments).output().expect("the command starts")
}

/// `cargo xtask reproduce` of the three.
fn reproduce(arguments: &[&str]) -> Command {
    xtask(&[&["reproduce"], arguments, &IDS].concat())
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("it exits by itself")
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn records() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/snapshots")
}

/// A copy of the records in which one file is changed.
fn records_with(file: &str, change: impl Fn(String) -> String) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder for the copy");
    for entry in fs::read_dir(records()).expect("the records are there") {
        let path = entry.expect("a readable folder").path();
        let name = path.file_name().expect("a file has a name").to_owned();
        fs::copy(&path, folder.path().join(name)).expect("a copy");
    }
    let path = folder.path().join(file);
    let old = fs::read_to_string(&path).expect("the record to change");
    let new = change(old.clone());
    assert_ne!(old, new, "the change must change something");
    fs::write(path, new).expect("the changed record");
    folder
}

#[test]
fn list_prints_one_line_a_result() {
    let output = run(&["reproduce", "--list"]);
    assert_eq!(code(&output), 0);
    let text = stdout(&output);
    assert_eq!(text.lines().count(), RESULTS.len());
    for (line, claim) in text.lines().zip(RESULTS) {
        assert!(line.starts_with(&format!("{}  {}  slide", claim.id, claim.r_number())), "{line}");
    }
}

#[test]
fn results_are_chosen_by_id_number_and_slide() {
    for (name, id) in [("R23", IDS[0]), ("r23", IDS[0]), ("52", IDS[1]), (IDS[2], IDS[2])] {
        let text = stdout(&run(&["reproduce", "--list", name]));
        assert_eq!(text.lines().count(), 1);
        assert!(text.starts_with(id), "{name}: {text}");
    }
    let on_64 = RESULTS.iter().filter(|claim| claim.slides.contain(64)).count();
    assert_eq!(stdout(&run(&["reproduce", "--list", "64", "R23"])).lines().count(), on_64 + 1);
}

#[test]
fn bits_are_written_for_every_result_that_runs_and_are_the_same_again() {
    let folders = [(); 2].map(|()| tempfile::tempdir().expect("a folder for the bits"));
    for (folder, threads) in folders.iter().zip(["1", "2"]) {
        let bits = folder.path().join("deep/er");
        let mut command =
            xtask(&["reproduce", "--check", "--bits", &bits.display().to_string(), IDS[0], IDS[2]]);
        assert_eq!(code(&command.env("RAYON_NUM_THREADS", threads).output().expect("it starts")), 0);
    }
    let [one, two] = folders.map(|folder| {
        let read = |id: &str| fs::read_to_string(folder.path().join("deep/er").join(id));
        assert!(read(IDS[1]).is_err(), "it did not run");
        [IDS[0], IDS[2]].map(|id| read(id).expect("what was found"))
    });
    assert_eq!(one, two);
    assert!(one[0].contains("measured: 0.") && one[0].contains("points: [") && one[0].contains("</svg>"));
}

#[test]
fn missing_emulator_is_told_with_the_way_out() {
    let output = xtask(&["portability"]).env("PATH", "").output().expect("the command starts");
    assert_eq!(code(&output), 2);
    let message = stderr(&output);
    for part in ["apt-get install qemu-user", "--without-emulator"] {
        assert!(message.contains(part), "{message}");
    }
    assert_eq!(code(&run(&["portability", "annealed"])), 2);
}

#[test]
fn unknown_names_are_refused_with_what_is_allowed() {
    for (name, hint) in [
        ("annealed", "no result is called 'annealed' (allowed: an id, R23, a slide number)"),
        ("999", "no result measures that slide"),
        ("R999", "no result is called 'R999'"),
        ("8", "did you mean R8?"),
        ("parabola-regimes", "did you mean 'fixed-rate-on-a-parabola-has-four-regimes'?"),
    ] {
        let output = run(&["reproduce", name]);
        assert_eq!(code(&output), 2, "{name}");
        assert!(stderr(&output).contains(hint), "{name}: {}", stderr(&output));
        assert!(stderr(&output).contains("next: cargo xtask reproduce --list"), "{name}");
    }
}

#[test]
fn bad_usage_exits_with_2() {
    for arguments in [
        &["reproduce", "--frobnicate"][..],
        &["reproduce", "--check", "--accept", IDS[0]],
        &["reproduce", "--records", ".", "--accept", IDS[0]],
        &["reprduce"],
    ] {
        let output = run(arguments);
        assert_eq!(code(&output), 2, "{arguments:?}");
        assert!(stderr(&output).contains("error:"), "{arguments:?}: {}", stderr(&output));
    }
}

#[test]
fn check_passes_and_writes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let report = folder.path().join("report");
    let report_text = report.to_str().expect("a plain path");
    let output = reproduce(&["--check", "--report", report_text]).output().expect("it starts");
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let in_ci = reproduce(&["--report", report_text]).env("CI", "true").output().expect("it starts");
    assert_eq!(code(&in_ci), 0, "{}", stderr(&in_ci));
    assert!(!report.exists(), "neither --check nor CI=true writes a report");
    for id in IDS {
        assert!(stdout(&output).contains(id));
    }
    assert!(stdout(&output).contains("does not hold as stated"));
}

#[test]
fn a_moved_number_is_named_with_old_new_and_the_next_command() {
    let folder = records_with("one-rate-cannot-suit-two-curvatures.snap", |text| {
        text.replace("1.5 | 52 | 0.495 |", "1.5 | 52 | 0.485 |")
    });
    let folder = folder.path().to_str().expect("a plain path");
    let output = reproduce(&["--check", "--records", folder]).output().expect("it starts");
    assert_eq!(code(&output), 1);
    let text = stderr(&output);
    for part in [
        "one-rate-cannot-suit-two-curvatures (R27, slides 51–53)",
        "the trajectories of slides 52 and 53, '1.5', η: 0.485 → 0.495 (+2.06 %)",
        "declared in crates/lecture/src/results/one_rate_for_two_curvatures.rs",
        "cargo xtask reproduce --accept one-rate-cannot-suit-two-curvatures",
    ] {
        assert!(text.contains(part), "{part}\nis missing in\n{text}");
    }
    assert!(
        !text.contains(IDS[0]) || !text.contains("record differs: factor per step"),
        "others are as recorded"
    );
}

#[test]
fn a_moved_figure_is_named() {
    let file = "smooth-convex-descent-is-one-over-k--envelope.snap.svg";
    let folder = records_with(file, |svg| svg.replace("k = 20", "k = 21"));
    let output =
        run(&["reproduce", "R32", "--check", "--records", folder.path().to_str().expect("a plain path")]);
    assert_eq!(code(&output), 1);
    assert!(
        stderr(&output).contains("figure envelope, line ") && stderr(&output).contains("k = 21"),
        "{}",
        stderr(&output)
    );
}

/// What a reviewer gets to see of a planted change: the table in the terminal, the summary page, the page with old and new.
fn reviewed(file: &str, change: impl Fn(String) -> String) -> (String, String) {
    let folder = records_with(file, change);
    let folder_name = folder.path().to_str().expect("a plain path");
    let summary = folder.path().join("summary.md");
    let summary_name = summary.to_str().expect("a plain path");
    let arguments = ["--check", "--records", folder_name, "--report", folder_name, "--summary", summary_name];
    let output = reproduce(&arguments).output().expect("it starts");
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    let summary = fs::read_to_string(summary).expect("a summary");
    assert!(stdout(&output).ends_with(&summary), "the terminal and the summary page say the same");
    // What has not moved is not there.
    assert!(!summary.contains(IDS[2]), "{summary}");
    (summary, fs::read_to_string(folder.path().join("diff.html")).expect("the page"))
}

#[test]
fn a_reviewer_is_led_from_a_moved_number_to_the_method() {
    // As if gradient descent had taken shorter steps.
    let (summary, page) = reviewed("one-rate-cannot-suit-two-curvatures.snap", |text| {
        text.replace("1.5 | 52 | 0.495 |", "1.5 | 52 | 0.485 |")
    });
    for part in [
        "## One result is not as recorded",
        "| one-rate-cannot-suit-two-curvatures | the trajectories of slides 52 and 53, '1.5', η | 0.485 | 0.495 | +2.06 % | holds |",
        "crates/first-order/src/gradient_descent.rs",
        "cargo xtask reproduce --accept one-rate-cannot-suit-two-curvatures",
    ] {
        assert!(summary.contains(part), "{part}\nis missing in\n{summary}");
    }
    assert!(
        page.contains("<td class=\"moved\">0.485</td>") && page.contains("<td class=\"moved\">0.495</td>")
    );
    assert!(!page.contains("<figure class=\"pair\">"), "no figure has moved");
}

#[test]
fn a_reviewer_is_led_from_a_moved_prediction_to_the_constant() {
    // As if the constant of the experiment had been another: what is predicted and what is measured move together.
    let (summary, page) =
        reviewed("fixed-rate-on-a-parabola-has-four-regimes.snap", |text| text.replace("1.33333", "1.42857"));
    assert!(
        summary.contains("'where convergence ends', predicted | 1.42857 | 1.33333 | -6.67 % |"),
        "{summary}"
    );
    assert!(summary.contains("crates/lecture/src/results/parabola_regimes.rs"), "{summary}");
    assert!(page.contains("<del>1.42857</del>") && page.contains("<ins>1.33333</ins>"));
}

#[test]
fn a_reviewer_is_led_from_a_figure_to_its_style() {
    let file = "fixed-rate-on-a-parabola-has-four-regimes--";
    let name = fs::read_dir(records())
        .expect("the records are there")
        .filter_map(|entry| entry.expect("a readable folder").file_name().into_string().ok());
    let svg = name.filter(|name| name.starts_with(file) && name.ends_with(".svg")).min().expect("a figure");
    let (summary, page) = reviewed(&svg, |svg| svg.replace("stroke-width:1.6", "stroke-width:2.4"));
    assert!(summary.contains("stroke-width:2.4") && summary.contains("stroke-width:1.6"), "{summary}");
    // Old and new, side by side and one over the other.
    assert!(page.contains("<figure class=\"pair\">") && page.contains("type=\"range\""));
}

#[test]
fn a_reviewer_is_led_from_a_verdict_to_the_text_of_a_claim() {
    let (summary, page) = reviewed("one-rate-cannot-suit-two-curvatures.snap", |text| {
        text.replacen("verdict: holds", "verdict: does not hold as stated", 1).replacen(
            "claim: ",
            "claim: As was thought before: ",
            1,
        )
    });
    assert!(summary.contains("| claim | As was thought before: "), "{summary}");
    assert!(summary.contains("does not hold as stated → holds |"), "{summary}");
    assert!(page.contains("recorded: does not hold as stated"));
}

#[test]
fn nothing_is_left_to_review_where_nothing_moved() {
    let folder = tempfile::tempdir().expect("a folder");
    let page = folder.path().join("diff.html");
    fs::write(&page, "of an earlier run").expect("a file");
    let output = reproduce(&["--check", "--report", folder.path().to_str().expect("a plain path")]);
    assert_eq!(code(&{ output }.output().expect("it starts")), 0);
    assert!(!page.exists());
}

#[test]
fn a_figure_that_is_gone_is_not_recorded() {
    let folder =
        records_with("smooth-convex-descent-is-one-over-k--envelope.snap.svg", |svg| svg + "\n<!-- -->");
    fs::remove_file(folder.path().join("smooth-convex-descent-is-one-over-k--envelope.snap.svg"))
        .expect("it was there");
    let output =
        run(&["reproduce", "R32", "--check", "--records", folder.path().to_str().expect("a plain path")]);
    assert_eq!(code(&output), 1);
    assert!(stderr(&output).contains("figure envelope: (nothing) → not recorded yet"), "{}", stderr(&output));
}

#[test]
fn a_damaged_record_is_not_taken_for_a_missing_one() {
    let file = "smooth-convex-descent-is-one-over-k.snap";
    let folder = records_with(file, |_| "no header at all".to_owned());
    let records = folder.path().to_str().expect("a plain path");
    let damaged = stderr(&run(&["reproduce", "R32", "--check", "--records", records]));
    assert!(damaged.contains("a damaged record"), "{damaged}");
    fs::write(folder.path().join(file), [0xff, 0xfe]).expect("bytes that are no text");
    let unreadable = stderr(&run(&["reproduce", "R32", "--check", "--records", records]));
    assert!(unreadable.contains("cannot be read"), "{unreadable}");
}

#[test]
fn the_report_shows_what_is_not_as_recorded() {
    let folder =
        records_with("one-rate-cannot-suit-two-curvatures.snap", |text| text.replace("0.495", "0.485"));
    let (records, report) = (folder.path().to_str().expect("a plain path"), folder.path().join("report"));
    let report_text = report.to_str().expect("a plain path");
    let output = reproduce(&["--records", records, "--report", report_text]).output().expect("it starts");
    assert_eq!(code(&output), 1);
    let read = |name: &str| fs::read_to_string(report.join(name)).expect("a page");
    assert_eq!(read("index.html").matches("record: DIFFERS").count(), 1);
    let page = read("one-rate-cannot-suit-two-curvatures.html");
    assert!(page.contains("Not as recorded:") && page.contains("0.485 → 0.495"));
    assert!(!read(&format!("{}.html", IDS[0])).contains("Not as recorded:"));
}

#[test]
fn a_missing_record_is_a_difference() {
    let folder = tempfile::tempdir().expect("an empty folder");
    let output =
        run(&["reproduce", "R23", "--check", "--records", folder.path().to_str().expect("a plain path")]);
    assert_eq!(code(&output), 1);
    assert!(
        stderr(&output).contains("the whole result: (nothing) → not recorded yet"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn the_report_needs_no_other_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let report = folder.path().to_str().expect("a plain path");
    let output = reproduce(&["--report", report]).output().expect("it starts");
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let index = fs::read_to_string(folder.path().join("index.html")).expect("an index");
    for id in IDS {
        assert!(index.contains(&format!("href=\"{id}.html\"")), "{id}");
        let page = fs::read_to_string(folder.path().join(format!("{id}.html"))).expect("a page");
        for part in [
            "predicted",
            "measured",
            "tolerance",
            "<svg",
            "declared in <code>crates/lecture/src/results/",
            id,
        ] {
            assert!(page.contains(part), "{id}: {part}");
        }
        for html in [&index, &page] {
            for outside in ["http://", "https://", "<script src", "<link", "@import", "src="] {
                assert!(!html.contains(outside), "{id}: {outside}");
            }
        }
    }
}

#[test]
fn a_number_that_is_set_moves_the_report_and_no_record() {
    let folder = records_with(&format!("{}.snap", IDS[0]), |text| text + "\n");
    let (records, report) = (folder.path().to_str().expect("a plain path"), folder.path().join("report"));
    let report_text = report.to_str().expect("a plain path");
    let read = |file: &str| fs::read_to_string(folder.path().join(file)).expect("a file");
    let record = read(&format!("{}.snap", IDS[0]));
    let set = [
        "reproduce",
        "--set",
        "R23.a=3",
        "--set",
        "R23.start=7",
        "--records",
        records,
        "--report",
        report_text,
    ];
    let output = run(&set);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    for part in [
        "set: R23.a = 3 (1.5 in the record)",
        "set: R23.start = 7 (-20 in the record)",
        "'where convergence ends', predicted: 1.33333 → 0.666667 (-50.00 %)",
    ] {
        assert!(stdout(&output).contains(part), "{part}\nis missing in\n{}", stdout(&output));
    }
    assert!(!stderr(&output).contains("--accept"), "what was set is nothing to accept");
    assert_eq!(record, read(&format!("{}.snap", IDS[0])));
    let page = read(&format!("report/{}.html", IDS[0]));
    assert!(page.contains("Run with a number changed:") && page.contains("R23.start\u{a0}=\u{a0}7"));
}

#[test]
fn what_cannot_be_set_is_refused_with_what_can() {
    for (setting, part) in [
        ("R23", "'R23' is no setting (allowed: ID.name=value, as in R23.start=5)"),
        (
            "R23.b=1",
            "has no parameter 'b' (allowed:\n  a: the curvature E''; a number from 0.1 to 10, 1.5 in the record",
        ),
        ("R23.steps=4.5", "'4.5' is no value for steps: "),
        ("R02.steps=4", "has no parameter 'steps', nor any other; results that have: R03, R23,"),
        ("R999.steps=4", "no result is called 'R999'"),
    ] {
        let output = run(&["reproduce", "--set", setting]);
        assert_eq!(code(&output), 2, "{setting}");
        assert!(stderr(&output).contains(part), "{setting}: {}", stderr(&output));
    }
    assert_eq!(code(&run(&["reproduce", "--set", "R23.a=3", "--accept", IDS[0]])), 2);
    assert_eq!(code(&run(&["reproduce", "--set", "R23.a=3", "--check"])), 2);
}

#[test]
fn a_missing_browser_is_told_with_the_way_out() {
    let output = xtask(&["browse"]).env("PATH", "").output().expect("the command starts");
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("apt-get install chromium"), "{}", stderr(&output));
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    let below_a_file = file.path().join("report");
    let output = run(&["reproduce", "R23", "--report", below_a_file.to_str().expect("a plain path")]);
    assert_eq!(code(&output), 2);
    let text = stderr(&output);
    assert!(
        text.contains("error: cannot create") && text.contains("report") && text.contains("(allowed: a path"),
        "{text}"
    );
}

#[test]
fn a_folder_of_records_that_is_not_there_is_named() {
    let output = run(&["reproduce", "R23", "--check", "--records", "no/such/folder"]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("error: cannot read no/such/folder"), "{}", stderr(&output));
}

#[test]
fn accepting_is_refused_in_ci() {
    let output = xtask(&["reproduce", "--accept", IDS[0]]).env("CI", "true").output().expect("it starts");
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("--accept does not go with CI=true"), "{}", stderr(&output));
}

#[test]
fn exercises_are_listed_and_unknown_ones_refused() {
    let output = run(&["exercise"]);
    assert_eq!(code(&output), 0);
    let text = stdout(&output);
    for part in [
        "Perceptron and backprop",
        "descent-with-half-a-step  (R33, slides 62–64)",
        "next: cargo xtask exercise ID",
    ] {
        assert!(text.contains(part), "{part}\nis missing in\n{text}");
    }
    let output = run(&["exercise", "descent-with-a-whole-step"]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains(
        "no exercise is called 'descent-with-a-whole-step'\nnext: cargo xtask exercise lists them"
    ));
}
