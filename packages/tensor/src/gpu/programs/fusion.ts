import { isExplaining } from '../../explain.js';
import { explainPass, type Fusion, type Program, type Step } from '../../fusion.js';
import type { Layout } from '../../layout.js';
import type { Tensor } from '../../tensor.js';
import type { Context } from '../context.js';
import { define } from '../formulas.js';
import { expressionOf, fusiblePrimitives, readInto } from './elementwise.js';

/** As many operands as one kernel reads: WebGPU has eight buffers for a kernel, of which one is the result. */
const mostInputs = 7;

/**
 * Elementwise operations as one kernel for each value that is wanted, as a kernel has one result: what two of them share is computed twice,
 * which costs less than a pass over memory.
 */
export function fusion(context: Context): Fusion {
  const compute = ({ inputs, steps }: Program, wanted: number, layout: Layout): Tensor => {
    const needed = reachable(steps, inputs.length, wanted);
    const read = [...needed].filter((number) => number < inputs.length).sort((a, b) => a - b);
    const operands = read.map((number) => context.operand(inputs[number] as Tensor, layout.shape));
    const body = (): string => {
      const names = read.map((number) => `v${number}`);
      const lines = [readInto(operands, layout.shape, names)];
      steps.forEach(({ primitive, operands: numbers }, k) => {
        const own = inputs.length + k;
        if (needed.has(own)) lines.push(...define(`v${own}`, expressionOf(primitive, numbers)));
      });
      return [...lines, `  return v${wanted};`].join('\n');
    };
    const name = `fused: ${steps.map(({ primitive }) => primitive).join(' ')}`;
    const of = `${inputs.length} ${steps.map((step) => step.operands.join()).join(' ')} ${wanted}`;
    return context.run({ name, of, body }, operands, layout, 'float32');
  };
  return {
    primitives: fusiblePrimitives,
    takes: () => true,
    run: (program, layout) => {
      const { inputs, steps, outputs } = program;
      const arrays = (wanted: number): number =>
        [...reachable(steps, inputs.length, wanted)].filter((number) => number < inputs.length).length;
      const results = outputs.map((wanted) =>
        arrays(wanted) <= mostInputs ? compute(program, wanted, layout) : oneByOne(program, wanted, layout),
      );
      if (isExplaining()) explainPass('gpu.js', program, layout, results[0] as Tensor);
      return results;
    },
  };

  /** What reads too much for one kernel, in steps. */
  function oneByOne({ inputs, steps }: Program, wanted: number, layout: Layout): Tensor {
    const values: Tensor[] = [...inputs];
    for (const [k, step] of steps.entries()) {
      const operands = step.operands.map((number) => values[number] as Tensor);
      const local: Step = { primitive: step.primitive, operands: operands.map((_, i) => i) };
      const single = { inputs: operands, steps: [local], outputs: [operands.length] };
      values.push(compute(single, operands.length, layout));
      if (inputs.length + k === wanted) break;
    }
    return values[wanted] as Tensor;
  }
}

/** The numbers of the values that one is made of, itself included. */
function reachable(steps: readonly Step[], inputs: number, wanted: number): Set<number> {
  const found = new Set([wanted]);
  for (let k = steps.length - 1; k >= 0; k--) {
    if (found.has(inputs + k)) for (const operand of (steps[k] as Step).operands) found.add(operand);
  }
  return found;
}
