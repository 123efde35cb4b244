/** A run of a sweep could not be made; the message says which and why. */
export class JobError extends Error {
  override readonly name = 'JobError';
}
