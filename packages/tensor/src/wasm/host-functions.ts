/** What modules take from JavaScript: calls that come once for a row or so, and do not count. */
export const hostFunctions: { readonly [name in 'log' | 'log1p']: (x: number) => number } = {
  log: Math.log,
  log1p: Math.log1p,
};
