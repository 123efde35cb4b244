import { promote, toFloat } from '../dtype.js';
import { ShapeError } from '../errors.js';
import type { Primitive } from '../primitive.js';
import { formatShape, sameShape, type Shape } from '../shape.js';
import { type Windows, windowCounts } from '../windows.js';
import type { Convolutions } from './signatures.js';

/** Windows over all axes but the first two, and the number of groups into which channels and filters are split. */
export interface Convolution extends Windows {
  readonly groups: number;
}

const names = [[], ['length'], ['height', 'width']] as const;

/**
 * The shape of the convolution of x [batch, channels, ...] with weight [filters, channels / groups, ...]:
 * [batch, filters, ...windows]. @throws ShapeError where they do not belong together
 */
export function convolvedShape(
  operation: string,
  x: Shape,
  weight: Shape,
  { groups, ...windows }: Convolution,
): Shape {
  const axes = windows.stride.length;
  const extents = (names[axes] as readonly string[]).join(', ');
  if (x.length !== axes + 2 || weight.length !== axes + 2) {
    throw new ShapeError(operation, {
      expected: `x [batch, channels, ${extents}] and weight [filters, channels / groups, ${extents}]`,
      got: `${formatShape(x)} and ${formatShape(weight)}`,
    });
  }
  const [batch, channels] = x as readonly [number, number];
  const [filters, depth] = weight as readonly [number, number];
  if (channels !== depth * groups || filters % groups !== 0) {
    throw new ShapeError(operation, {
      expected: `weight [filters, channels / groups, ${extents}] with filters a multiple of groups`,
      got: `channels ${channels}, weight ${formatShape(weight)} and groups ${groups}`,
      difference:
        channels === depth * groups
          ? `${filters} filters do not split into ${groups} groups`
          : `the weight takes ${depth} times ${groups} channels`,
    });
  }
  return [batch, filters, ...windowCounts(operation, x.slice(2), weight.slice(2), windows)];
}

/** @throws ShapeError unless the cotangent has the shape of the convolution. */
function checkCotangent(operation: string, x: Shape, weight: Shape, g: Shape, c: Convolution): void {
  const expected = convolvedShape(operation, x, weight, c);
  if (!sameShape(g, expected)) {
    throw new ShapeError(operation, {
      expected: `a cotangent of shape ${formatShape(expected)}`,
      got: formatShape(g),
    });
  }
}

const floatOf: Primitive<keyof Convolutions>['dtype'] = ([a, b]) => toFloat(promote(a.dtype, b.dtype));

/** The sum over channels and taps of x at the window's elements times the weight (a cross-correlation, as all libraries say). */
export const conv2d: Primitive<'conv2d'> = {
  name: 'conv2d',
  shape: ([x, weight], attributes) => convolvedShape('conv2d', x.shape, weight.shape, attributes),
  dtype: floatOf,
  broadcasts: false,
};

/** The adjoint of conv2d in x: the cotangent of an input whose last two extents are `size`. */
export const conv2dGradInput: Primitive<'conv2dGradInput'> = {
  name: 'conv2dGradInput',
  shape: ([g, weight], { size, ...attributes }) => {
    const x = [g.shape[0] as number, (weight.shape[1] as number) * attributes.groups, ...size];
    checkCotangent('conv2dGradInput', x, weight.shape, g.shape, attributes);
    return x;
  },
  dtype: floatOf,
  broadcasts: false,
};

/** The adjoint of conv2d in the weight: the cotangent of a weight whose last two extents are `kernel`. */
export const conv2dGradWeight: Primitive<'conv2dGradWeight'> = {
  name: 'conv2dGradWeight',
  shape: ([x, g], { kernel, ...attributes }) => {
    const depth = Math.floor((x.shape[1] as number) / attributes.groups);
    const weight = [g.shape[1] as number, depth, ...kernel];
    checkCotangent('conv2dGradWeight', x.shape, weight, g.shape, attributes);
    return weight;
  },
  dtype: floatOf,
  broadcasts: false,
};
