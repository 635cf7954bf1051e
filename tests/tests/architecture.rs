//! The invariants of the house: who may depend on whom, what published packages declare, what their code may touch.
//!
//! Dependencies are the normal and the build dependencies with every feature on: what no feature brings in,
//! nobody gets. Dev-dependencies are free.

#[path = "architecture/sources.rs"]
mod sources;

use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use cargo_metadata::{CargoOpt, DependencyKind, Metadata, MetadataCommand, Package, PackageId};

/// Every crate of the workspace has a rank, and depends on lower ranks only.
const RANKS: [(&str, u32); 18] = [
    ("numerics", 0),
    ("problem", 1),
    ("krylov", 2),
    ("schedules", 2),
    ("hessian", 3),
    ("line-search", 3),
    ("landscape", 4),
    ("networks", 4),
    ("objectives", 4),
    ("driver", 5),
    ("first-order", 5),
    ("quasi-newton", 5),
    ("second-order", 5),
    ("conformance", 6),
    ("thalweg", 6),
    ("lecture", 7),
    ("tests", 8),
    ("xtask", 8),
];

const METHODS: [&str; 6] =
    ["schedules", "first-order", "line-search", "quasi-newton", "second-order", "krylov"];

/// Points and gradients are slices here; matrices live above.
const WITHOUT_MATRICES: [&str; 8] =
    ["numerics", "problem", "schedules", "first-order", "line-search", "quasi-newton", "krylov", "driver"];

/// Crates with a feature `hessian`, off by default, because it brings nalgebra.
const WITH_HESSIANS_BY_FEATURE: [&str; 4] = ["objectives", "networks", "conformance", "thalweg"];

/// Without their feature `std` these do without `std`; with the features of whoever needs it, they have it.
const WITHOUT_STD: [&str; 4] = ["numerics", "problem", "schedules", "first-order"];

const PRIVATE: [&str; 3] = ["lecture", "tests", "xtask"];

static METADATA: LazyLock<Metadata> = LazyLock::new(|| metadata(Some(CargoOpt::AllFeatures)));

/// What is there for those who ask for no feature.
static WITHOUT_FEATURES: LazyLock<Metadata> = LazyLock::new(|| metadata(None));

fn metadata(features: Option<CargoOpt>) -> Metadata {
    let mut command = MetadataCommand::new();
    command.manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"));
    if let Some(features) = features {
        command.features(features);
    }
    // A test changes nothing.
    command.other_options(["--locked".to_owned()]).exec().unwrap_or_else(|error| {
        panic!("cargo metadata fails (without a network, run cargo fetch first): {error}")
    })
}

/// A crate's name without the prefix, which is also the name of its folder.
fn bare(package: &Package) -> &str {
    package.name.strip_prefix("thalweg-").unwrap_or(&package.name)
}

fn workspace() -> Vec<&'static Package> {
    let packages = METADATA.workspace_packages();
    assert!(!packages.is_empty(), "cargo metadata lists no package of the workspace");
    packages
}

/// Those of `names` that exist already. That none does means that a name has changed.
fn existing(names: &[&str]) -> Vec<&'static Package> {
    let found: Vec<_> = workspace().into_iter().filter(|package| names.contains(&bare(package))).collect();
    assert!(!found.is_empty(), "no crate of the workspace is called any of {names:?}");
    found
}

fn is_published(package: &Package) -> bool {
    // `publish = false` is an empty list of registries.
    package.publish.as_ref().is_none_or(|registries| !registries.is_empty())
}

fn published() -> Vec<&'static Package> {
    let found: Vec<_> = workspace().into_iter().filter(|package| is_published(package)).collect();
    assert!(!found.is_empty(), "no crate of the workspace is published");
    found
}

/// Everything `package` depends on, directly or not, each with the shortest chain that leads there.
fn dependencies(package: &Package) -> Vec<(&'static Package, String)> {
    dependencies_in(&METADATA, package)
}

/// The same with the features of `metadata`.
fn dependencies_in(metadata: &'static Metadata, package: &Package) -> Vec<(&'static Package, String)> {
    let nodes = &metadata.resolve.as_ref().expect("cargo metadata resolves the dependencies").nodes;
    let nodes: BTreeMap<&PackageId, _> = nodes.iter().map(|node| (&node.id, node)).collect();
    let mut chains = BTreeMap::from([(&package.id, package.name.to_string())]);
    let mut found = Vec::new();
    let mut open = VecDeque::from([&package.id]);
    while let Some(id) = open.pop_front() {
        for edge in &nodes[id].deps {
            let is_used = edge.dep_kinds.iter().any(|kind| kind.kind != DependencyKind::Development);
            let next = &metadata[&edge.pkg];
            if is_used && !chains.contains_key(&edge.pkg) {
                let chain = format!("{} → {}", chains[id], next.name);
                chains.insert(&edge.pkg, chain.clone());
                found.push((next, chain));
                open.push_back(&edge.pkg);
            }
        }
    }
    found
}

fn folder(package: &Package) -> PathBuf {
    package.manifest_path.parent().expect("a manifest lies in a folder").as_std_path().to_owned()
}

