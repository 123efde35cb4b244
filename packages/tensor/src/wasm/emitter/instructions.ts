import type { Bytes } from './bytes.js';
import {
  constant,
  type Expression,
  type Operand,
  type Statement,
  toExpression,
  type ValueType,
} from './expression.js';

/*
 * The instructions that kernels use, under WebAssembly's own names (`f32x4.add`, `i32.shl`), as functions from
 * expressions to expressions. Codes: WebAssembly Core Specification 2.0, section 5.4, and the relaxed SIMD proposal.
 */

type Unary<T extends ValueType, R extends ValueType = T> = (x: Operand<T>) => Expression<R>;
type Binary<T extends ValueType, R extends ValueType = T> = (a: Operand<T>, b: Operand<T>) => Expression<R>;
type Load<T extends ValueType> = (address: Operand<'i32'>, offset?: number) => Expression<T>;
type Store<T extends ValueType> = (address: Operand<'i32'>, value: Operand<T>, offset?: number) => Statement;
type Splat<T extends ValueType> = (x: Operand<T>) => Expression<'v128'>;
type Extract<T extends ValueType> = (x: Expression<'v128'>, lane: number) => Expression<T>;
type Shift = (x: Expression<'v128'>, count: Operand<'i32'>) => Expression<'v128'>;
type Ternary = (a: Expression<'v128'>, b: Expression<'v128'>, c: Expression<'v128'>) => Expression<'v128'>;

/** An opcode of one byte, or of the SIMD group: prefix 0xfd and a number. */
type Opcode = { readonly plain: number } | { readonly simd: number };

const plain = (code: number): Opcode => ({ plain: code });
const simd = (code: number): Opcode => ({ simd: code });

function writeOpcode(code: Bytes, opcode: Opcode): void {
  if ('plain' in opcode) {
    code.byte(opcode.plain);
  } else {
    code.byte(0xfd);
    code.unsigned(opcode.simd);
  }
}

/** The operands in order, then the opcode, then what else belongs to the instruction. */
function instruction<R extends ValueType | 'void'>(
  type: R,
  opcode: Opcode,
  operands: readonly Expression[],
  immediates?: (code: Bytes) => void,
): Expression<R> {
  return {
    type,
    write: (code) => {
      for (const operand of operands) operand.write(code);
      writeOpcode(code, opcode);
      immediates?.(code);
    },
  };
}

function unary<T extends ValueType, R extends ValueType>(from: T, to: R, opcode: Opcode): Unary<T, R> {
  return (x) => instruction(to, opcode, [toExpression(from, x)]);
}

function binary<T extends ValueType, R extends ValueType>(from: T, to: R, opcode: Opcode): Binary<T, R> {
  return (a, b) => instruction(to, opcode, [toExpression(from, a), toExpression(from, b)]);
}

/** `align` is the logarithm of the natural alignment; it is a hint, and other addresses work. */
function load<T extends ValueType>(type: T, opcode: Opcode, align: number): Load<T> {
  return (address, offset = 0) =>
    instruction(type, opcode, [toExpression('i32', address)], (code) => {
      code.unsigned(align);
      code.unsigned(offset);
    });
}

function store<T extends ValueType>(type: T, opcode: Opcode, align: number): Store<T> {
  return (address, value, offset = 0) =>
    instruction('void', opcode, [toExpression('i32', address), toExpression(type, value)], (code) => {
      code.unsigned(align);
      code.unsigned(offset);
    });
}

function extract<T extends ValueType>(type: T, opcode: Opcode): Extract<T> {
  return (x, lane) => instruction(type, opcode, [x], (code) => code.byte(lane));
}

function shift(opcode: Opcode): Shift {
  return (x, count) => instruction('v128', opcode, [x, toExpression('i32', count)]);
}

function ternary(opcode: Opcode): Ternary {
  return (a, b, c) => instruction('v128', opcode, [a, b, c]);
}

/** a where the condition is not 0, else b; both are computed. */
export function select<T extends ValueType>(
  a: Expression<T>,
  b: Expression<T>,
  condition: Operand<'i32'>,
): Expression<T> {
  // The untyped select takes numbers alone; vectors have v128.bitselect.
  return instruction(a.type, plain(0x1b), [a, b, toExpression('i32', condition)]);
}

const arithmetic32 = (code: number): Binary<'i32'> => binary('i32', 'i32', plain(code));

