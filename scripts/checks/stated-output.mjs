// @ts-check
/** What a program prints is what its comments `// => text` say. */

/**
 * Compares what a program prints with what its comments say.
 *
 * @param {string} text the program
 * @param {string} stdout
 * @returns {string | undefined} the first difference
 */
export function outputFault(text, stdout) {
  const stated = [...text.matchAll(/\/\/ => ?(.*)$/gm)].map((match) => (match[1] ?? '').trimEnd());
  const printed = stdout === '' ? [] : stdout.replace(/\n$/, '').split('\n');
  for (let index = 0; index < Math.max(stated.length, printed.length); index++) {
    const [expected, actual] = [stated[index], printed[index]];
    if (expected === undefined) return `prints a line that no comment states: ${actual}`;
    if (actual === undefined) return `does not print: ${expected}`;
    if (!matches(expected, actual.trimEnd())) return `prints: ${actual}\n  and states: ${expected}`;
  }
  return undefined;
}

/**
 * @param {string} expected with an ellipsis for any text
 * @param {string} actual
 * @returns {boolean}
 */
function matches(expected, actual) {
  const pattern = expected.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${pattern.join('.*')}$`).test(actual);
}
