// SPDX-License-Identifier: Apache-2.0
// Writes artifacts/QuantumVaultAttestationRegistry.json from forge's output; with --check compares only.
// The Rust crate qv-evm builds from this file, so that it needs neither solc nor forge.
import { readFileSync, writeFileSync } from "node:fs";

const name = "QuantumVaultAttestationRegistry";
const path = new URL(`artifacts/${name}.json`, import.meta.url);
const built = JSON.parse(readFileSync(new URL(`out/${name}.sol/${name}.json`, import.meta.url), "utf8"));
const settings = built.metadata.settings;
const artifact = {
  contractName: name,
  compiler: built.metadata.compiler.version,
  settings: { evmVersion: settings.evmVersion, optimizer: settings.optimizer },
  abi: built.abi,
  bytecode: built.bytecode.object,
  deployedBytecode: built.deployedBytecode.object,
};
const text = JSON.stringify(artifact, null, 2) + "\n";

if (!process.argv.includes("--check")) {
  writeFileSync(path, text);
} else if (readFileSync(path, "utf8") !== text) {
  console.error(`artifacts/${name}.json is not what the sources build: run \`node artifact.mjs\` after \`forge build\` and commit it`);
  process.exit(1);
}
