// @ts-check
/**
 * The packages are packed as they would be published, unpacked into an empty folder, and used from there.
 */

import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { node, pnpm, root, run, tool } from '../lib/run.mjs';

const names = ['tensor', 'autodiff', 'nn', 'rdml'];

/** What a tarball may contain; the sources are what the source maps point to. */
const publishable =
  /^(package\.json|README\.md|(?:DATA-)?LICENSE(?:\.md)?|CHANGELOG\.md|dist\/.+|src\/.+|experiments\/.+\.json)$/;
const unpublishable = /\.tsbuildinfo$|\.test\.|\.test-d\.|\.testing\.|\/testing\/|^dist\/cli\//;

/** Entries that may use Node's types. All others must do without, and without the DOM's. */
const nodeEntries = new Set(['@renyi/rdml/node']);

/**
 * Packs every package and uses what was packed.
 *
 * @returns {Promise<string[]>} what is wrong
 */
export async function checkPackages() {
  const folder = await mkdtemp(join(tmpdir(), 'renyi-packages-'));
  try {
    await Promise.all(names.map((name) => packInto(name, folder)));
    // What is imported and compiled here are modules; all checks below find it whole.
    await writeFile(`${folder}/package.json`, '{ "type": "module" }');
    const entries = (await Promise.all(names.map((name) => entriesOf(name, folder)))).flat();
    const faults = await Promise.all([
      ...names.map((name) => contentFaults(name, folder)),
      ...names.map((name) => manifestFaults(name, folder)),
      importFaults(entries, folder),
      typeFaults(entries, folder),
      commandFaults(folder),
    ]);
    return faults.flat();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} name
 * @param {string} folder
 * @returns {string} where a package lies once it is unpacked
 */
function unpacked(name, folder) {
  return `${folder}/node_modules/@renyi/${name}`;
}

/**
 * @param {string} name
 * @param {string} folder
 */
async function packInto(name, folder) {
  const tarball = `${folder}/${name}.tgz`;
  const packed = await pnpm(['pack', '--out', tarball], { cwd: `${root}packages/${name}` });
  if (packed.code !== 0) throw new Error(`pnpm pack failed for ${name}: ${packed.output}`);
  await mkdir(unpacked(name, folder), { recursive: true });
  const extracted = await run('tar', ['-xzf', tarball, '--strip-components=1', '-C', unpacked(name, folder)]);
  if (extracted.code !== 0) throw new Error(`tar failed for ${name}: ${extracted.output}`);
}

/**
 * @param {string} name
 * @param {string} folder
 * @returns {Promise<string[]>} what can be imported from a package
 */
async function entriesOf(name, folder) {
  const manifest = JSON.parse(await readFile(`${unpacked(name, folder)}/package.json`, 'utf8'));
  const modules = Object.keys(manifest.exports).filter((entry) => entry !== './package.json');
  return modules.map((entry) => `@renyi/${name}${entry.slice(1)}`);
}

/**
 * @param {string} name
 * @param {string} folder
 * @returns {Promise<string[]>} files that don't belong into a package, or that it lacks
 */
async function contentFaults(name, folder) {
  const found = await readdir(unpacked(name, folder), { recursive: true, withFileTypes: true });
  const files = found
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(unpacked(name, folder).length + 1)
        .replaceAll('\\', '/'),
    );
  const wrong = files.filter((file) => !publishable.test(file) || unpublishable.test(file));
  const missing = ['README.md', 'LICENSE'].filter((file) => !files.includes(file));
  return [
    ...wrong.map((file) => `@renyi/${name}: ${file} does not belong into the package`),
    ...missing.map((file) => `@renyi/${name}: there is no ${file}`),
  ];
}

/**
 * @param {string} name
 * @param {string} folder
 * @returns {Promise<string[]>} what is wrong with a manifest
 */
async function manifestFaults(name, folder) {
  const { messages, pkg } = await publint({ pkgDir: unpacked(name, folder), pack: false, strict: true });
  return messages.map((message) => `@renyi/${name}: ${formatMessage(message, pkg, { color: false })}`);
}

/**
 * @param {readonly string[]} entries
 * @param {string} folder
 * @returns {Promise<string[]>} entries that Node can't import
 */
async function importFaults(entries, folder) {
  const faults = entries.map(async (entry) => {
    const program = `import * as entry from '${entry}'; console.log(Object.keys(entry).join(' '));`;
    const { code, stdout, output } = await node(['--input-type=module', '--eval', program], { cwd: folder });
    if (code !== 0) return [`${entry}: the import fails: ${output.trim()}`];
    return stdout.trim() === '' ? [`${entry}: exports nothing`] : [];
  });
  return (await Promise.all(faults)).flat();
}

/**
 * Type-checks programs that import every entry, and the declarations that they meet.
 *
 * @param {readonly string[]} entries
 * @param {string} folder
 * @returns {Promise<string[]>}
 */
async function typeFaults(entries, folder) {
  const portable = entries.filter((entry) => !nodeEntries.has(entry));
  const faults = [];
  for (const [module, moduleResolution] of [
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ]) {
    for (const [environment, imported, types] of /** @type {const} */ ([
      ['portable', portable, []],
      ['node', entries, ['node']],
    ])) {
      const consumer = `consumer-${environment}.ts`;
      const project = `tsconfig-${environment}-${moduleResolution}.json`;
      const compilerOptions = {
        strict: true,
        noEmit: true,
        skipLibCheck: false,
        target: 'ES2022',
        lib: ['ES2022'],
        module,
        moduleResolution,
        types,
        typeRoots: [`${root}node_modules/@types`],
      };
      await writeFile(`${folder}/${project}`, JSON.stringify({ compilerOptions, files: [consumer] }));
      await writeFile(`${folder}/${consumer}`, consumerOf(imported));
      const { code, output } = await tool('tsc', ['-p', project, '--pretty', 'false'], { cwd: folder });
      if (code !== 0) faults.push(`types, ${environment}, ${moduleResolution}: ${output.trim()}`);
    }
  }
  return faults;
}

/**
 * @param {readonly string[]} entries
 * @returns {string} a program that imports them
 */
function consumerOf(entries) {
  const imports = entries.map((entry, index) => `import * as entry${index} from '${entry}';`);
  const uses = entries.map((_, index) => `entry${index}`);
  return `${imports.join('\n')}\nexport const all: object[] = [${uses.join(', ')}];\n`;
}

/**
 * @param {string} folder
 * @returns {Promise<string[]>} what is wrong with the packed command
 */
async function commandFaults(folder) {
  const { bin, version } = JSON.parse(await readFile(`${unpacked('rdml', folder)}/package.json`, 'utf8'));
  const command = join(unpacked('rdml', folder), bin?.rdml ?? 'missing');
  const help = await node([command, '--help'], { cwd: folder });
  const stated = await node([command, '--version'], { cwd: folder });
  // What the command needs beside its bundle must have been packed, too.
  const trained = await node([command, 'train', '--epochs', '1', '--hidden', '2', '--quiet'], {
    cwd: folder,
  });
  return [
    ...(trained.code === 0 && /^report: .+\.html$/m.test(trained.stdout)
      ? []
      : [`rdml train writes no report: ${trained.output.trim()}`]),
    ...(help.code === 0 && help.stdout.includes('train')
      ? []
      : [`rdml --help does not help: ${help.output.trim()}`]),
    ...(stated.stdout.trim() === version
      ? []
      : [`rdml --version is not ${version}: ${stated.output.trim()}`]),
  ];
}
