import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCli, temporaryFolder } from './testing/run-cli.js';

describe('a wrong command line is told on one line, exit code 2, and nothing is written', {
  concurrent: true,
}, () => {
  test.each([
    ['train --epohs 3', 'rdml train: expected a flag that exists; got --epohs. Did you mean --epochs?'],
    ['train --alhpa=1', 'rdml train: expected a flag that exists; got --alhpa=1. Did you mean --alpha?'],
    ['train --zzzzzz', 'rdml train: expected a flag that exists; got --zzzzzz. See rdml train --help'],
    ['train --alpha', 'rdml train: expected a value after --alpha; got nothing. See rdml train --help'],
    ['train extra', 'rdml train: expected no more words; got a word without a flag. See rdml train --help'],
    ['trian', 'rdml: expected a command that exists; got trian. Did you mean train?'],
    ['--frobnicate', 'rdml: expected a flag that exists; got --frobnicate. See rdml --help'],
    [
      'train --alpha -1',
      /^rdml train: expected --alpha to be an order from .+; got -1\. For example: --alpha \S+$/,
    ],
    ['train --model resnt18', /expected --model to be one of .+; got resnt18\. Did you mean resnet18\?$/],
    ['train --backend wsam', /expected --backend to be one of .+; got wsam\. Did you mean wasm\?$/],
    ['train --alpha -inf', /expected --alpha to be .+; got -inf\./],
    ['train --alpha nan', /expected --alpha to be .+; got nan\./],
    ['train --alpha=', /expected --alpha to be .+; got an empty value\./],
    ['train --alpha --json', /expected --alpha to be .+; got --json\./],
    ['train --lambda -0.1', /expected --lambda to be .+; got -0\.1\./],
    ['train --lambda inf', /expected --lambda to be .+; got inf\./],
    ['train --students 0', /expected --students to be .+; got 0\./],
    ['train --students 2.5', /expected --students to be .+; got 2\.5\./],
    ['train --epochs 0', /expected --epochs to be .+; got 0\./],
    ['train --epochs 0x10', /expected --epochs to be .+; got 0x10\./],
    ['train --batch-size -8', /expected --batch-size to be .+; got -8\./],
    ['train --hidden 64,,32', /expected --hidden to be .+; got 64,,32\. For example: --hidden /],
    ['train --hidden wide', /expected --hidden to be .+; got wide\./],
    ['train --lr 0', /expected --lr to be .+; got 0\./],
    ['train --lr fast', /expected --lr to be .+; got fast\./],
    ['train --momentum 1', /expected --momentum to be .+; got 1\./],
    ['train --weight-decay -1', /expected --weight-decay to be .+; got -1\./],
    ['train --seed -1', /expected --seed to be .+; got -1\./],
    ['train --seed 9007199254740992', /expected --seed to be .+; got 9007199254740992\./],
    [
      'train --test-fraction 0.95 --validation-fraction 0.5',
      /expected --validation-fraction and --test-fraction with a sum below 1; got 1\.45\./,
    ],
    ['train --alpha cosine:2', /expected --alpha to be .+; got cosine:2\./],
    ['train --alpha linear:0:-1', /expected --alpha\.to to be .+; got linear:0:-1\./],
    ['train --links web', /expected --links to be one of mesh, ring, star, teacher, none; got web\./],
    ['train --optimizer lion', /expected --optimizer to be one of nesterov, sgd, adam, adamw; got lion\./],
    ['train --clip 0', /expected --clip to be .+; got 0\./],
    ['train --config missing.json', /expected a configuration in JSON at missing\.json; got no such file\./],
    ['train --name a/b', /expected --name to be .+; got "a\/b"\./],
    [
      'train --data missing.csv',
      /expected a readable CSV file at missing\.csv; got no such file\. Check the path/,
    ],
    ['train --data .', /expected a file of data; got none in \./],
    ['train --model resnet', /expected --model to be one of mlp, .+; got resnet\./],
    ['train --model vgg16:width=0', /expected --model\.width to be .+; got vgg16:width=0\./],
    ['train --augment flip', /expected --augment\.flip to be .+; got flip\./],
    ['train --preset cifar', /expected --preset to be one of agnews-charcnn, .+; got cifar$/],
    ['train --threads 0', /expected --threads to be a whole number from 1 to 64; got 0$/],
    ['train --threads 2 --backend reference', /--backend wasm beside --threads 2; got reference/],
    ['train --smoke', /expected --preset beside --smoke; got none$/],
    ['train --init missing', /expected a readable file; got no such file in missing\. Check the path/],
    ['train --data missing\n\u001b[31m.csv', /at missing\\x0a\\x1b\[31m\.csv; got no such file/],
  ])('rdml %j', async (line, expected) => {
    const cwd = temporaryFolder();
    const { code, stdout, stderr } = await runCli(line.split(' '), { cwd });
    expect(stderr.endsWith('\n')).toBe(true);
    const message = stderr.slice(0, -1);
    expect(message).not.toContain('\n');
    if (typeof expected === 'string') expect(message).toBe(expected);
    else expect(message).toMatch(expected);
    expect({ code, stdout, files: readdirSync(cwd) }).toEqual({ code: 2, stdout: '', files: [] });
  });

  test.each([
    [
      '1,2,0\n1,oops,1\n',
      'rdml train: expected a number; got "oops" in data.csv, line 2, column 2. Correct it, or leave the line out',
    ],
    ['1,0\n2,1\n3,0\n4,1\n', /enough rows in data\.csv to split them.+; got 4 rows in 2 classes\. Add rows/],
  ])('a data file with %j', async (content, expected) => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'data.csv'), content);
    const { code, stdout, stderr } = await runCli(['train', '--data', 'data.csv', '--test-fraction', '0.1'], {
      cwd,
    });
    if (typeof expected === 'string') expect(stderr).toBe(`${expected}\n`);
    else expect(stderr).toMatch(expected);
    expect(stderr.trimEnd()).not.toContain('\n');
    expect({ code, stdout, files: readdirSync(cwd) }).toEqual({ code: 2, stdout: '', files: ['data.csv'] });
  });
});

