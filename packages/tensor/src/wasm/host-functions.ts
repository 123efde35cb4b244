/** What modules take from JavaScript: calls that come once for a row or so, and do not count. */
export const hostFunctions: { readonly log1p: (x: number) => number } = { log1p: Math.log1p };
