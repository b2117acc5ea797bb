// Looking for a text in the memory of processes.

import { closeSync, openSync, readFileSync, readSync, readdirSync } from 'node:fs';

/** A process and all that it started. */
export function tree(pid) {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), parentOf(name)]);
  const found = [pid];
  for (const one of found) for (const [child, parent] of parents) if (parent === one) found.push(child);
  return found;
}

function parentOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
}

/** Name of a process. */
export const nameOf = (pid) => {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return '';
  }
};

const STEP = 1 << 24;

/** Where a process has one of these texts in memory that it can write, as UTF-8 or UTF-16. */
export function search(pid, texts) {
  const patterns = texts.flatMap((text) => [Buffer.from(text, 'utf8'), Buffer.from(text, 'utf16le')]);
  const longest = Math.max(...patterns.map((one) => one.length));
  const hits = [];
  let memory;
  try {
    memory = openSync(`/proc/${pid}/mem`, 'r');
  } catch {
    return hits;
  }
  for (const line of readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n')) {
    const region = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line);
    if (!region) continue;
    const [from, to] = [Number.parseInt(region[1], 16), Number.parseInt(region[2], 16)];
    for (let at = from; at < to; at += STEP) {
      const chunk = Buffer.alloc(Math.min(STEP + longest, to - at));
      try {
        readSync(memory, chunk, 0, chunk.length, at);
      } catch {
        continue;
      }
      if (patterns.some((one) => chunk.includes(one))) hits.push(line);
    }
  }
  closeSync(memory);
  return hits;
}
