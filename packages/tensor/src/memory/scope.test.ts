import { describe, expect, it } from 'vitest';
import { tensor } from '../create.js';
import { ConfigError, DisposedError } from '../errors.js';
import type { Tensor } from '../tensor.js';
import { currentScope } from './registry.js';
import { asyncScope, keep, scope, unkeep, wait } from './scope.js';

const make = (value = 1): Tensor => tensor([value, value]);

describe('a scope', () => {
  it('frees what was made in it and is not returned', () => {
    let inside: Tensor | undefined;
    const result = scope(() => {
      inside = make();
      return inside.mul(2);
    });
    expect(inside?.isDisposed).toBe(true);
    expect(result.toArray()).toEqual([2, 2]);
  });

  it('leaves alone what was made before it', () => {
    const x = make();
    scope(() => x.mul(x));
    expect(x.isDisposed).toBe(false);
  });

  it('frees everything when the function throws, and passes the error on', () => {
    const made: Tensor[] = [];
    const failing = (): never =>
      scope(() => {
        made.push(make(), make());
        throw new RangeError('on purpose');
      });
    expect(failing).toThrow(RangeError);
    expect(made.map((x) => x.isDisposed)).toEqual([true, true]);
    expect(currentScope()).toBeNull();
  });

  it('hands what it returns to the scope around it', () => {
    let passedOn: Tensor | undefined;
    const result = scope(() => {
      passedOn = scope(() => make());
      expect(passedOn.isDisposed).toBe(false);
      return passedOn.mul(3);
    });
    expect(passedOn?.isDisposed).toBe(true);
    expect(result.toArray()).toEqual([3, 3]);
  });

  class Box {
    constructor(
      readonly value: unknown,
      readonly next: Box | null = null,
    ) {}
  }

  it.each<[string, (x: Tensor) => unknown]>([
    ['an array', (x) => [1, [x]]],
    ['a record', (x) => ({ gradients: { w: x } })],
    ['a Map, as value', (x) => new Map([['w', x]])],
    ['a Map, as key', (x) => new Map([[x, 1]])],
    ['a Set', (x) => new Set([x])],
    ['an object with fields', (x) => new Box(null, new Box(x))],
    [
      'an object that contains itself',
      (x) => {
        const cycle: unknown[] = [x];
        cycle.push(cycle);
        return cycle;
      },
    ],
  ])('keeps what is in %s', (_, wrap) => {
    let x: Tensor | undefined;
    scope(() => {
      x = make();
      return wrap(x);
    });
    expect(x?.isDisposed).toBe(false);
  });

  it('keeps what lies 100,000 objects deep', () => {
    let x: Tensor | undefined;
    scope(() => {
      x = make();
      let box = new Box(x);
      for (let i = 0; i < 100_000; i++) box = new Box(null, box);
      return box;
    });
    expect(x?.isDisposed).toBe(false);
  });

  it('frees a tensor whose view it returns; the view stays', () => {
    let base: Tensor | undefined;
    const view = scope(() => {
      base = tensor([[1, 2]]);
      return base.transpose();
    });
    expect(base?.isDisposed).toBe(true);
    expect(view.toArray()).toEqual([[1], [2]]);
  });

  it('refuses a promise, and says what to use', () => {
    const asynchronous = (): unknown => scope(() => Promise.reject(new Error('unheard')));
    expect(asynchronous).toThrow(ConfigError);
    expect(asynchronous).toThrow('Use asyncScope');
  });
});

describe('what is kept', () => {
  it('survives the scope in which it was made, and those around it', () => {
    let x: Tensor | undefined;
    scope(() =>
      scope(() => {
        x = keep({ x: make() }).x;
      }),
    );
    expect(x?.isDisposed).toBe(false);
  });

  it('survives a scope further out than the one that keeps it', () => {
    let x: Tensor | undefined;
    scope(() => {
      x = make();
      scope(() => keep(x));
    });
    expect(x?.isDisposed).toBe(false);
  });

  it('belongs to the innermost scope again once it is no longer kept', () => {
    const x = scope(() => keep(make()));
    scope(() => unkeep(x));
    expect(x.isDisposed).toBe(true);
  });

  it('only what was kept is given up: unkeep leaves everything else to its owner', () => {
    const x = make();
    scope(() => unkeep(x));
    expect(x.isDisposed).toBe(false);
  });
});

