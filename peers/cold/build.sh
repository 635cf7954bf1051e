#!/usr/bin/env bash
# How long a hello world takes to build from nothing: Thalweg beside the Rust crate liblbfgs, argmin and basin, in one run.
#
#   bash peers/cold/build.sh [TURNS]      # 3 if not said
#
# Projects in a scratch folder, each with the program that its README or documentation begins with; everything is fetched
# before the clock starts. They take turns, with the target folder of each deleted before its turn, and the fastest turn counts,
# because a busy machine can only make a turn slower. One more is Thalweg with update rules and mini-batches; three more bring
# nalgebra: Thalweg with the feature second-order, and argmin and basin with nalgebra's vectors.
# What is built is never built incrementally: published crates are not, and those of a path would be.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
crates=$(cd "$here/../../crates" && pwd)
turns=${1:-3}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export CARGO_INCREMENTAL=0 CARGO_TERM_COLOR=never
unset CARGO_TARGET_DIR CARGO_BUILD_TARGET_DIR RUSTFLAGS

# project NAME DEPENDENCIES < main.rs
project() {
  mkdir -p "$scratch/$1/src"
  printf '[package]\nname = "hello-%s"\nversion = "0.1.0"\nedition = "2024"\n\n[workspace]\n\n[dependencies]\n%s\n' "$1" "$2" >"$scratch/$1/Cargo.toml"
  cat >"$scratch/$1/src/main.rs"
}

project thalweg "thalweg = { path = \"$crates/thalweg\" }" <"$crates/thalweg/examples/hello_valley.rs"
project thalweg-first-order "thalweg = { path = \"$crates/thalweg\", features = [\"stochastic\"] }" <"$crates/thalweg/examples/hello_valley.rs"
project thalweg-second-order "thalweg = { path = \"$crates/thalweg\", features = [\"second-order\"] }" <"$crates/thalweg/examples/hello_valley.rs"
for peer in liblbfgs argmin basin argmin-nalgebra basin-nalgebra; do
  # The first line of a program says what it depends on.
  project "$peer" "$(sed -n '1s|^// ||p' "$here/$peer.rs" | tr ';' '\n')" <"$here/$peer.rs"
done

projects=(thalweg thalweg-first-order liblbfgs basin argmin thalweg-second-order basin-nalgebra argmin-nalgebra)
for name in "${projects[@]}"; do (cd "$scratch/$name" && cargo fetch --quiet); done

declare -A fastest
for turn in $(seq "$turns"); do
  for name in "${projects[@]}"; do
    rm -rf "$scratch/$name/target"
    # Seconds on the clock, and of all cores' work.
    times=$( { TIMEFORMAT='%R %U %S'; time (cd "$scratch/$name" && cargo build --quiet --offline); } 2>&1 | tail -1)
    echo "turn $turn: $name $times" >&2
    fastest[$name]=$(printf '%s\n%s\n' "${fastest[$name]:-}" "$times" | grep . | sort -n | head -1)
  done
done

echo "| hello world | crates | cold build, s | over liblbfgs | work of all cores, s | over liblbfgs |"
echo "| --- | --- | --- | --- | --- | --- |"
for name in "${projects[@]}"; do
  count=$(cd "$scratch/$name" && cargo tree --offline --prefix none --edges normal,build --no-dedupe | sed 's/ (\*)//' | sort -u | wc -l)
  awk -v name="$name" -v count="$((count - 1))" -v took="${fastest[$name]}" -v reference="${fastest[liblbfgs]}" 'BEGIN {
    split(took, t); split(reference, r)
    printf "| %s | %d | %.1f | %.2f | %.1f | %.2f |\n", name, count, t[1], t[1] / r[1], t[2] + t[3], (t[2] + t[3]) / (r[2] + r[3])
  }'
done
for name in "${projects[@]}"; do
  echo "$name: $("$scratch/$name/target/debug/hello-$name" | tail -1)"
done
rustc --version
