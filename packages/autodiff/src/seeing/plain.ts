import { BackendError, type Tensor } from '@renyi/tensor';

/** What JSON can say. Numbers that it cannot are words: 'NaN', 'Infinity', '-Infinity'. */
export type Plain = number | string | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

/** One element of a tensor. */
export type PlainElement = number | string | boolean;

/** The elements of a tensor in nested arrays; null where they cannot be read at once. */
export type PlainElements = PlainElement | null | readonly PlainElements[];

/** Numbers, arrays and records as plain data. */
export function plain(value: unknown): Plain {
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, plain(entry)]));
  }
  return value as Plain;
}

/** The elements of a tensor in nested arrays; null where its backend cannot give them at once. */
export function plainElements(x: Tensor): PlainElements {
  try {
    return plain(x.toArray()) as PlainElements;
  } catch (error) {
    if (error instanceof BackendError) return null;
    throw error;
  }
}
