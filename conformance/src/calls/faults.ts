import { Tensor, zeros } from '@renyi/tensor';
import {
  Argument,
  Axis,
  type Call,
  Choice,
  Extents,
  Filling,
  Integer,
  isSettings,
  plain,
  Positions,
  Real,
  Whole,
} from './argument.js';

/** Something in the place of an argument that must not be there. */
interface Fault {
  /** For people: which argument, and what is wrong with it. */
  readonly what: string;
  /** The name of the error that says so. */
  readonly error: string;
  /** Instead of the argument, from what it should have been. */
  readonly instead: (right: unknown) => unknown;
}

const replacing = (error: string, values: readonly unknown[]): Fault[] =>
  values.map((value) => ({ what: shown(value), error, instead: () => value }));

function shown(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (value instanceof Promise) return 'a promise';
  return typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
}

const impostors: readonly unknown[] = [null, undefined, '2', {}, Promise.resolve(1), () => 1];

function freed(): Tensor {
  const x = zeros([2, 3]);
  x.dispose();
  return x;
}

/** All that is wrong in the place of an argument of this kind. */
function faultsOf(argument: unknown): Fault[] {
  if (argument instanceof Tensor)
    return [
      ...replacing('DTypeError', [...impostors, [1, 2]]),
      { what: 'a tensor that was freed', error: 'DisposedError', instead: freed },
    ];
  if (argument instanceof Positions) return replacing('DTypeError', impostors);
  if (argument instanceof Axis)
    return [
      ...replacing('ShapeError', [9, -9, 0.5, Number.NaN, '0', [0.5]]),
      ...(typeof argument.value === 'number'
        ? []
        : replacing('ShapeError', [
            [0, 0],
            [0, -9],
          ])),
    ];
  if (argument instanceof Extents)
    return replacing('ShapeError', [[2, -3], [1.5, 4], [Number.NaN], ['2', '3'], '6', 6, null]);
  if (argument instanceof Whole)
    return replacing(argument.refusal, [-9, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '1']);
  if (argument instanceof Integer) return replacing('ShapeError', [1.5, Number.NaN, '1']);
  if (argument instanceof Filling) return replacing('DTypeError', ['1', null, {}]);
  if (isSettings(argument)) return replacing('ConfigError', [0, 'axis', null, [0]]);
  if (argument instanceof Real) return replacing(argument.refusal, [Number.NaN, '1', null, {}]);
  if (argument instanceof Choice) return replacing('ConfigError', ['other', 1, null]);
  return [];
}

/** A call with one fault. */
export interface BadCall {
  readonly what: string;
  readonly error: string;
  readonly run: () => unknown;
}

/** Every call that differs from a right one in one argument, in a way that follows from what that argument is for. */
export function badCalls({ name, f, args }: Call): BadCall[] {
  return args().flatMap((argument, position) =>
    placesIn(argument).flatMap((path) =>
      faultsOf(at(argument, path))
        // An option that is undefined is one that is not given.
        .filter(({ what }) => path.length === 0 || what !== 'undefined')
        .map(({ what, error, instead }) => ({
          what: `${name}: ${what} as ${['argument', position, ...path].join(' ')}`,
          error,
          run: () => {
            const right = args();
            const wrong = right.map((own, i) => (i === position ? replaced(own, path, instead) : own));
            return (f as (...given: unknown[]) => unknown)(...wrong.map(plain));
          },
        })),
    ),
  );
}

type Path = readonly (string | number)[];

/** The argument itself, or what is in a list or in options. */
function placesIn(argument: unknown): Path[] {
  if (Array.isArray(argument)) return argument.flatMap((own, i) => placesIn(own).map((path) => [i, ...path]));
  if (isSettings(argument))
    return [
      [],
      ...Object.entries(argument).flatMap(([key, own]) => placesIn(own).map((path) => [key, ...path])),
    ];
  return argument instanceof Argument || argument instanceof Tensor ? [[]] : [];
}

function at(argument: unknown, path: Path): unknown {
  return path.reduce<unknown>((own, key) => (own as Record<string | number, unknown>)[key], argument);
}

function replaced(argument: unknown, path: Path, instead: (right: unknown) => unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return instead(argument);
  if (Array.isArray(argument))
    return argument.with(key as number, replaced(argument[key as number], rest, instead));
  const settings = argument as Readonly<Record<string, unknown>>;
  return { ...settings, [key]: replaced(settings[key], rest, instead) };
}
