import { isFloat, mul, type PrimitiveName, primitives, type Tensor } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { checkGradientsByRules } from './check-gradients.js';
import { type JvpTable, linear } from './jvp-rule.js';
import { jvpTable } from './jvp-table.js';
import { asFunction } from './primitive-function.testing.js';
import { type Sample, samples } from './primitive-samples.testing.js';
import { nonDifferentiable } from './vjp-rule.js';
import { vjpTable } from './vjp-table.js';

const names = Object.keys(primitives) as PrimitiveName[];

describe('the forward table', () => {
  it('has the primitives and no others', () => {
    expect(Object.keys(jvpTable).sort()).toEqual([...names].sort());
  });

  it.each(names)('%s: has a derivative exactly where the reverse table has one', (name) => {
    const tangents = jvpTable[name];
    const rules = vjpTable[name];
    if (tangents === nonDifferentiable || rules === nonDifferentiable) {
      expect(tangents).toBe(rules);
      return;
    }
    if (tangents === linear || typeof rules === 'function') return;
    expect(tangents.map((rule) => rule === nonDifferentiable)).toEqual(
      rules.map((rule) => rule === nonDifferentiable),
    );
  });

  it.each(names)('%s: each of its formulas is checked so closely that a factor 1.0005 is found', (name) => {
    const points = samples[name];
    const rules = jvpTable[name];
    if (points === nonDifferentiable || rules === nonDifferentiable || rules === linear) return;
    const float = [...rules.keys()].filter((i) => rules[i] !== nonDifferentiable);
    for (const [input, planted] of float.entries()) {
      const formula = rules[planted];
      if (typeof formula !== 'function') continue;
      const wrong = rules.map((rule, i) => (i === planted ? scaled(formula as AnyRule) : rule));
      const jvp = { ...jvpTable, [name]: wrong } as unknown as JvpTable;
      const blamed = points.flatMap((sample) => {
        const [f, inputs] = asFunction(name, sample as Sample<PrimitiveName>);
        const options = { order: 1, modes: ['forward'] } as const;
        return checkGradientsByRules({ vjp: vjpTable, jvp }, f, inputs, options).failures;
      });
      expect(new Set(blamed.map((failure) => failure.input))).toEqual(new Set([input]));
    }
  });

  it.each(names.filter((name) => jvpTable[name] === linear))(
    '%s, which says that it is linear, sends zero to zero',
    (name) => {
      const points = samples[name];
      if (points === nonDifferentiable) throw new Error(`${name} has no samples`);
      for (const sample of points) {
        const [f, inputs] = asFunction(name, sample as Sample<PrimitiveName>);
        const output = f(...inputs.map((x: Tensor) => mul(x, 0)));
        expect(isFloat(output.dtype) && output.dataSync().every((y) => y === 0)).toBe(true);
      }
    },
  );
});

type AnyRule = (...args: never[]) => Tensor;

function scaled(rule: AnyRule): AnyRule {
  return (...args) => mul(rule(...args), 1.0005);
}
