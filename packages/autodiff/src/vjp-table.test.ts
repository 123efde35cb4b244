import { formatShape, isFloat, mul, type PrimitiveName, primitives, type Tensor } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { checkGradients, checkGradientsByRules } from './check-gradients.js';
import { jvpTable } from './jvp-table.js';
import { asFunction } from './primitive-function.testing.js';
import { type Sample, samples } from './primitive-samples.testing.js';
import { nonDifferentiable, type Pullback, type VjpTable } from './vjp-rule.js';
import { vjpTable } from './vjp-table.js';

const names = Object.keys(primitives) as PrimitiveName[];

/** Those whose operands all have an axis. */
const needAxes: ReadonlySet<PrimitiveName> = new Set([
  'cholesky',
  'concat',
  'conv2d',
  'conv2dGradInput',
  'conv2dGradWeight',
  'cumsum',
  'gather',
  'linear',
  'logSoftmax',
  'logSumExp',
  'matmul',
  'normalize',
  'scatterAdd',
  'softmax',
  'triangularSolve',
]);

describe('the table of derivatives', () => {
  it('has the primitives and no others', () => {
    expect(Object.keys(vjpTable).sort()).toEqual([...names].sort());
  });

  it.each(names)(
    '%s: its rules and those of the forward table agree with differences to order 2, or it says that it has none',
    (name) => {
      const points = samples[name];
      const rules = vjpTable[name];
      if (points === nonDifferentiable || rules === nonDifferentiable) {
        expect(rules).toBe(points);
        return;
      }
      for (const sample of points) {
        const [f, inputs] = asFunction(name, sample as Sample<PrimitiveName>);
        const at = sample.inputs.map(({ shape }) => formatShape(shape)).join(' and ');
        expect(checkGradients(f, inputs).toString(), `${name} of ${at}`).toMatch(/agree/);
      }
    },
  );

  it.each(names)(
    '%s: is looked at in at least 8 shapes: of extent 1, permuted, broadcast, and scalars where it takes them',
    (name) => {
      const points = samples[name];
      if (points === nonDifferentiable) return;
      // What is empty compares nothing.
      const full = points.filter(({ inputs }) => inputs.every((x) => !isFloat(x.dtype) || x.size > 0));
      const distinct = full.map(({ inputs }) =>
        JSON.stringify(inputs.map(({ shape, layout }) => [shape, layout.strides])),
      );
      expect(new Set(distinct).size).toBeGreaterThanOrEqual(8);
      const operands = full.flatMap(({ inputs }) => inputs as readonly Tensor[]);
      expect(operands.some(({ shape }) => shape.includes(1))).toBe(true);
      expect(operands.some(({ layout }) => !layout.isContiguous)).toBe(true);
      expect(operands.some(({ rank }) => rank === 0)).toBe(!needAxes.has(name));
      if (!primitives[name].broadcasts || (points[0]?.inputs.length ?? 0) < 2) return;
      const hasTwo = ({ inputs }: (typeof full)[number]): boolean =>
        new Set(inputs.map(({ shape }) => formatShape(shape))).size > 1;
      expect(full.some(hasTwo)).toBe(true);
    },
  );

  it.each(names)(
    '%s: has a rule for each float operand and none for indices, labels and conditions',
    (name) => {
      const points = samples[name];
      const rules = vjpTable[name];
      if (points === nonDifferentiable || rules === nonDifferentiable) return;
      if (typeof rules === 'function') {
        expect(points.flatMap(({ inputs }) => inputs).every(({ dtype }) => isFloat(dtype))).toBe(true);
        return;
      }
      for (const { inputs } of points) {
        expect(rules.map((rule) => rule !== nonDifferentiable)).toEqual(
          inputs.map(({ dtype }) => isFloat(dtype)),
        );
      }
    },
  );

  it.each(names)('%s: each of its rules is checked so closely that a factor 1.0005 is found', (name) => {
    const points = samples[name];
    const rules = vjpTable[name];
    if (points === nonDifferentiable || rules === nonDifferentiable) return;
    const faulty: unknown[] =
      typeof rules === 'function'
        ? [0, 1, 2].map((planted) => scaledAt(rules, planted))
        : [...rules.keys()]
            .filter((i) => rules[i] !== nonDifferentiable)
            .map((planted) => rules.map((rule, i) => (i === planted ? scaled(rule as AnyRule) : rule)));
    for (const [input, wrong] of faulty.entries()) {
      const table = { ...vjpTable, [name]: wrong } as unknown as VjpTable;
      const blamed = points.flatMap((sample) => {
        const [f, inputs] = asFunction(name, sample as Sample<PrimitiveName>);
        return checkGradientsByRules({ vjp: table, jvp: jvpTable }, f, inputs, {
          order: 1,
          modes: ['reverse'],
        }).failures.map((failure) => failure.input);
      });
      expect(new Set(blamed)).toEqual(new Set([input]));
    }
  });
});

type AnyRule = (...args: never[]) => Pullback;
type AnyVariadicRule = (...args: never[]) => (index: number) => Pullback;

function scaled(rule: AnyRule): AnyRule {
  return (...args) => {
    const pullback = rule(...args);
    return (g) => mul(pullback(g), 1.0005);
  };
}

function scaledAt(rule: AnyVariadicRule, planted: number): AnyVariadicRule {
  return (...args) => {
    const pullbackAt = rule(...args);
    return (index) => (index === planted ? scaled(() => pullbackAt(index))() : pullbackAt(index));
  };
}
