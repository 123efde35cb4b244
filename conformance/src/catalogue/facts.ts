import { nonDifferentiable, vjp, vjpTable } from '@renyi/autodiff';
import {
  cast,
  type DType,
  dtypes,
  explain,
  formatShape,
  isFloat,
  type KernelCall,
  type PrimitiveName,
  referenceBackend,
  setDefaultBackend,
  Tensor,
  TensorError,
  wasmBackend,
} from '@renyi/tensor';
import { Argument, type Call, isSettings, plain, tensorsIn } from '../calls/argument.js';

/** What is found out about a function by calling it. */
export interface Facts {
  /** `[2, 3], [3] → [2, 3]`, of a call. */
  readonly shapes: string;
  /** The dtype of the result for operands of each dtype that is taken. */
  readonly dtypes: readonly (readonly [from: DType, to: DType])[];
  /** The primitives that it consists of. */
  readonly primitives: readonly PrimitiveName[];
  /** Those of them that the wasm backend has a kernel of its own for. */
  readonly fast: readonly PrimitiveName[];
  /** For how many of its float operands there is a derivative: `all`, `none`, or their number in words. */
  readonly derivative: string;
}

type Run = (args: readonly unknown[]) => unknown;

export function factsOf({ f, args }: Call): Facts {
  const run: Run = (given) => (f as (...all: unknown[]) => unknown)(...given.map(plain));
  setDefaultBackend(referenceBackend);
  const right = args();
  const result = tensorsIn(run(right));
  const calls = explain(() => run(args()));
  return {
    shapes: `${shapesOf(tensorsIn(right))}${tensorsIn(right).length > 0 ? ' → ' : ''}${shapesOf(result)}`,
    dtypes: tensorsIn(right).length === 0 ? [] : dtypesOf(run, right),
    primitives: [...new Set(calls.map(({ primitive }) => primitive))],
    fast: fastOf(run, args),
    derivative: derivativeOf(run, right, calls),
  };
}

const shapesOf = (tensors: readonly Tensor[]): string =>
  tensors.map(({ shape }) => formatShape(shape)).join(', ');

/** The same arguments with other tensors. */
function mapTensors(argument: unknown, change: (x: Tensor) => Tensor): unknown {
  if (argument instanceof Tensor) return change(argument);
  if (argument instanceof Argument) return mapTensors(argument.value, change);
  if (Array.isArray(argument)) return argument.map((own) => mapTensors(own, change));
  if (!isSettings(argument)) return argument;
  return Object.fromEntries(Object.entries(argument).map(([key, own]) => [key, mapTensors(own, change)]));
}

/** Operands that are float are given in each dtype; indices, labels and masks stay what they are. */
function dtypesOf(run: Run, right: readonly unknown[]): [DType, DType][] {
  if (!tensorsIn(right).some(({ dtype }) => isFloat(dtype))) {
    const [first] = tensorsIn(right);
    const [result] = tensorsIn(run(right));
    return first && result ? [[first.dtype, result.dtype]] : [];
  }
  return dtypes.flatMap((dtype): [DType, DType][] => {
    const given = right.map((own) => mapTensors(own, (x) => (isFloat(x.dtype) ? cast(x, dtype) : x)));
    try {
      const [result] = tensorsIn(run(given));
      return result === undefined ? [] : [[dtype, result.dtype]];
    } catch (error) {
      if (error instanceof TensorError) return [];
      throw error;
    }
  });
}

/** What the wasm backend says of a primitive for which it has loops alone. */
const loopAlone = 'this primitive has no other kernel';

function fastOf(run: Run, args: Call['args']): PrimitiveName[] {
  setDefaultBackend(wasmBackend);
  try {
    const calls = explain(() => run(args()));
    const own = calls.filter(({ kernel }) => kernel !== 'view' && !kernel.endsWith(loopAlone));
    return [...new Set(own.map(({ primitive }) => primitive))];
  } finally {
    setDefaultBackend(referenceBackend);
  }
}

/** By the table of derivatives, and by asking for one. */
function derivativeOf(
  run: Run,
  right: readonly unknown[],
  calls: readonly KernelCall[],
): Facts['derivative'] {
  const floats = tensorsIn(right).filter(({ dtype }) => isFloat(dtype));
  const result = tensorsIn(run(right)).find(({ dtype }) => isFloat(dtype));
  if (floats.length === 0 || result === undefined) return 'none';
  if (calls.length > 0 && calls.every(({ primitive }) => vjpTable[primitive] === nonDifferentiable))
    return 'none';
  const reached = floats.filter((variable) => isReached(run, right, variable));
  if (reached.length === floats.length) return 'all';
  return reached.length === 0 ? 'none' : `${reached.length} of ${floats.length} operands`;
}

/** Whether the result depends on an operand for the tape. */
function isReached(run: Run, right: readonly unknown[], variable: Tensor): boolean {
  let isTraced = false;
  const f = (x: Tensor): Tensor => {
    const given = right.map((own) => mapTensors(own, (other) => (other === variable ? x : other)));
    const result = tensorsIn(run(given)).find(({ dtype }) => isFloat(dtype)) as Tensor;
    isTraced = result.trace !== null;
    return result;
  };
  try {
    vjp(f, [variable]);
  } catch (error) {
    // What cannot be traced says so, as a move to another backend does.
    if (!(error instanceof TensorError)) throw error;
  }
  return isTraced;
}
