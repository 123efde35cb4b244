import { checkOptions, ConfigError } from '@renyi/tensor';

export interface PlateauOptions {
  /** Value before anything was observed. */
  readonly from: number;
  /** What the value is multiplied by, in (0, 1); 0.1 by default. */
  readonly factor?: number;
  /** How many observations in a row may bring nothing better; 10 by default. */
  readonly patience?: number;
  /** By what part of itself the best must be beaten; 1e-4 by default. */
  readonly threshold?: number;
  /** How many observations after a reduction do not count; 0 by default. */
  readonly cooldown?: number;
  /** Below this it is not reduced; 0 by default. */
  readonly minimum?: number;
  /** Whether less is better (a loss) or more (an accuracy); `min` by default. */
  readonly mode?: 'min' | 'max';
}

/** All that is known of a plateau: plain data, to be stored with a run and resumed from. */
export interface PlateauState {
  readonly value: number;
  /** The best observation, or null before the first. */
  readonly best: number | null;
  /** How many observations since brought nothing better. */
  readonly waited: number;
  /** How many more observations do not count; 0 if it is absent. */
  readonly cooling?: number;
}

/**
 * A number that is multiplied by `factor` each time a metric has not become better for more than `patience`
 * observations. Unlike a schedule it depends on what happened, so its state is part of a checkpoint.
 * @see torch.optim.lr_scheduler.ReduceLROnPlateau
 *
 * @example
 * import { Parameter } from '@renyi/autodiff';
 * import { tensor } from '@renyi/tensor';
 * import { ReduceOnPlateau, SGD } from '@renyi/nn';
 * const rate = new ReduceOnPlateau({ from: 0.1, patience: 1 });
 * const optimizer = new SGD([new Parameter(tensor([1]))], { learningRate: () => rate.value });
 * for (const loss of [0.5, 0.6, 0.7]) rate.observe(loss);
 * console.log(optimizer.nextSettings()[0]?.learningRate.toFixed(3)); // => 0.010
 */
export class ReduceOnPlateau {
  readonly #options: Required<PlateauOptions>;
  #state: PlateauState;

  /** @throws ConfigError for settings that make no sense */
  constructor(options: PlateauOptions) {
    checkOptions('ReduceOnPlateau', options);
    const { from, factor = 0.1, patience = 10, threshold = 1e-4, mode = 'min' } = options;
    const { cooldown = 0, minimum = 0 } = options;
    requireThat('a finite number from', from, Number.isFinite(from));
    requireThat('factor in (0, 1)', factor, factor > 0 && factor < 1);
    requireThat('patience to be a whole number', patience, Number.isSafeInteger(patience) && patience >= 0);
    requireThat('cooldown to be a whole number', cooldown, Number.isSafeInteger(cooldown) && cooldown >= 0);
    requireThat('a finite minimum', minimum, Number.isFinite(minimum));
    requireThat('threshold in [0, 1)', threshold, threshold >= 0 && threshold < 1);
    requireThat(`mode 'min' or 'max'`, mode, mode === 'min' || mode === 'max');
    this.#options = { from, factor, patience, threshold, cooldown, minimum, mode };
    this.#state = { value: from, best: null, waited: 0, cooling: 0 };
  }

  /** The value as it is now. */
  get value(): number {
    return this.#state.value;
  }

  get state(): PlateauState {
    return this.#state;
  }

  /** Takes note of a metric; NaN is nothing better. @returns the value from now on */
  observe(metric: number): number {
    const { factor, patience, cooldown, minimum } = this.#options;
    const { value, best, waited, cooling = 0 } = this.#state;
    const isBetter = this.#isBetter(metric, best);
    const idle = isBetter || cooling > 0 ? 0 : waited + 1;
    const isReduced = idle > patience;
    this.#state = {
      value: isReduced ? Math.min(value, Math.max(value * factor, minimum)) : value,
      best: isBetter ? metric : best,
      waited: isReduced ? 0 : idle,
      cooling: isReduced ? cooldown : Math.max(0, cooling - 1),
    };
    return this.#state.value;
  }

  /** Goes on from a state. @throws ConfigError for what is none */
  load(state: PlateauState): void {
    const { value, best, waited, cooling = 0 } = state;
    const isState = Number.isFinite(value) && (best === null || typeof best === 'number');
    const areCounts = [waited, cooling].every((count) => Number.isSafeInteger(count) && count >= 0);
    requireThat('a state', JSON.stringify(state), isState && areCounts);
    this.#state = { value, best, waited, cooling };
  }

  #isBetter(metric: number, best: number | null): boolean {
    const { threshold, mode } = this.#options;
    if (best === null) return !Number.isNaN(metric);
    return mode === 'min' ? metric < best * (1 - threshold) : metric > best * (1 + threshold);
  }
}

function requireThat(expected: string, got: unknown, isValid: boolean): void {
  if (!isValid) throw new ConfigError('ReduceOnPlateau', { expected, got: String(got) });
}
