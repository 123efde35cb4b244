import { add, currentScope, referenceBackend, scopeOfStep, sizeOf, type Tensor } from '@renyi/tensor';
import { CotangentMemory } from './cotangent-memory.js';
import { fit, type JointPullback, type Node, release } from './node.js';
import type { TapeObserver } from './seeing/tape-observer.js';
import type { Pullback } from './vjp-rule.js';

/** The cotangents that have been collected so far, by node; a `Map` is one. */
export interface Cotangents {
  get(node: Node): Tensor | undefined;
  set(node: Node, cotangent: Tensor): unknown;
  delete(node: Node): unknown;
}

/** Those of a tape, whose nodes are numbered in sequence. */
export class CotangentList implements Cotangents {
  readonly #list: (Tensor | undefined)[];

  /** For nodes with an index below `length`, and for more that come up on the way. */
  constructor(length: number) {
    this.#list = new Array<Tensor | undefined>(length);
  }

  get(node: Node): Tensor | undefined {
    return this.#list[node.index];
  }

  set(node: Node, cotangent: Tensor): void {
    this.#list[node.index] = cotangent;
  }

  delete(node: Node): void {
    this.#list[node.index] = undefined;
  }
}

/** One backward pass: the nodes from the last to the first, each handing its cotangent on to its parents. */
export class Walk {
  readonly cotangents: Cotangents;
  readonly #observer: TapeObserver | null;
  readonly #releases: boolean;
  readonly #memory: CotangentMemory | null = currentScope() === null ? null : new CotangentMemory();
  /** The cotangents of the outputs of joint nodes. */
  readonly #ofOutputs = new Map<Node, (Tensor | undefined)[]>();

  /** With `release`, each node lets go of what it keeps as soon as it has been passed. */
  constructor(cotangents: Cotangents, observer: TapeObserver | null, options: { readonly release: boolean }) {
    this.cotangents = cotangents;
    this.#observer = observer;
    this.#releases = options.release;
  }

  /**
   * Adds to the cotangent of a node, in the name of one that was computed from it. Not in place: docs/decisions/0008 says why.
   */
  accumulate(node: Node, contribution: Tensor, from?: Node): void {
    const sofar = this.cotangents.get(node);
    const total = sofar === undefined ? contribution : add(sofar, contribution);
    this.cotangents.set(node, total);
    this.#memory?.put(total);
    if (sofar !== undefined) this.#memory?.remove(sofar);
    if (from !== undefined) this.#observer?.contributed(from, node, contribution, total);
  }

  /** Walks through nodes in the order in which they were recorded, from the end. */
  run(nodes: readonly Node[], first: number = nodes.length - 1): void {
    for (let i = first; i >= 0; i--) {
      const node = nodes[i] as Node;
      if (this.#memory === null) this.#passAny(node);
      else this.#passAndFree(node, this.#memory);
      if (this.#releases) release(node);
    }
  }

  /** As a scope of its own: what a rule makes on the way is freed, and the cotangents that have been handed on. */
  #passAndFree(node: Node, memory: CotangentMemory): void {
    if (node.place !== undefined) {
      // An output of a joint node, which is to hand its cotangent on.
      this.#passAny(node);
      return;
    }
    const given = this.#ofOutputs.get(node) ?? [this.cotangents.get(node)];
    const used = node.parents.length === 0 ? [] : given.filter((g) => g !== undefined);
    if (used.length === 0) return;
    if (isCollected(used, node.parents)) this.#passAny(node);
    else {
      scopeOfStep(
        () => {
          this.#passAny(node);
          return node.parents.map((parent) => this.cotangents.get(parent));
        },
        (outcome) => memory.note(outcome),
      );
    }
    for (const g of used) memory.remove(g);
  }

  #passAny(node: Node): void {
    const { pullbacks } = node;
    if (typeof pullbacks === 'function') this.#passJoint(node, pullbacks);
    else this.#pass(node, pullbacks);
  }

  #pass(node: Node, pullbacks: readonly Pullback[]): void {
    const g = this.cotangents.get(node);
    // Variables have no parents; their cotangents are what was asked for.
    if (g === undefined || node.parents.length === 0) return;
    if (this.#observer === null) this.#pushBack(node, g, pullbacks);
    else this.#show(this.#observer, node, g, pullbacks);
    this.cotangents.delete(node);
  }

  #show(observer: TapeObserver, node: Node, g: Tensor, pullbacks: readonly Pullback[]): void {
    observer.visiting(node, g, () => this.#pushBack(node, g, pullbacks));
  }

  /** Adds what the cotangent of a node means for its parents. */
  #pushBack(node: Node, g: Tensor, pullbacks: readonly Pullback[]): void {
    const { parents, place } = node;
    if (place !== undefined) {
      const joint = parents[0] as Node;
      const outputs = this.#ofOutputs.get(joint) ?? [];
      outputs[place] = g;
      this.#ofOutputs.set(joint, outputs);
      return;
    }
    for (let i = 0; i < parents.length; i++) {
      const parent = parents[i] as Node;
      this.accumulate(parent, fit(node, parent, (pullbacks[i] as Pullback)(g)), node);
    }
  }

  #passJoint(node: Node, pullback: JointPullback): void {
    const outputs = this.#ofOutputs.get(node);
    if (outputs === undefined) return;
    this.#ofOutputs.delete(node);
    const first = outputs.find((g) => g !== undefined) as Tensor;
    if (this.#observer === null) pullback(outputs, this, node);
    else this.#observer.visiting(node, first, () => pullback(outputs, this, node));
  }
}

/**
 * Whether the garbage collector frees what a step makes of cotangents for parents, which is then not worth the trouble: on the
 * reference backend, and where all of it is small. A large cotangent may be a view of a single number, as that of a sum is.
 */
function isCollected(cotangents: readonly Tensor[], parents: readonly Node[]): boolean {
  if (cotangents.some(({ storage }) => storage.release !== undefined)) return false;
  if ((cotangents[0] as Tensor).storage.backend === referenceBackend) return true;
  return (
    cotangents.every(({ size }) => size <= small) && parents.every(({ shape }) => sizeOf(shape) <= small)
  );
}

/** Up to so many elements, no backend takes memory of its own for a tensor. */
const small = 128;
