// Runs other programs: everything that the scripts start goes through here.

import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The repository. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** An end that needs no stack trace: its message says what to do. */
export class Stop extends Error {}

/** Runs a program to its end with our terminal; throws a `Stop` unless it succeeds. */
export function run(command, args, { env = {}, cwd = root } = {}) {
  const { status, signal, error } = spawnSync(command, args, { cwd, env: { ...process.env, ...env }, stdio: 'inherit' });
  if (error) throw new Stop(`cannot run ${command}: ${error.message}`);
  if (status !== 0) throw ended(command, args, signal);
}

const ended = (command, args, signal) => new Stop(`${[command, ...args].join(' ')} ${signal ? `was ended by ${signal}` : 'failed'}`);

/** Output of a program, or null where it is missing or fails. */
export function output(command, args, { cwd = root, timeoutMs } = {}) {
  const { status, stdout } = spawnSync(command, args, {
    cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: timeoutMs, maxBuffer: 1 << 28,
  });
  return status === 0 ? stdout : null;
}

/** Like `run`, and gives each line of standard output to `onLine` while it also goes to our own. */
export function watch(command, args, onLine, { env = {}, cwd = root } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['inherit', 'pipe', 'inherit'] });
    let rest = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      process.stdout.write(text);
      const lines = (rest + text).split('\n');
      rest = lines.pop();
      lines.forEach(onLine);
    });
    child.on('error', (error) => reject(new Stop(`cannot run ${command}: ${error.message}`)));
    child.on('close', (status, signal) => {
      if (rest) onLine(rest);
      if (status === 0) resolve();
      else reject(ended(command, args, signal));
    });
  });
}

/** Runs the program in the foreground and ends with its exit code. */
export function handOver(command, args, env = {}) {
  process.on('SIGINT', () => {}); // the terminal sends Ctrl-C to the program too
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: 'inherit' });
  child.on('error', (error) => fail(new Stop(`cannot run ${command}: ${error.message}`)));
  child.on('close', (status, signal) => process.exit(status ?? (signal === 'SIGINT' ? 130 : 1)));
}

/** Prints what went wrong and ends with exit code 1. */
export function fail(error) {
  console.error(error instanceof Stop ? `\n${error.message}` : error);
  process.exit(1);
}
