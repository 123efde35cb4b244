import { detachVariable, type Parameter } from '@renyi/autodiff';
import { ConfigError, formatShape, fuse, keep, sameShape, ShapeError, Tensor } from '@renyi/tensor';
import { checkFit } from './gradient-checks.js';
import { Optimizer, type OptimizerState, type PreparedStep } from './optimizer.js';
import {
  defined,
  groupsOf,
  type OptimizedParameters,
  refuseUnknown,
  requireDistinct,
} from './parameter-groups.js';
import type { Schedule } from './schedules.js';

/** What an optimizer keeps of one parameter from step to step, by PyTorch's names. */
export type Slots = Readonly<Record<string, Tensor>>;

/** What a setting must be, in words and as a condition. */
export interface Rule<T> {
  readonly range: string;
  readonly isValid: (value: T) => boolean;
  /** Whether a schedule may pass through 0 where a constant must not be 0. */
  readonly mayPassZero?: boolean;
}

/** A rule for every setting. One that is a schedule must keep to it at every step. */
export type Rules<Settings> = {
  readonly [K in keyof Settings]: Rule<Exclude<Settings[K], Schedule>>;
};

/** Settings with a number for every schedule. */
export type SettingsAt<Settings> = { readonly [K in keyof Settings]: Exclude<Settings[K], Schedule> };

/** What one parameter becomes in a step. */
export interface Update {
  readonly value: Tensor;
  readonly slots: Slots;
}

/** One parameter with the settings of its group. */
interface Member<Settings> {
  readonly parameter: Parameter;
  readonly settings: Settings;
}

/**
 * An optimizer given by what one step makes of one parameter. Numbers that change with time (learning rate, momentum) may be schedules:
 * functions of the number of steps made, so that what resumes from a saved state takes the very same steps.
 *
 * Parameters come as a list or in groups with settings of their own:
 * `new SGD([{ parameters: backbone, learningRate: 0.01 }, { parameters: head }], { learningRate: 0.1 })`.
 */
export abstract class RuleOptimizer<Settings extends object> extends Optimizer {
  override readonly parameters: readonly Parameter[];
  readonly #name: string;
  readonly #rules: Rules<Settings>;
  readonly #members: readonly Member<Settings>[];
  #slots: readonly Slots[];
  /** What it has made and may dispose of when it is replaced: what it keeps and nobody else has seen, and in place, values. */
  readonly #own = new WeakSet<Tensor>();
  #isInPlace = false;
  #steps = 0;
  /** What `setLearningRate` has put in place of the settings'. */
  #rate: number | undefined;

