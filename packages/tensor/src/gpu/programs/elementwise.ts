import type { Kernels } from '../../backend.js';
import type { PrimitiveName } from '../../primitive.js';
import type { BinaryName, Elementwise, UnaryName } from '../../primitives/signatures.js';
import type { Shape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import type { Layout } from '../../layout.js';
import type { DType } from '../../dtype.js';
import type { Context, Operand } from '../context.js';
import { define } from '../formulas.js';
import { affine, collapse, coordinates, steps } from '../text.js';

/** Expressions in `a`; helpers end in `Of` (helpers.ts). */
const unary: { readonly [N in UnaryName]: string } = {
  neg: '-a',
  exp: 'expOf(a)',
  expm1: 'expm1Of(a)',
  log: 'logOf(a, infinity, nan)',
  log1p: 'log1pOf(a, infinity, nan)',
  sqrt: 'sqrtOf(a, infinity, nan)',
  abs: 'Math.abs(a)',
  sign: 'signOf(a)',
  floor: 'Math.floor(a)',
  ceil: 'Math.ceil(a)',
  round: 'roundOf(a)',
  sin: 'sineOf(a, 0, infinity, nan)',
  cos: 'sineOf(a, 1, infinity, nan)',
  tanh: 'tanhOf(a)',
  sigmoid: 'sigmoidOf(a)',
  softplus: 'softplusOf(a, infinity, nan)',
  erf: 'erfOf(a, infinity)',
  erfc: 'erfcOf(a, infinity)',
  relu: 'reluOf(a)',
};

const binary: { readonly [N in BinaryName]: string } = {
  add: 'a + b',
  sub: 'a - b',
  mul: 'a * b',
  div: 'a / b',
  pow: 'powerOf(a, b, infinity, nan)',
  minimum: 'smallerOf(a, b, infinity)',
  maximum: 'largerOf(a, b, infinity)',
  logaddexp: 'logaddexpOf(a, b, infinity, nan)',
  equal: 'a === b ? 1 : 0',
  less: 'a < b ? 1 : 0',
  lessEqual: 'a <= b ? 1 : 0',
};

const casts: Readonly<Record<DType, string>> = {
  float32: 'a',
  float64: 'a',
  int32: 'a <= infinity ? (a < 0 ? -Math.floor(-a) : Math.floor(a)) : 0',
  bool: 'a === 0 ? 0 : 1',
};

/** All of them, and `where`. */
const expressions: ReadonlyMap<string, string> = new Map(
  Object.entries({ ...unary, ...binary, where: 'a === 0 ? c : b' }),
);

/** What can be a part of a fused kernel. */
export const fusiblePrimitives: ReadonlySet<PrimitiveName> = new Set([
  ...expressions.keys(),
] as PrimitiveName[]);

/** A primitive as an expression of values `v0`, `v1`, ... with the given numbers. */
export function expressionOf(primitive: PrimitiveName, operands: readonly number[]): string {
  const expression = expressions.get(primitive) as string;
  return expression.replaceAll(/\b[abc]\b/g, (name) => `v${operands['abc'.indexOf(name)]}`);
}

/** Statements that read each operand's element for the result's element `i` into variables of the given names. */
export function readInto(operands: readonly Operand[], shape: Shape, names: readonly string[]): string {
  const walk = collapse({ shape, strides: operands.map(({ strides }) => strides) });
  const isFlat = walk.shape.length <= 1;
  const lines = operands.map(({ kind, offset }, k) => {
    if (kind === 'number') return `  const ${names[k]} = x${k};`;
    const own = walk.strides[k] as readonly number[];
    const index = affine(offset, isFlat ? own.map((stride) => ['i', stride] as const) : steps('c', own));
    return `  const ${names[k]} = x${k}[${index}];`;
  });
  if (!isFlat) lines.unshift(coordinates(walk.shape, 'i', 'c'));
  return lines.join('\n');
}

/** One kernel for an expression of the elements a, b, c of operands that lie over `layout`'s shape. */
export function mapElements(
  context: Context,
  name: string,
  operands: readonly Operand[],
  expression: string,
  layout: Layout,
  dtype: DType,
): Tensor {
  const body = (): string =>
    [
      readInto(operands, layout.shape, ['a', 'b', 'c', 'd', 'e']),
      ...define('result', expression),
      '  return result;',
    ].join('\n');
  return context.run({ name, of: expression, body }, operands, layout, dtype);
}

/** Functions of one element or of those that meet when operands are broadcast: one kernel, which reads through any strides. */
export function elementwiseKernels(context: Context): Kernels<keyof Elementwise> {
  const map = (
    name: string,
    expression: string,
    inputs: readonly Tensor[],
    layout: Layout,
    dtype: DType,
  ): Tensor => {
    const operands = inputs.map((x) => context.operand(x, layout.shape));
    return mapElements(context, name, operands, expression, layout, dtype);
  };
  const kernelsOf = <N extends string>(expressions: Readonly<Record<N, string>>) =>
    Object.fromEntries(
      Object.entries<string>(expressions).map(([name, expression]) => [
        name,
        (inputs: readonly Tensor[], _: unknown, layout: Layout, dtype: DType) =>
          map(name, expression, inputs, layout, dtype),
      ]),
    );
  return {
    ...(kernelsOf(unary) as unknown as Kernels<UnaryName>),
    ...(kernelsOf(binary) as unknown as Kernels<BinaryName>),
    where: (inputs, _, layout, dtype) =>
      map('where', expressions.get('where') as string, inputs, layout, dtype),
    cast: ([x], _, layout, dtype) =>
      x.dtype === dtype || (dtype !== 'bool' && x.dtype === 'bool')
        ? map('cast', casts.float32, [x], layout, dtype)
        : map('cast', casts[dtype], [x], layout, dtype),
  };
}
