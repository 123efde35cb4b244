import type { Kernel } from '../backend.js';
import { checkOrder } from '../checks.js';
import type { Tensor } from '../tensor.js';
import { contiguous } from './contiguous.js';
import { RenyiRow } from './renyi-row.js';
import { type Allocator, arrayOf } from './storage.js';

/** @throws DomainError unless alpha is in [0, Infinity]. */
function orderOf(operation: string, alpha: Tensor): number {
  const order = arrayOf(alpha)[alpha.offset] as number;
  checkOrder(operation, order);
  return order;
}

/** Calls `visit` for each pair of rows once they are loaded. */
function forEachPair(
  allocator: Allocator,
  stridedP: Tensor,
  stridedQ: Tensor,
  visit: (pair: RenyiRow, index: number, classes: number) => void,
): void {
  const p = contiguous(allocator, stridedP);
  const q = contiguous(allocator, stridedQ);
  const classes = p.shape[p.rank - 1] as number;
  const pair = new RenyiRow(classes);
  for (let index = 0; index * classes < p.size; index++) {
    pair.load(arrayOf(p), p.offset + index * classes, 1, arrayOf(q), q.offset + index * classes, 1);
    visit(pair, index, classes);
  }
}

type RowName = 'renyi' | 'renyiGradientAlpha';
type ElementName = 'renyiGradientP' | 'renyiGradientQ';

export interface RenyiKernels {
  readonly renyi: Kernel<'renyi'>;
  readonly renyiGradientP: Kernel<'renyiGradientP'>;
  readonly renyiGradientQ: Kernel<'renyiGradientQ'>;
  readonly renyiGradientAlpha: Kernel<'renyiGradientAlpha'>;
}

/** The divergence and its gradients; the mathematics is in `renyi-row.ts`. All in float64, rounded once. */
export function renyiKernels(allocator: Allocator): RenyiKernels {
  const perRow =
    (operation: string, compute: (pair: RenyiRow, alpha: number) => number): Kernel<RowName> =>
    ([p, q, alpha], _attributes, layout, dtype) => {
      const order = orderOf(operation, alpha);
      const out = allocator.zeros(layout, dtype);
      const data = arrayOf(out);
      forEachPair(allocator, p, q, (pair, index) => {
        data[out.offset + index] = compute(pair, order);
      });
      return out;
    };
  const perElement =
    (
      operation: string,
      compute: (pair: RenyiRow, alpha: number, gradient: Float64Array) => void,
    ): Kernel<ElementName> =>
    ([p, q, alpha], _attributes, layout, dtype) => {
      const order = orderOf(operation, alpha);
      const out = allocator.zeros(layout, dtype);
      const data = arrayOf(out);
      const gradient = new Float64Array(p.shape[p.rank - 1] as number);
      forEachPair(allocator, p, q, (pair, index, classes) => {
        compute(pair, order, gradient);
        data.set(gradient, out.offset + index * classes);
      });
      return out;
    };
  return {
    renyi: perRow('renyiDivergence', (pair, alpha) => pair.value(alpha)),
    renyiGradientP: perElement('renyiGradientP', (pair, alpha, gradient) => pair.gradientP(alpha, gradient)),
    renyiGradientQ: perElement('renyiGradientQ', (pair, alpha, gradient) => pair.gradientQ(alpha, gradient)),
    renyiGradientAlpha: perRow('renyiGradientAlpha', (pair, alpha) => pair.alphaDerivative(alpha)),
  };
}
