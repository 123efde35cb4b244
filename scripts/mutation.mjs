// @ts-check
/**
 * Mutation testing of the derivatives: Stryker changes the tables and the engine in packages/autodiff in many small ways, and for
 * each of them a test has to fail. On demand, since it takes half an hour on two cores.
 *
 *     pnpm mutation              all passes of scripts/mutation/passes.mjs, then the report in docs/mutation
 *     pnpm mutation recording    one of them, and the report with what is known of the others
 *     pnpm mutation report       the report alone, of the last results
 *
 * Stryker is no dependency of the repository: it is installed into a copy of it outside, which is kept for the next run.
 */

import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bundle, passes, strykerConfig, testFile, vitestConfig } from './mutation/passes.mjs';
import { reportOf, summaryOf } from './mutation/report.mjs';
import { pnpm, root, run, tool } from './lib/run.mjs';
import { listPaths } from './lib/sources.mjs';

/** The last versions that run on Node 20. */
const tools = ['@stryker-mutator/core@9.6.1', '@stryker-mutator/vitest-runner@9.6.1'];
const copy = join(tmpdir(), 'renyi-mutation');

/** Copies what git would commit, and takes away what is there no more. */
async function copyRepository() {
  await rm(join(copy, 'packages'), { recursive: true, force: true });
  for (const path of await listPaths()) {
    await mkdir(join(copy, dirname(path)), { recursive: true });
    await cp(`${root}${path}`, join(copy, path));
  }
  const added = await pnpm(['add', '--workspace-root', '--save-dev', '--prefer-offline', ...tools], {
    cwd: copy,
  });
  if (added.code !== 0) throw new Error(`mutation: Stryker can't be installed: ${added.output}`);
  const bundled = await run(
    join(copy, 'node_modules/.bin/rolldown'),
    ['packages/tensor/src/index.ts', '--format', 'esm', '--file', bundle],
    { cwd: copy, shell: process.platform === 'win32' },
  );
  if (bundled.code !== 0) throw new Error(`mutation: no bundle of @renyi/tensor: ${bundled.output}`);
}

/**
 * Runs Stryker to its end; what it prints is shown as it comes.
 *
 * @param {import('./mutation/passes.mjs').Pass} pass
 */
async function runPass(pass) {
  const tests = testFile(pass);
  await writeFile(join(copy, tests.path), tests.text);
  await writeFile(join(copy, `vitest.${pass.name}.config.ts`), vitestConfig(pass));
  await writeFile(
    join(copy, `stryker.${pass.name}.config.json`),
    JSON.stringify(strykerConfig(pass), null, 2),
  );
  const code = await new Promise((resolve, reject) => {
    const command = join(copy, 'node_modules/.bin/stryker');
    const child = spawn(command, ['run', `stryker.${pass.name}.config.json`], {
      cwd: copy,
      stdio: 'inherit',
    });
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(`mutation: Stryker ends with code ${code}`);
  const { stdout } = await run('git', ['describe', '--always', '--dirty=, changed']);
  const machine = `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, Node ${process.versions.node}`;
  const about = { date: new Date().toISOString().slice(0, 10), commit: stdout.trim(), machine };
  await writeFile(join(copy, `reports/${pass.name}.run.json`), JSON.stringify(about));
}

/**
 * @param {string} path
 * @returns {Promise<any>} the data in a file
 */
async function readJson(path) {
  return JSON.parse(await readFile(path, 'utf8'));
}

async function writeReport() {
  /** @type {import('./mutation/report.mjs').Run[]} */
  const runs = [];
  for (const { name } of passes) {
    const [result, about] = [join(copy, `reports/${name}.json`), join(copy, `reports/${name}.run.json`)];
    if (!existsSync(about)) continue;
    runs.push({ name, ...(await readJson(about)), result: await readJson(result) });
  }
  const earlier = `${root}docs/mutation/autodiff.json`;
  const summary = summaryOf(
    runs,
    await readJson(`${root}scripts/mutation/explained.json`),
    existsSync(earlier) ? await readJson(earlier) : undefined,
    (file) => existsSync(`${root}${file}`),
  );
  const due = passes.map(({ name }) => name).filter((name) => !summary.runs.some((one) => one.name === name));
  await mkdir(`${root}docs/mutation`, { recursive: true });
  await writeFile(`${root}docs/mutation/autodiff.json`, `${JSON.stringify(summary, null, 2)}\n`);
  await writeFile(`${root}docs/mutation/README.md`, reportOf(summary, due));
  await tool('biome', ['format', '--write', 'docs/mutation']);
  console.log(
    `mutation: ${summary.score} %, ${summary.survivors.length} survivors; see docs/mutation/README.md`,
  );
}

const wanted = process.argv.slice(2);
const words = [...passes.map(({ name }) => name), 'report'];
const unknown = wanted.find((word) => !words.includes(word));
if (unknown !== undefined) {
  console.error(`mutation: there is no ${unknown}; there are ${words.join(', ')}`);
  process.exit(2);
}
if (!wanted.includes('report')) await copyRepository();
for (const pass of passes) if (wanted.length === 0 || wanted.includes(pass.name)) await runPass(pass);
await writeReport();