  /** @throws ConfigError for settings that make no sense, and unless there are parameters, each of them once */
  protected constructor(
    name: string,
    parameters: OptimizedParameters<Settings>,
    settings: Settings,
    rules: Rules<Settings>,
  ) {
    super();
    this.#name = name;
    this.#rules = rules;
    this.#members = groupsOf(name, parameters).flatMap(({ parameters: group, ...own }) => {
      const complete: Settings = { ...settings, ...defined(own as Partial<Settings>) };
      refuseUnknown(name, complete, rules);
      for (const key of Object.keys(rules) as (keyof Settings & string)[]) {
        if (typeof complete[key] !== 'function') this.#check(key, complete[key]);
      }
      this.checkSettings(complete);
      return group.map((parameter) => ({ parameter, settings: complete }));
    });
    this.parameters = this.#members.map(({ parameter }) => parameter);
    requireDistinct(name, this.parameters);
    this.#slots = this.parameters.map(() => ({}));
  }

  /** Refuses settings that exclude each other. @throws ConfigError */
  protected checkSettings(_settings: Settings): void {}

  /** What it keeps of a parameter from its first step on, of what updates return; each has the parameter's shape and dtype. */
  protected abstract slotNames(settings: Settings): readonly string[];

  /**
   * One step of one parameter w with gradient g.
   * @param slots what was kept of it; empty in the first step
   * @param step from 1
   */
  protected abstract update(
    w: Tensor,
    g: Tensor,
    slots: Slots,
    settings: SettingsAt<Settings>,
    step: number,
  ): Update;

  /**
   * From now on a step frees the values that it replaces, if it was this optimizer that made them, and new ones stay where the
   * kernels of their backend find them: no copy and no garbage of the parameters' size at each step. For training in which nobody uses a
   * parameter's former value again: a tensor that was read from `parameter.value`, or a pullback that runs after the step, then
   * throws `DisposedError`. What a module's state dict has lives on.
   *
   * @example
   * import { Parameter, valueAndGrad } from '@renyi/autodiff';
   * import { tensor } from '@renyi/tensor';
   * import { SGD } from '@renyi/nn';
   * const w = new Parameter(tensor([4, -2]));
   * const optimizer = new SGD([w], { learningRate: 0.25 }).inPlace();
   * for (let i = 0; i < 2; i++) optimizer.step(valueAndGrad(() => w.value.mul(w.value).sum(), [w]).gradients);
   * console.log(w.value.toArray()); // => [ 1, -0.5 ]
   */
  inPlace(): this {
    this.#isInPlace = true;
    return this;
  }

  /** How many steps it has made. */
  get steps(): number {
    return this.#steps;
  }

  override setLearningRate(rate: number): void {
    if (!(rate >= 0 && rate < Number.POSITIVE_INFINITY)) {
      throw new ConfigError(this.#name, {
        expected: 'a finite learning rate of at least 0',
        got: String(rate),
      });
    }
    this.#rate = rate;
  }

  /** The settings of the next step for each parameter, a number for each schedule. @throws ConfigError for a schedule out of range */
  nextSettings(): SettingsAt<Settings>[] {
    const known = new Map<Settings, SettingsAt<Settings>>();
    return this.#members.map(({ settings }) => {
      const found = known.get(settings) ?? this.#settingsAt(settings);
      known.set(settings, found);
      return found;
    });
  }

  /**
   * Computes one update, and changes nothing: who steps several optimizers can look at all updates before any is made.
   * @param gradients in the order of the parameters
   * @throws ShapeError unless there is a gradient for each parameter, of its shape
   * @throws DTypeError unless it has its dtype
   * @throws ConfigError when a schedule gives a number that is out of range
   */
  override prepare(gradients: readonly Tensor[]): PreparedStep {
    checkFit(`${this.#name}.step`, this.parameters, gradients);
    const settings = this.nextSettings();
    const step = this.#steps + 1;
    // An update is no part of what backward() keeps account of.
    const updates = this.parameters.map(({ detached }, i) =>
      this.#fusedUpdate(
        detached,
        detachVariable(gradients[i] as Tensor),
        this.#slots[i] as Slots,
        settings[i] as SettingsAt<Settings>,
        step,
      ),
    );
    const values = updates.map(({ value }) => value);
    return {
      values,
      commit: () => {
        const given = gradients.map(detachVariable);
        const former = this.parameters.filter(({ isShared }) => !isShared).map(({ detached }) => detached);
        const free = this.#isInPlace ? former.filter((x) => !given.includes(x)) : [];
        const replaced = [...tensorsOf(this.#slots), ...free];
        this.#slots = updates.map(({ slots }, i) => this.#kept(slots, i));
        this.#steps = step;
        const others = [...this.parameters.map(({ detached }) => detached), ...given];
        this.#disposeOf(replaced, values, new Set(others));
        // What is learned outlives the scope that the step may be.
        const learned = [...tensorsOf(this.#slots), ...values];
        keep(learned);
        if (this.#isInPlace)
          keep(
            learned.filter((x) => this.#own.has(x)),
            { resident: true },
          );
        for (const [i, value] of values.entries()) (this.parameters[i] as Parameter).assign(value);
      },
    };
  }

  override stateDict(): OptimizerState {
    const tensors = this.#slots.flatMap((slots, i) =>
      Object.entries(slots).map(([name, value]) => [`${i}.${name}`, value] as const),
    );
    for (const [, value] of tensors) this.#own.delete(value);
    return { steps: this.#steps, tensors: Object.fromEntries(tensors) };
  }

  /**
   * Goes on where the optimizer of that state was, all or nothing.
   * @throws ConfigError unless the number of steps is a whole number of at least 0
   * @throws ShapeError listing everything that is missing, unexpected, or of another shape or dtype
   * @see torch.optim.Optimizer.load_state_dict
   */
  override loadStateDict({ steps, tensors }: OptimizerState): void {
    const operation = `${this.#name}.loadStateDict`;
    if (!Number.isSafeInteger(steps) || steps < 0) {
      throw new ConfigError(operation, { expected: 'a whole number of steps', got: String(steps) });
    }
    const problems: string[] = [];
    const left = new Set(Object.keys(tensors));
    const slots = this.#members.map(({ parameter: { value }, settings }, i) => {
      const names = steps === 0 ? [] : this.slotNames(settings);
      const own = names.map((name) => {
        const key = `${i}.${name}`;
        left.delete(key);
        const found: unknown = Object.hasOwn(tensors, key) ? tensors[key] : undefined;
        if (!(found instanceof Tensor)) problems.push(`missing ${key}`);
        else if (!sameShape(found.shape, value.shape)) {
          problems.push(`${key} is ${formatShape(found.shape)} instead of ${formatShape(value.shape)}`);
        } else if (found.dtype !== value.dtype) {
          problems.push(`${key} is ${found.dtype} instead of ${value.dtype}`);
        }
        return [name, found as Tensor] as const;
      });
      return Object.fromEntries(own);
    });
    problems.push(...[...left].map((key) => `unexpected ${key}`));
    if (problems.length > 0) {
      throw new ShapeError(operation, {
        expected: `the state of ${this.#name} for ${this.parameters.length} parameters after ${steps} steps`,
        got: 'another',
        difference: problems.join(', '),
      });
    }
    this.#slots = slots;
    this.#steps = steps;
  }

  /** `update`, in one pass over the parameter, its gradient and its slots where the backend can. */
  #fusedUpdate(...[w, g, slots, settings, step]: Parameters<typeof this.update>): Update {
    const names = Object.keys(slots);
    const fused = fuse((w: Tensor, g: Tensor, ...kept: readonly Tensor[]) =>
      this.update(
        w,
        g,
        Object.fromEntries(names.map((name, i) => [name, kept[i] as Tensor])),
        settings,
        step,
      ),
    );
    return fused(w, g, ...Object.values(slots));
  }

  /**
   * Frees what the last step has replaced, unless somebody else may have it.
   * @param values what takes the place of the parameters'
   * @param others what belongs to others, and may be among what is kept now: the first velocity is the gradient itself
   */
  #disposeOf(replaced: readonly Tensor[], values: readonly Tensor[], others: ReadonlySet<Tensor>): void {
    const slots = tensorsOf(this.#slots);
    const kept = new Set([...slots, ...values]);
    for (const x of replaced) if (this.#own.has(x) && !kept.has(x)) x.dispose();
    const known = new Set(replaced);
    const isNew = (x: Tensor): boolean => !known.has(x) && !others.has(x);
    for (const x of this.#isInPlace ? kept : slots.filter((slot) => !values.includes(slot))) {
      if (isNew(x)) this.#own.add(x);
    }
  }

  #kept(slots: Slots, i: number): Slots {
    const { settings } = this.#members[i] as Member<Settings>;
    return Object.fromEntries(this.slotNames(settings).map((name) => [name, slots[name] as Tensor]));
  }

  #settingsAt(settings: Settings): SettingsAt<Settings> {
    const entries = Object.entries(settings).map(([key, setting]) => {
      if (key === 'learningRate' && this.#rate !== undefined) return [key, this.#rate];
      if (typeof setting !== 'function') return [key, setting];
      const value: unknown = setting(this.#steps);
      const name = key as keyof Settings & string;
      if (!(value === 0 && this.#rules[name].mayPassZero === true)) this.#check(name, value);
      return [key, value];
    });
    return Object.fromEntries(entries) as SettingsAt<Settings>;
  }

  #check(key: keyof Settings & string, value: unknown): void {
    const { range, isValid } = this.#rules[key];
    if (isValid(value as never)) return;
    throw new ConfigError(this.#name, { expected: `${key} ${range}`, got: String(value) });
  }
}

function tensorsOf(slots: readonly Slots[]): Tensor[] {
  return slots.flatMap((own) => Object.values(own));
}
