import type { Values } from './relative-error.js';
import type { Sampler } from './sampler.js';

/** One way to do a group's work. */
export interface Contender {
  readonly name: string;
  /** Brings it to where only the work itself is left. Whatever it throws is shown in the table. */
  readonly prepare: () => Prepared | Promise<Prepared>;
  /** What its result should have been, from float64. */
  readonly expected: Values;
  /** The time that the project wants to stay below, in the group's unit. Shown, never enforced. */
  readonly aim?: number;
}

export interface Prepared {
  /** Does the work once. */
  readonly run: () => void;
  /** The result of the last run: what was timed is what is checked. */
  readonly values: () => Values;
  /** The same where it cannot be read at once; it waits for what the runs have only queued, so that reading it is part of their time. */
  readonly valuesLater?: () => Promise<Values>;
  /** Takes the samples where the work is not done in this process, and so not clocked here. */
  readonly sampler?: Sampler;
  /** Ends what preparation has started. */
  readonly close?: () => void;
}

/** Contenders for the same work, measured in turns. The first is the baseline that ratios refer to. */
export interface Group {
  readonly name: string;
  /** B: what is sampled is no time but bytes that stay in memory, and for time read memory throughout. */
  readonly unit: 'ns' | 'ms' | 'B';
  /** A run counts as so many operations, and times are for one; 1 where the run is the operation. */
  readonly operations: number;
  /** Floating-point operations of a run, where a rate in GFLOP/s means something. */
  readonly flops?: number;
  /** Bytes that a run has to read and write at the least, where a rate in GB/s means something. */
  readonly bytes?: number;
  /** Of groups that differ in one extent alone: which, and what it is here. They make a curve. */
  readonly growth?: { readonly of: string; readonly extent: number };
  /** Runs for so long, in seconds, come before any timing: where the compiler needs more of them than a clock shows. */
  readonly warmUpSeconds?: number;
  /** The largest relative error with which a contender still counts as right. */
  readonly tolerance: number;
  readonly contenders: readonly Contender[];
}

/**
 * Keeps the result of every run where the compiler must assume that somebody reads it, so that no work is
 * optimized away.
 */
export function consuming<R>(
  work: () => R,
  read: (result: R) => Values,
  readLater?: (result: R) => Promise<Values>,
): Prepared {
  let last = work();
  return {
    run: () => {
      last = work();
    },
    values: () => read(last),
    ...(readLater === undefined ? {} : { valuesLater: () => readLater(last) }),
  };
}