test.each([
  [
    '{',
    /^rdml train: expected a configuration in JSON at my\.json; got .+ rdml train --print-config writes one\n$/,
  ],
  [
    '{ "alhpa": 1 }',
    /^rdml train: expected one of seed, .+; got alhpa in my\.json\. Did you mean alpha\?\n$/,
  ],
  ['{ "epochs": 0 }', /^rdml train: expected epochs to be .+; got 0 in my\.json\n$/],
  ['[]', /^rdml train: expected an object with settings; got .* in my\.json\n$/],
])('a file of settings with %j', async (content, expected) => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'my.json'), content);
  const { code, stderr } = await runCli(['train', '--config', 'my.json'], { cwd });
  expect(stderr).toMatch(expected);
  expect(code).toBe(2);
});

test('--verbose adds the stack', async () => {
  const { code, stderr } = await runCli(['train', '--alpha', '-1', '--verbose']);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^rdml train: expected --alpha .+\n(.*\n)*\s+at .+cli\.js/);
});

test.each([[['--help']], [[]]])('rdml %j tells what there is', async (words) => {
  const { code, stdout, stderr } = await runCli(words);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('Usage: rdml');
  expect(stdout).toContain('train');
});

test('rdml train --help shows every flag with its default, and an example', async () => {
  const { code, stdout, stderr } = await runCli(['train', '--help']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const flat = stdout.replace(/\s+/g, ' ');
  const flags =
    'alpha lambda lambda-mode temperature links order students hidden epochs batch-size lr optimizer momentum weight-decay clip validation-fraction test-fraction last-epochs seed data config out name';
  for (const flag of flags.split(' ')) expect(flat).toMatch(new RegExp(`--${flag} <\\w+> [^<]+\\(default: `));
  expect(flat).toContain('rdml train --alpha 2 --students 3');
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
});

test('rdml --version is the version and nothing else', async () => {
  expect(await runCli(['--version'])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\S*\n$/),
    stderr: '',
  });
});
