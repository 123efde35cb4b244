import type { Kernels } from '../../backend.js';
import type { AlongAxis } from '../../primitives/signatures.js';
import type { Tensor } from '../../tensor.js';
import type { Context } from '../context.js';
import { affine, coordinates, loop, steps, sumLoop } from '../text.js';

/** Sets `flag` to 1 where a is above b, NaN being above all numbers. */
const setIfAbove = (flag: string, a: string, b: string): string =>
  `  if (${b} <= infinity) { if (${a} <= infinity) { if (${a} > ${b}) { ${flag} = 1; } } else { ${flag} = 1; } }`;

/** Where element `at` along an axis lies, at the result's other coordinates. */
function along({ offset, layout: { strides } }: Tensor, axis: number, at: string): string {
  return affine(offset, [...steps('c', strides.with(axis, 0)), [at, strides[axis] as number]]);
}

/** Walks along an axis, by each element on its own. */
export function alongAxisKernels(context: Context): Kernels<keyof AlongAxis> {
  return {
    argmax: ([x], { axis }, layout, dtype) => {
      const extent = x.shape[axis] as number;
      // The result lacks the axis; its coordinates are numbered as those of x.
      const kept = coordinates(layout.shape, 'i', 'd');
      const names = x.shape.map((_, k) => (k === axis ? '' : `  const c${k} = d${k < axis ? k : k - 1};`));
      const body = [
        kept,
        ...names,
        `  let best = x0[${along(x, axis, '0')}];`,
        '  let place = 0;',
        ...loop('r', extent, [
          `  const candidate = x0[${along(x, axis, 'r')}];`,
          '  let isAbove = 0;',
          setIfAbove('isAbove', 'candidate', 'best'),
          '  if (isAbove > 0) { best = candidate; place = r; }',
        ]),
        '  return place;',
      ].join('\n');
      return context.run({ name: 'argmax', body }, [context.array(x)], layout, dtype, boundsOf(extent));
    },

    cumsum: ([x], { axis, reverse }, layout, dtype) => {
      const term = `      if (r ${reverse ? '>=' : '<='} c${axis}) { part = part + x0[${along(x, axis, 'r')}]; }`;
      const sum = sumLoop(x.shape[axis] as number, term);
      const body = [coordinates(layout.shape, 'i', 'c'), sum, '  return total;'].join('\n');
      return context.run({ name: 'cumsum', body }, [context.array(x)], layout, dtype);
    },

    // First the place of each element, by counting those before it, then the element of each place.
    argsort: ([x], { axis, descending }, layout, dtype) => {
      const extent = x.shape[axis] as number;
      const [before, after] = descending ? ['other', 'own'] : ['own', 'other'];
      const counting = [
        coordinates(layout.shape, 'i', 'c'),
        `  const own = x0[${along(x, axis, `c${axis}`)}];`,
        '  let place = 0;',
        ...loop('r', extent, [
          `  const other = x0[${along(x, axis, 'r')}];`,
          '  let isBefore = 0;',
          '  let isBehind = 0;',
          setIfAbove('isBefore', before, after),
          setIfAbove('isBehind', after, before),
          `  if (isBehind < 1) { if (r < c${axis}) { isBefore = 1; } }`,
          '  place = place + isBefore;',
        ]),
        '  return place;',
      ].join('\n');
      const places = context.run({ name: 'places', body: counting }, [context.array(x)], layout, dtype);
      const finding = [
        coordinates(layout.shape, 'i', 'c'),
        '  let found = 0;',
        ...loop('r', extent, [`  if (x0[${along(places, axis, 'r')}] === c${axis}) { found = r; }`]),
        '  return found;',
      ].join('\n');
      return context.run(
        { name: 'argsort', body: finding },
        [context.array(places)],
        layout,
        dtype,
        boundsOf(extent),
      );
    },
  };
}

function boundsOf(extent: number): { readonly low: number; readonly high: number } {
  return { low: 0, high: Math.max(extent - 1, 0) };
}
