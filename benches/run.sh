#!/usr/bin/env bash
# Runs every benchmark (or the named ones: append, drill_down, pages, scan, unlock, window, wrap) as it would be released, one after another.
# The numbers are of this machine and this moment; what counts is each ratio to its peer, measured in the same run.
set -euo pipefail
cd "$(dirname "$0")/.."
names=("$@")
[ ${#names[@]} -gt 0 ] || names=(wrap scan pages drill_down append unlock window)
command -v sslscan >/dev/null || { echo 'sslscan is missing: apt-get install sslscan' >&2; exit 1; }
command -v swtpm >/dev/null || { echo 'swtpm is missing: apt-get install swtpm swtpm-tools' >&2; exit 1; }
cargo build --release --locked --quiet -p qv-benches
echo "$(nproc) cores, $(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -1), $(uname -sr)"
target="${CARGO_TARGET_DIR:-target}"
for name in "${names[@]}"; do
  if [ "$name" = window ]; then
    npm run --silent web:build
    cargo build --release --locked --quiet -p qv-cli -p qv-desktop --bins --examples
    node benches/window.mjs "$target"
  else
    "$target/release/$name"
  fi
done
