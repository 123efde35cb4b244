import type { Module, StateDict } from '@renyi/nn';
import { cast, FormatError, sameShape, to } from '@renyi/tensor';

/**
 * Starts a network from the weights of another training: it takes over every tensor by its name. Its last layer alone may have
 * another shape there, for other classes, or not be there at all: it then keeps its own initial weights. What else the weights hold is not used.
 * @throws FormatError listing what is missing or of another shape elsewhere, and nothing is changed
 */
export function loadPretrained(module: Module, weights: StateDict): void {
  const own = module.stateDict();
  const names = Object.keys(own);
  const last = names.at(-1)?.replace(/[^.]*$/, '') ?? '';
  const problems: string[] = [];
  const state = Object.fromEntries(
    names.map((name) => {
      const current = own[name] as StateDict[string];
      const given = Object.hasOwn(weights, name) ? weights[name] : undefined;
      if (given !== undefined && sameShape(given.shape, current.shape))
        return [name, to(cast(given, current.dtype), current.storage.backend)];
      if (!name.startsWith(last) || last === '')
        problems.push(
          given === undefined
            ? `no ${name}`
            : `${name} of [${given.shape.join(', ')}] instead of [${current.shape.join(', ')}]`,
        );
      return [name, current];
    }),
  );
  if (problems.length > 0) {
    const [some, rest] = [problems.slice(0, 4).join(', '), problems.length - 4];
    throw new FormatError('loadPretrained', {
      expected: 'the weights of such a network, the last layer aside',
      got: rest > 0 ? `${some} and ${rest} more` : some,
      remedy: 'The model and its widths must be those that were trained',
    });
  }
  module.loadStateDict(state);
}