/// A path as seen from the root of the workspace, for messages.
fn relative(path: &Path) -> String {
    path.strip_prefix(&METADATA.workspace_root).unwrap_or(path).display().to_string()
}

#[track_caller]
fn assert_none(offenses: &[String], rule: &str) {
    assert!(offenses.is_empty(), "{rule}:\n  {}", offenses.join("\n  "));
}

/// The chains from any of `from` to a package that `is_forbidden`.
fn chains_to(from: &[&Package], is_forbidden: impl Fn(&Package) -> bool) -> Vec<String> {
    let forbidden =
        from.iter().flat_map(|package| dependencies(package)).filter(|(package, _)| is_forbidden(package));
    forbidden.map(|(_, chain)| chain).collect()
}

#[test]
fn methods_do_not_depend_on_the_driver() {
    let chains = chains_to(&existing(&METHODS), |package| package.name == "thalweg-driver");
    assert_none(&chains, "a method does not know the loop that runs it");
}

#[test]
fn driver_depends_on_no_method() {
    let is_method =
        |package: &Package| METHODS.contains(&bare(package)) && package.name.starts_with("thalweg-");
    assert_none(&chains_to(&existing(&["driver"]), is_method), "the driver asks no method which one it is");
}

#[test]
fn core_does_without_nalgebra() {
    let chains = chains_to(&existing(&WITHOUT_MATRICES), |package| package.name == "nalgebra");
    assert_none(&chains, "slices are the currency below the crates that are about matrices");
}

/// What compiles C or C++, or looks for libraries that somebody else has compiled.
const COMPILERS: [&str; 8] =
    ["autotools", "bindgen", "cc", "cmake", "gfortran", "meson", "pkg-config", "system-deps"];

/// Why a package wants more than Rust: by its name it binds a library, it links one, or its build script compiles one.
fn wants_more_than_rust(package: &Package) -> bool {
    let compiles = package
        .dependencies
        .iter()
        .any(|edge| edge.kind == DependencyKind::Build && COMPILERS.contains(&edge.name.as_str()));
    package.name.ends_with("-sys") || package.links.is_some() || compiles
}

#[test]
fn without_features_nothing_wants_blas_or_a_c_compiler() {
    let hessian = existing(&["hessian"])[0];
    let chains = |metadata: &'static Metadata| -> Vec<String> {
        let all = dependencies_in(metadata, hessian);
        assert!(all.iter().any(|(package, _)| *package.name == "nalgebra"), "hessian is about matrices");
        all.into_iter().filter(|(package, _)| wants_more_than_rust(package)).map(|(_, chain)| chain).collect()
    };
    assert_none(&chains(&WITHOUT_FEATURES), "`-sys` crates, `links`, and build scripts that compile C");
    // With every feature on there is LAPACK, so the test sees what it is for.
    let with_all = chains(&METADATA);
    assert!(with_all.iter().any(|chain| chain.ends_with("lapack-sys")), "{with_all:?}");
}

#[test]
fn dependencies_point_down() {
    let rank = |package: &Package| {
        let found = RANKS.iter().find(|(name, _)| *name == bare(package));
        let Some((_, rank)) = found else {
            panic!("{}: give it a rank here and a line in docs/architecture.md", package.name)
        };
        *rank
    };
    let mut offenses = Vec::new();
    let mut edges = 0;
    for package in workspace() {
        let from = rank(package);
        // Read from the manifests: there, even an edge that no feature turns on is in sight.
        for dependency in package.dependencies.iter().filter(|edge| edge.kind != DependencyKind::Development)
        {
            let Some(below) = workspace().into_iter().find(|other| *other.name == dependency.name) else {
                continue;
            };
            edges += 1;
            let to = rank(below);
            if to >= from {
                offenses.push(format!("{} (rank {from}) → {} (rank {to})", package.name, below.name));
            }
        }
    }
    assert!(edges > 0, "the crates of the workspace do not depend on each other at all");
    assert_none(&offenses, "a dependency goes to a lower rank");
}

#[test]
fn rust_versions_cover_those_of_all_dependencies() {
    let mut offenses = Vec::new();
    for package in published() {
        let Some(own) = &package.rust_version else { panic!("{} declares no rust-version", package.name) };
        for (dependency, chain) in dependencies(package) {
            if let Some(needed) = dependency.rust_version.as_ref().filter(|needed| *needed > own) {
                offenses.push(format!("{chain} needs Rust {needed}, {} promises {own}", package.name));
            }
        }
    }
    assert_none(&offenses, "a crate cannot promise an older Rust than its dependencies");
}

#[test]
fn feature_hessian_is_off_by_default() {
    let found = existing(&WITH_HESSIANS_BY_FEATURE);
    assert_eq!(found.len(), WITH_HESSIANS_BY_FEATURE.len(), "{WITH_HESSIANS_BY_FEATURE:?} should all exist");
    let mut offenses = Vec::new();
    for package in found {
        let name = bare(package);
        if !package.dependencies.iter().any(|edge| edge.name == "thalweg-hessian" && edge.optional) {
            offenses.push(format!("{name} has no optional dependency on hessian"));
        }
        if switches_on(package, "default", "hessian") {
            offenses.push(format!("{name}: hessian is on by default"));
        }
    }
    assert_none(&offenses, "matrices come where they are asked for");
}

