#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Makes the npm package `solc` look like the native compiler that forge expects: `--version` as solc
// prints it, and standard JSON from stdin to stdout. (The package's own command line cuts long output
// short on a pipe, because it exits before the pipe is drained.)
import { readFileSync, writeSync } from "node:fs";
import solc from "solc";

function print(text) {
  for (let rest = Buffer.from(text); rest.length > 0; ) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      if (error.code !== "EAGAIN") throw error;
    }
  }
}

if (process.argv.includes("--version")) {
  print(`solc, the solidity compiler commandline interface\nVersion: ${solc.version()}\n`);
} else {
  print(solc.compile(readFileSync(0, "utf8")));
}
