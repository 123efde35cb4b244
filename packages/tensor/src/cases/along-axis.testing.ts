import { slackOfSum, sumOf } from '../oracle.testing.js';
import * as plans from '../plans.testing.js';
import type { AlongAxis } from '../primitives/signatures.js';
import type { Index, Table } from '../tables.testing.js';
import { arithmetic, type Case } from './forms.testing.js';

/** The elements along an axis, where the other positions are those of an index. */
const lineOf = ({ shape, at }: Table, axis: number, index: Index): number[] =>
  Array.from({ length: shape[axis] as number }, (_, i) => at(index.with(axis, i)));

/** Whether a is above b, NaN being above all numbers. */
const isAbove = (a: number, b: number): boolean => a > b || (a !== a && b === b);

/** What argsort says is at a place: the element that has as many before it, those above or below it and equals with a smaller index. */
const atPlace = (line: readonly number[], place: number, descending: boolean): number =>
  line.findIndex((x, i) => {
    const before = line.filter((other, j) => {
      const [later, earlier] = descending ? [other, x] : [x, other];
      return isAbove(later, earlier) || (j < i && !isAbove(earlier, later));
    });
    return before.length === place;
  });

/** Walks along an axis. */
export const alongAxis: { readonly [N in keyof AlongAxis]: Case<N> } = {
  argmax: {
    calls: plans.argmax,
    dtype: () => 'int32',
    oracle: ([x], { axis }) => ({
      shape: x.shape.toSpliced(axis, 1),
      at: (index) => {
        const line = lineOf(x, axis, index.toSpliced(axis, 0, 0));
        return line.findIndex((own) => line.every((other) => !isAbove(other, own)));
      },
    }),
  },
  cumsum: {
    calls: plans.cumsum,
    dtype: arithmetic,
    oracle: ([x], { axis, reverse }) => {
      const terms = (index: Index): number[] => {
        const place = index[axis] as number;
        const line = lineOf(x, axis, index);
        return reverse ? line.slice(place) : line.slice(0, place + 1);
      };
      return {
        shape: x.shape,
        at: (index) => sumOf(terms(index)),
        slack: (index) => slackOfSum(terms(index)),
      };
    },
  },
  argsort: {
    calls: plans.argsort,
    dtype: () => 'int32',
    oracle: ([x], { axis, descending }) => ({
      shape: x.shape,
      at: (index) => atPlace(lineOf(x, axis, index), index[axis] as number, descending),
    }),
  },
};
