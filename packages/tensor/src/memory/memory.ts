import type { Backend } from '../backend.js';
import type { DType } from '../dtype.js';
import type { Shape } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { isFreed, rememberFreeing } from './disposed.js';
import { observeTensors } from './registry.js';

/** What a backend holds. */
export interface MemoryUse {
  /** Tensors that have not been freed; views count. */
  readonly tensors: number;
  /** Bytes of the storages they lie in, each of them once. */
  readonly bytes: number;
}

/** A tensor that is still there, with the calls that made it. */
export interface LiveTensor {
  readonly backend: string;
  readonly shape: Shape;
  readonly dtype: DType;
  /** The call stack, innermost first, one call a line. */
  readonly site: string;
}

export interface MemoryReport {
  /**
   * By the backend's name. The garbage collector owns what the reference backend holds, so it is counted only while memory
   * is tracked; other backends keep count at all times.
   */
  readonly backends: Readonly<Record<string, MemoryUse>>;
  /** While memory is tracked: every tensor made since that is still there. */
  readonly live: readonly LiveTensor[];
}

interface Birth {
  readonly tensor: WeakRef<Tensor>;
  readonly site: string;
}

const counting = new Set<Backend>();
let births: Birth[] | null = null;
let pruneAbove = 0;

/** For authors of backends: `memory()` asks this one, which has a method `memory`. */
export function countMemoryOf(backend: Backend): void {
  counting.add(backend);
}

/** What is held now, by backend. Tensors that nothing refers to count until the garbage collector has been there. */
export function memory(): MemoryReport {
  const backends: Record<string, MemoryUse> = Object.create(null);
  const alive = (births ?? []).flatMap(({ tensor, site }) => {
    const x = tensor.deref();
    return x === undefined || isFreed(x) ? [] : [{ x, site }];
  });
  const storages = new Set<object>();
  for (const { x } of alive) {
    const { backend, byteLength = 0 } = x.storage;
    const { tensors, bytes } = backends[backend.name] ?? { tensors: 0, bytes: 0 };
    const more = storages.has(x.storage) ? 0 : byteLength;
    storages.add(x.storage);
    backends[backend.name] = { tensors: tensors + 1, bytes: bytes + more };
  }
  for (const backend of counting) {
    const use = backend.memory?.();
    if (use !== undefined) backends[backend.name] = use;
  }
  const live = alive.map(({ x: { storage, shape, dtype }, site }) => ({
    backend: storage.backend.name,
    shape,
    dtype,
    site,
  }));
  return { backends, live };
}

/**
 * Debug mode: until it is called with false, every tensor that is made is remembered with the calls that made it, and
 * `DisposedError` has the calls that freed the tensor as its `cause`. Costs some microseconds for each tensor.
 */
export function trackMemory(track: boolean): void {
  births = track ? (births ?? []) : null;
  rememberFreeing(track);
  observeTensors(track ? remember : null);
}

function remember(x: Tensor): void {
  if (births === null) return;
  // The first lines are the error's own, this function, `register` and the constructor.
  const site = (new Error().stack ?? '')
    .split('\n')
    .slice(4)
    .map((line) => line.trim());
  births.push({ tensor: new WeakRef(x), site: site.join('\n') });
  if (births.length <= pruneAbove) return;
  births = births.filter(({ tensor }) => {
    const y = tensor.deref();
    return y !== undefined && !isFreed(y);
  });
  pruneAbove = 2 * births.length + 1024;
}
