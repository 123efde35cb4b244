// @ts-check
/** What is kept of a mutation run: counts for each file, and the survivors with their explanations. */

/**
 * @typedef {object} Mutant as Stryker reports it
 * @property {string} mutatorName
 * @property {string} replacement
 * @property {string} status
 * @property {number} [testsCompleted]
 * @property {string[]} [coveredBy]
 * @property {boolean} [static] whether it takes effect while a module is loaded, so that it is for all tests to notice
 * @property {{ start: Position, end: Position }} location
 */

/** @typedef {{ line: number, column: number }} Position both from 1 */
/** @typedef {{ files: Record<string, { source: string, mutants: Mutant[] }> }} Result the mutation testing report schema */
/** @typedef {{ file: string, code: string, replacement: string, why: string }} Explanation of all survivors that replace this code in this file by that */

/**
 * @typedef {object} Run of one pass
 * @property {string} name
 * @property {string} date
 * @property {string} commit of the code that was mutated
 * @property {string} machine
 * @property {Result} result
 */

/**
 * @typedef {object} Survivor
 * @property {string} file
 * @property {number} line
 * @property {string} mutator
 * @property {string} code what was there
 * @property {string} replacement what no test noticed
 * @property {string | null} why no test can notice it; null: nobody has found out
 */

/**
 * @typedef {object} Summary
 * @property {Omit<Run, 'result'>[]} runs
 * @property {number} score percentage of the mutants that a test noticed, to one decimal
 * @property {Record<string, { run: string, mutants: number, found: number, timeouts?: number }>} files
 *   timeouts: of the found ones, those by which a test ran without end, where that is known
 * @property {Survivor[]} survivors
 */

/**
 * Sums up results. Of passes that were not run, what an earlier summary has is kept, as far as the files are still there.
 *
 * @param {readonly Run[]} runs
 * @param {readonly Explanation[]} explained
 * @param {Summary} [earlier]
 * @param {(file: string) => boolean} [isThere]
 * @returns {Summary}
 */
export function summaryOf(runs, explained, earlier = nothing, isThere = () => true) {
  const mutated = runs.flatMap(({ name, result }) =>
    Object.entries(result.files).map(([file, found]) => ({ file, run: name, ...found })),
  );
  const isNew = (/** @type {string} */ file) => mutated.some((one) => one.file === file);
  /** @type {Summary['files']} */
  const files = Object.fromEntries(
    Object.entries(earlier.files).filter(([file]) => !isNew(file) && isThere(file)),
  );
  /** @type {(survivor: Omit<Survivor, 'why'>) => Survivor} */
  const explain = ({ file, line, mutator, code, replacement }) => {
    const why = explained.find(
      (one) => one.file === file && one.code === code && one.replacement === replacement,
    )?.why;
    return { file, line, mutator, code, replacement, why: why ?? null };
  };
  const survivors = earlier.survivors.filter(({ file }) => files[file] !== undefined).map(explain);
  for (const { file, run, source, mutants } of mutated) {
    // What does not compile or was ignored says nothing about the tests.
    const valid = mutants.filter(({ status }) =>
      ['Killed', 'Timeout', 'Survived', 'NoCoverage'].includes(status),
    );
    const timeouts = valid.filter(({ status }) => status === 'Timeout').length;
    const missed = valid.filter((mutant) => isMissed(mutant));
    if (valid.length > 0) {
      files[file] = { run, mutants: valid.length, found: valid.length - missed.length, timeouts };
    }
    for (const { mutatorName, replacement, location } of missed) {
      const code = codeAt(source, location);
      survivors.push(explain({ file, line: location.start.line, mutator: mutatorName, code, replacement }));
    }
  }
  const total = Object.values(files).reduce((sum, { mutants }) => sum + mutants, 0);
  const found = Object.values(files).reduce((sum, file) => sum + file.found, 0);
  const names = new Set(Object.values(files).map(({ run }) => run));
  const before = earlier.runs.filter(({ name }) => names.has(name) && !runs.some((run) => run.name === name));
  const inOrder = (/** @type {string} */ a, /** @type {string} */ b) => (a < b ? -1 : 1);
  return {
    runs: [...runs.map(({ result: _, ...about }) => about), ...before],
    score: Math.round((1000 * found) / Math.max(total, 1)) / 10,
    files: Object.fromEntries(Object.entries(files).sort(([a], [b]) => inOrder(a, b))),
    survivors: survivors.sort((a, b) => (a.file === b.file ? a.line - b.line : inOrder(a.file, b.file))),
  };
}

/**
 * Whether no test noticed. Where tests were to run and none did, they could not even be loaded: what is done while they are has
 * failed. Stryker takes that for survival.
 *
 * @param {Mutant} mutant
 * @returns {boolean}
 */
function isMissed({ status, testsCompleted, coveredBy = [], static: isStatic = false }) {
  if (status === 'NoCoverage') return true;
  return status === 'Survived' && !(testsCompleted === 0 && (isStatic || coveredBy.length > 0));
}

/** @type {Summary} */
const nothing = { runs: [], score: 0, files: {}, survivors: [] };

/**
 * @param {string} source
 * @param {Mutant['location']} location
 * @returns {string} the code between two places, its white space as single blanks
 */
function codeAt(source, { start, end }) {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  const last = lines.length - 1;
  lines[last] = (lines[last] ?? '').slice(0, end.column - 1);
  lines[0] = (lines[0] ?? '').slice(start.column - 1);
  return lines.join('\n').replace(/\s+/g, ' ');
}

/**
 * The summary as a page.
 *
 * @param {Summary} summary
 * @param {readonly string[]} [due] passes that no run has been through in their present form
 * @returns {string} Markdown
 */
export function reportOf({ runs, score, files, survivors }, due = []) {
  const total = Object.values(files).reduce((sum, { mutants }) => sum + mutants, 0);
  const timeouts = Object.values(files).reduce((sum, file) => sum + (file.timeouts ?? 0), 0);
  const rows = Object.entries(files).map(
    ([file, { run, mutants, found }]) =>
      `| [${file.replace('packages/autodiff/src/', '')}](../../${file}) | ${run} | ${mutants} | ${found} | ${((100 * found) / mutants).toFixed(1)} |`,
  );
  const listed = survivors.map(({ file, line, code, replacement, why }) => {
    const place = `${file.replace('packages/autodiff/src/', '')}:${line}`;
    return `- ${place}: ${quoted(code)} as ${quoted(replacement)}: ${why ?? 'not explained'}`;
  });
  return `# Mutation testing of the derivatives

<!-- Generated by scripts/mutation.mjs; do not edit. -->

Stryker changed the code of \`packages/autodiff\` in ${total} small ways, one at a time: **${score} %** of the changes made a test of that
package fail, ${timeouts} of them by running without end. (\`pnpm mutation\`.)

${runs.map(({ name, date, commit, machine }) => `- ${name}: ${date}, commit ${commit}, ${machine}`).join('\n')}

${due.length === 0 ? '' : `Not run yet in their present form: ${due.join(', ')} (scripts/mutation/passes.mjs).\n\n`}| file | run | mutants | found | % |
|---|---|---|---|---|
${rows.join('\n')}

## Survivors

What no test noticed, and why:

${listed.length === 0 ? 'None.' : listed.join('\n')}
`;
}

/**
 * @param {string} code
 * @returns {string} as Markdown code, shortened
 */
function quoted(code) {
  const short = code.length > 100 ? `${code.slice(0, 97)}...` : code;
  const text = short.replace(/\s+/g, ' ');
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``;
}
