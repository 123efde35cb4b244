import { Parameter, valueAndGrad } from '@renyi/autodiff';
import { add, mul, sub, sum, type Tensor } from '@renyi/tensor';
import type { Pair, Program } from '../adapter-contract.js';
import type { GoldenCase, GoldenNumber, GoldenTensor } from '../format.js';
import { toTensor } from '../tensors.js';
import { makeOptimizer } from './optimizers.js';

interface OptimizerCase extends GoldenCase {
  readonly attrs: { readonly optimizer: string; readonly options: Readonly<Record<string, unknown>> };
  readonly params0: readonly GoldenTensor[];
  /** For each step and parameter. */
  readonly params_after_step: readonly (readonly GoldenNumber[][])[];
  /** Gradients that are given ... */
  readonly grads_at_step?: readonly (readonly GoldenNumber[][])[];
  /** ... or the y of a loss whose gradients are taken along the way. */
  readonly targets?: readonly GoldenTensor[];
}

/** sum (w - y)² (1 + (w - y)² / 2) over all parameters. */
function quarticLoss(parameters: readonly Parameter[], targets: readonly Tensor[]): Tensor {
  const terms = parameters.map(({ value }, i) => {
    const difference = sub(value, targets[i] as Tensor);
    const square = mul(difference, difference);
    return sum(mul(square, add(mul(square, 0.5), 1)));
  });
  return terms.reduce((a, b) => add(a, b));
}

/** The parameters after each step. */
export const optimizer: Program = async (golden, { dec, num }) => {
  const {
    attrs,
    params0,
    params_after_step,
    grads_at_step,
    targets = [],
  } = golden as unknown as OptimizerCase;
  const parameters = params0.map((x) => new Parameter(toTensor(dec(x))));
  const goals = targets.map((y) => toTensor(dec(y)));
  const updates = makeOptimizer(attrs.optimizer, parameters, attrs.options);
  const pairs: Pair[] = [];
  for (const [step, expected] of params_after_step.entries()) {
    const given = grads_at_step?.[step];
    const gradients =
      given === undefined
        ? valueAndGrad(() => quarticLoss(parameters, goals), parameters).gradients
        : given.map((data, i) => toTensor({ shape: params0[i]?.shape ?? [], data: data.map((x) => num(x)) }));
    updates.step(gradients);
    for (const [i, { value }] of parameters.entries())
      pairs.push({
        name: `parameter ${i} after step ${step}`,
        got: await value.data(),
        want: expected[i] ?? [],
      });
  }
  return pairs;
};
