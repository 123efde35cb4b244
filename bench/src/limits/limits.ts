/** What the machine gives, measured: with so many threads at once. */
export interface ThreadLimits {
  readonly threads: number;
  /** Multiplications and additions on 128-bit vectors of float32 in registers. */
  readonly gflops: number;
  /** Copies, by the bytes that they read and write together, fewest first; the last ones go beyond the caches. */
  readonly copies: readonly Copy[];
  /** GFLOP/s of NumPy's product of two 1024 x 1024 matrices: OpenBLAS in its usual builds, with the widest vectors. */
  readonly sgemm?: number;
}

export interface Copy {
  readonly bytes: number;
  readonly gigabytesPerSecond: number;
}

/** The limits of a machine, for one thread and for more. */
export interface Limits {
  /** Whether the multiply-add is one instruction (relaxed SIMD) or two. */
  readonly fused: boolean;
  readonly byThreads: readonly ThreadLimits[];
}

/** What work has to do at the least. */
export interface Demand {
  readonly flops?: number;
  readonly bytes?: number;
}

/** Operations for each byte; below 1, memory decides how fast it can be. */
export function intensityOf({ flops, bytes }: Demand): number | undefined {
  return flops === undefined || bytes === undefined ? undefined : flops / bytes;
}

/**
 * The fraction of what the machine could do, for work that took so many nanoseconds: the least time in which it could be
 * done over the time that it took. The least time is that of its arithmetic or that of a copy that moves as many bytes,
 * whichever is longer: the roofline model (S. Williams, A. Waterman and D. Patterson 2009).
 * @returns undefined where nothing is known of the work, or of so many threads
 */
export function fractionOfLimit(
  limits: Limits,
  demand: Demand,
  nanoseconds: number,
  threads: number,
): number | undefined {
  const own = limits.byThreads.find((entry) => entry.threads === threads);
  const { flops, bytes } = demand;
  if (own === undefined || (flops === undefined && bytes === undefined)) return undefined;
  const arithmetic = (flops ?? 0) / own.gflops;
  const traffic = bytes === undefined ? 0 : bytes / copyRate(own.copies, bytes);
  return Math.max(arithmetic, traffic) / nanoseconds;
}

/** GB/s of a copy that moves so many bytes: between two measured ones, on the straight line over log(bytes). */
export function copyRate(copies: readonly Copy[], bytes: number): number {
  const above = copies.findIndex((copy) => copy.bytes >= bytes);
  const high = copies[above < 0 ? copies.length - 1 : above] as Copy;
  const low = copies[above - 1];
  if (low === undefined || above < 0) return high.gigabytesPerSecond;
  const position = Math.log(bytes / low.bytes) / Math.log(high.bytes / low.bytes);
  return low.gigabytesPerSecond + position * (high.gigabytesPerSecond - low.gigabytesPerSecond);
}

/** How many threads a contender has: the number at the end of its name (`renyi wasm-2`, `torch-2`), or else one. */
export function threadsOf(contender: string): number {
  return Number(/-(\d+)(?: |$)/.exec(contender)?.[1] ?? 1);
}
