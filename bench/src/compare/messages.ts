import type { Result } from '../measure.js';

/** What the parent asks a process of one of the two programs for; each is answered before the next is asked. */
export type Question =
  /** Goes on to the next group, and warms its contenders up. */
  | { readonly ask: 'next' }
  /** One sample of one contender. */
  | { readonly ask: 'sample'; readonly contender: number }
  /** Checks the results, and ends the group. */
  | { readonly ask: 'results' };

export type Answer =
  | {
      readonly answer: 'group';
      readonly group: string;
      readonly unit: string;
      readonly contenders: readonly string[];
    }
  | { readonly answer: 'end' }
  | { readonly answer: 'sample'; readonly value: number | undefined }
  | { readonly answer: 'results'; readonly results: readonly Checked[] }
  | { readonly answer: 'failure'; readonly message: string };

/** Whether a contender computed what it should. */
export interface Checked {
  readonly status: Result['status'];
  readonly error?: number;
  readonly message?: string;
}
