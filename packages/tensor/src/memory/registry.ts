import type { Tensor } from '../tensor.js';

/** The tensors made while it was the innermost scope, until it closes. */
export class Scope {
  readonly outer: Scope | null;
  /** @internal */
  tensors: Tensor[] = [];
  /** @internal Of those, the ones that the scope around it takes over at its end. */
  handedOn: Set<Tensor> | null = null;
  isOpen = true;

  /** Whether it belongs to a step of a transformation, not to the program. */
  readonly isStep: boolean;

  constructor(outer: Scope | null, isStep: boolean = false) {
    this.outer = outer;
    this.isStep = isStep;
  }
}

let innermost: Scope | null = null;
let observer: ((x: Tensor) => void) | null = null;

/** Called for every plain tensor that comes into being: where nobody asks, two comparisons. */
export function register(x: Tensor): void {
  if (innermost !== null) innermost.tensors.push(x);
  if (observer !== null) observer(x);
}

/** The scope that tensors made now belong to; null outside of all. */
export function currentScope(): Scope | null {
  return innermost;
}

/** The innermost scope that the program has opened. */
export function programScope(): Scope | null {
  let scope = innermost;
  while (scope?.isStep === true) scope = scope.outer;
  return scope;
}

/**
 * Runs `f` with `scope` as the innermost one, whatever scope is open now. A closed scope takes no more tensors: what `f`
 * makes then belongs to the nearest one around it that is open.
 */
export function runInScope<R>(scope: Scope | null, f: () => R): R {
  const before = innermost;
  innermost = nearestOpen(scope);
  try {
    return f();
  } finally {
    innermost = before;
  }
}

export function nearestOpen(scope: Scope | null): Scope | null {
  let open = scope;
  while (open !== null && !open.isOpen) open = open.outer;
  return open;
}

/**
 * None of the scopes within `scope` frees `x`, from `from` outwards: they hand it on to that one. For what a transformation
 * still needs when a scope inside the transformed function has ended.
 */
export function holdFor(scope: Scope | null, x: Tensor, from: Scope | null = innermost): void {
  for (let inner = from; inner !== scope && inner !== null; inner = inner.outer) {
    inner.handedOn ??= new Set();
    inner.handedOn.add(x);
  }
}

/** From now on, `observe` hears of every plain tensor; null: nobody does. */
export function observeTensors(observe: ((x: Tensor) => void) | null): void {
  observer = observe;
}
