import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { root } from '../lib/run.mjs';

interface Change {
  file: string;
  code: string;
  replacement: string;
  why: string | null;
}

const read = (path: string) => JSON.parse(readFileSync(`${root}${path}`, 'utf8'));
const explained: Change[] = read('scripts/mutation/explained.json');
const survivors: Change[] = read('docs/mutation/autodiff.json').survivors;
const named = ({ file, code, replacement }: Change) => `${file}: ${code} as ${replacement}`;

describe('the last run of mutation testing', () => {
  it('has no survivor without an explanation', () => {
    expect(survivors.filter(({ why }) => why === null).map(named)).toEqual([]);
  });

  it('leaves no explanation without a survivor', () => {
    const alive = new Set(survivors.map(named));
    expect(explained.map(named).filter((name) => !alive.has(name))).toEqual([]);
  });
});
