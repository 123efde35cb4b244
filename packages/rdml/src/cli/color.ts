/** Marks up text for a terminal, or leaves it alone. */
export interface Style {
  readonly bold: (text: string) => string;
}

/**
 * Colours only where a person reads: FORCE_COLOR (unless 0) wants them in any case, NO_COLOR (https://no-color.org)
 * and --no-color in no case, and otherwise the stream must be a terminal.
 */
export function wantsColor(
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
  flag = true,
): boolean {
  if (!flag) return false;
  const forced = env.FORCE_COLOR;
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  if ((env.NO_COLOR ?? '') !== '' || env.TERM === 'dumb') return false;
  return stream.isTTY === true;
}

export function styleFor(color: boolean): Style {
  return { bold: (text) => (color ? `\u001b[1m${text}\u001b[22m` : text) };
}
