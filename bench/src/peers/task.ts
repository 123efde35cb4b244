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

/**
 * What the operations of a layer are done to. Where a cotangent of the result is given, they are pulled back too: the results are
 * the value, and then the gradients of the inputs in the order in which they stand here.
 */
interface Pulled {
  readonly cotangent?: Data;
}

/** How the parameters move: SGD as in PyTorch. */
export interface SgdSettings {
  readonly learningRate: number;
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly weightDecay: number;
}

/** The same work for all libraries: what it is done to. */
export interface Tasks {
  /** The product of two n by n matrices; one that is `transposed` is stored as its transpose. */
  matmul: { readonly a: Data; readonly b: Data; readonly transposeA: boolean; readonly transposeB: boolean };
  /** Products of matrices in pairs: a [batch, rows, inner], b [batch, inner, columns]. */
  batchedMatmul: { readonly a: Data; readonly b: Data };
  /** x + y, exp x, tanh x, or relu(x y + x). */
  elementwise: {
    readonly operation: 'add' | 'exp' | 'tanh' | 'chain';
    readonly x: Data;
    readonly y: Data;
  };
  /** Rows of logits: their softmax, its logarithm, or the mean cross-entropy with labels and its gradient. */
  softmax: {
    readonly operation: 'softmax' | 'logSoftmax' | 'crossEntropy';
    readonly x: Data;
    readonly labels: Data;
  };
  /**
   * The Rényi divergence of order alpha of each row of the logits q from that of the logits p; with `backward` its total over the rows and
   * the gradients by p and by q.
   */
  divergence: {
    readonly p: Data;
    readonly q: Data;
    readonly alpha: number;
    readonly backward: boolean;
  };
  /** Along axes. The variance divides by the number of elements. */
  reduce: {
    readonly operation: 'sum' | 'max' | 'mean' | 'variance';
    readonly x: Data;
    readonly axes: readonly number[];
  };
  /** x [batch, channels, height, width] with filters [filters, channels, 3, 3], one zero around each image. */
  convolution: Pulled & { readonly x: Data; readonly weight: Data };
  /** The largest or the mean element of each window of kernel x kernel, side by side; x [batch, channels, height, width]. */
  pooling: Pulled & { readonly operation: 'max' | 'avg'; readonly x: Data; readonly kernel: number };
  /** With the statistics of the batch: x [batch, channels, height, width], weight and bias [channels]. */
  batchNorm: Pulled & {
    readonly x: Data;
    readonly weight: Data;
    readonly bias: Data;
    readonly epsilon: number;
  };
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
    readonly sgd: SgdSettings;
  };
  /**
   * One step of training images x [batch, 1, height, width]: convolution of 3x3 with one zero around, relu, maxima of 2x2, the
   * same again, a linear layer, cross-entropy. The loss of the first step is the result.
   */
  cnn: {
    /** Filters [filters, channels, 3, 3], their biases, twice; then the linear layer. */
    readonly layers: readonly [LayerData, LayerData, LayerData];
    readonly x: Data;
    readonly labels: Data;
    readonly sgd: SgdSettings;
  };
}

export type TaskName = keyof Tasks;
