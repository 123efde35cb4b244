import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { root } from '../lib/run.mjs';
import { listPaths } from '../lib/sources.mjs';
import { leftOut, passes, src } from './passes.mjs';

const sources = (await listPaths())
  .filter((path) => path.startsWith(`${src}/`) && /^[^.]+\.ts$/.test(path.slice(src.length + 1)))
  .map((path) => path.slice(src.length + 1, -3));

/** Of a file, or of all files of a folder: `vjp/*`. */
const names = (pattern: string, source: string): boolean =>
  pattern.endsWith('/*') ? source.startsWith(pattern.slice(0, -1)) : source === pattern;

describe('the passes of mutation testing', () => {
  it('take each file of the tables and the engine once, and leave out what is said to be left out', () => {
    const taken = (source: string): number =>
      passes.flatMap(({ mutate }) => mutate).filter((pattern) => names(pattern, source)).length;
    const isLeftOut = (source: string): boolean => leftOut.some((pattern) => pattern.test(source));
    expect(sources.length).toBeGreaterThan(50);
    for (const source of sources) expect(taken(source), source).toBe(isLeftOut(source) ? 0 : 1);
  });

  it('name files and tests that there are', () => {
    for (const { mutate, tests } of passes) {
      for (const pattern of mutate)
        expect(
          sources.some((source) => names(pattern, source)),
          pattern,
        ).toBe(true);
      for (const test of tests) expect(existsSync(`${root}${src}/${test}.test.ts`), test).toBe(true);
    }
  });
});
