import {
  type Backend,
  type Kernel,
  type PrimitiveName,
  referenceBackend,
  type Storage,
  Tensor,
} from '@renyi/tensor';

/** The reference backend with a counter of the kernels that it has run. */
export interface CountingBackend extends Backend {
  readonly counts: ReadonlyMap<PrimitiveName, number>;
  /** How many kernels have run. */
  total(): number;
  /** How many kernels run, and how many elements they write, while `f` runs. */
  during(f: () => void): { readonly kernels: number; readonly elements: number };
}

export function countingBackend(): CountingBackend {
  const counts = new Map<PrimitiveName, number>();
  let elements = 0;
  const total = (): number => [...counts.values()].reduce((a, b) => a + b, 0);

  /** The same elements, at home on the counting backend. */
  const adopt = (x: Tensor): Tensor => {
    const storage: Storage = { ...x.storage, backend };
    return new Tensor(x.layout, x.dtype, storage, x.offset, null);
  };
  const counted =
    (name: string, kernel: Kernel<'add'>): Kernel<'add'> =>
    (inputs, attributes, layout, dtype) => {
      counts.set(name as PrimitiveName, (counts.get(name as PrimitiveName) ?? 0) + 1);
      elements += layout.size;
      return adopt(kernel(inputs, attributes, layout, dtype));
    };

  const kernels = Object.fromEntries(
    Object.entries(referenceBackend.kernels).map(([name, kernel]) => [
      name,
      counted(name, kernel as Kernel<'add'>),
    ]),
  );
  const backend: CountingBackend = {
    name: 'counting',
    kernels,
    upload: (values, layout, dtype) => adopt(referenceBackend.upload(values, layout, dtype)),
    scalar: (value, dtype) => adopt(referenceBackend.scalar(value, dtype)),
    read: (x) => referenceBackend.read(x),
    readSync: (x) => referenceBackend.readSync(x),
    counts,
    total,
    during: (f) => {
      const before = { kernels: total(), elements };
      f();
      return { kernels: total() - before.kernels, elements: elements - before.elements };
    },
  };
  return backend;
}