interface I32 {
  readonly load: Load<'i32'>;
  readonly load8U: Load<'i32'>;
  readonly store: Store<'i32'>;
  readonly store8: Store<'i32'>;
  readonly eqz: Unary<'i32'>;
  readonly add: Binary<'i32'>;
  readonly sub: Binary<'i32'>;
  readonly mul: Binary<'i32'>;
  readonly divU: Binary<'i32'>;
  readonly and: Binary<'i32'>;
  readonly or: Binary<'i32'>;
  readonly xor: Binary<'i32'>;
  readonly shl: Binary<'i32'>;
  readonly shrS: Binary<'i32'>;
  readonly shrU: Binary<'i32'>;
  readonly eq: Binary<'i32'>;
  readonly ne: Binary<'i32'>;
  readonly ltS: Binary<'i32'>;
  readonly gtS: Binary<'i32'>;
  readonly leS: Binary<'i32'>;
  readonly geS: Binary<'i32'>;
  /** Of unsigned numbers, as addresses are: half of them are negative as signed ones. */
  readonly ltU: Binary<'i32'>;
  readonly gtU: Binary<'i32'>;
  readonly leU: Binary<'i32'>;
  readonly geU: Binary<'i32'>;
}

export const i32: I32 = {
  load: load('i32', plain(0x28), 2),
  load8U: load('i32', plain(0x2d), 0),
  store: store('i32', plain(0x36), 2),
  store8: store('i32', plain(0x3a), 0),
  eqz: unary('i32', 'i32', plain(0x45)),
  eq: arithmetic32(0x46),
  ne: arithmetic32(0x47),
  ltS: arithmetic32(0x48),
  ltU: arithmetic32(0x49),
  gtS: arithmetic32(0x4a),
  gtU: arithmetic32(0x4b),
  leS: arithmetic32(0x4c),
  leU: arithmetic32(0x4d),
  geS: arithmetic32(0x4e),
  geU: arithmetic32(0x4f),
  add: arithmetic32(0x6a),
  sub: arithmetic32(0x6b),
  mul: arithmetic32(0x6c),
  divU: arithmetic32(0x6e),
  and: arithmetic32(0x71),
  or: arithmetic32(0x72),
  xor: arithmetic32(0x73),
  shl: arithmetic32(0x74),
  shrS: arithmetic32(0x75),
  shrU: arithmetic32(0x76),
};

interface Float<T extends 'f32' | 'f64'> {
  readonly load: Load<T>;
  readonly store: Store<T>;
  readonly add: Binary<T>;
  readonly sub: Binary<T>;
  readonly mul: Binary<T>;
  readonly div: Binary<T>;
  readonly min: Binary<T>;
  readonly max: Binary<T>;
  readonly neg: Unary<T>;
  readonly abs: Unary<T>;
  readonly sqrt: Unary<T>;
  readonly eq: Binary<T, 'i32'>;
  readonly ne: Binary<T, 'i32'>;
  readonly lt: Binary<T, 'i32'>;
  readonly gt: Binary<T, 'i32'>;
  readonly le: Binary<T, 'i32'>;
  readonly ge: Binary<T, 'i32'>;
}

export const f32: Float<'f32'> & { readonly demote: Unary<'f64', 'f32'> } = {
  load: load('f32', plain(0x2a), 2),
  store: store('f32', plain(0x38), 2),
  eq: binary('f32', 'i32', plain(0x5b)),
  ne: binary('f32', 'i32', plain(0x5c)),
  lt: binary('f32', 'i32', plain(0x5d)),
  gt: binary('f32', 'i32', plain(0x5e)),
  le: binary('f32', 'i32', plain(0x5f)),
  ge: binary('f32', 'i32', plain(0x60)),
  abs: unary('f32', 'f32', plain(0x8b)),
  neg: unary('f32', 'f32', plain(0x8c)),
  sqrt: unary('f32', 'f32', plain(0x91)),
  add: binary('f32', 'f32', plain(0x92)),
  sub: binary('f32', 'f32', plain(0x93)),
  mul: binary('f32', 'f32', plain(0x94)),
  div: binary('f32', 'f32', plain(0x95)),
  min: binary('f32', 'f32', plain(0x96)),
  max: binary('f32', 'f32', plain(0x97)),
  demote: unary('f64', 'f32', plain(0xb6)),
};

