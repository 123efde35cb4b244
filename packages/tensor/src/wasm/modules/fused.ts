import type { Step } from '../../fusion.js';
import type { Expression } from '../emitter/expression.js';
import type { Body } from '../emitter/function.js';
import { i32, v128 } from '../emitter/instructions.js';
import { type ImportedMemory, ModuleBuilder } from '../emitter/module.js';
import type { PrimitiveName } from '../../primitive.js';
import {
  angleNames,
  arithmetic,
  type ArithmeticName,
  comparisons,
  type ComparisonName,
  pairs,
  type PairName,
  pairNames,
  unary,
  type UnaryName,
  unaryNames,
} from './catalog.js';
import type { Reading } from './elementwise.js';

type Vector = Expression<'v128'>;
type Apply = (...operands: Vector[]) => Vector;

/** What a fused function computes: how each input is read, the steps, and which values are stored. */
export interface Expressions {
  readonly readings: readonly Reading[];
  readonly steps: readonly Step[];
  readonly outputs: readonly number[];
}

/** (bytes of a whole operand, addresses of the outputs, addresses of the inputs) */
export type FusedFunction = (bytes: number, ...addresses: number[]) => void;

/** The primitives that can be steps. */
export const fusible: ReadonlySet<PrimitiveName> = new Set<PrimitiveName>([
  // Angles must be looked at before.
  ...unaryNames.filter((name) => !(angleNames as readonly UnaryName[]).includes(name)),
  ...(Object.keys(arithmetic) as ArithmeticName[]),
  ...pairNames,
  ...(Object.keys(comparisons) as ComparisonName[]),
  'where',
]);

/**
 * One loop for all steps: inputs are loaded once, intermediate values stay in registers, outputs are stored. Values that are the same
 * for all elements are loaded, and constants made, before the loop.
 */
export function fusedModule(memory: ImportedMemory, expressions: Expressions): Uint8Array<ArrayBuffer> {
  const { readings, steps, outputs } = expressions;
  const module = new ModuleBuilder(memory);
  const names = [...outputs.map((_, i) => `out${i}`), ...readings.map((_, i) => `in${i}`)];
  const parameters = {
    bytes: 'i32',
    ...Object.fromEntries(names.map((name) => [name, 'i32'] as const)),
  } as const;
  module.function('fused', parameters as Readonly<Record<string, 'i32'>>, 'void', (f, p) => {
    const address = (name: string): Expression<'i32'> => p[name] as Expression<'i32'>;
    const same = readings.map((reading, i) =>
      reading === 'same' ? f.let(v128.load32Splat(address(`in${i}`))) : undefined,
    );
    const apply = new Map<PrimitiveName, Apply>();
    for (const { primitive } of steps)
      if (!apply.has(primitive)) apply.set(primitive, functionFor(f, primitive));
    f.for({ from: 0, to: address('bytes'), step: 16 }, (i) => {
      const values: Vector[] = readings.map(
        (_, k) => same[k] ?? f.let(v128.load(i32.add(address(`in${k}`), i))),
      );
      for (const { primitive, operands } of steps) {
        const compute = apply.get(primitive) as Apply;
        values.push(f.let(compute(...operands.map((k) => values[k] as Vector))));
      }
      outputs.forEach((value, k) => {
        f.do(v128.store(i32.add(address(`out${k}`), i), values[value] as Vector));
      });
    });
  });
  return module.toBytes();
}

function functionFor(f: Body, name: PrimitiveName): Apply {
  if (name === 'where') {
    return (condition, a, b) => v128.bitselect(a as Vector, b as Vector, condition as Vector);
  }
  if (name in unary) return unary[name as UnaryName](f) as Apply;
  if (name in pairs) return pairs[name as PairName](f) as Apply;
  const pair = name in arithmetic ? arithmetic[name as ArithmeticName] : comparisons[name as ComparisonName];
  return pair as Apply;
}
