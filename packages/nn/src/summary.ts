import { ConfigError, type DType, formatShape, scope, type Shape, type Tensor, zeros } from '@renyi/tensor';
import type { Module } from './module.js';

/** One module in a summary. */
export interface SummaryLayer {
  /** As in a state dict, '' for the whole. */
  readonly name: string;
  /** The name of its class. */
  readonly kind: string;
  /** How deep it lies: 0 for the whole. */
  readonly depth: number;
  /** What it gave, the last time it was called; undefined if it was not. */
  readonly output: Shape | undefined;
  /** How many numbers it learns, those of the modules in it included; each once. */
  readonly parameters: number;
  /** Multiplications, each with an addition, in products and convolutions of all its calls, those in it included. */
  readonly multiplyAdds: number;
}

export interface Summary {
  readonly layers: readonly SummaryLayer[];
  readonly parameters: number;
  readonly multiplyAdds: number;
  /** The table. */
  toString(): string;
}

/**
 * What a network consists of: each module with the shape it gives, its parameters and multiply-adds, found by running it in
 * evaluation mode on zeros of the given shape; nothing is left of that.
 * @param shape of an input, its batch included
 * @param options.dtype of the input: float32 by default, int32 for indices
 * @throws whatever the network throws for such an input
 *
 * @example
 * import { Generator } from '@renyi/tensor';
 * import { mlp, summary } from '@renyi/nn';
 * const { parameters, multiplyAdds, layers } = summary(mlp([64, 32, 10], { generator: new Generator(0) }), [1, 64]);
 * console.log(parameters, multiplyAdds, layers[1]?.output); // => 2410 2368 [ 1, 32 ]
 */
export function summary(network: Module, shape: Shape, options: { readonly dtype?: DType } = {}): Summary {
  const modules = network.namedModules();
  const calls = new Map<Module, { output: Shape; multiplyAdds: number }>();
  const modes = modules.map(([, module]) => module.training);
  try {
    network.eval();
    for (const [, module] of modules) record(module, calls);
    scope(() => {
      network.forward(zeros(shape, { dtype: options.dtype ?? 'float32' }));
    });
  } finally {
    for (const [i, [, module]] of modules.entries()) {
      Reflect.deleteProperty(module, 'forward');
      module.training = modes[i] as boolean;
    }
  }
  const layers = modules.map(([name, module]): SummaryLayer => {
    const own = calls.get(module);
    const within = module.modules().reduce((total, part) => total + (calls.get(part)?.multiplyAdds ?? 0), 0);
    return {
      name,
      kind: module.constructor.name,
      depth: name === '' ? 0 : name.split('.').length,
      output: own?.output,
      parameters: module.parameters().reduce((total, { value }) => total + value.size, 0),
      multiplyAdds: within,
    };
  });
  const { parameters, multiplyAdds } = layers[0] as SummaryLayer;
  return { layers, parameters, multiplyAdds, toString: () => table(layers) };
}

/** Notes the shapes of each call, until the property is deleted again. */
function record(module: Module, calls: Map<Module, { output: Shape; multiplyAdds: number }>): void {
  if (Object.hasOwn(module, 'forward')) {
    throw new ConfigError('summary', {
      expected: 'modules whose forward is a method of their class',
      got: `a ${module.constructor.name} with one of its own`,
    });
  }
  const forward = module.forward.bind(module) as (x: Tensor, ...rest: unknown[]) => Tensor;
  const recording = (x: Tensor, ...rest: unknown[]): Tensor => {
    const y = forward(x, ...rest);
    const before = calls.get(module)?.multiplyAdds ?? 0;
    calls.set(module, { output: y.shape, multiplyAdds: before + module.multiplyAdds(x.shape, y.shape) });
    return y;
  };
  // Not enumerable: a field would be taken for a part of the module.
  Object.defineProperty(module, 'forward', { value: recording, configurable: true, enumerable: false });
}

function table(layers: readonly SummaryLayer[]): string {
  const rows = [
    ['layer', 'kind', 'output', 'parameters', 'multiply-adds'],
    ...layers.map(({ name, kind, depth, output, parameters, multiplyAdds }) => [
      `${'  '.repeat(depth)}${name.slice(name.lastIndexOf('.') + 1)}`,
      kind,
      output === undefined ? '-' : formatShape(output),
      parameters.toLocaleString('en-US'),
      multiplyAdds.toLocaleString('en-US'),
    ]),
  ];
  const widths = [0, 1, 2, 3, 4].map((column) =>
    Math.max(...rows.map((row) => (row[column] as string).length)),
  );
  const lines = rows.map((row) =>
    row
      .map((cell, column) => (column < 3 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ')
      .trimEnd(),
  );
  return [
    lines[0],
    '-'.repeat(widths.reduce((total, width) => total + width + 2, -2)),
    ...lines.slice(1),
  ].join('\n');
}
