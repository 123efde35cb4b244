/** A row-major array as every contender gets it. */
export interface Data {
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array;
}

/** One layer of a perceptron, weight [outputs, inputs] as in PyTorch. */
export interface LayerData {
  readonly weight: Data;
  readonly bias: Data;
}

/** The same work for all libraries: what it is done to. */
export interface Tasks {
  /** The product of two n by n matrices; one that is `transposed` is stored as its transpose. */
  matmul: { readonly a: Data; readonly b: Data; readonly transposeA: boolean; readonly transposeB: boolean };
  /** x + y, exp x, tanh x, or relu(x y + x). */
  elementwise: {
    readonly operation: 'add' | 'exp' | 'tanh' | 'chain';
    readonly x: Data;
    readonly y: Data;
  };
  /** Rows of logits: their softmax, or the mean cross-entropy with labels and its gradient. */
  softmax: { readonly operation: 'softmax' | 'crossEntropy'; readonly x: Data; readonly labels: Data };
  /** The sum along axes. */
  reduce: { readonly x: Data; readonly axes: readonly number[] };
  /** y = x o b o b ..., and with `backward` its derivatives too. */
  chain: {
    readonly operation: 'add' | 'mul';
    readonly x: Data;
    readonly b: Data;
    readonly length: number;
    readonly backward: boolean;
  };
  /** The gradient by the scalar x of `length` operations in turn: times b, plus b, tanh. */
  grad: { readonly x: Data; readonly b: Data; readonly length: number };
  /**
   * What stays in memory after a chain was recorded for its backward pass, and before that has run: a run is counted in
   * bytes. The result is that of the backward pass.
   */
  kept: Omit<Tasks['chain'], 'backward'>;
  /** One step of mutual learning (K = 1: of plain training) with SGD; the losses of the first step are the result. */
  step: {
    readonly students: readonly (readonly LayerData[])[];
    readonly x: Data;
    readonly labels: Data;
    readonly alpha: number;
    readonly sgd: {
      readonly learningRate: number;
      readonly momentum: number;
      readonly nesterov: boolean;
      readonly weightDecay: number;
    };
  };
}

export type TaskName = keyof Tasks;
