import type { Parameter } from '@renyi/autodiff';
import { ConfigError } from '@renyi/tensor';

/** Some of the parameters, with the settings in which they differ from the others. */
export type ParameterGroup<Options> = Partial<Options> & { readonly parameters: readonly Parameter[] };

/** What an optimizer updates: parameters, or groups of them. */
export type OptimizedParameters<Options> = readonly Parameter[] | readonly ParameterGroup<Options>[];

/** Parameters as one group without settings of its own, or the groups themselves. */
export function groupsOf<Settings>(
  name: string,
  parameters: OptimizedParameters<Settings>,
): readonly ParameterGroup<Settings>[] {
  const isGroup = (x: object): x is ParameterGroup<Settings> => 'parameters' in x;
  const groups = parameters.filter((x): x is ParameterGroup<Settings> => isGroup(x));
  if (groups.length > 0 && groups.length < parameters.length) {
    throw new ConfigError(name, { expected: 'parameters or groups of them', got: 'both in one list' });
  }
  return groups.length > 0
    ? groups
    : [{ parameters: parameters as readonly Parameter[] } as ParameterGroup<Settings>];
}

/** What is undefined in a group is not set in it. */
export function defined<T extends object>(given: T): T {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as T;
}

/** @throws ConfigError for a setting that there is not */
export function refuseUnknown(name: string, settings: object, rules: object): void {
  const unknown = Object.keys(settings).find((key) => !Object.hasOwn(rules, key));
  if (unknown === undefined) return;
  throw new ConfigError(name, { expected: `one of ${Object.keys(rules).join(', ')}`, got: unknown });
}

/** @throws ConfigError unless there are parameters, each of them once */
export function requireDistinct(name: string, parameters: readonly Parameter[]): void {
  if (parameters.length === 0) {
    throw new ConfigError(name, {
      expected: 'parameters to update',
      got: 'none',
      remedy: 'A module finds what lies in its fields, in arrays and records too, but not in #private ones',
    });
  }
  const places = new Map<Parameter, number>();
  for (const [i, parameter] of parameters.entries()) {
    const first = places.get(parameter);
    places.set(parameter, i);
    if (first === undefined) continue;
    throw new ConfigError(name, {
      expected: 'each parameter once',
      got: `parameter ${first} again at ${i}`,
      remedy: 'It would be moved twice in each step',
    });
  }
}
