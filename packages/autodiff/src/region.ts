import { currentScope, nextLevel, type Scope } from '@renyi/tensor';
import type { Dual } from './dual.js';
import type { Node } from './node.js';
import type { Recorder } from './recorder.js';

/**
 * A run of a function that is not recorded, since it will be run again: recorders that are older than the region let its
 * operations pass, and only note which of their values it has used.
 */
export class Region {
  readonly level: number = nextLevel();
  readonly outer: Region | null = current;
  /** The scope around it. */
  readonly scope: Scope | null = currentScope();
  readonly used: Map<Recorder, Set<Node>> = new Map();
  /** The duals whose values it has moved. */
  readonly moving: Set<Dual> = new Set();

  use(recorder: Recorder, nodes: Iterable<Node>): void {
    const known = this.used.get(recorder) ?? new Set();
    for (const node of nodes) known.add(node);
    this.used.set(recorder, known);
  }

  /** Runs `f` as a part of it. */
  run<R>(f: () => R): R {
    const before = current;
    enter(this);
    try {
      return f();
    } finally {
      enter(before);
    }
  }
}

let current: Region | null = null;

function enter(region: Region | null): void {
  current = region;
}

/** The innermost region that is running. */
export function currentRegion(): Region | null {
  return current;
}
