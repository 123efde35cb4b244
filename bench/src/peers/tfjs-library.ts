export interface TfTensor {
  readonly shape: readonly number[];
  dataSync(): Float32Array;
  data(): Promise<Float32Array>;
  dispose(): void;
  assign(value: TfTensor): void;
}

/** What is used here of TensorFlow.js 4. */
export interface Tf {
  setBackend(name: string): Promise<boolean>;
  ready(): Promise<void>;
  getBackend(): string;
  findBackendFactory(name: string): unknown;
  removeBackend(name: string): void;
  registerBackend(name: string, factory: unknown): boolean;
  disposeVariables(): void;
  /** Nothing where the backend has none of that name. */
  getKernel(name: string, backend: string): unknown;
  tensor(values: Float32Array | Int32Array, shape: readonly number[], dtype: string): TfTensor;
  variable(x: TfTensor): TfTensor;
  tidy<T>(work: () => T): T;
  reshape(x: TfTensor, shape: readonly number[]): TfTensor;
  slice(x: TfTensor, start: readonly number[], size: readonly number[]): TfTensor;
  matMul(a: TfTensor, b: TfTensor, transposeA?: boolean, transposeB?: boolean): TfTensor;
  add(a: TfTensor, b: TfTensor | number): TfTensor;
  sub(a: TfTensor, b: TfTensor): TfTensor;
  mul(a: TfTensor, b: TfTensor | number): TfTensor;
  exp(x: TfTensor): TfTensor;
  tanh(x: TfTensor): TfTensor;
  relu(x: TfTensor): TfTensor;
  neg(x: TfTensor): TfTensor;
  sum(x: TfTensor, axes?: readonly number[]): TfTensor;
  mean(x: TfTensor, axes?: readonly number[]): TfTensor;
  max(x: TfTensor, axes?: readonly number[]): TfTensor;
  softmax(x: TfTensor): TfTensor;
  logSoftmax(x: TfTensor): TfTensor;
  logSumExp(x: TfTensor, axis: number): TfTensor;
  oneHot(labels: TfTensor, classes: number): TfTensor;
  moments(x: TfTensor, axes: readonly number[]): { mean: TfTensor; variance: TfTensor };
  conv2d(x: TfTensor, filter: TfTensor, strides: number, pad: number | string): TfTensor;
  maxPool(x: TfTensor, filterSize: number, strides: number, pad: number | string): TfTensor;
  avgPool(x: TfTensor, filterSize: number, strides: number, pad: number | string): TfTensor;
  batchNorm(
    x: TfTensor,
    mean: TfTensor,
    variance: TfTensor,
    offset: TfTensor,
    scale: TfTensor,
    epsilon: number,
  ): TfTensor;
  valueAndGrads(
    f: (...xs: TfTensor[]) => TfTensor,
  ): (xs: readonly TfTensor[], dy?: TfTensor) => { value: TfTensor; grads: TfTensor[] };
}
