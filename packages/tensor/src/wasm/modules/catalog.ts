import type { Expression } from '../emitter/expression.js';
import { f32x4, f64x2 } from '../emitter/instructions.js';
import {
  exp,
  expm1,
  instruction,
  log,
  log1p,
  logaddexp,
  relu,
  sign,
  softplus,
  tanh,
  type PairFunction,
  type VectorFunction,
} from './elementary.js';
import { cos, erf, erfc, sigmoid, sin } from './wide-functions.js';

/* Which elementwise functions there are, on vectors. */

type Vector = Expression<'v128'>;

/** Functions that cost a loop about as much as reading and writing does. */
type CheapName = 'neg' | 'sqrt' | 'relu' | 'abs' | 'sign' | 'floor' | 'ceil' | 'round';
/** Those of angles are for angles up to `largestAngle`. */
type AngleName = 'sin' | 'cos';
export type UnaryName =
  | CheapName
  | AngleName
  | 'exp'
  | 'expm1'
  | 'log'
  | 'log1p'
  | 'tanh'
  | 'sigmoid'
  | 'softplus'
  | 'erf'
  | 'erfc';
export type ArithmeticName = 'add' | 'sub' | 'mul' | 'div' | 'minimum' | 'maximum';
export type ComparisonName = 'equal' | 'less' | 'lessEqual';

type Binary = (a: Vector, b: Vector) => Vector;

export const unary: Readonly<Record<UnaryName, VectorFunction>> = {
  neg: instruction(f32x4.neg),
  sqrt: instruction(f32x4.sqrt),
  relu,
  exp,
  expm1,
  log,
  log1p,
  tanh,
  abs: instruction(f32x4.abs),
  sign,
  floor: instruction(f32x4.floor),
  ceil: instruction(f32x4.ceil),
  round: instruction(f32x4.nearest),
  sigmoid,
  softplus,
  sin,
  cos,
  erf,
  erfc,
};

export const arithmetic: Readonly<Record<ArithmeticName, Binary>> = {
  add: f32x4.add,
  sub: f32x4.sub,
  mul: f32x4.mul,
  div: f32x4.div,
  minimum: f32x4.min,
  maximum: f32x4.max,
};

/** Functions of two operands that are more than an instruction. */
export type PairName = 'logaddexp';
export const pairs: Readonly<Record<PairName, PairFunction>> = { logaddexp };
export const pairNames: readonly PairName[] = Object.keys(pairs) as PairName[];

export const wideArithmetic: Readonly<Record<ArithmeticName, Binary>> = {
  add: f64x2.add,
  sub: f64x2.sub,
  mul: f64x2.mul,
  div: f64x2.div,
  minimum: f64x2.min,
  maximum: f64x2.max,
};

/** Lanes of ones or zeros, stored as one byte each. */
export const comparisons: Readonly<Record<ComparisonName, Binary>> = {
  equal: f32x4.eq,
  less: f32x4.lt,
  lessEqual: f32x4.le,
};

export const angleNames: readonly AngleName[] = ['sin', 'cos'];
export const cheapNames: readonly UnaryName[] = [
  'neg',
  'sqrt',
  'relu',
  'abs',
  'sign',
  'floor',
  'ceil',
  'round',
] satisfies CheapName[];
export const unaryNames: readonly UnaryName[] = Object.keys(unary) as UnaryName[];
export const arithmeticNames: readonly ArithmeticName[] = Object.keys(arithmetic) as ArithmeticName[];
export const comparisonNames: readonly ComparisonName[] = Object.keys(comparisons) as ComparisonName[];
