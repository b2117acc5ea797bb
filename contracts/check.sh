#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds the contracts offline, holds the committed artefact against them and runs their tests.
# `./check.sh --write` writes the artefact and the gas snapshots instead of comparing them.
set -eu
cd "$(dirname -- "$0")"
[ -d node_modules ] || npm ci --no-audit --no-fund

platform=$(node -p "process.platform + '-' + ({ x64: 'amd64' }[process.arch] ?? process.arch)")
forge="node_modules/@foundry-rs/forge-$platform/bin/forge"
[ -x "$forge" ] || { echo "forge is missing at contracts/$forge: run \`npm ci\` in contracts/" >&2; exit 1; }

"$forge" fmt --check
"$forge" build --force
if [ "${1:-}" = --write ]; then
    node artifact.mjs
    FORGE_SNAPSHOT_CHECK=false "$forge" test
else
    node artifact.mjs --check
    "$forge" test
fi
