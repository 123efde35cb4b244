import { readdirSync, readFileSync } from 'node:fs';
import { format } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { root } from '../lib/run.mjs';
import { outputFault } from './stated-output.mjs';

const numbered = readdirSync(`${root}examples`).filter((file) => /^\d\d-[\w-]+\.ts$/.test(file));

/** What a module prints when it is loaded. */
async function printedBy(file: string): Promise<string> {
  let printed = '';
  const log = vi.spyOn(console, 'log').mockImplementation((...values: unknown[]) => {
    printed += `${format(...values)}\n`;
  });
  try {
    await import(`${root}examples/${file}`);
  } finally {
    log.mockRestore();
  }
  return printed;
}

describe('the study path', () => {
  it.each(numbered)('%s prints what it says', async (file) => {
    const text = readFileSync(`${root}examples/${file}`, 'utf8');
    const printed = await printedBy(file);
    expect(printed).not.toBe('');
    expect(outputFault(text, printed)).toBeUndefined();
  });

  it('is numbered without gaps from 00 on', () => {
    expect(numbered.map((file) => Number(file.slice(0, 2)))).toEqual([...numbered.keys()]);
    expect(numbered.length).toBeGreaterThan(5);
  });

  it('begins with an engine of at most 120 lines', () => {
    expect(readFileSync(`${root}examples/${numbered[0]}`, 'utf8').trimEnd().split('\n').length).toBeLessThan(
      121,
    );
  });
});
