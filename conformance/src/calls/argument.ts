import { type Shape, Tensor } from '@renyi/tensor';

/** What an argument of a public function is for, besides its value: the ways in which it can be wrong follow from it. */
export abstract class Argument<Value = unknown> {
  constructor(readonly value: Value) {}
}

/** An axis or, where a list is taken, several. */
export class Axis extends Argument<number | readonly number[]> {}

/** A shape. */
export class Extents extends Argument<Shape> {}

/** A whole number, refused by the error of this name where it is none or too small. */
export class Whole extends Argument<number> {
  constructor(
    value: number,
    readonly refusal: 'ShapeError' | 'ConfigError' | 'DomainError' = 'ConfigError',
  ) {
    super(value);
  }
}

/** A number, refused by the error of this name where it is none or NaN. */
export class Real extends Argument<number> {
  constructor(
    value: number,
    readonly refusal: 'ConfigError' | 'DomainError' = 'ConfigError',
  ) {
    super(value);
  }
}

/** A number that may be anything, to fill with. */
export class Filling extends Argument<number> {}

/** A whole number that may be negative. */
export class Integer extends Argument<number> {}

/** One of some words. */
export class Choice extends Argument<string> {}

/** Indices, which may be a list of numbers or a tensor of int32. */
export class Positions extends Argument<Tensor> {}

export const axis = (value: number | readonly number[]): Axis => new Axis(value);
export const extents = (...value: number[]): Extents => new Extents(value);
export const whole = (value: number, refusal?: Whole['refusal']): Whole => new Whole(value, refusal);
export const real = (value: number, refusal?: Real['refusal']): Real => new Real(value, refusal);
export const filling = (value: number): Filling => new Filling(value);
export const integer = (value: number): Integer => new Integer(value);
export const choice = (value: string): Choice => new Choice(value);
export const positions = (value: Tensor): Positions => new Positions(value);

/** The arguments as the function takes them. */
export function plain(argument: unknown): unknown {
  if (argument instanceof Argument) return argument.value;
  if (Array.isArray(argument)) return argument.map(plain);
  if (!isSettings(argument)) return argument;
  return Object.fromEntries(Object.entries(argument).map(([key, value]) => [key, plain(value)]));
}

/** An object of options. */
export function isSettings(argument: unknown): argument is Readonly<Record<string, unknown>> {
  return (
    typeof argument === 'object' && argument !== null && Object.getPrototypeOf(argument) === Object.prototype
  );
}

/** A call that is right. */
export interface Call {
  readonly name: string;
  readonly f: (...given: never[]) => unknown;
  /** Made anew for each call. */
  readonly args: () => readonly unknown[];
}

/** Every tensor in some arguments, in order. */
export function tensorsIn(argument: unknown): Tensor[] {
  if (argument instanceof Tensor) return [argument];
  if (argument instanceof Argument) return tensorsIn(argument.value);
  if (Array.isArray(argument)) return argument.flatMap(tensorsIn);
  return isSettings(argument) ? Object.values(argument).flatMap(tensorsIn) : [];
}
