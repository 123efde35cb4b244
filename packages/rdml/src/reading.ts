import { asyncScope, concat, reshape, scope, type Tensor, type TypedArray, wait } from '@renyi/tensor';

/**
 * Work that needs the elements of tensors on its way. It yields what it asks for, and whoever runs it decides how that is answered: at
 * once, or with a promise where a backend knows no other way. So the same lines serve both.
 */
export type Reading<R> = Generator<Request, R, unknown>;

type Request =
  | { readonly read: readonly Tensor[] }
  | { readonly scope: () => Reading<unknown>; readonly survivors: unknown };

/** The elements of each tensor, in row-major order. */
export function* elementsOf(tensors: readonly Tensor[]): Reading<readonly TypedArray[]> {
  return (yield { read: tensors }) as readonly TypedArray[];
}

/** What is in groups of scalars, read in one go. */
export function* numbersOf(groups: readonly (readonly Tensor[])[]): Reading<number[][]> {
  const numbers = yield* elementsOf(groups.flat());
  let next = 0;
  return groups.map((group) => group.map(() => numbers[next++]?.[0] as number));
}

/** `work` as a scope: beside what it returns, only what is in `survivors` by then outlives it. */
export function* scoped<R>(work: () => Reading<R>, survivors: unknown): Reading<R> {
  return (yield { scope: work, survivors }) as R;
}

/** Runs the work on backends that answer at once. @throws BackendError on one that does not */
export function atOnce<R>(work: Reading<R>): R {
  const answer = (request: Request): unknown => {
    if ('read' in request) {
      const { read } = request;
      return isRemote(read) ? parts(read, joined(read).dataSync()) : read.map((x) => x.dataSync());
    }
    return scope(() => ({ result: atOnce(request.scope()), survivors: request.survivors })).result;
  };
  let step = work.next();
  while (step.done !== true) {
    let given: unknown;
    try {
      given = answer(step.value);
    } catch (error) {
      step = work.throw(error);
      continue;
    }
    step = work.next(given);
  }
  return step.value;
}

/** Runs the work on any backend. */
export async function later<R>(work: Reading<R>): Promise<R> {
  const promises = waiting(work);
  let step = promises.next();
  while (step.done !== true) {
    let given: unknown;
    try {
      given = await step.value;
    } catch (error) {
      step = promises.throw(error);
      continue;
    }
    step = promises.next(given);
  }
  return step.value;
}

/** The work with a promise for each answer, as `asyncScope` takes it. */
function* waiting<R>(work: Reading<R>): Generator<unknown, R, unknown> {
  const answer = (request: Request): Promise<unknown> => {
    if ('read' in request) return readLater(request.read);
    return asyncScope(function* () {
      return { result: yield* waiting(request.scope()), survivors: request.survivors };
    }).then(({ result }) => result);
  };
  let step = work.next();
  while (step.done !== true) {
    let given: unknown;
    try {
      given = yield* wait(answer(step.value));
    } catch (error) {
      step = work.throw(error);
      continue;
    }
    step = work.next(given);
  }
  return step.value;
}

function readLater(tensors: readonly Tensor[]): Promise<readonly TypedArray[]> {
  return isRemote(tensors)
    ? joined(tensors)
        .data()
        .then((all) => parts(tensors, all))
    : Promise.all(tensors.map((x) => x.data()));
}

/** Whether reading them one by one would be dear. */
function isRemote(tensors: readonly Tensor[]): boolean {
  return tensors.length > 1 && tensors[0]?.storage.backend.isRemote === true;
}

/** All elements one after the other, for one read. */
function joined(tensors: readonly Tensor[]): Tensor {
  return concat(tensors.map((x) => reshape(x, [x.size])));
}

function parts(tensors: readonly Tensor[], all: TypedArray): readonly TypedArray[] {
  let start = 0;
  return tensors.map(({ size }) => {
    const part = all.subarray(start, start + size);
    start += size;
    return part;
  });
}
