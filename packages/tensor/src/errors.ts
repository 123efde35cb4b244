/** What an error tells: `<operation>: expected ...; got ...: <difference>. <remedy>` */
export interface ErrorDetails {
  /** What would have been right. */
  readonly expected: string;
  /** What arrived instead. */
  readonly got: string;
  /** Where exactly the two differ, when that is not plain to see. */
  readonly difference?: string;
  /** One sentence on how to mend the usual cause. */
  readonly remedy?: string;
}

/** The base of every error this library throws on bad input; its fields are for programs, its message for people. */
export class TensorError extends Error {
  override readonly name: string = 'TensorError';
  readonly operation: string;
  readonly expected: string;
  readonly got: string;
  readonly difference: string | undefined;
  readonly remedy: string | undefined;

  constructor(operation: string, details: ErrorDetails, options?: ErrorOptions) {
    const { expected, got, difference, remedy } = details;
    const where = difference === undefined ? '' : `: ${difference}`;
    const mend = remedy === undefined ? '' : `. ${remedy}`;
    super(`${operation}: expected ${expected}; got ${got}${where}${mend}`, options);
    this.operation = operation;
    this.expected = expected;
    this.got = got;
    this.difference = difference;
    this.remedy = remedy;
  }
}

/** Extents, ranks or axes that do not fit. */
export class ShapeError extends TensorError {
  override readonly name = 'ShapeError';
}

/** A dtype that the operation does not take. */
export class DTypeError extends TensorError {
  override readonly name = 'DTypeError';
}

/** A value outside an operation's domain: a negative order, an index out of range, an empty maximum. */
export class DomainError extends TensorError {
  override readonly name = 'DomainError';
}

/** Operands on different backends, or a request that a backend cannot meet. */
export class BackendError extends TensorError {
  override readonly name = 'BackendError';
}

/** A backend has no kernel for a primitive; no other backend steps in unasked. */
export class KernelMissingError extends TensorError {
  override readonly name = 'KernelMissingError';
}

/** What frees a tensor: a call of `dispose()`, the end of a block that declared it with `using`, the end of a scope. */
export type Freer = 'dispose' | 'using' | 'scope';

/**
 * A tensor was used after it had been freed. The same program throws it on every backend, also where storage belongs to the
 * garbage collector.
 */
export class DisposedError extends TensorError {
  override readonly name = 'DisposedError';

  /** What freed the tensor. */
  readonly freedBy: Freer | undefined;

  constructor(
    operation: string,
    details: ErrorDetails & { readonly freedBy?: Freer },
    options?: ErrorOptions,
  ) {
    super(operation, details, options);
    this.freedBy = details.freedBy;
  }
}

/** A file or byte stream that is not what it should be. */
export class FormatError extends TensorError {
  override readonly name = 'FormatError';
}

/** A setting or a combination of settings that makes no sense. */
export class ConfigError extends TensorError {
  override readonly name = 'ConfigError';
}