export const f64: Float<'f64'> & {
  readonly promote: Unary<'f32', 'f64'>;
  readonly convertI32S: Unary<'i32', 'f64'>;
} = {
  load: load('f64', plain(0x2b), 3),
  store: store('f64', plain(0x39), 3),
  eq: binary('f64', 'i32', plain(0x61)),
  ne: binary('f64', 'i32', plain(0x62)),
  lt: binary('f64', 'i32', plain(0x63)),
  gt: binary('f64', 'i32', plain(0x64)),
  le: binary('f64', 'i32', plain(0x65)),
  ge: binary('f64', 'i32', plain(0x66)),
  abs: unary('f64', 'f64', plain(0x99)),
  neg: unary('f64', 'f64', plain(0x9a)),
  sqrt: unary('f64', 'f64', plain(0x9f)),
  add: binary('f64', 'f64', plain(0xa0)),
  sub: binary('f64', 'f64', plain(0xa1)),
  mul: binary('f64', 'f64', plain(0xa2)),
  div: binary('f64', 'f64', plain(0xa3)),
  min: binary('f64', 'f64', plain(0xa4)),
  max: binary('f64', 'f64', plain(0xa5)),
  convertI32S: unary('i32', 'f64', plain(0xb7)),
  promote: unary('f32', 'f64', plain(0xbb)),
};

const vector1 = (code: number): Unary<'v128'> => unary('v128', 'v128', simd(code));
const vector2 = (code: number): Binary<'v128'> => binary('v128', 'v128', simd(code));

interface V128 {
  readonly load: Load<'v128'>;
  /** One 32-bit number, four times. */
  readonly load32Splat: Load<'v128'>;
  /** Eight bytes, and zeros above them. */
  readonly load64Zero: Load<'v128'>;
  /** Four bytes, and zeros above them. */
  readonly load32Zero: Load<'v128'>;
  readonly store: Store<'v128'>;
  /** One lane of 32 bits. */
  readonly store32Lane: (
    address: Operand<'i32'>,
    value: Expression<'v128'>,
    lane: number,
    offset?: number,
  ) => Statement;
  /** One lane of 64 bits. */
  readonly store64Lane: (
    address: Operand<'i32'>,
    value: Expression<'v128'>,
    lane: number,
    offset?: number,
  ) => Statement;
  readonly not: Unary<'v128'>;
  readonly and: Binary<'v128'>;
  readonly andnot: Binary<'v128'>;
  readonly or: Binary<'v128'>;
  readonly xor: Binary<'v128'>;
  /** Bits of a where the mask has ones, of b elsewhere. */
  readonly bitselect: Ternary;
  readonly anyTrue: Unary<'v128', 'i32'>;
  /** The lanes of 32 bits, each an index from 0 to 7 into those of a and b. */
  readonly shuffle32: (
    a: Expression<'v128'>,
    b: Expression<'v128'>,
    lanes: readonly [number, number, number, number],
  ) => Expression<'v128'>;
  /** The lowest byte of each 32-bit lane, together in lane 0. */
  readonly lowBytes: (x: Expression<'v128'>) => Expression<'v128'>;
  /** The inverse: the four bytes of lane 0, each in a 32-bit lane of its own. */
  readonly widenLowBytes: (x: Expression<'v128'>) => Expression<'v128'>;
}

/** Bytes of a and b by index, 0 to 31. */
function shuffleBytes(
  a: Expression<'v128'>,
  b: Expression<'v128'>,
  bytes: readonly number[],
): Expression<'v128'> {
  return instruction('v128', simd(13), [a, b], (code) => code.byte(...bytes));
}

function storeLane(opcode: number, align: number): V128['store32Lane'] {
  return (address, value, lane, offset = 0) =>
    instruction('void', simd(opcode), [toExpression('i32', address), value], (code) => {
      code.unsigned(align);
      code.unsigned(offset);
      code.byte(lane);
    });
}

export const v128: V128 = {
  load: load('v128', simd(0), 4),
  load32Splat: load('v128', simd(9), 2),
  load32Zero: load('v128', simd(92), 2),
  load64Zero: load('v128', simd(93), 3),
  store: store('v128', simd(11), 4),
  store32Lane: storeLane(90, 2),
  store64Lane: storeLane(91, 3),
  not: vector1(77),
  and: vector2(78),
  andnot: vector2(79),
  or: vector2(80),
  xor: vector2(81),
  bitselect: ternary(simd(82)),
  anyTrue: unary('v128', 'i32', simd(83)),
  shuffle32: (a, b, lanes) =>
    shuffleBytes(
      a,
      b,
      lanes.flatMap((lane) => [0, 1, 2, 3].map((i) => 4 * lane + i)),
    ),
  lowBytes: (x) => shuffleBytes(x, x, [0, 4, 8, 12, ...new Array<number>(12).fill(0)]),
  widenLowBytes: (x) =>
    shuffleBytes(
      x,
      constant('v128', 0),
      [0, 1, 2, 3].flatMap((byte) => [byte, 16, 16, 16]),
    ),
};

