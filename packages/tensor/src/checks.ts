import { ConfigError, DomainError, DTypeError } from './errors.js';
import { checkLive } from './memory/disposed.js';
import type { Tensor } from './tensor.js';

/*
 * What operations, kernels and derivative rules alike refuse, in the same words. Some of it depends on elements and is
 * found only by the kernel that reads them.
 */

/** @throws DTypeError unless `x` is a tensor, DisposedError if it has been freed. */
export function checkTensor(operation: string, x: Tensor): void {
  if ((x as Tensor | null | undefined)?.trace === undefined) throw notTensor(operation, x);
  checkLive(operation, x);
}

/** What is said of an operand that is no tensor. */
export function notTensor(operation: string, x: unknown): DTypeError {
  const isWrappable =
    typeof x === 'number' || typeof x === 'boolean' || Array.isArray(x) || ArrayBuffer.isView(x);
  return new DTypeError(operation, {
    expected: 'a tensor',
    got: describe(x),
    ...(isWrappable && { remedy: 'Wrap it with tensor(...)' }),
  });
}

/** @throws ConfigError unless the options are an object: of a bare number in their place, every option would be undefined. */
export function checkOptions(operation: string, options: object): void {
  if (typeof options === 'object' && options !== null && !Array.isArray(options)) return;
  throw new ConfigError(operation, {
    expected: 'an object of options',
    got: describe(options),
    remedy: 'Name what is meant: { option: value }',
  });
}

/** @throws DTypeError unless it is a number, which may be NaN: one to fill with, say. */
export function checkNumber(operation: string, x: number): void {
  if (typeof x === 'number') return;
  throw new DTypeError(operation, { expected: 'a number', got: describe(x) });
}

/** @throws ConfigError unless a setting is a number that is not NaN, and in its range. */
export function checkSetting(
  operation: string,
  name: string,
  x: number,
  range: { readonly is: string; readonly holds: (x: number) => boolean } = anyNumber,
): void {
  if (typeof x === 'number' && !Number.isNaN(x) && range.holds(x)) return;
  throw new ConfigError(operation, { expected: `${range.is} ${name}`, got: describe(x) });
}

const anyNumber = { is: 'a number', holds: (): boolean => true };

/** `2`, `"2"`, `1n`, `Array`, `Promise`, ... */
function describe(x: unknown): string {
  if (typeof x === 'string') return JSON.stringify(x);
  if (typeof x === 'bigint') return `${x}n`;
  if (typeof x === 'function' || (typeof x === 'object' && x !== null))
    return Object.prototype.toString.call(x).slice('[object '.length, -1);
  return String(x);
}

/** @throws DomainError unless 0 <= index < extent. */
export function checkIndex(operation: string, what: string, index: number, extent: number): void {
  if (index < 0 || index >= extent) {
    throw new DomainError(operation, {
      expected:
        extent === 0
          ? `no ${what}, since there is nothing to point to`
          : `each ${what} from 0 to ${extent - 1}`,
      got: String(index),
    });
  }
}

/** @throws DomainError unless the order of a Rényi divergence is in [0, Infinity]. */
export function checkOrder(operation: string, alpha: number): void {
  if (!(alpha >= 0)) {
    throw new DomainError(operation, {
      expected: 'an order alpha in [0, Infinity]',
      got: String(alpha),
      remedy: 'Negative orders give no divergence: use skew symmetry, with the arguments swapped',
    });
  }
}
