import { describe, expect, it } from 'vitest';
import { reportOf, summaryOf } from './report.mjs';

const run = { name: 'planted', date: '2026-01-02', commit: 'abc', machine: 'two cores' };
const source = 'const a = 1;\nconst b =\n  a +\n  2;\n';

function mutant(
  status: string,
  line: number,
  columns: [number, number],
  replacement: string,
  endLine = line,
) {
  return {
    status,
    replacement,
    mutatorName: 'Planted',
    location: { start: { line, column: columns[0] }, end: { line: endLine, column: columns[1] } },
  };
}

const first = {
  files: {
    'packages/autodiff/src/b.ts': { source, mutants: [mutant('Killed', 1, [11, 12], '2')] },
  },
};
const second = {
  files: {
    'packages/autodiff/src/a.ts': {
      source,
      mutants: [
        mutant('Killed', 1, [11, 12], '2'),
        mutant('Timeout', 1, [11, 12], '3'),
        mutant('Survived', 1, [11, 12], '0'),
        mutant('NoCoverage', 3, [3, 4], 'a - 2', 4),
        mutant('CompileError', 1, [11, 12], '4'),
        mutant('Ignored', 1, [11, 12], '5'),
        { ...mutant('Survived', 1, [11, 12], '6'), testsCompleted: 0, coveredBy: ['1'] },
        { ...mutant('Survived', 1, [11, 12], '7'), testsCompleted: 0, static: true },
      ],
    },
    'packages/autodiff/src/types.ts': { source: '', mutants: [] },
  },
};
const explained = [
  { file: 'packages/autodiff/src/a.ts', code: '1', replacement: '0', why: 'It is not used.' },
  { file: 'packages/autodiff/src/b.ts', code: '1', replacement: '0', why: 'Of another file.' },
];

describe('the report of a mutation run', () => {
  const summary = summaryOf(
    [
      { ...run, result: first },
      { ...run, name: 'other', result: second },
    ],
    explained,
  );

  it('counts what could be noticed, and what was', () => {
    expect(summary.files).toEqual({
      'packages/autodiff/src/a.ts': { run: 'other', mutants: 6, found: 4, timeouts: 1 },
      'packages/autodiff/src/b.ts': { run: 'planted', mutants: 1, found: 1, timeouts: 0 },
    });
    expect(summary.score).toBe(71.4);
    expect(summary.runs).toEqual([run, { ...run, name: 'other' }]);
    expect(reportOf(summary)).toContain('- planted: 2026-01-02, commit abc, two cores\n- other: ');
  });

  it('lists survivors with what was there, also over lines, and why', () => {
    expect(summary.survivors).toEqual([
      {
        file: 'packages/autodiff/src/a.ts',
        line: 1,
        mutator: 'Planted',
        code: '1',
        replacement: '0',
        why: 'It is not used.',
      },
      {
        file: 'packages/autodiff/src/a.ts',
        line: 3,
        mutator: 'Planted',
        code: 'a + 2',
        replacement: 'a - 2',
        why: null,
      },
    ]);
  });

  it('is a page that says so', () => {
    const page = reportOf(summary);
    expect(page).toContain('in 7 small ways, one at a time: **71.4 %** of the changes');
    expect(page).toContain('package fail, 1 of them by running without end.');
    expect(page).toContain('| [a.ts](../../packages/autodiff/src/a.ts) | other | 6 | 4 | 66.7 |');
    expect(page).toContain('- a.ts:1: `1` as `0`: It is not used.');
    expect(page).toContain('- a.ts:3: `a + 2` as `a - 2`: not explained');
  });

  it('keeps what is known of passes that were not run, as far as the files are still there', () => {
    const again = {
      ...run,
      date: '2026-01-03',
      result: { files: { 'packages/autodiff/src/b.ts': first.files['packages/autodiff/src/b.ts'] } },
    };
    const kept = summaryOf([again], explained, summary);
    expect(kept.files).toEqual(summary.files);
    expect(kept.survivors).toEqual(summary.survivors);
    expect(kept.runs.map(({ name, date }) => [name, date])).toEqual([
      ['planted', '2026-01-03'],
      ['other', '2026-01-02'],
    ]);
    const moved = summaryOf([again], [], summary, (file) => !file.endsWith('a.ts'));
    expect([Object.keys(moved.files), moved.survivors, moved.runs.length]).toEqual([
      ['packages/autodiff/src/b.ts'],
      [],
      1,
    ]);
  });

  it('explains the survivors of earlier runs by what has been written since', () => {
    const since = [
      { file: 'packages/autodiff/src/a.ts', code: 'a + 2', replacement: 'a - 2', why: 'Written since.' },
    ];
    const kept = summaryOf([], since, summary);
    expect(kept.survivors.map(({ line, why }) => [line, why])).toEqual([
      [1, null],
      [3, 'Written since.'],
    ]);
  });

  it('of nothing says that there is nothing', () => {
    const empty = summaryOf([], []);
    expect(empty.score).toBe(0);
    expect(reportOf(empty)).toContain('None.');
  });
});