interface I32x4 {
  readonly mul: Binary<'v128'>;
  readonly const: (a: number, b: number, c: number, d: number) => Expression<'v128'>;
  readonly splat: Splat<'i32'>;
  readonly extractLane: Extract<'i32'>;
  readonly add: Binary<'v128'>;
  readonly sub: Binary<'v128'>;
  readonly shl: Shift;
  readonly shrS: Shift;
  readonly shrU: Shift;
  readonly eq: Binary<'v128'>;
  readonly gtS: Binary<'v128'>;
  readonly bitmask: Unary<'v128', 'i32'>;
  /** Truncation; NaN is 0, and what is too large is the nearest that fits. */
  readonly truncSatF32x4: Unary<'v128'>;
}

export const i32x4: I32x4 = {
  const: (...lanes) =>
    instruction('v128', simd(12), [], (code) => code.byte(...new Uint8Array(new Int32Array(lanes).buffer))),
  splat: unary('i32', 'v128', simd(17)),
  extractLane: extract('i32', simd(27)),
  eq: vector2(55),
  gtS: vector2(59),
  bitmask: unary('v128', 'i32', simd(164)),
  shl: shift(simd(171)),
  shrS: shift(simd(172)),
  shrU: shift(simd(173)),
  add: vector2(174),
  sub: vector2(177),
  mul: vector2(181),
  truncSatF32x4: vector1(248),
};

interface I64x2 {
  readonly shl: Shift;
  readonly shrS: Shift;
}

export const i64x2: I64x2 = { shl: shift(simd(203)), shrS: shift(simd(204)) };

interface FloatVector<T extends 'f32' | 'f64'> {
  readonly splat: Splat<T>;
  readonly extractLane: Extract<T>;
  readonly add: Binary<'v128'>;
  readonly sub: Binary<'v128'>;
  readonly mul: Binary<'v128'>;
  readonly div: Binary<'v128'>;
  /** NaN if either is. */
  readonly max: Binary<'v128'>;
  readonly min: Binary<'v128'>;
  /** a < b ? b : a. Faster than max. */
  readonly pmax: Binary<'v128'>;
  /** b < a ? b : a. */
  readonly pmin: Binary<'v128'>;
  readonly abs: Unary<'v128'>;
  readonly neg: Unary<'v128'>;
  readonly sqrt: Unary<'v128'>;
  /** Comparisons give lanes of ones or zeros. */
  readonly eq: Binary<'v128'>;
  readonly ne: Binary<'v128'>;
  readonly lt: Binary<'v128'>;
  readonly gt: Binary<'v128'>;
  readonly le: Binary<'v128'>;
  readonly ge: Binary<'v128'>;
  /** a b + c with one rounding or two, as the engine likes; only where `hasRelaxedSimd()`. */
  readonly relaxedMadd: Ternary;
}

export const f32x4: FloatVector<'f32'> & {
  readonly nearest: Unary<'v128'>;
  readonly floor: Unary<'v128'>;
  readonly ceil: Unary<'v128'>;
  readonly convertI32x4S: Unary<'v128'>;
  /** Two float64 as the two lower lanes, above them zeros. */
  readonly demoteF64x2Zero: Unary<'v128'>;
} = {
  splat: unary('f32', 'v128', simd(19)),
  extractLane: extract('f32', simd(31)),
  eq: vector2(65),
  ne: vector2(66),
  lt: vector2(67),
  gt: vector2(68),
  le: vector2(69),
  ge: vector2(70),
  demoteF64x2Zero: vector1(94),
  ceil: vector1(103),
  floor: vector1(104),
  nearest: vector1(106),
  abs: vector1(224),
  neg: vector1(225),
  sqrt: vector1(227),
  add: vector2(228),
  sub: vector2(229),
  mul: vector2(230),
  div: vector2(231),
  min: vector2(232),
  max: vector2(233),
  pmin: vector2(234),
  pmax: vector2(235),
  convertI32x4S: vector1(250),
  relaxedMadd: ternary(simd(261)),
};

export const f64x2: FloatVector<'f64'> & {
  /** The two lower lanes of four float32. */
  readonly promoteLowF32x4: Unary<'v128'>;
} = {
  splat: unary('f64', 'v128', simd(20)),
  extractLane: extract('f64', simd(33)),
  eq: vector2(71),
  ne: vector2(72),
  lt: vector2(73),
  gt: vector2(74),
  le: vector2(75),
  ge: vector2(76),
  promoteLowF32x4: vector1(95),
  abs: vector1(236),
  neg: vector1(237),
  sqrt: vector1(239),
  add: vector2(240),
  sub: vector2(241),
  mul: vector2(242),
  div: vector2(243),
  min: vector2(244),
  max: vector2(245),
  pmin: vector2(246),
  pmax: vector2(247),
  relaxedMadd: ternary(simd(263)),
};
