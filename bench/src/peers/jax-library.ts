/** jax-js frees what an operation has used: `ref` keeps it for another. */
export interface JaxArray {
  readonly ref: JaxArray;
  readonly shape: readonly number[];
  reshape(shape: readonly number[]): JaxArray;
  dataSync(): Float32Array;
  dispose(): void;
}

/** What is used here of jax-js 0.1. */
export interface Jax {
  init(device: string): Promise<unknown>;
  defaultDevice(device: string): unknown;
  jit<F>(f: F): F;
  grad<F>(f: F): (...xs: unknown[]) => JaxArray;
  vjp<F>(
    f: F,
    inputs: readonly JaxArray[],
  ): [output: JaxArray, pullback: (cotangent: JaxArray) => readonly JaxArray[]];
  valueAndGrad<F>(f: F, options?: { argnums: readonly number[] }): (...xs: unknown[]) => [JaxArray, unknown];
  readonly nn: {
    relu(x: JaxArray): JaxArray;
    softmax(x: JaxArray, axis: number): JaxArray;
    logSoftmax(x: JaxArray, axis: number): JaxArray;
    logsumexp(x: JaxArray, axis: number): JaxArray;
    oneHot(labels: JaxArray, classes: number): JaxArray;
    standardize(x: JaxArray, axis: readonly number[], options: { readonly epsilon: number }): JaxArray;
  };
  readonly numpy: {
    array(values: Float32Array | Int32Array): JaxArray;
    matmul(a: JaxArray, b: JaxArray): JaxArray;
    transpose(x: JaxArray): JaxArray;
    add(a: JaxArray, b: JaxArray): JaxArray;
    multiply(a: JaxArray, b: JaxArray | number): JaxArray;
    exp(x: JaxArray): JaxArray;
    tanh(x: JaxArray): JaxArray;
    sum(x: JaxArray, axis?: readonly number[]): JaxArray;
    max(x: JaxArray, axis?: readonly number[]): JaxArray;
    mean(x: JaxArray, axis?: readonly number[]): JaxArray;
    var_(x: JaxArray, axis?: readonly number[]): JaxArray;
    reshape(x: JaxArray, shape: readonly number[]): JaxArray;
  };
  readonly lax: {
    conv(x: JaxArray, filters: JaxArray, strides: readonly number[], padding: string): JaxArray;
    reduceWindow(
      x: JaxArray,
      reduce: (window: JaxArray) => JaxArray,
      window: readonly number[],
      strides: readonly number[],
    ): JaxArray;
  };
}
