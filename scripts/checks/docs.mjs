// @ts-check
/**
 * The documentation's code is compiled and run.
 *
 * Every block marked `ts` in a README, in docs/ and in a doc comment is a program, and so is what follows `@example`
 * without a fence. It is type-checked in strict mode against the built packages, then run with Node, and what it prints
 * must be what its comments say:
 *
 *     ```ts
 *     console.log(1 + 1); // => 2
 *     console.log('two\nlines');
 *     // => two
 *     // => lines
 *     ```
 *
 * The comments `// => text`, from top to bottom, are the lines of stdout: no more and no less. An ellipsis (…) in one
 * stands for any text, such as a time. A block marked `ts continue` goes on with the program of the block before it; a
 * block marked `ts no-run` is type-checked only.
 */

import { mkdir, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { node, root, tool } from '../lib/run.mjs';
import { extractPrograms } from './code-blocks.mjs';
import { outputFault } from './stated-output.mjs';

/** Sources that this check is about. */
export const documentedFiles =
  /^(README\.md|packages\/[^/]+\/README\.md|docs\/.*\.md|packages\/[^/]+\/src\/.*\.ts)$/;

/** How long a block may run, in ms. */
const patience = 60_000;

/**
 * Type-checks and runs the code blocks of some files.
 *
 * @param {readonly import('../lib/sources.mjs').SourceFile[]} files
 * @param {string} [folder] where the programs are written: inside the repository, so that its packages resolve
 * @returns {Promise<string[]>} what is wrong
 */
export async function checkDocs(files, folder = `${root}.docs-check`) {
  const programs = files.flatMap(extractPrograms);
  if (programs.length === 0) return [];
  await writePrograms(programs, folder);
  const compiled = await tool('tsc', ['-p', '.', '--pretty', 'false'], { cwd: folder });
  const messages = compiled.code === 0 ? [] : compiled.output.trim().split('\n');
  const broken = new Set(messages.map((message) => /^(.*)\.ts\(/.exec(message)?.[1]));
  const sound = programs.filter((program) => !broken.has(fileName(program)));
  return [...messages.map(originalPlace), ...(await runPrograms(sound, folder))];
}

/**
 * @param {import('./code-blocks.mjs').Program} program
 * @returns {string} the name of its file, from which its origin can be read back
 */
function fileName({ path, line }) {
  return `${path.replaceAll('/', '__')}__${line}`;
}

/**
 * @param {string} message of the compiler
 * @returns {string} the same with the place in the file that the code comes from
 */
function originalPlace(message) {
  return message.replace(
    /^(.*)__\d+\.ts\((\d+),\d+\)/,
    (_, path, line) => `${path.replaceAll('__', '/')}:${line}`,
  );
}

/**
 * @param {readonly import('./code-blocks.mjs').Program[]} programs
 * @param {string} folder
 */
async function writePrograms(programs, folder) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const settings = {
    extends: `${root}tsconfig.base.json`,
    compilerOptions: {
      types: ['node'],
      outDir: 'out',
      rootDir: '.',
      composite: false,
      incremental: false,
      declaration: false,
      declarationMap: false,
      sourceMap: false,
      isolatedDeclarations: false,
      // An example may show a value without using it.
      noUnusedLocals: false,
      noUnusedParameters: false,
    },
    include: ['*.ts'],
  };
  await writeFile(`${folder}/tsconfig.json`, JSON.stringify(settings));
  await writeFile(`${folder}/package.json`, '{ "type": "module" }');
  // `export {}` makes a module of a block without imports, so that blocks don't see each other's names.
  const write = programs.map((program) =>
    writeFile(`${folder}/${fileName(program)}.ts`, `${program.text}export {};\n`),
  );
  await Promise.all(write);
}

/**
 * @param {readonly import('./code-blocks.mjs').Program[]} programs compiled
 * @param {string} folder
 * @returns {Promise<string[]>}
 */
async function runPrograms(programs, folder) {
  const waiting = programs.filter((program) => program.runs);
  /** @type {string[]} */
  const faults = [];
  const worker = async () => {
    for (let program = waiting.shift(); program !== undefined; program = waiting.shift()) {
      const { code, stdout, output } = await node([`out/${fileName(program)}.js`], {
        cwd: folder,
        timeout: patience,
      });
      const fault = code === 0 ? outputFault(program.text, stdout) : `fails:\n${output.trim()}`;
      if (fault !== undefined) faults.push(`${program.path}:${program.line}: ${fault}`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return faults.sort();
}
