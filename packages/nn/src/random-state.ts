import { ConfigError, Generator, type GeneratorState } from '@renyi/tensor';
import type { Module } from './module.js';

/** A module that draws, such as dropout. */
type Drawing = Module & { generator: Generator };

/**
 * Where the generators of a network's modules are, by the names of the modules: together with the state dicts of network and
 * optimizer, what a training with dropout needs to go on bit for bit. Plain data.
 * @throws ConfigError for a module that contains itself
 *
 * @example
 * import { Generator, ones } from '@renyi/tensor';
 * import { Dropout, loadRandomState, randomState, Sequential } from '@renyi/nn';
 * const net = new Sequential(new Dropout(0.5, { generator: new Generator(0) }));
 * const saved = randomState(net);
 * const first = String(net.forward(ones([8])));
 * loadRandomState(net, saved);
 * console.log(Object.keys(saved), String(net.forward(ones([8]))) === first); // => [ '0' ] true
 */
export function randomState(network: Module): Readonly<Record<string, GeneratorState>> {
  return Object.fromEntries(drawing(network).map(([name, module]) => [name, module.generator.state]));
}

/**
 * Takes over what `randomState` gave, all or nothing.
 * @throws ConfigError for names that are missing or too many, all of them listed
 * @throws DomainError for what is no state of a generator
 */
export function loadRandomState(network: Module, states: Readonly<Record<string, GeneratorState>>): void {
  const modules = drawing(network);
  const names = modules.map(([name]) => name);
  const problems = [
    ...names.filter((name) => !Object.hasOwn(states, name)).map((name) => `missing ${name}`),
    ...Object.keys(states)
      .filter((name) => !names.includes(name))
      .map((name) => `unexpected ${name}`),
  ];
  if (problems.length > 0) {
    throw new ConfigError('loadRandomState', {
      expected: `the states of ${names.length} modules`,
      got: 'others',
      difference: problems.join(', '),
    });
  }
  const generators = names.map((name) => Generator.fromState(states[name] as GeneratorState));
  for (const [i, [, module]] of modules.entries()) module.generator = generators[i] as Generator;
}

function drawing(network: Module): [name: string, module: Drawing][] {
  return network
    .namedModules()
    .filter(
      (entry): entry is [string, Drawing] =>
        'generator' in entry[1] && entry[1].generator instanceof Generator,
    );
}
