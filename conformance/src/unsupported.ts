/** What this library does not have, as against what it refuses. */
export class UnsupportedError extends Error {
  override readonly name = 'UnsupportedError';
  readonly unsupported = true;

  constructor(what: string) {
    super(`there is no ${what} here`);
  }
}
