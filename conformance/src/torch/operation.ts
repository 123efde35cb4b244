import type { Tensor } from '@renyi/tensor';

/** What PyTorch's functions are called with, under PyTorch's names. */
export interface Attributes {
  readonly dim?: number | readonly number[] | null;
  readonly dims?: readonly number[];
  readonly dim0?: number;
  readonly dim1?: number;
  readonly start_dim?: number;
  readonly end_dim?: number;
  readonly keepdim?: boolean;
  readonly correction?: number;
  readonly shape?: readonly number[];
  readonly slices?: readonly (readonly (number | null)[])[];
  readonly index?: number;
  readonly repeats?: readonly number[];
  readonly pad?: readonly number[];
  readonly value?: number;
  readonly size?: number | readonly number[];
  readonly diagonal?: number;
  readonly num_classes?: number;
  readonly negative_slope?: number;
  readonly alpha?: number;
  readonly approximate?: 'none' | 'tanh';
  readonly beta?: number;
  readonly threshold?: number;
  readonly min?: number | null;
  readonly max?: number | null;
  readonly min_val?: number;
  readonly max_val?: number;
  readonly exponent?: number;
  readonly stride?: PerAxis | null;
  readonly padding?: PerAxis | 'valid' | 'same';
  readonly output_padding?: PerAxis;
  readonly dilation?: PerAxis;
  readonly groups?: number;
  readonly kernel_size?: PerAxis;
  readonly ceil_mode?: boolean;
  readonly count_include_pad?: boolean;
  readonly divisor_override?: number | null;
  readonly output_size?: number | readonly (number | null)[];
  readonly normalized_shape?: readonly number[];
  readonly training?: boolean;
  readonly momentum?: number;
  readonly equation?: string;
  readonly p?: number;
  readonly k?: number;
  readonly largest?: boolean;
  readonly descending?: boolean;
  readonly padding_idx?: number | null;
  readonly mode?: 'mean' | 'sum' | 'max';
  readonly reduction?: 'mean' | 'sum' | 'none';
  readonly ignore_index?: number;
  readonly label_smoothing?: number;
  readonly log_target?: boolean;
  readonly delta?: number;
  readonly eps?: number;
  readonly students?: number;
}

type PerAxis = number | readonly number[];

export type Inputs = Readonly<Record<string, Tensor>>;

/** A function of PyTorch in terms of ours. A tensor alone is its output `out`. */
export type Operation = (inputs: Inputs, attrs: Attributes) => Tensor | Readonly<Record<string, Tensor>>;

export type Table = Readonly<Record<string, Operation>>;

/** An input that the operation cannot do without. */
export function input(inputs: Inputs, name: string): Tensor {
  return inputs[name] as Tensor;
}

/** An input that may be absent, as an option. */
export function optional<Name extends string>(
  name: Name,
  x: Tensor | undefined,
): { readonly [N in Name]?: Tensor } {
  return x === undefined ? {} : ({ [name]: x } as { readonly [N in Name]?: Tensor });
}

/** t0, t1, ... in their order. */
export function numbered(inputs: Inputs, prefix: string): Tensor[] {
  const found: Tensor[] = [];
  for (let x = inputs[`${prefix}0`]; x !== undefined; x = inputs[`${prefix}${found.length}`]) found.push(x);
  return found;
}

/** A function of one tensor that has no settings. */
export function unary(f: (x: Tensor) => Tensor): Operation {
  return (inputs) => f(input(inputs, 'x'));
}

export function binary(f: (a: Tensor, b: Tensor) => Tensor): Operation {
  return (inputs) => f(input(inputs, 'a'), input(inputs, 'b'));
}
