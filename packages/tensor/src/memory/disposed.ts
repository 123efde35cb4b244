import type { Backend, Storage } from '../backend.js';
import { DisposedError, type Freer } from '../errors.js';
import type { Trace } from '../interpreter.js';
import { formatShape } from '../shape.js';
import type { Tensor } from '../tensor.js';

/**
 * Where a tensor lies once it has been freed. Its backend is none: it has no kernels and gives no elements, so the
 * comparison of backends that every operation makes anyway is where a freed operand is found.
 */
class FreedStorage implements Storage {
  readonly backend: Backend = noBackend;

  constructor(
    readonly freedBy: Freer,
    /** Where it was freed, while memory is tracked. */
    readonly site: Error | undefined,
  ) {}
}

const refuse = (): never => {
  throw new DisposedError('backend', {
    expected: 'a backend',
    got: 'that of a tensor which has been freed',
  });
};

/** The home of all tensors that have been freed. */
export const noBackend: Backend = {
  name: 'freed',
  kernels: {},
  upload: refuse,
  scalar: refuse,
  read: refuse,
  readSync: refuse,
};

const freed: Readonly<Record<Freer, FreedStorage>> = {
  dispose: new FreedStorage('dispose', undefined),
  using: new FreedStorage('using', undefined),
  scope: new FreedStorage('scope', undefined),
};

let isTracking = false;

/** While memory is tracked, errors about freed tensors tell where that was. */
export function rememberFreeing(remember: boolean): void {
  isTracking = remember;
}

export function isFreed(x: Tensor): boolean {
  return x.storage.backend === noBackend;
}

/**
 * Takes the storage away from a tensor; its shape and dtype stay. A tensor of a transformation is only a name for the
 * value further out, which the transformation may still need: the name goes, the value stays.
 */
export function free(x: Tensor, freedBy: Freer): void {
  if (isFreed(x)) return;
  const handle: { storage: Storage; trace: Trace | null } = x;
  const { storage, trace } = handle;
  handle.storage = isTracking ? new FreedStorage(freedBy, new Error(`freed by ${freedBy}`)) : freed[freedBy];
  handle.trace = null;
  if (trace === null) storage.release?.();
}

/** @throws DisposedError for a tensor that has been freed */
export function checkLive(operation: string, x: Tensor, place?: string): void {
  if (isFreed(x)) throw freedError(operation, x, place);
}

/** @throws DisposedError for the first operand that has been freed */
export function refuseFreed(operation: string, operands: readonly Tensor[]): void {
  const i = operands.findIndex(isFreed);
  if (i < 0) return;
  const place = operands.length === 1 ? undefined : `operand ${i} of ${operands.length}`;
  throw freedError(operation, operands[i] as Tensor, place);
}

const howToMend: Readonly<Record<Freer, string>> = {
  dispose: 'Dispose of it after its last use',
  using: 'Use it inside the block that declares it, or declare it with const',
  scope: 'Return it from the scope, or keep() it',
};

function freedError(
  operation: string,
  { storage, dtype, shape }: Tensor,
  difference?: string,
): DisposedError {
  const { freedBy, site } = storage as FreedStorage;
  return new DisposedError(
    operation,
    {
      freedBy,
      expected: 'a tensor that is still there',
      got: `${dtype} of shape ${formatShape(shape)}, freed by ${freedBy}`,
      ...(difference !== undefined && { difference }),
      remedy: howToMend[freedBy],
    },
    site === undefined ? undefined : { cause: site },
  );
}
