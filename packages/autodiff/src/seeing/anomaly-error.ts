import { type DType, formatShape, type PrimitiveName, type Shape, TensorError } from '@renyi/tensor';

/** What was found in an output or a gradient. */
export type NotFinite = 'NaN' | 'Infinity' | '-Infinity';

/** What an `AnomalyError` tells beside its message. */
export interface Anomaly {
  /** Whether an operation's output is not finite, or the gradient that it hands to an operand. */
  readonly phase: 'forward' | 'backward';
  readonly primitive: PrimitiveName;
  readonly value: NotFinite;
  /** Where the first such element is, and the shape and dtype of what it is in. */
  readonly position: readonly number[];
  readonly shape: Shape;
  readonly dtype: DType;
  /** Forward: which operands were not finite either. An argument of the function may be the cause. */
  readonly operands: readonly number[];
  /** Where the operation was called: the calls outside of this library, innermost first, one a line. */
  readonly site: string;
}

/** The first operation whose output or gradient is not finite, found by `detectAnomaly`. */
export class AnomalyError extends TensorError implements Anomaly {
  override readonly name = 'AnomalyError';
  readonly phase: Anomaly['phase'];
  readonly primitive: PrimitiveName;
  readonly value: NotFinite;
  readonly position: readonly number[];
  readonly shape: Shape;
  readonly dtype: DType;
  readonly operands: readonly number[];
  readonly site: string;

  constructor(anomaly: Anomaly) {
    const { phase, primitive, value, position, shape, dtype, operands, site } = anomaly;
    const [caller] = site.split('\n');
    super(phase === 'forward' ? primitive : `derivative of ${primitive}`, {
      expected: phase === 'forward' ? 'a finite output' : 'a finite gradient',
      got: `${value} at ${formatShape(position)} of ${dtype} ${formatShape(shape)}`,
      ...(caller !== '' && caller !== undefined && { difference: `called ${caller}` }),
      ...(operands.length > 0 && {
        remedy: `Look at operand ${operands.join(' and ')} first, which was not finite either`,
      }),
    });
    this.phase = phase;
    this.primitive = primitive;
    this.value = value;
    this.position = position;
    this.shape = shape;
    this.dtype = dtype;
    this.operands = operands;
    this.site = site;
  }
}
