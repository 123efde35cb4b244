/**
 * Calls `sample` for every contender in turn, round after round (A B C, A B C, ...), and returns the samples of
 * each, in the order of rounds. Where one contender is measured after the other, whatever changes meanwhile
 * (load, clock rate, heap) ends up in the comparison; in turns it meets all of them alike.
 *
 * Rounds go on until there are `rounds.most`, or `isOver` says after one that time is up and there are `rounds.least`.
 * A sample of undefined (the contender failed) ends that contender's turns.
 */
export function interleave<C>(
  contenders: readonly C[],
  sample: (contender: C, round: number) => number | undefined,
  rounds: { readonly least: number; readonly most: number },
  isOver: () => boolean,
): number[][] {
  const samples = contenders.map((): number[] => []);
  const out = new Set<number>();
  for (let round = 0; round < rounds.most && !(round >= rounds.least && isOver()); round++) {
    for (const [i, contender] of contenders.entries()) {
      if (out.has(i)) continue;
      const value = sample(contender, round);
      if (value === undefined) out.add(i);
      else samples[i]?.push(value);
    }
  }
  return samples;
}
