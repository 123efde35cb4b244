import { checkOptions } from '../checks.js';
import { ConfigError } from '../errors.js';
import type { Tensor } from '../tensor.js';
import { free } from './disposed.js';
import { currentScope, holdFor, nearestOpen, runInScope, Scope } from './registry.js';
import { tensorsIn } from './tensors-in.js';

/** What no scope frees. */
const kept = new WeakSet<Tensor>();
/** Of that, what stays in the memory of its backend. */
const residents = new WeakSet<Tensor>();
const nothing: ReadonlySet<Tensor> = new Set();

/**
 * Runs `f`, and frees every tensor that was made meanwhile and is neither in what `f` returns nor kept; when `f` throws,
 * all of them. Scopes nest: what an inner one returns belongs to the one around it, and outside of all to the garbage
 * collector. A training step is a scope.
 *
 * What is returned may be a tensor, arrays, records, Maps and Sets of them, or objects that hold some in their fields, as
 * modules do. What a function closes over does not survive: a pullback that outlives its scope throws `DisposedError`.
 * In a function that is being differentiated a scope frees what the derivative does not need.
 * @throws ConfigError when `f` returns a promise: see `asyncScope`
 * @see tf.tidy
 *
 * @example
 * import { scope, tensor } from '@renyi/tensor';
 * const x = tensor([3, 4]);
 * const norm = scope(() => x.mul(x).sum().item() ** 0.5);
 * console.log(norm); // => 5
 */
export function scope<R>(f: () => R): R {
  const inner = new Scope(currentScope());
  let survivors = nothing;
  try {
    const result = runInScope(inner, f);
    refusePromise(result);
    survivors = tensorsIn(result);
    return result;
  } finally {
    close(inner, survivors);
  }
}

/**
 * `scope` for work that waits. Written as a generator, in which `yield* wait(promise)` stands for `await promise`: the
 * scope is left whenever it waits and entered again when it goes on, so that other code which runs in between, scopes of
 * its own included, and this one never see each other's tensors.
 * @throws what the generator throws, after everything has been freed
 *
 * @example
 * import { asyncScope, tensor, wait } from '@renyi/tensor';
 * const x = tensor([3, 4]);
 * const total = await asyncScope(function* () {
 *   const squares = yield* wait(x.mul(x).data());
 *   return tensor(squares).sum();
 * });
 * console.log(total.item()); // => 25
 */
export async function asyncScope<R>(f: () => Generator<unknown, R, unknown>): Promise<R> {
  const inner = new Scope(currentScope());
  let survivors = nothing;
  try {
    const generator = runInScope(inner, f);
    let step = runInScope(inner, () => generator.next());
    while (step.done !== true) {
      const outcome = await settled(step.value);
      step = runInScope(inner, () =>
        'error' in outcome ? generator.throw(outcome.error) : generator.next(outcome.value),
      );
    }
    survivors = tensorsIn(step.value);
    return step.value;
  } finally {
    close(inner, survivors);
  }
}

/** Inside `asyncScope`: `yield* wait(promise)` is what the promise resolves to. */
export function* wait<T>(promise: T | PromiseLike<T>): Generator<unknown, T, unknown> {
  return (yield promise) as T;
}

export interface KeepOptions {
  /**
   * Whether tensors stay where the kernels of their backend find them, up to 256 MiB of them, instead of moving to arrays of the
   * garbage collector, which costs a copy now and another one at each use. For what is disposed of when its time is over: the
   * collector does not know how large it is. False by default.
   */
  readonly resident?: boolean;
}

/**
 * Takes the tensors in `tree` out of the hands of all scopes, and returns it: they live until they are disposed of or
 * nothing refers to them any more. `tree` is what a scope may return.
 */
export function keep<T>(tree: T, options: KeepOptions = {}): T {
  checkOptions('keep', options);
  for (const x of tensorsIn(tree)) {
    kept.add(x);
    if (options.resident === true) residents.add(x);
  }
  return tree;
}

/** The innermost scope becomes the owner of those tensors in `tree` that were kept: whoever kept them has no more use for them. */
export function unkeep(tree: unknown): void {
  const owner = currentScope();
  for (const x of tensorsIn(tree)) {
    residents.delete(x);
    if (kept.delete(x)) owner?.tensors.push(x);
  }
}

function close(inner: Scope, survivors: ReadonlySet<Tensor>): void {
  inner.isOpen = false;
  const heir = nearestOpen(inner.outer);
  for (const x of inner.tensors) {
    const isKept = kept.has(x);
    if (!isKept && !survivors.has(x) && inner.handedOn?.has(x) !== true) free(x, 'scope');
    else if (!isKept && heir !== null) heir.tensors.push(x);
    else if (!residents.has(x) || x.storage.reside?.() !== true) x.storage.settle?.();
  }
  inner.tensors = [];
  inner.handedOn = null;
}

/**
 * Runs a step of a transformation that started in `scope`, wherever it is called: what the step makes and takes belongs
 * there, so that a scope inside the transformed function frees none of what the backward pass will read.
 */
export function runForTransformation<R>(owner: Scope | null, operands: readonly Tensor[], f: () => R): R {
  for (const x of tensorsIn(operands)) holdFor(owner, x);
  return runInScope(owner, f);
}

/** What became of the tensors of a step. */
export interface StepOutcome {
  /** Those that it made and returned. */
  readonly made: readonly Tensor[];
  /** Those that transformations around it will need again. */
  readonly held: ReadonlySet<Tensor>;
}

/**
 * Runs a step of a transformation as a scope of its own, if there is one around it: what it makes and does not return is
 * freed, and `done` is told of the rest.
 */
export function scopeOfStep(f: () => unknown, done?: (outcome: StepOutcome) => void): void {
  const outer = currentScope();
  if (outer === null) {
    f();
    return;
  }
  const inner = new Scope(outer, true);
  let survivors = nothing;
  try {
    survivors = tensorsIn(runInScope(inner, f));
    done?.({ made: inner.tensors.filter((x) => survivors.has(x)), held: inner.handedOn ?? nothing });
  } finally {
    close(inner, survivors);
  }
}

/** Frees a tensor before its scope ends, unless it is kept: for what a transformation has made and needs no more. */
export function freeEarly(x: Tensor): void {
  if (!kept.has(x)) free(x, 'scope');
}

/** What a transformation that started in `owner` needs again: no scope from `from` outwards frees it before that one ends. */
export function holdForTransformation(
  owner: Scope | null,
  operands: readonly Tensor[],
  from: Scope | null,
): void {
  if (from !== owner) for (const x of tensorsIn(operands)) holdFor(owner, x, from);
}

async function settled(promise: unknown): Promise<{ readonly value: unknown } | { readonly error: unknown }> {
  try {
    return { value: await promise };
  } catch (error) {
    return { error };
  }
}

function refusePromise(result: unknown): void {
  if (!(result instanceof Promise)) return;
  // It goes on without its tensors; that it fails is no news.
  result.catch(() => undefined);
  throw new ConfigError('scope', {
    expected: 'a function that is done when it returns',
    got: 'a promise',
    remedy: 'Use asyncScope(function* () { ... yield* wait(promise) ... })',
  });
}
