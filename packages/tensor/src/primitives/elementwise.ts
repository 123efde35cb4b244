import { type DType, promote, toFloat } from '../dtype.js';
import { DTypeError } from '../errors.js';
import type { Primitive } from '../primitive.js';
import { broadcastShapes, type Shape } from '../shape.js';
import type { Tensor } from '../tensor.js';
import type { BinaryName, UnaryName } from './signatures.js';

/** Numbers in, numbers out: a result computed from booleans alone counts in int32. */
const arithmetic = (dtype: DType): DType => (dtype === 'bool' ? 'int32' : dtype);
/** The result is one of the operands: a bool stays one. */
const same = (dtype: DType): DType => dtype;
const comparison = (): DType => 'bool';

/** The rules of a function of one operand, which keeps its shape. */
function unary(result: (dtype: DType) => DType): Omit<Primitive<UnaryName>, 'name'> {
  return { shape: ([x]) => x.shape, dtype: ([x]) => result(x.dtype), broadcasts: false };
}

/** The rules of a function of two operands, which are broadcast and promoted. */
function binary(name: BinaryName, result: (dtype: DType) => DType): Omit<Primitive<BinaryName>, 'name'> {
  return {
    shape: ([a, b]) => broadcastShapes(name, a.shape, b.shape),
    dtype: ([a, b]) => result(promote(a.dtype, b.dtype)),
    broadcasts: true,
  };
}

export const add: Primitive<'add'> = { name: 'add', ...binary('add', arithmetic) };
export const sub: Primitive<'sub'> = { name: 'sub', ...binary('sub', arithmetic) };
export const mul: Primitive<'mul'> = { name: 'mul', ...binary('mul', arithmetic) };
/** True division: integers answer in float32. */
export const div: Primitive<'div'> = { name: 'div', ...binary('div', toFloat) };
/** a to the power b with C's special cases: pow(1, x) and pow(x, 0) are 1 even for NaN. */
export const pow: Primitive<'pow'> = { name: 'pow', ...binary('pow', toFloat) };
/** The smaller of two, NaN if one is. */
export const minimum: Primitive<'minimum'> = { name: 'minimum', ...binary('minimum', same) };
export const maximum: Primitive<'maximum'> = { name: 'maximum', ...binary('maximum', same) };
/** log(e^a + e^b), also where both are the same infinity. */
export const logaddexp: Primitive<'logaddexp'> = { name: 'logaddexp', ...binary('logaddexp', toFloat) };
export const equal: Primitive<'equal'> = { name: 'equal', ...binary('equal', comparison) };
export const less: Primitive<'less'> = { name: 'less', ...binary('less', comparison) };
export const lessEqual: Primitive<'lessEqual'> = { name: 'lessEqual', ...binary('lessEqual', comparison) };

export const neg: Primitive<'neg'> = { name: 'neg', ...unary(arithmetic) };
export const exp: Primitive<'exp'> = { name: 'exp', ...unary(toFloat) };
export const expm1: Primitive<'expm1'> = { name: 'expm1', ...unary(toFloat) };
export const log: Primitive<'log'> = { name: 'log', ...unary(toFloat) };
export const log1p: Primitive<'log1p'> = { name: 'log1p', ...unary(toFloat) };
export const sqrt: Primitive<'sqrt'> = { name: 'sqrt', ...unary(toFloat) };
export const abs: Primitive<'abs'> = { name: 'abs', ...unary(arithmetic) };
export const sign: Primitive<'sign'> = { name: 'sign', ...unary(arithmetic) };
export const floor: Primitive<'floor'> = { name: 'floor', ...unary(arithmetic) };
export const ceil: Primitive<'ceil'> = { name: 'ceil', ...unary(arithmetic) };
/** To the nearest whole number, halves to the even one. */
export const round: Primitive<'round'> = { name: 'round', ...unary(arithmetic) };
export const sin: Primitive<'sin'> = { name: 'sin', ...unary(toFloat) };
export const cos: Primitive<'cos'> = { name: 'cos', ...unary(toFloat) };
export const tanh: Primitive<'tanh'> = { name: 'tanh', ...unary(toFloat) };
/** 1 / (1 + e^-x). */
export const sigmoid: Primitive<'sigmoid'> = { name: 'sigmoid', ...unary(toFloat) };
/** log(1 + e^x). */
export const softplus: Primitive<'softplus'> = { name: 'softplus', ...unary(toFloat) };
export const erf: Primitive<'erf'> = { name: 'erf', ...unary(toFloat) };
/** 1 - erf(x), with all its digits where that is small. */
export const erfc: Primitive<'erfc'> = { name: 'erfc', ...unary(toFloat) };
export const relu: Primitive<'relu'> = { name: 'relu', ...unary(arithmetic) };

/** Takes from `a` where the condition holds and from `b` elsewhere; what is not taken has no influence, be it NaN. */
export const where: Primitive<'where'> = {
  name: 'where',
  shape: ([condition, a, b]) => shapeOfWhere(condition, a, b),
  dtype: ([condition, a, b]) => {
    if (condition.dtype !== 'bool') {
      throw new DTypeError('where', {
        expected: 'a condition of dtype bool',
        got: condition.dtype,
        remedy: 'Make one with equal or less, or cast it',
      });
    }
    return promote(a.dtype, b.dtype);
  },
  broadcasts: true,
};

function shapeOfWhere(condition: Tensor, a: Tensor, b: Tensor): Shape {
  return broadcastShapes('where', condition.shape, broadcastShapes('where', a.shape, b.shape));
}

export const cast: Primitive<'cast'> = {
  name: 'cast',
  shape: ([x]) => x.shape,
  dtype: (_inputs, { dtype }) => dtype,
  broadcasts: false,
};
