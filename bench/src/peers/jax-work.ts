import { consuming, type Prepared } from '../contender.js';
import type { Jax, JaxArray } from './jax-library.js';
import type { Data } from './task.js';

/** What every task needs: operands, and runs under `jit` whose results can be read. */
export interface JaxWorkshop {
  readonly upload: (data: Data) => JaxArray;
  /** A function of one result. */
  readonly work: (f: (...xs: JaxArray[]) => JaxArray, ...inputs: JaxArray[]) => Prepared;
  /** A function of several. */
  readonly several: (f: (...xs: JaxArray[]) => JaxArray[], ...inputs: JaxArray[]) => Prepared;
  /** The value of f and, where there is a cotangent, its pullback to all inputs. */
  readonly pulled: (
    f: (x: JaxArray, other: JaxArray, third: JaxArray) => JaxArray,
    inputs: readonly Data[],
    cotangent: Data | undefined,
  ) => Prepared;
}

export function workshop(jax: Jax): JaxWorkshop {
  const upload = ({ values, shape }: Data): JaxArray => jax.numpy.array(values).reshape(shape);
  const several = (f: (...xs: JaxArray[]) => JaxArray[], ...inputs: JaxArray[]): Prepared => {
    const compiled = jax.jit(f);
    let last: readonly JaxArray[] = [];
    // A call only notes what is to be done; reading the result does it.
    return consuming(
      () => {
        for (const result of last) result.dispose();
        last = compiled(...inputs.map((x) => x.ref));
        return last.map((result) => result.ref.dataSync());
      },
      (results) => results,
    );
  };
  const work = (f: (...xs: JaxArray[]) => JaxArray, ...inputs: JaxArray[]): Prepared =>
    several((...xs) => [f(...xs)], ...inputs);
  return {
    upload,
    work,
    several,
    pulled: (f, data, cotangent) => {
      const inputs = data.map(upload);
      if (cotangent === undefined) return work(f as (...xs: JaxArray[]) => JaxArray, ...inputs);
      return several(
        (seed, ...xs) => {
          const [output, pullback] = jax.vjp(f, xs);
          return [output, ...pullback(seed as JaxArray)];
        },
        upload(cotangent),
        ...inputs,
      );
    },
  };
}
