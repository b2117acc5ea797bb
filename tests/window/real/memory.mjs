// Looking for a text in the memory of processes.

import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';

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

const PAGE = 4096;
/** Pages that are looked up at once: 256 MiB of a region. */
const BLOCK = 1 << 16;
const PRESENT = 0x80;

/** Where a process has one of these texts in memory that it can write, as UTF-8 or UTF-16: the regions' lines. */
export function search(pid, texts) {
  const patterns = texts.flatMap((text) => [Buffer.from(text, 'utf8'), Buffer.from(text, 'utf16le')]);
  let [memory, pagemap, maps] = [];
  try {
    [memory, pagemap] = ['mem', 'pagemap'].map((name) => openSync(`/proc/${pid}/${name}`, 'r'));
    maps = readFileSync(`/proc/${pid}/maps`, 'utf8');
  } catch {
    return []; // It has ended.
  }
  const hits = maps.split('\n').filter((line) => {
    const region = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line);
    if (!region) return false;
    const [from, to] = [1, 2].map((part) => Number.parseInt(region[part], 16) / PAGE);
    return runs(pagemap, from, to).some(([first, end]) => {
      const bytes = Buffer.alloc((end - first) * PAGE);
      try {
        readSync(memory, bytes, 0, bytes.length, first * PAGE);
      } catch {
        return false;
      }
      return patterns.some((one) => bytes.includes(one));
    });
  });
  for (const file of [memory, pagemap]) closeSync(file);
  return hits;
}

/** Runs of pages that are in memory: a web engine reserves far more than it uses. */
function runs(pagemap, from, to) {
  const found = [];
  for (let block = from; block < to; block += BLOCK) {
    const entries = Buffer.alloc(Math.min(BLOCK, to - block) * 8);
    readSync(pagemap, entries, 0, entries.length, block * 8);
    for (let index = 0; index < entries.length / 8; index += 1) {
      if (!(entries[index * 8 + 7] & PRESENT)) continue;
      const page = block + index;
      const last = found.at(-1);
      if (last?.[1] === page) last[1] = page + 1;
      else found.push([page, page + 1]);
    }
  }
  return found;
}
