// @ts-check
/**
 * Imports run one way: tensor <- autodiff <- nn <- rdml; bench, examples and conformance see them all.
 *
 * What is published runs everywhere, so it may import the packages below it and nothing else. Node's modules are
 * for what is Node's alone (the entry `@renyi/rdml/node` and the command), gpu.js for the gpu part of tensor,
 * and tests may use the test tools. Relative imports stay inside their package.
 */

import { posix } from 'node:path';
import { parseAst } from 'rolldown/parseAst';

/** From the bottom to the top: a package may import those to its left. */
const layers = ['tensor', 'autodiff', 'nn', 'rdml'];

const testFile = /\.(test|test-d|testing)\.ts$|\/testing\//;
const nodeFile = /^packages\/rdml\/src\/(node[^/]*\.ts$|node\/|cli\/)/;
const commandFile = /^packages\/rdml\/src\/cli\//;
const gpuFile = /^packages\/tensor\/src\/gpu/;

/** Sources that this check is about. */
export const importingFiles = /^((packages\/[^/]+|bench|conformance)\/src\/.*|examples\/[^/]+)\.ts$/;

/**
 * Finds the imports that go the wrong way.
 *
 * @param {readonly import('../lib/sources.mjs').SourceFile[]} files
 * @returns {string[]} one line per wrong import
 */
export function checkImports(files) {
  return files.flatMap(({ path, text }) =>
    importsOf(path, text).flatMap(({ specifier, line }) => {
      const fault = specifier.startsWith('.') ? relativeFault(path, specifier) : bareFault(path, specifier);
      return fault === undefined ? [] : [`${path}:${line}: imports ${specifier}: ${fault}`];
    }),
  );
}

/**
 * @param {string} path the importing file
 * @param {string} specifier
 * @returns {string | undefined} what is wrong with a relative import
 */
function relativeFault(path, specifier) {
  const folder = /^(?:(?:packages\/[^/]+|bench|conformance)\/src|examples)\//.exec(path)?.[0] ?? '';
  const target = posix.join(posix.dirname(path), specifier).replace(/\.js$/, '.ts');
  if (!target.startsWith(folder)) return 'a relative import stays inside its package';
  if (testFile.test(target) && !testFile.test(path)) return 'what is published does not import test helpers';
  if (nodeFile.test(target) && !nodeFile.test(path) && !testFile.test(path)) {
    return "portable code does not import what is Node's alone";
  }
  if (gpuFile.test(target) && !gpuFile.test(path) && !testFile.test(path)) {
    return 'the gpu backend is reached only through its own entry';
  }
  return undefined;
}

/**
 * @param {string} path the importing file
 * @param {string} specifier
 * @returns {string | undefined} what is wrong with the import of a package or of a module of Node
 */
function bareFault(path, specifier) {
  const own = /^packages\/([^/]+)\//.exec(path)?.[1];
  const imported = /^@renyi\/([^/]+)/.exec(specifier)?.[1];
  if (imported === 'bench') return 'nobody imports the benchmarks';
  if (imported === 'examples') return 'nobody imports the examples';
  if (imported === 'conformance') return 'nobody imports the conformance adapter';
  if (own === undefined) return undefined;
  if (imported !== undefined) {
    const allowed = layers.slice(0, layers.indexOf(own) + 1);
    return allowed.includes(imported) ? undefined : `${own} may import only ${allowed.join(', ')}`;
  }
  if (specifier === 'gpu.js')
    return gpuFile.test(path) ? undefined : 'only packages/tensor/src/gpu* and bench use gpu.js';
  if (testFile.test(path) || commandFile.test(path)) return undefined;
  if (nodeFile.test(path) && specifier.startsWith('node:')) return undefined;
  return specifier.startsWith('node:')
    ? "only packages/rdml/src/node* and packages/rdml/src/cli use Node's modules"
    : 'what is published has no runtime dependencies';
}

/**
 * Finds every module that a source names: imports, re-exports, dynamic imports and import types.
 *
 * @param {string} path
 * @param {string} text
 * @returns {{ specifier: string, line: number }[]}
 */
function importsOf(path, text) {
  /** @type {{ specifier: string, line: number }[]} */
  const found = [];
  /** @param {unknown} node */
  const visit = (node) => {
    if (typeof node !== 'object' || node === null) return;
    if ('source' in node && isLiteral(node.source)) {
      const line = text.slice(0, node.source.start).split('\n').length;
      found.push({ specifier: node.source.value, line });
    }
    for (const child of Object.values(node)) visit(child);
  };
  visit(parseAst(text, { lang: 'ts', astType: 'ts' }, path));
  return found;
}

/**
 * @param {unknown} node
 * @returns {node is { value: string, start: number }}
 */
function isLiteral(node) {
  return typeof node === 'object' && node !== null && 'value' in node && typeof node.value === 'string';
}
