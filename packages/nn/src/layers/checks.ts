import { ConfigError } from '@renyi/tensor';

/** @throws ConfigError unless each is a whole number of at least 1 */
export function checkCounts(operation: string, counts: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(counts)) {
    if (Number.isSafeInteger(count) && count >= 1) continue;
    throw new ConfigError(operation, {
      expected: `a whole number of ${name}, at least 1`,
      got: String(count),
    });
  }
}
