import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { decodeSafetensors } from '@renyi/nn';
import { describe, expect, test } from 'vitest';
import { parseConfig, type TrainingOverrides } from '../index.js';
import type { RunReport } from './result.js';
import { cli, runCli, runProgram, temporaryFolder } from './testing/run-cli.js';

const quick = ['--epochs', '2', '--hidden', '16'];

/** The only run folder in `cwd`/runs. */
function runFolder(cwd: string, parent = 'runs'): string {
  const [name, ...others] = readdirSync(join(cwd, parent));
  expect(others).toEqual([]);
  return join(cwd, parent, name as string);
}

function json<T>(path: string): T {
  return JSON.parse(readFileSync(path, 'utf8')) as T;
}

function jsonLines(path: string): Record<string, unknown>[] {
  const text = readFileSync(path, 'utf8');
  expect(text.endsWith('\n')).toBe(true);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** The part of a safetensors file that holds the numbers. */
function tensorBytes(path: string): Buffer {
  const bytes = readFileSync(path);
  return bytes.subarray(8 + Number(bytes.readBigUInt64LE(0)));
}

const runFiles = [
  'best.safetensors',
  'config.json',
  'env.json',
  'independent-0.safetensors',
  'independent-1.safetensors',
  'last.safetensors',
  'metrics.csv',
  'metrics.jsonl',
  'previous.safetensors',
  'report.html',
  'result.json',
  'student-0.safetensors',
  'student-1.safetensors',
];

describe('a run', () => {
  test('in a pipe: a plain line an epoch on stderr, the table on stdout, everything in the run folder', async () => {
    const cwd = temporaryFolder();
    const { code, stdout, stderr } = await runCli(['train', ...quick], { cwd });
    expect(code).toBe(0);
    const lines = stderr.trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    for (const [i, line] of lines.entries()) {
      expect(line).toMatch(
        new RegExp(
          `^epoch ${i + 1}/2  loss [\\d.]+ [\\d.]+  val acc [\\d.]+ [\\d.]+  ensemble [\\d.]+  divergence [\\d.]+$`,
        ),
      );
    }
    // No control character but the line break.
    expect(stdout + stderr).not.toMatch(/[^\P{Cc}\n]/u);
    const folder = runFolder(cwd);
    expect(basename(folder)).toMatch(/^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ-digits-alpha1\.5-seed0$/);
    const relative = join('runs', basename(folder));
    expect(stdout).toMatch(new RegExp(`\\nrun folder: ${relative}\\nreport: ${relative}/report\\.html\\n$`));
    expect(stdout).toContain('data        digits: 1,797 rows, 64 features, 10 classes\n');
    expect(stdout).toMatch(
      /\nensemble +0\.\d{4} +0\.\d{4} +([+-]?0\.\d{4}) +\d\.\d{4} +\d\.\d{4} +[+-]?\d\.\d{4}\n/,
    );
    expect(stdout).toContain('One seed is no evidence');

    expect(readdirSync(folder).sort()).toEqual(runFiles);
    const config = json<Parameters<typeof parseConfig>[0]>(join(folder, 'config.json'));
    expect(parseConfig(config)).toEqual(parseConfig({ epochs: 2, hidden: [16] }));
    expect(json(join(folder, 'env.json'))).toMatchObject({
      schema: 1,
      node: process.version,
      data: { name: 'digits', rows: 1797, file: null },
    });
    const metrics = jsonLines(join(folder, 'metrics.jsonl'));
    expect(metrics.map(({ schema, epoch }) => [schema, epoch])).toEqual([
      [1, 1],
      [1, 2],
    ]);
    const { tensors, metadata } = decodeSafetensors(readFileSync(join(folder, 'student-1.safetensors')));
    expect(Object.entries(tensors).map(([name, { shape }]) => [name, shape])).toEqual([
      ['0.bias', [16]],
      ['0.weight', [16, 64]],
      ['2.bias', [10]],
      ['2.weight', [10, 16]],
    ]);
    expect(metadata).toMatchObject({ role: 'student', student: '1', epoch: '2' });
  });

  test('--json prints one object and nothing else, the same that is in result.json', async () => {
    const cwd = temporaryFolder();
    const { code, stdout, stderr } = await runCli(
      ['train', ...quick, '--json', '--quiet', '--alpha', 'inf', '--students', '3'],
      { cwd },
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const report = JSON.parse(stdout) as RunReport;
    expect(stdout).toBe(`${JSON.stringify(report)}\n`);
    const number = expect.any(Number) as number;
    const score = { testAccuracy: number, testNll: number, testCalibrationError: number };
    const cohort = {
      students: [score, score, score],
      ensemble: score,
      ensembleGain: number,
      agreement: number,
      divergence: number,
      lastEpochs: { mean: score, ensemble: score },
      bestEpoch: { epoch: number, mean: score, ensemble: score },
      reliability: expect.any(Array),
    };
    const paired = { difference: number, standardError: number, pairs: report.sizes.test, p: number };
    const compared = { accuracy: paired, nll: paired };
    expect(report).toEqual({
      config: {
        ...parseConfig({ epochs: 2, hidden: [16], students: 3 }),
        alpha: 'inf',
        maxGradientNorm: 'inf',
      },
      ...cohort,
      independent: cohort,
      comparison: { mean: compared, ensemble: compared },
      sizes: { train: expect.any(Number), validation: expect.any(Number), test: expect.any(Number) },
      run: {
        folder: expect.stringContaining('alphainf'),
        seconds: expect.any(Number),
        version: expect.any(String),
      },
    });
    expect(json(join(report.run.folder, 'result.json'))).toEqual({ schema: 1, ...report });
  });

  test('the same seed gives the same files bit by bit, another seed others', async () => {
    const folders = [];
    for (const seed of ['5', '5', '6']) {
      const cwd = temporaryFolder();
      const { code } = await runCli(['train', ...quick, '--seed', seed, '--quiet'], { cwd });
      expect(code).toBe(0);
      folders.push(runFolder(cwd));
    }
    const [first, second, other] = folders as [string, string, string];
    for (const name of runFiles.filter((file) => /^(?!previous).*\.safetensors$/.test(file))) {
      expect(readFileSync(join(first, name)).equals(readFileSync(join(second, name))), name).toBe(true);
      expect(tensorBytes(join(first, name)).equals(tensorBytes(join(other, name))), name).toBe(false);
    }
  });

  test.each([
    ['--alpha', '0', true],
    ['--lambda', '0', true],
    ['--alpha', '1', false],
  ])('with %s %s mutual and independent training give the same weights: %s', async (flag, value, same) => {
    const cwd = temporaryFolder();
    const { code } = await runCli(['train', ...quick, flag, value, '--quiet'], { cwd });
    expect(code).toBe(0);
    const folder = runFolder(cwd);
    for (const k of [0, 1]) {
      const mutual = tensorBytes(join(folder, `student-${k}.safetensors`));
      const independent = tensorBytes(join(folder, `independent-${k}.safetensors`));
      expect(mutual.equals(independent)).toBe(same);
    }
  });

  test("data, folder and name of one's own", async () => {
    const cwd = temporaryFolder();
    // Two classes beyond [0, 1], told apart by the sum of two features.
    const rows = Array.from({ length: 200 }, (_, i) => [i % 20, (i * 7) % 30]).map(
      ([a = 0, b = 0]) => `${a},${b},${a + b > 24 ? 1 : 0}`,
    );
    writeFileSync(join(cwd, 'sums.csv.gz'), gzipSync(`a,b,class\n${rows.join('\n')}\n`));
    const words = [
      'train',
      '--data',
      'sums.csv.gz',
      '--out',
      'my/own',
      '--name',
      'try-1',
      '--hidden',
      'none',
      '--epochs',
      '20',
      '--batch-size',
      '8',
    ];
    const { code, stdout } = await runCli(words, { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain('data        sums: 200 rows, 2 features, 2 classes');
    const folder = runFolder(cwd, 'my/own');
    expect(basename(folder)).toMatch(/Z-try-1$/);
    const result = json<RunReport>(join(folder, 'result.json'));
    expect(result.ensemble.testAccuracy).toBeGreaterThan(0.9);
  });

  test('a file of settings is stronger than the defaults, and a flag is stronger than the file', async () => {
    const cwd = temporaryFolder();
    const printed = await runCli(
      ['train', ...quick, '--links', 'ring', '--students', '3', '--print-config'],
      {
        cwd,
      },
    );
    expect(printed).toMatchObject({ code: 0, stderr: '' });
    expect(readdirSync(cwd)).toEqual([]);
    writeFileSync(join(cwd, 'my.json'), printed.stdout);
    const words = ['train', '--config', 'my.json', '--students', '4', '--no-baseline'];
    const merged = await runCli([...words, '--print-config'], { cwd });
    const config = JSON.parse(merged.stdout) as TrainingOverrides;
    const expected = { epochs: 2, hidden: [16], links: 'ring', students: 4, baseline: false } as const;
    expect(parseConfig(config)).toEqual(parseConfig(expected));
    const { code, stdout } = await runCli([...words, '--quiet'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain('cohort      4 students');
    expect(stdout).not.toContain('independent');
  });

  test('colors are there when they are forced, and only then', async () => {
    const words = ['train', '--epochs', '1', '--hidden', '4', '--quiet'];
    const forced = await runCli(words, { env: { FORCE_COLOR: '1' } });
    expect(forced.stdout).toContain('\u001b[1m');
    const forbidden = await runCli([...words, '--no-color'], { env: { FORCE_COLOR: '1' } });
    expect(forbidden.stdout).not.toContain('\u001b');
  });
});

describe('a run that is stopped', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('by %s saves what there is and ends with %i', async (signal, exitCode) => {
    const cwd = temporaryFolder();
    let sentAt = 0;
    const onStderr = (text: string): NodeJS.Signals | undefined => {
      if (sentAt > 0 || !/^epoch +2\//m.test(text)) return undefined;
      sentAt = performance.now();
      return signal;
    };
    const { code, stdout, stderr } = await runCli(
      ['train', '--epochs', '90000', '--hidden', '16', '--json'],
      { cwd, onStderr },
    );
    expect(performance.now() - sentAt).toBeLessThan(2000);
    expect({ code, stdout }).toEqual({ code: exitCode, stdout: '' });
    const folder = runFolder(cwd);
    const last = stderr.trimEnd().split('\n').at(-1);
    expect(last).toMatch(
      new RegExp(
        `^rdml train: interrupted by ${signal} \\(step \\d+, epoch \\d+ of 90000\\); weights and metrics so far are in runs/`,
      ),
    );
    expect(last).toContain(basename(folder));
    expect(readdirSync(folder).sort()).toEqual(
      runFiles.filter((name) => !/^(result\.json|metrics\.csv|report\.html)$/.test(name)),
    );
    const epochs = jsonLines(join(folder, 'metrics.jsonl')).length;
    const { metadata } = decodeSafetensors(readFileSync(join(folder, 'student-0.safetensors')));
    expect(metadata.epoch).toBe(String(epochs));
  });

  test('because it diverged saves the weights before that, says where and what to try, and ends with 3', async () => {
    const cwd = temporaryFolder();
    const { code, stdout, stderr } = await runCli(['train', ...quick, '--lr', '1e30', '--json'], { cwd });
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(
      /^rdml train: training diverged: expected .+; got .+ student \d at step \d+, batch rows 0, .+ \(epoch 1 of 2\)\. Try a smaller --lr \(it was 1e\+30\), .+ are in runs\/\S+\n$/,
    );
    const folder = runFolder(cwd);
    expect(existsSync(join(folder, 'result.json'))).toBe(false);
    const { tensors } = decodeSafetensors(readFileSync(join(folder, 'student-0.safetensors')));
    for (const weights of Object.values(tensors))
      expect(weights.dataSync().every(Number.isFinite)).toBe(true);
  });
});

describe('a run that can not write', () => {
  test('to --out ends with 1 before training', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'file'), '');
    const { code, stdout, stderr } = await runCli(['train', ...quick, '--out', 'file/runs'], { cwd });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe(
      'rdml train: expected to be able to write file/runs; got ENOTDIR (a part of the path is not a folder). ' +
        'Mend that, or choose another folder with --out\n',
    );
  });

  test.skipIf(process.platform === 'win32')(
    'a large file leaves none half-written and ends with 1',
    async () => {
      const cwd = temporaryFolder();
      // The shell's limit for files stands for a full disk: 8 blocks of 512 bytes.
      const command = `ulimit -f 8; exec "${process.execPath}" "${cli}" train --epochs 1 --hidden 64`;
      const { code, stdout, stderr } = await runProgram('sh', ['-c', command], { cwd });
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(
        /^rdml train: expected to be able to write runs\/\S+\.safetensors; got EFBIG .+\n$/,
      );
      expect(readdirSync(runFolder(cwd)).sort()).toEqual(['config.json', 'env.json', 'metrics.jsonl']);
    },
  );

  test('to stdout, because nobody reads it, ends quietly with everything saved', async () => {
    const cwd = temporaryFolder();
    const { code, stderr } = await runCli(['train', ...quick, '--quiet'], { cwd, closeStdout: true });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(readdirSync(runFolder(cwd)).sort()).toEqual(runFiles);
  });

  test.skipIf(!existsSync('/dev/full'))('to stdout, because the disk is full, ends with 1', async () => {
    const command = `"${process.execPath}" "${cli}" train --epochs 1 --hidden 4 --quiet > /dev/full`;
    const { code, stderr } = await runProgram('sh', ['-c', command]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^rdml train: .*ENOSPC.*\n$/);
  });
});
