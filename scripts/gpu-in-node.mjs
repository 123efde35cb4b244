// @ts-check
/**
 * The suite of the gpu backend in Node, in the modes that need more than `pnpm install` brings: docs/gpu-in-node.md.
 *
 *     pnpm gpu:in-node                       runs each mode that is installed, and says what the others lack
 *     pnpm gpu:in-node webgpu                one mode; ends with 1 where something is missing
 *     pnpm gpu:in-node --strict webgpu       the same, on a GPU alone: a driver in software is refused
 *     pnpm gpu:in-node --install webgpu      installs what npm has for it, with the compiler's help for headlessgl
 */

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { root } from './lib/run.mjs';

/** @typedef {'webgpu' | 'headlessgl'} Mode */
/** @typedef {{ what: string, remedy: string }} Missing */

/** @type {readonly Mode[]} */
const modes = ['webgpu', 'headlessgl'];

/** @param {Mode} mode */
const folderOf = (mode) => join(root, 'browser', 'in-node', mode);

/** Where distributions put drivers of Vulkan; Chromium brings one that computes in software. */
const driverFolders = ['/etc/vulkan/icd.d', '/usr/share/vulkan/icd.d', '/usr/local/share/vulkan/icd.d'];
const chromiumFolder = '/usr/lib/chromium';

/** @param {string} command */
const isThere = (command) => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;

/** The variables with which the loader of Vulkan finds a driver; none where the system's own are to be found. */
function driver() {
  const { VK_ICD_FILENAMES, VK_DRIVER_FILES } = process.env;
  if (VK_ICD_FILENAMES !== undefined || VK_DRIVER_FILES !== undefined) return {};
  if (driverFolders.some((folder) => existsSync(folder) && readdirSync(folder).length > 0)) return {};
  const own = join(chromiumFolder, 'vk_swiftshader_icd.json');
  if (!existsSync(own)) return undefined;
  const LD_LIBRARY_PATH = [chromiumFolder, process.env['LD_LIBRARY_PATH']].filter(Boolean).join(':');
  return { VK_ICD_FILENAMES: own, LD_LIBRARY_PATH };
}

/** @param {Mode} mode @returns {Missing[]} */
function missing(mode) {
  const install = `pnpm gpu:in-node --install ${mode}`;
  const lacks = [];
  if (mode === 'webgpu') {
    if (!existsSync(join(folderOf(mode), 'node_modules', 'webgpu')))
      lacks.push({ what: 'the packages gpu.js and webgpu', remedy: install });
    if (driver() === undefined)
      lacks.push({
        what: 'a driver of Vulkan',
        remedy: "that of your GPU, or Debian's package chromium for software",
      });
    return lacks;
  }
  if (!existsSync(join(folderOf(mode), 'node_modules', 'gl', 'build', 'Release', 'webgl.node')))
    lacks.push({ what: 'the packages gpu.js and gl, compiled', remedy: install });
  if (process.env['DISPLAY'] === undefined && !isThere('xvfb-run'))
    lacks.push({ what: 'a display', remedy: 'apt-get install xvfb xauth libgl1-mesa-dri' });
  return lacks;
}

/** @param {Mode} mode @param {boolean} isStrict @returns {number} */
function run(mode, isStrict) {
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const command = [process.execPath, vitest, 'run', '--root', join(root, 'browser')];
  const needsDisplay = mode === 'headlessgl' && process.env['DISPLAY'] === undefined;
  const words = needsDisplay ? ['xvfb-run', '-a', '-s', '-screen 0 1280x1024x24', ...command] : command;
  const env = {
    ...process.env,
    ...(mode === 'webgpu' && driver()),
    RENYI_GPU_MODE: mode,
    ...(isStrict && { RENYI_GPU_STRICT: '1' }),
  };
  return spawnSync(/** @type {string} */ (words[0]), words.slice(1), { stdio: 'inherit', env }).status ?? 1;
}

/** Nothing is downloaded but from the registry of npm: gl would ask elsewhere for a binary, and is compiled instead. @param {Mode} mode */
function install(mode) {
  const pnpm = ['pnpm', '--dir', folderOf(mode)];
  const env = {
    ...process.env,
    npm_config_build_from_source: 'true',
    npm_config_nodedir: process.env['npm_config_nodedir'] ?? resolve(dirname(process.execPath), '..'),
  };
  const commands = [
    [...pnpm, 'install', '--ignore-workspace', '--ignore-scripts', '--no-lockfile'],
    ...(mode === 'headlessgl' ? [[...pnpm, 'rebuild', '--ignore-workspace', 'gl']] : []),
  ];
  for (const words of commands) {
    const { status, error } = spawnSync(/** @type {string} */ (words[0]), words.slice(1), {
      stdio: 'inherit',
      env,
    });
    if (error !== undefined) process.stderr.write(`${words[0]} did not start: ${error.message}\n`);
    if (status !== 0) return status ?? 1;
  }
  return 0;
}

/** @param {readonly string[]} words @returns {number} */
function main(words) {
  const isInstall = words[0] === '--install';
  const isStrict = words[0] === '--strict';
  const asked = isInstall || isStrict ? words.slice(1) : words;
  const unknown = asked.find((word) => !modes.includes(/** @type {Mode} */ (word)));
  if (unknown !== undefined || (isInstall && asked.length === 0)) {
    process.stderr.write(`expected one of ${modes.join(', ')}; got ${unknown ?? 'none'}\n`);
    return 2;
  }
  const chosen = asked.length > 0 ? /** @type {Mode[]} */ (asked) : modes;
  if (isInstall) return Math.max(...chosen.map(install));
  const codes = chosen.map((mode) => {
    const lacks = missing(mode);
    if (lacks.length === 0) return run(mode, isStrict);
    const lines = lacks.map(({ what, remedy }) => `  ${what}: ${remedy}\n`);
    process.stdout.write(`${mode} is skipped, as there is missing:\n${lines.join('')}`);
    return asked.length > 0 ? 1 : 0;
  });
  return Math.max(...codes);
}

process.exitCode = main(process.argv.slice(2));
