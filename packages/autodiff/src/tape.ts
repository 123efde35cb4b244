import { cast, checkLive, currentScope, nextLevel, type Tensor } from '@renyi/tensor';
import { type Node, nothing, release } from './node.js';
import { Recorder } from './recorder.js';
import type { TapeObserver } from './seeing/tape-observer.js';
import type { VjpTable } from './vjp-rule.js';
import { CotangentList, Walk } from './walk.js';

/**
 * The recorder of one transformation: it writes its nodes down in order (a Wengert list), and the backward pass is one
 * walk through that list from the end, so it needs no recursion and no sorting.
 */
export class Tape extends Recorder {
  override readonly level: number = nextLevel();
  protected override readonly rules: VjpTable;
  #nodes: Node[] = [];
  /** The index of the next node; of those in the list, it is their place. */
  #next = 0;

  constructor(rules: VjpTable, observer: TapeObserver | null = null) {
    // Residuals belong to the scope in which the transformation started.
    super(currentScope(), observer);
    this.rules = rules;
  }

  /** How many variables and operations it holds. */
  get length(): number {
    return this.#nodes.length;
  }

  /** The tensor as a variable of this tape. */
  watch(x: Tensor): Tensor {
    return this.record(x, 'input', nothing, nothing);
  }

  /**
   * The cotangents of `targets` when those of `outputs` are `seeds`; undefined where no output depends
   * on the target. With `release`, residuals are freed as they are used, and the tape is spent.
   */
  pullBack(
    outputs: readonly Tensor[],
    seeds: readonly (Tensor | undefined)[],
    targets: readonly Tensor[],
    options: { readonly release: boolean },
  ): (Tensor | undefined)[] {
    // A variable that was disposed of has lost its place on the tape.
    for (const target of targets) checkLive('derivative', target);
    const walk = new Walk(new CotangentList(this.#next), this.observer, options);
    let last = -1;
    for (const [i, output] of outputs.entries()) {
      const node = this.nodeOf(output);
      const seed = seeds[i];
      if (node === undefined || seed === undefined) continue;
      walk.accumulate(node, cast(seed, node.dtype));
      last = Math.max(last, node.index);
    }
    const next = this.#next;
    walk.run(this.#nodes, last);
    this.#next = next;
    return targets.map((target) => walk.cotangents.get(this.nodeOf(target) as Node));
  }

  /** From now on this tape's tensors are plain values: what leaves a derivative is no longer part of it. */
  stop(options: { readonly release: boolean }): void {
    this.end();
    if (!options.release) return;
    // A tensor that leaked out still holds its node.
    for (const node of this.#nodes) release(node);
    this.#nodes = [];
  }

  protected override nextIndex(): number {
    return this.#next++;
  }

  protected override keep(node: Node): void {
    this.#nodes.push(node);
  }

  protected override apart(f: () => void): readonly Node[] {
    const nodes = this.#nodes;
    const own: Node[] = [];
    this.#nodes = own;
    try {
      f();
    } finally {
      this.#nodes = nodes;
    }
    return own;
  }
}
