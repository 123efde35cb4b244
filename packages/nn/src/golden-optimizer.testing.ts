import { Parameter, valueAndGrad } from '@renyi/autodiff';
import { add, mul, sub, sum, type Tensor } from '@renyi/tensor';
import { decode, excess, type GoldenNumbers, type GoldenTensor } from './golden.testing.js';
import type { Optimizer } from './optimizer.js';

/** Steps of an optimizer of PyTorch, with settings by PyTorch's names. */
export interface OptimizerCase<Options> {
  readonly id: string;
  readonly attrs: { readonly optimizer: string; readonly options: Options };
  readonly params0: readonly GoldenTensor[];
  /** For each step and parameter. */
  readonly params_after_step: readonly (readonly GoldenNumbers[])[];
  /** Given gradients ... */
  readonly grads_at_step?: readonly (readonly GoldenNumbers[])[];
  /** ... or the y of a loss whose gradients are taken along the way. */
  readonly targets?: readonly GoldenTensor[];
}

/** sum (w - y)^2 (1 + (w - y)^2 / 2) over all parameters: neither linear nor quadratic, so that errors grow. */
function quarticLoss(parameters: readonly Parameter[], targets: readonly Tensor[]): Tensor {
  const terms = parameters.map(({ value }, i) => {
    const difference = sub(value, targets[i] as Tensor);
    const square = mul(difference, difference);
    return sum(mul(square, add(mul(square, 0.5), 1)));
  });
  return terms.reduce((a, b) => add(a, b));
}

/** How far an optimizer strays from a case, in units of the tolerance. */
export function deviation(
  golden: OptimizerCase<unknown>,
  optimizerOf: (parameters: readonly Parameter[]) => Pick<Optimizer, 'step'>,
): number {
  const parameters = golden.params0.map((x) => new Parameter(decode(x)));
  const optimizer = optimizerOf(parameters);
  const targets = golden.targets?.map(decode) ?? [];
  let worst = 0;
  for (const [step, expected] of golden.params_after_step.entries()) {
    const given = golden.grads_at_step?.[step];
    const gradients =
      given === undefined
        ? valueAndGrad(() => quarticLoss(parameters, targets), parameters).gradients
        : given.map((data, i) => decode({ shape: golden.params0[i]?.shape ?? [], data }));
    optimizer.step(gradients);
    for (const [i, { value }] of parameters.entries()) {
      const ratio = excess(value.dataSync(), expected[i] ?? []);
      if (!(ratio <= worst)) worst = ratio;
    }
  }
  return worst;
}
