// @ts-check
/**
 * Bundles the command `rdml` into packages/rdml/dist/cli.js, and what its reports inline into page-assets.json beside it.
 *
 * The command uses a few small packages (argument parsing, the progress bar, CSV). They are bundled, so that
 * the published package has no runtime dependency; their licences go beside the bundle, as they ask for.
 * Everything else of this repository stays outside: the command imports the same modules as any other program.
 */

import { existsSync } from 'node:fs';
import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { rolldown } from 'rolldown';
import { root } from './lib/run.mjs';

const source = resolve(root, 'packages/rdml/src');
const entry = resolve(source, 'cli/main.ts');
const bundle = resolve(root, 'packages/rdml/dist/cli.js');
const licenses = resolve(root, 'packages/rdml/dist/cli.licenses.txt');
const pageEntry = resolve(source, 'cli/report/browser/main.ts');
const pageStyle = resolve(root, 'packages/rdml/node_modules/uplot/dist/uPlot.min.css');
const pageAssets = resolve(root, 'packages/rdml/dist/page-assets.json');

/**
 * Bundles the command, unless the bundle is newer than everything that it is made from.
 *
 * @returns {Promise<void>}
 */
export async function bundleCli() {
  if (await isFresh()) return;
  const build = await rolldown({
    input: entry,
    platform: 'node',
    // `webgpu` is looked for where the command runs.
    external: [/^node:/, /^@renyi\//, 'webgpu'],
    plugins: [packageModulesStayOutside()],
    resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
  });
  const { output } = await build.write({
    file: bundle,
    format: 'esm',
    banner: '#!/usr/bin/env node',
    codeSplitting: false,
  });
  await build.close();
  await chmod(bundle, 0o755);
  const page = await bundlePage();
  await writeFile(licenses, await licenseTexts([...output[0].moduleIds, ...page]));
}

/**
 * What is inlined in every report: the script that draws its charts, the chart library in it, and that library's style.
 *
 * @returns {Promise<readonly string[]>} the modules that it is made from
 */
async function bundlePage() {
  const build = await rolldown({
    input: pageEntry,
    platform: 'browser',
    resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
  });
  const { output } = await build.generate({ format: 'iife', minify: true });
  await build.close();
  const [{ code, moduleIds }] = output;
  if (code.includes('</script')) throw new Error('bundle-cli: the script of reports would end its element');
  const license = await licenseTexts(moduleIds, 'This report contains:');
  await writeFile(
    pageAssets,
    JSON.stringify({ script: code, style: await readFile(pageStyle, 'utf8'), license }),
  );
  return moduleIds;
}

/**
 * A relative import that leaves src/cli is an import of the package's own built module next to the bundle: bundling it
 * would give the command a second copy of it.
 *
 * @returns {import('rolldown').Plugin}
 */
function packageModulesStayOutside() {
  return {
    name: 'package-modules-stay-outside',
    resolveId(id, importer) {
      if (!id.startsWith('.') || importer === undefined) return null;
      const path = relative(source, resolve(dirname(importer), id)).replaceAll('\\', '/');
      const outside = !path.startsWith('..') && !path.startsWith('cli/');
      return outside ? { id: `./${path}`, external: true } : null;
    },
  };
}

/** @returns {Promise<boolean>} whether the bundle is newer than its inputs */
async function isFresh() {
  if (![bundle, licenses, pageAssets].every((file) => existsSync(file))) return false;
  const sources = await readdir(resolve(source, 'cli'), { recursive: true });
  const inputs = [
    ...sources.map((file) => resolve(source, 'cli', file)),
    resolve(root, 'pnpm-lock.yaml'),
    resolve(root, 'scripts/bundle-cli.mjs'),
  ];
  const times = await Promise.all(inputs.map(async (file) => (await stat(file)).mtimeMs));
  return (await stat(bundle)).mtimeMs > Math.max(...times);
}

/**
 * The licences of the packages that some modules belong to.
 *
 * @param {readonly string[]} moduleIds
 * @param {string} [title]
 * @returns {Promise<string>}
 */
async function licenseTexts(moduleIds, title = 'The command rdml contains these packages.') {
  const folders = new Set(
    moduleIds.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? []),
  );
  const texts = await Promise.all([...folders].map(licenseText));
  return `${title}\n\n${texts.sort().join('\n')}`;
}

/**
 * @param {string} folder a package in node_modules
 * @returns {Promise<string>}
 */
async function licenseText(folder) {
  const { name, version, license } = JSON.parse(await readFile(`${folder}/package.json`, 'utf8'));
  const file = (await readdir(folder)).find((candidate) => /^licen[cs]e/i.test(candidate));
  if (file === undefined)
    throw new Error(`bundle-cli: ${name} ${version} has no licence file, so it can't be bundled`);
  const text = await readFile(`${folder}/${file}`, 'utf8');
  const rule = '-'.repeat(80);
  return `${rule}\n${name} ${version} (${license})\n${rule}\n\n${text.trim()}\n`;
}
