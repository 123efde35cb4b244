import type { Generator } from '@renyi/tensor';
import type { Batch } from './batch.js';

/** What a batch will be made of. */
export interface Plan {
  readonly rows: Int32Array;
  readonly draws: Generator;
}

/** A loader, as far as preparing its batches ahead takes it. */
export interface Source {
  /** How many batches are prepared behind the one that is due. */
  readonly ahead: number;
  /** The epoch, how many of its batches are left, and a number that changes whenever the loader moves. */
  place(): { readonly epoch: number; readonly left: number; readonly moves: number };
  /** The batch that is due, 0, or one behind it in this epoch. */
  plan(ahead: number): Plan;
  prepare(plan: Plan): Promise<Batch>;
  /** The loader moves on by a batch. */
  advance(): void;
}

/** A batch on its way. */
class Preparation {
  readonly #prepare: () => Promise<Batch>;
  #batch: Promise<Batch> | undefined;
  #isGivenUp = false;

  constructor(prepare: () => Promise<Batch>) {
    this.#prepare = prepare;
  }

  /** Begins when everything that is ready to run now has run: the caller goes on with the batch before first. */
  startLater(): void {
    setTimeout(() => {
      if (!this.#isGivenUp) void this.start();
    }, 0);
  }

  start(): Promise<Batch> {
    if (this.#batch === undefined) {
      this.#batch = this.#prepare();
      // Whoever asks for the batch hears of it.
      this.#batch.catch(() => undefined);
    }
    return this.#batch;
  }

  /** Nobody will ask for it: it never begins, or is freed as soon as it is ready. */
  giveUp(): void {
    this.#isGivenUp = true;
    this.#batch?.then(
      ({ inputs, labels }) => {
        for (const x of [inputs, labels]) x.dispose();
      },
      () => undefined,
    );
  }
}

/**
 * What is left of the loader's epoch, batch by batch, the next ones prepared meanwhile. The loader moves when a batch is given. When it is moved
 * by others, what was prepared is given up, and the batches from its new place on are given as far as the epoch is the same.
 */
export async function* prefetched(source: Source): AsyncGenerator<Batch, void, void> {
  const { epoch } = source.place();
  let queue: Preparation[] = [];
  let { moves } = source.place();
  const giveUp = (): void => {
    for (const preparation of queue) preparation.giveUp();
    queue = [];
  };
  try {
    while (source.place().epoch === epoch) {
      if (source.place().moves !== moves) giveUp();
      ({ moves } = source.place());
      const wanted = Math.min(source.ahead + 1, source.place().left);
      while (queue.length < wanted) {
        const plan = source.plan(queue.length);
        queue.push(new Preparation(() => source.prepare(plan)));
        if (queue.length > 1) queue.at(-1)?.startLater();
      }
      const due = queue[0] as Preparation;
      const batch = await due.start();
      // The loader may have moved while the batch was prepared: then it is no longer due.
      if (source.place().moves !== moves) continue;
      queue.shift();
      source.advance();
      ({ moves } = source.place());
      yield batch;
    }
  } finally {
    giveUp();
  }
}
