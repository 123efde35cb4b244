// @ts-check
/** Running other programs: the tools in node_modules, Node itself, pnpm. */

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * @typedef {object} Result
 * @property {number} code exit code; 1 when a signal ended the program
 * @property {string} stdout
 * @property {string} output stdout and stderr, in the order in which they came
 */

/**
 * Runs a program to its end and collects what it prints.
 *
 * @param {string} command
 * @param {readonly string[]} parameters
 * @param {{ cwd?: string, shell?: boolean, timeout?: number }} [options]
 * @returns {Promise<Result>}
 */
export function run(command, parameters, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, parameters, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let stdout = '';
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      stdout += text;
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      output += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, stdout, output }));
  });
}

/**
 * Runs a development tool of this repository, by the name of its command.
 *
 * @param {string} name
 * @param {readonly string[]} parameters
 * @param {{ cwd?: string }} [options]
 * @returns {Promise<Result>}
 */
export function tool(name, parameters, options = {}) {
  // On Windows the commands in .bin are .cmd files, which only a shell can start.
  const shell = process.platform === 'win32';
  return run(`${root}node_modules/.bin/${name}`, parameters, { ...options, shell });
}

/**
 * Runs a file with the Node that runs this.
 *
 * @param {readonly string[]} parameters
 * @param {{ cwd?: string, timeout?: number }} [options]
 * @returns {Promise<Result>}
 */
export function node(parameters, options = {}) {
  return run(process.execPath, parameters, options);
}

/**
 * Runs the pnpm that started this, or else the one that npx fetches.
 *
 * @param {readonly string[]} parameters
 * @param {{ cwd?: string }} [options]
 * @returns {Promise<Result>}
 */
export function pnpm(parameters, options = {}) {
  const started = process.env.npm_execpath ?? '';
  if (/pnpm\.c?m?js$/.test(started)) return node([started, ...parameters], options);
  return run('npx', ['-y', 'pnpm@10', ...parameters], { ...options, shell: process.platform === 'win32' });
}
