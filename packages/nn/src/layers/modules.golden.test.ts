import { valueAndGrad } from '@renyi/autodiff';
import { Generator, mul, sum, type Tensor } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { readCases } from '../golden.testing.js';
import { compare, decode, type TypedTensor } from '../golden-operations.testing.js';
import * as nn from '../index.js';
import type { Module, StateDict } from '../module.js';

type ByName<T> = Readonly<Record<string, T>>;

interface ModuleCase {
  readonly id: string;
  readonly module: string;
  readonly attrs: { readonly sizes: readonly unknown[]; readonly options?: object };
  readonly inputs: ByName<TypedTensor>;
  readonly state: ByName<TypedTensor>;
  readonly output: TypedTensor;
  readonly cotangent: TypedTensor;
  /** Of parameters by their names, and of inputs. */
  readonly grads: ByName<TypedTensor>;
  readonly stateAfter: ByName<TypedTensor>;
  readonly evaluated: TypedTensor;
}

const cases = readCases<ModuleCase>('modules/modules.json');

/** Ours that have another name than PyTorch's. */
const names: ByName<string> = {
  MultiheadAttention: 'MultiHeadAttention',
  TransformerEncoderLayer: 'TransformerBlock',
};

function make({ module, attrs }: ModuleCase): Module {
  type Maker = new (...args: unknown[]) => Module;
  const Made = (nn as unknown as ByName<Maker>)[names[module] ?? module] as Maker;
  const options = { generator: new Generator(0), dtype: 'float64', ...attrs.options };
  return new Made(...attrs.sizes, options);
}

const decoded = (tensors: ByName<TypedTensor>): ByName<Tensor> =>
  Object.fromEntries(Object.entries(tensors).map(([name, x]) => [name, decode(x)]));

/** What a module is called with: x and what else there is, by our names. */
function call(module: Module, { x, query, ...others }: ByName<Tensor>): Tensor {
  const { key, value, mask, padding, offsets, weights } = others;
  const settings = {
    ...(key && { key }),
    ...(value && { value }),
    ...(mask && { mask }),
    ...(padding && { keyPaddingMask: padding }),
    ...(offsets && { offsets }),
    ...(weights && { perSampleWeights: weights }),
  };
  const forward = module.forward.bind(module) as (x: Tensor, settings?: object) => Tensor;
  return forward((x ?? query) as Tensor, settings);
}

/** A module that has the state of a case, in which nothing was missing and nothing left over. */
function loaded(golden: ModuleCase): Module {
  const module = make(golden);
  module.loadStateDict(decoded(golden.state) as StateDict);
  return module;
}

describe('modules are those of PyTorch:', () => {
  it.each(cases.map((golden) => [golden.id, golden] as const))('%s', (_, golden) => {
    const module = loaded(golden);
    const inputs = decoded(golden.inputs);
    const named = module.namedParameters();
    let output: Tensor | undefined;
    const { gradients } = valueAndGrad(
      () => {
        const y = call(module, inputs);
        output = y;
        return sum(mul(y, decode(golden.cotangent)));
      },
      named.map(([, parameter]) => parameter),
    );
    compare('output', output, golden.output);
    expect(named.map(([name]) => name).sort()).toEqual(
      Object.keys(golden.grads)
        .filter((name) => !name.startsWith('inputs.'))
        .sort(),
    );
    for (const [i, [name]] of named.entries())
      compare(`gradient of ${name}`, gradients[i], golden.grads[name] as TypedTensor);
    const state = module.stateDict();
    for (const [name, x] of Object.entries(golden.stateAfter)) compare(name, state[name], x);
    compare('in evaluation', call(module.eval(), inputs), golden.evaluated);
  });

  it('and would not be without one of their parameters', () => {
    for (const golden of cases.filter(({ state }) => Object.keys(state).length > 0)) {
      const module = loaded(golden);
      const [[, parameter] = []] = module.namedParameters();
      if (parameter === undefined) continue;
      parameter.value = parameter.value.mul(1 + 2 ** -20);
      const inputs = decoded(golden.inputs);
      expect(() => compare('output', call(module, inputs), golden.output), golden.id).toThrow(/instead of/);
    }
  });
});
