// @ts-check
/** What must not stay in a source: reminders, switched-off type checks, tests that run alone or not at all. */

const noise =
  /\b(?:T[O]DO|F[I]XME|X[X]X)\b|@ts-(?:ignore|nocheck)\b|\b(?:test|it|describe|suite)(?:\.\w+)*\.(?:only|skip|todo)\b|^\s*debugger;/;

/** Sources that this check is about. */
export const quietFiles = /\.(ts|mjs|js|json|yaml|yml|md|sh)$/;

/**
 * Finds noise.
 *
 * @param {readonly import('../lib/sources.mjs').SourceFile[]} files
 * @returns {string[]} one line per finding
 */
export function checkNoise(files) {
  return files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => {
      const found = noise.exec(line);
      return found === null ? [] : [`${path}:${index + 1}: ${found[0].trim()}`];
    }),
  );
}
