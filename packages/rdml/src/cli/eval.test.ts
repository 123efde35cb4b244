import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, test } from 'vitest';
import type { RunReport } from './result.js';
import { runCli, temporaryFolder } from './testing/run-cli.js';

const cwd = temporaryFolder();
let folder = '';
let result: RunReport;

/** Three named classes that a line or two tells apart, the class in the first column. */
const rows = Array.from({ length: 120 }, (_, i) => {
  const k = i % 3;
  return `${['ash', 'oak', 'elm'][k]},${10 * k + (i % 7)},${(i * 5) % 11}`;
});
const table = `tree,height,width\n${rows.join('\n')}\n`;

beforeAll(async () => {
  writeFileSync(join(cwd, 'trees.csv'), table);
  const words = [
    'train',
    '--data',
    'trees.csv',
    '--label',
    'tree',
    '--students',
    '3',
    '--hidden',
    '8',
    '--quiet',
  ];
  const { code, stdout } = await runCli([...words, '--json'], { cwd });
  expect(code).toBe(0);
  result = JSON.parse(stdout) as RunReport;
  folder = join('runs', readdirSync(join(cwd, 'runs'))[0] as string);
});

interface Scores {
  readonly rows: number;
  readonly epoch: number;
  readonly students: readonly { readonly accuracy: number; readonly nll: number }[];
  readonly ensemble: { readonly accuracy: number; readonly nll: number };
}

async function evaluated(...words: string[]): Promise<Scores> {
  const { code, stdout, stderr } = await runCli(['eval', folder, '--json', ...words], { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Scores;
}

describe('rdml eval', () => {
  it('of the last weights on the test part is what the run said at its end', async () => {
    const { students, ensemble, rows: count } = await evaluated('--weights', 'last');
    expect(count).toBe(result.sizes.test);
    expect(students.map(({ accuracy, nll }) => [accuracy, nll])).toEqual(
      result.students.map(({ testAccuracy, testNll }) => [testAccuracy, testNll]),
    );
    expect(ensemble.nll).toBe(result.ensemble.testNll);
  });

  it('of the best weights is what the run said of its best epoch', async () => {
    const { ensemble, epoch } = await evaluated();
    expect(epoch).toBe(result.bestEpoch.epoch);
    expect(ensemble.nll).toBe(result.bestEpoch.ensemble.testNll);
  });

  it('takes other data, with any of the classes in any order, and knows them by name', async () => {
    const elms = rows.filter((row) => row.startsWith('elm')).join('\n');
    writeFileSync(join(cwd, 'elms.csv'), `tree,height,width\n${elms}\n`);
    const { ensemble, rows: count } = await evaluated('--data', 'elms.csv');
    expect(count).toBe(40);
    expect(ensemble.accuracy).toBeGreaterThan(0.9);
  });

  it('prints a table for people', async () => {
    const { stdout } = await runCli(['eval', folder], { cwd });
    expect(stdout).toMatch(
      /^test part of trees: 24 rows; best weights, of epoch \d+\n\n {12}accuracy .+\nstudent 0 /,
    );
    expect(stdout).toMatch(/\nensemble .+\n\nagreement .+\ndivergence /);
  });
});

describe('rdml predict', () => {
  it('gives each row its class by name and the probabilities, with or without the classes in the file', async () => {
    const { code, stdout } = await runCli(['predict', folder, '--data', 'trees.csv'], { cwd });
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toBe('class,p_ash,p_elm,p_oak');
    expect(lines).toHaveLength(121);
    const right = lines.slice(1).filter((line, i) => line.split(',')[0] === rows[i]?.split(',')[0]);
    expect(right.length).toBeGreaterThan(108);
    for (const line of lines.slice(1)) {
      const sum = line
        .split(',')
        .slice(1)
        .reduce((total, p) => total + Number(p), 0);
      // Three probabilities, each to nine digits.
      expect(Math.abs(sum - 1)).toBeLessThan(3e-9);
    }
    const bare = rows.map((row) => row.split(',').slice(1).join(',')).join('\n');
    writeFileSync(join(cwd, 'bare.csv'), bare);
    const words = ['predict', folder, '--data', 'bare.csv', '--out', 'predicted.csv'];
    expect(await runCli(words, { cwd })).toMatchObject({ code: 0, stdout: '' });
    expect(readFileSync(join(cwd, 'predicted.csv'), 'utf8')).toBe(stdout);
  });

  it('as JSON has every class and every row', async () => {
    const { stdout } = await runCli(['predict', folder, '--data', 'bare.csv', '--json'], { cwd });
    const { classes, predictions } = JSON.parse(stdout) as {
      classes: string[];
      predictions: { class: string; probabilities: number[] }[];
    };
    expect(classes).toEqual(['ash', 'elm', 'oak']);
    expect(predictions).toHaveLength(120);
    expect(predictions[0]?.probabilities).toHaveLength(3);
  });
});

test.each<[string[], RegExp]>([
  [['eval', 'nowhere'], /expected a run folder with nowhere\/env\.json; got no such file/],
  [['eval', 'RUN', '--weights', 'first'], /expected --weights to be one of best, last; got first/],
  [['predict', 'RUN'], /^rdml predict: expected --data; got nothing\. See rdml predict --help/],
  [['predict', 'RUN', '--data', 'wide.csv'], /expected 2 features, with or without a class; got 4 cells/],
  [
    ['eval', 'RUN', '--data', 'pine.csv'],
    /one of the classes "ash", "elm", "oak"; got "pine" in pine\.csv, line 2/,
  ],
])('rdml %j is refused with one line', async (words, message) => {
  writeFileSync(join(cwd, 'wide.csv'), '1,2,3,4\n');
  writeFileSync(join(cwd, 'pine.csv'), 'tree,height,width\npine,1,2\n');
  const { code, stdout, stderr } = await runCli(
    words.map((word) => (word === 'RUN' ? folder : word)),
    { cwd },
  );
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(message);
  expect(stderr.trimEnd()).not.toContain('\n');
});

test('data that is no longer what the run learned from is refused', async () => {
  writeFileSync(join(cwd, 'trees.csv'), `tree,height,width\n${rows.slice(3).join('\n')}\n`);
  const { code, stderr } = await runCli(['eval', folder], { cwd });
  writeFileSync(join(cwd, 'trees.csv'), table);
  expect(code).toBe(2);
  expect(stderr).toMatch(/expected the data that the run in .+ learned from; got other rows in .+trees\.csv/);
  rmSync(join(cwd, folder, 'best.safetensors'));
  expect((await runCli(['eval', folder], { cwd })).stderr).toMatch(
    /expected weights at .+best\.safetensors; got ENOENT/,
  );
});