/// Whether `feature` of the package is `wanted`, or has it switched on.
fn switches_on(package: &Package, feature: &str, wanted: &str) -> bool {
    let more = package.features.get(feature).map_or(&[][..], Vec::as_slice);
    feature == wanted || more.iter().any(|feature| switches_on(package, feature, wanted))
}

#[test]
fn published_packages_say_what_a_registry_asks_for() {
    let mut offenses = Vec::new();
    for package in published() {
        let name = &package.name;
        if *name != "thalweg" && !name.starts_with("thalweg-") {
            offenses.push(format!("{name}: the name does not start with thalweg"));
        }
        if package.description.as_ref().is_none_or(|text| text.trim().is_empty()) {
            offenses.push(format!("{name}: no description"));
        }
        if package.license.as_deref() != Some("MIT OR Apache-2.0") {
            offenses.push(format!("{name}: the license is {:?}", package.license));
        }
        if package.rust_version.is_none() {
            offenses.push(format!("{name}: no rust-version"));
        }
        if package.categories.is_empty() || package.keywords.is_empty() {
            offenses.push(format!("{name}: no categories or no keywords"));
        }
        if package.metadata.pointer("/docs/rs").is_none() {
            offenses.push(format!("{name}: does not say with which features docs.rs is to document it"));
        }
        for license in ["LICENSE-MIT", "LICENSE-APACHE"] {
            if !folder(package).join(license).exists() {
                offenses.push(format!("{name}: the text {license} is not beside its Cargo.toml"));
            }
        }
    }
    assert_none(
        &offenses,
        "published packages are thalweg or thalweg-*, described, licensed, with a rust-version and features for docs.rs",
    );
}

/// That the code does without is for the compiler to say: `.ci/run` builds it for a target that has no `std`.
#[test]
fn std_is_a_default_feature_of_the_lowest_crates_and_passed_on() {
    let mut offenses = Vec::new();
    let lowest = existing(&WITHOUT_STD);
    assert_eq!(lowest.len(), WITHOUT_STD.len(), "{WITHOUT_STD:?} should all exist");
    for package in &lowest {
        let name = bare(package);
        if !package.features.get("default").is_some_and(|default| default.iter().any(|one| one == "std")) {
            offenses.push(format!("{name}: std is no default feature"));
        }
        let library = std::fs::read_to_string(folder(package).join("src/lib.rs")).expect("a library");
        if !library.lines().any(|line| line == "#![no_std]") {
            offenses.push(format!("{name}: its library is not no_std"));
        }
    }
    for package in published() {
        for edge in package.dependencies.iter().filter(|edge| edge.kind == DependencyKind::Normal) {
            let Some(below) = lowest.iter().find(|below| *below.name == edge.name) else { continue };
            let from = bare(package);
            let passed_on = format!("{}/std", below.name);
            let is_on = edge.uses_default_features || edge.features.iter().any(|feature| feature == "std");
            if !WITHOUT_STD.contains(&from) && !is_on {
                offenses.push(format!("{from}: takes {} without std, and loses wide vectors", below.name));
            }
            let has_std = || package.features.get("std").is_some_and(|std| std.contains(&passed_on));
            if WITHOUT_STD.contains(&from) && (edge.uses_default_features || !has_std()) {
                offenses.push(format!(
                    "{from}: its feature std does not pass on {passed_on}, or it is always on"
                ));
            }
        }
    }
    assert_none(&offenses, "the lowest crates do without std, and whoever stands above them has it");
}

#[test]
fn folders_have_the_bare_names_of_their_packages() {
    let mut offenses = Vec::new();
    for package in workspace() {
        let folder = folder(package);
        if folder.file_name().is_none_or(|name| name != bare(package)) {
            offenses.push(format!("{} lies in {}", package.name, relative(&folder)));
        }
    }
    assert_none(&offenses, "a folder is called like its package without the prefix");
}

#[test]
fn lecture_tests_and_commands_are_not_published() {
    let found = existing(&PRIVATE);
    assert_eq!(found.len(), PRIVATE.len(), "{PRIVATE:?} should all exist");
    let offenses: Vec<_> =
        found.into_iter().filter(|p| is_published(p)).map(|p| p.name.to_string()).collect();
    assert_none(&offenses, "without `publish = false`");
}

#[test]
fn nothing_in_the_workspace_knows_mpi() {
    let is_mpi = |name: &str| name == "thalweg-mpi" || name == "mpi" || name.ends_with("mpi-sys");
    let found: Vec<_> = METADATA.packages.iter().map(|p| p.name.to_string()).filter(|n| is_mpi(n)).collect();
    assert_none(&found, "whoever does not ask for MPI needs none, with any feature, not even in tests");
    let excluded = Path::new(METADATA.workspace_root.as_str()).join("crates/mpi/Cargo.toml");
    assert!(excluded.exists(), "{}: this test is about a crate that is there", excluded.display());
}
