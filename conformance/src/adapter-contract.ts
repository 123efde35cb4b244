import type {
  DecodedTensor,
  DecodedTensors,
  FloatDType,
  GoldenCase,
  GoldenNumber,
  GoldenTensor,
} from './format.js';

/** What an operation answers: flat, row-major. */
export interface Answer {
  readonly shape: ArrayLike<number>;
  readonly data: ArrayLike<number | boolean>;
}

export interface Answers {
  readonly outputs: Readonly<Record<string, Answer>>;
  readonly grads: Readonly<Record<string, Answer>>;
}

/** Numbers of a program beside those that are expected of it. */
export interface Pair {
  readonly name: string;
  readonly got: ArrayLike<number>;
  readonly want: readonly GoldenNumber[];
}

/** What a runner lends to a program for reading its case. */
export interface Reading {
  readonly dec: (x: GoldenTensor) => DecodedTensor;
  readonly num: (x: GoldenNumber) => number;
}

export type Program = (golden: GoldenCase, reading: Reading) => Pair[] | Promise<Pair[]>;

/** Cases of these operations have fields of their own and are run by the function of the same name. */
export const programNames = [
  'optimizer',
  'lr_schedule',
  'clip_grad_norm',
  'train',
  'train_rdml',
  'double_backward',
] as const;

export type ProgramName = (typeof programNames)[number];

/** What connects a library to the cases. An error with `unsupported: true` says that it lacks the operation. */
export interface Adapter extends Partial<Readonly<Record<ProgramName, Program>>> {
  readonly name: string;
  setup?(dtype: FloatDType): Promise<void> | void;
  runCase(
    op: string,
    inputs: DecodedTensors,
    attrs: Readonly<Record<string, unknown>>,
    cotangents: DecodedTensors,
  ): Answers | Promise<Answers>;
  /** Whether an error is the library's own, as it should be for bad input. */
  isTypedError?(error: unknown): boolean;
}