describe('an asynchronous scope', () => {
  const tick = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

  it('frees what was made before and after it waited, and gives its result', async () => {
    const made: Tensor[] = [];
    const result = await asyncScope(function* () {
      made.push(make());
      const values = yield* wait((made[0] as Tensor).data());
      made.push(tensor(values));
      return (made[1] as Tensor).mul(2);
    });
    expect(made.map((x) => x.isDisposed)).toEqual([true, true]);
    expect(result.toArray()).toEqual([2, 2]);
  });

  it('sees nothing of what other code makes while it waits', async () => {
    const running = asyncScope(function* () {
      yield* wait(tick());
    });
    const outside = make();
    const inScope = scope(() => make());
    await running;
    expect([outside.isDisposed, inScope.isDisposed]).toEqual([false, false]);
  });

  it('two that take turns free only their own', async () => {
    const freed: boolean[] = [];
    const worker = (turns: number): Promise<Tensor> =>
      asyncScope(function* () {
        let x = make();
        for (let i = 0; i < turns; i++) {
          yield* wait(tick());
          freed.push(x.isDisposed);
          x = x.add(1);
        }
        return x;
      });
    const [a, b] = await Promise.all([worker(2), worker(5)]);
    expect(freed).not.toContain(true);
    expect([a.toArray(), b.toArray()]).toEqual([
      [3, 3],
      [6, 6],
    ]);
  });

  it('gets a rejection as an exception at the place where it waits', async () => {
    const caught = await asyncScope(function* () {
      try {
        yield* wait(Promise.reject(new RangeError('on purpose')));
      } catch (error) {
        return error;
      }
      return null;
    });
    expect(caught).toBeInstanceOf(RangeError);
  });

  it('frees everything when it fails', async () => {
    let x: Tensor | undefined;
    const failing = asyncScope(function* () {
      x = make();
      yield* wait(tick());
      throw new RangeError('on purpose');
    });
    await expect(failing).rejects.toThrow(RangeError);
    expect(x?.isDisposed).toBe(true);
  });

  it('hands its result to the scope that was open when it began, if that is open still', async () => {
    let early: Tensor | undefined;
    await asyncScope(function* () {
      early = yield* wait(
        asyncScope(function* () {
          yield* wait(tick());
          return make();
        }),
      );
      expect(early.isDisposed).toBe(false);
    });
    expect(early?.isDisposed).toBe(true);

    let late: Promise<Tensor> | undefined;
    scope(() => {
      late = asyncScope(function* () {
        yield* wait(tick());
        return make();
      });
      return undefined;
    });
    expect((await (late as Promise<Tensor>)).isDisposed).toBe(false);
  });

  it('leaves no scope open while it waits', async () => {
    const running = asyncScope(function* () {
      yield* wait(tick());
    });
    expect(currentScope()).toBeNull();
    await running;
    expect(currentScope()).toBeNull();
  });
});

describe('a tensor that was freed', () => {
  const message = (use: () => unknown): string => {
    try {
      use();
    } catch (error) {
      expect(error).toBeInstanceOf(DisposedError);
      return (error as Error).message;
    }
    throw new Error('nothing was thrown');
  };

  const freed = make();
  freed.dispose();

  it.each<[string, (x: Tensor) => unknown]>([
    ['exp', (x) => x.exp()],
    ['add', (x) => x.add(make())],
    ['add', (x) => make().add(x)],
    ['add', (x) => x.add(2)],
    ['mul', (x) => x.mul(x)],
    ['reshape', (x) => x.reshape([2, 1])],
    ['sum', (x) => x.sum()],
    ['dataSync', (x) => x.dataSync()],
    ['item', (x) => x.reshape([1]).item()],
    ['toArray', (x) => x.toArray()],
  ])('is refused by %s', (operation, use) => {
    const name = operation === 'item' ? 'reshape' : operation;
    expect(message(() => use(freed))).toMatch(
      new RegExp(
        `^${name}: expected a tensor that is still there; got float32 of shape \\[2\\], freed by dispose`,
      ),
    );
  });

  it('is refused by data() with a rejection', async () => {
    await expect(freed.data()).rejects.toThrow(/^data: expected a tensor that is still there/);
  });

  it('is told by its place among the operands', () => {
    expect(message(() => make().add(freed))).toContain('operand 1 of 2');
  });

  it('names what freed it: dispose, using or a scope', () => {
    let x = make();
    {
      using y = make();
      x = y;
    }
    expect(message(() => x.exp())).toContain('freed by using');
    scope(() => {
      x = make();
      return undefined;
    });
    expect(message(() => x.exp())).toContain('freed by scope');
    expect(message(() => x.exp())).toContain('Return it from the scope, or keep() it');
  });

  it('still tells its shape and dtype, and prints without its elements', () => {
    expect([freed.shape, freed.dtype]).toEqual([[2], 'float32']);
    expect(String(freed)).toBe('tensor(freed, shape [2], float32)');
  });

  it('may be freed again', () => {
    const x = make();
    x.dispose();
    expect(() => x.dispose()).not.toThrow();
  });
});
