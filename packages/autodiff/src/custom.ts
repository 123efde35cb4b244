import { cast, ConfigError, type Interpreter, isFloat, type Tensor } from '@renyi/tensor';
import { Dual } from './dual.js';
import { innermostOf } from './parts.js';
import type { JointPullback, Node } from './node.js';
import { Recorder } from './recorder.js';
import { Onlooker } from './seeing/onlooker.js';

/** What is undefined stands for zero. */
export type Cotangents = readonly (Tensor | undefined)[];

/** A function of lists of tensors with derivatives of its own. */
export interface CustomFunction {
  readonly name: string;
  readonly run: (inputs: readonly Tensor[]) => readonly Tensor[];
  readonly pullback: (
    outputs: readonly Tensor[],
    inputs: readonly Tensor[],
  ) => (cotangents: Cotangents) => Cotangents;
  readonly tangents: (
    outputs: readonly Tensor[],
    inputs: readonly Tensor[],
    tangents: Cotangents,
  ) => Cotangents;
}

/**
 * Calls a function with derivatives of its own, as `bind` calls a primitive: the innermost interpreter among the operands
 * takes the call, and calls it again with its operands one level further out. So its rules are those of every level.
 */
export function callCustom(custom: CustomFunction, inputs: readonly Tensor[]): readonly Tensor[] {
  const innermost = innermostOf(inputs);
  if (innermost instanceof Recorder) return recordCall(innermost, custom, inputs);
  if (innermost instanceof Dual) return moveCall(innermost, custom, inputs);
  if (innermost instanceof Onlooker && innermost.isWatching && isDifferentiated(inputs)) {
    // It sees the result, whose operations are not what is differentiated.
    const primals = inputs.map((x) => innermost.primalOf(x));
    return callCustom(custom, primals).map((y) => innermost.watch(y));
  }
  return custom.run(inputs);
}

/** Whether a derivative is under way that tensors take part in. */
function isDifferentiated(xs: readonly Tensor[]): boolean {
  return xs.some((x) => {
    let { trace } = x;
    while (trace !== null && !isUnderWay(trace.interpreter)) trace = trace.primal.trace;
    return trace !== null;
  });
}

function recordCall(
  recorder: Recorder,
  custom: CustomFunction,
  inputs: readonly Tensor[],
): readonly Tensor[] {
  const primals = inputs.map((x) => recorder.primalOf(x));
  if (!recorder.isRecording || recorder.passes(inputs)) return callCustom(custom, primals);
  return recorder.hold(inputs, () => {
    const outputs = settled(custom.name, recorder.level, callCustom(custom, primals));
    const places: number[] = [];
    const parents: Node[] = [];
    for (const [i, x] of inputs.entries()) {
      const parent = recorder.nodeOf(x);
      if (parent === undefined) continue;
      places.push(i);
      parents.push(parent);
    }
    const moving = outputs.map(({ dtype }) => isFloat(dtype));
    const pullback = jointPullback(custom.pullback(outputs, primals), places, moving);
    const float = outputs.filter((_, i) => moving[i]);
    const recorded = recorder.joint(custom.name, parents, float, pullback);
    let next = 0;
    return outputs.map((y, i) => (moving[i] === true ? (recorded[next++] as Tensor) : y));
  });
}

/**
 * The pullback of a call, by that of the function: its inputs have the parents at `places`, and of its outputs those that are
 * `moving` have a cotangent. A function of its own, since a closure keeps all that those beside it close over.
 */
function jointPullback(
  pullback: (cotangents: Cotangents) => Cotangents,
  places: readonly number[],
  moving: readonly boolean[],
): JointPullback {
  return (cotangents, walk, node) => {
    let next = 0;
    const found = pullback(moving.map((moves) => (moves ? cotangents[next++] : undefined)));
    for (const [k, i] of places.entries()) {
      const parent = node.parents[k] as Node;
      const g = found[i];
      if (g !== undefined) walk.accumulate(parent, cast(g, parent.dtype), node);
    }
  };
}

function moveCall(dual: Dual, custom: CustomFunction, inputs: readonly Tensor[]): readonly Tensor[] {
  const primals = inputs.map((x) => dual.primalOf(x));
  if (!dual.isRunning) return callCustom(custom, primals);
  dual.notice();
  const outputs = settled(custom.name, dual.level, callCustom(custom, primals));
  const tangents = custom.tangents(
    outputs,
    primals,
    inputs.map((x) => dual.tangentOf(x)),
  );
  return outputs.map((y, i) => {
    const t = tangents[i];
    return t === undefined || !isFloat(y.dtype) ? y : dual.move(y, cast(t, y.dtype));
  });
}

/**
 * Outputs as values further out than a level.
 * @throws ConfigError when they depend on what is being differentiated otherwise than through the inputs
 */
function settled(operation: string, level: number, outputs: readonly Tensor[]): readonly Tensor[] {
  return outputs.map((output) => {
    let y = output;
    while (y.trace !== null && y.trace.interpreter.level >= level) {
      if (isUnderWay(y.trace.interpreter)) {
        throw new ConfigError(operation, {
          expected:
            'a function whose result depends through its arguments alone on what is differentiated by',
          got: 'one that closes over it',
          remedy: 'Pass it as an argument, or hold it fixed with stopGradient',
        });
      }
      y = y.trace.primal;
    }
    return y;
  });
}

function isUnderWay(interpreter: Interpreter): boolean {
  if (interpreter instanceof Recorder) return interpreter.isRecording;
  return interpreter instanceof Dual && interpreter.isRunning;
}
