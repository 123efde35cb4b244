import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ones, tensor, zeros } from '../create.js';
import type { Shape } from '../shape.js';
import { indicesOf } from '../tables.testing.js';
import type { Tensor } from '../tensor.js';
import { diagonal, trace } from './diagonal.js';
import { einsum } from './einsum.js';
import { matmul } from './matmul.js';
import { outer } from './products.js';
import { transpose } from './rearrange.js';
import { sum } from './reduce.js';

const letters = ['a', 'b', 'c', 'D'] as const;
const extentOf: Readonly<Record<string, number>> = { a: 2, b: 3, c: 1, D: 2, '...1': 2, '...2': 3 };

interface Term {
  readonly labels: readonly string[];
  /** Which of the axes have extent 1 and stretch. */
  readonly stretched: readonly boolean[];
}

/** Up to four letters, some of them twice, with an ellipsis over up to two axes before, among or behind them. */
const term: fc.Arbitrary<Term> = fc
  .record({
    named: fc.array(fc.constantFrom(...letters), { maxLength: 4 }),
    hidden: fc.nat(2),
    place: fc.nat(4),
    stretched: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
  })
  .map(({ named, hidden, place, stretched }) => {
    const labels: string[] = [...named];
    labels.splice(Math.min(place, named.length), 0, ...['...2', '...1'].slice(2 - hidden));
    const isTwin = (label: string): boolean => labels.indexOf(label) !== labels.lastIndexOf(label);
    return { labels, stretched: labels.map((label, i) => (stretched[i] as boolean) && !isTwin(label)) };
  });

interface Sum {
  readonly terms: readonly Term[];
  readonly output: readonly string[];
  readonly equation: string;
}

function textOf(labels: readonly string[]): string {
  const text = labels.join('').replaceAll('...2...1', '...').replaceAll('...1', '...');
  // An ellipsis may stand for no axes at all.
  return text.includes('...') ? text : `${text}...`;
}

const sums: fc.Arbitrary<Sum> = fc
  .array(term, { minLength: 1, maxLength: 3 })
  .chain((terms) => {
    const all = [...new Set(terms.flatMap(({ labels }) => labels))];
    const hidden = ['...2', '...1'].filter((label) => all.includes(label));
    return fc
      .tuple(fc.shuffledSubarray(all.filter((label) => label.length === 1)), fc.nat(4))
      .map(([named, place]) => ({
        terms,
        output: named.toSpliced(Math.min(place, named.length), 0, ...hidden),
      }));
  })
  .map(({ terms, output }) => ({
    terms,
    output,
    equation: `${terms.map(({ labels }) => textOf(labels)).join(',')}->${textOf(output)}`,
  }));

/** The definition: a sum over all values of all letters. */
function textbook({ terms, output }: Sum, operands: readonly Tensor[]): { shape: Shape; values: number[] } {
  const stretchedEverywhere = (label: string): boolean =>
    terms.every(({ labels, stretched }) => !labels.includes(label) || stretched[labels.indexOf(label)]);
  const extent = (label: string): number => (stretchedEverywhere(label) ? 1 : (extentOf[label] as number));
  const others = [...new Set(terms.flatMap(({ labels }) => labels))].filter(
    (label) => !output.includes(label),
  );
  const shape = output.map(extent);
  const data = operands.map((x) => x.dataSync());
  const values = indicesOf(shape).map((index) => {
    let total = 0;
    for (const inner of indicesOf(others.map(extent))) {
      const at = (label: string): number =>
        (output.includes(label) ? index[output.indexOf(label)] : inner[others.indexOf(label)]) as number;
      let product = 1;
      for (const [i, { labels }] of terms.entries()) {
        const own = (operands[i] as Tensor).shape;
        let position = 0;
        for (const [axis, label] of labels.entries())
          position = position * (own[axis] as number) + (own[axis] === 1 ? 0 : at(label));
        product *= data[i]?.[position] as number;
      }
      total += product;
    }
    return total;
  });
  return { shape, values };
}

const x = tensor([
  [1, 2],
  [3, 4],
]);

describe('einsum', () => {
  it('is the sum over all values of all letters, whatever the equation', () => {
    fc.assert(
      fc.property(sums, fc.infiniteStream(fc.integer({ min: -9, max: 9 })), (call, numbers) => {
        const operands = call.terms.map(({ labels, stretched }) => {
          const shape = labels.map((label, axis) => (stretched[axis] ? 1 : (extentOf[label] as number)));
          const values = Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => numbers.next().value);
          return tensor(values, { shape, dtype: 'float64' });
        });
        const result = einsum(call.equation, ...operands);
        const expected = textbook(call, operands);
        // Whole numbers below 2^53 are summed without error. (NaN, where 0 and -0 differ, there is none.)
        expect(result.shape).toEqual(expected.shape);
        expect(Array.from(result.dataSync(), (value) => value + 0)).toEqual(
          expected.values.map((value) => value + 0),
        );
      }),
      { numRuns: 300 },
    );
  });

  it.each<[string, readonly Tensor[], Tensor]>([
    ['ij,jk', [x, x], matmul(x, x)],
    ['ij,jk->ik', [x, x], matmul(x, x)],
    ['ij , jk -> ki', [x, x], transpose(matmul(x, x))],
    ['ba', [x], transpose(x)],
    ['ii', [x], trace(x)],
    ['ii->i', [x], diagonal(x)],
    ['ij->', [x], sum(x)],
    ['i,j', [tensor([1, 2]), tensor([3, 4])], outer(tensor([1, 2]), tensor([3, 4]))],
    ['...', [x], x],
    [',', [tensor(2), tensor(3)], tensor(6)],
    ['->', [tensor(2)], tensor(2)],
    ['Ab', [x], x],
  ])('%s', (equation, operands, expected) => {
    const result = einsum(equation, ...operands);
    expect(result.toArray()).toEqual(expected.toArray());
    expect(result.shape).toEqual(expected.shape);
  });

  it('sums over nothing to 0, and has no elements along an empty axis', () => {
    expect(einsum('ij,jk->ik', zeros([2, 0]), zeros([0, 3])).toArray()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
    expect(einsum('ij,ij->j', zeros([2, 0]), ones([2, 1])).shape).toEqual([0]);
  });

  it('contracts a chain without the products of all extents: 100^7 of them would never end', () => {
    const vector = ones([100]);
    const matrix = ones([100, 100]);
    const operands = [vector, matrix, matrix, matrix, matrix, matrix, matrix, vector];
    expect(einsum('a,ab,bc,cd,de,ef,fg,g->', ...operands).item()).toBe(Math.fround(100 ** 7));
  });

  it('counts booleans in int32, and promotes as matmul does', () => {
    const mask = tensor([true, true, false]);
    expect(einsum('i,i', mask, mask)).toMatchObject({ dtype: 'int32' });
    expect(einsum('i,i', mask, mask).item()).toBe(2);
    expect(einsum('i,i,i', mask, ones([3], { dtype: 'float64' }), ones([3])).dtype).toBe('float64');
  });
});

describe('einsum refuses', () => {
  it.each<[string, readonly Tensor[], string]>([
    [
      'ij->k',
      [x],
      'einsum: expected an output of letters of the operands; got "ij->k": "k" is in none of them',
    ],
    [
      'ij->ii',
      [x],
      'einsum: expected each letter at most once in the output; got "ij->ii": "i" is there twice',
    ],
    ['ij->i->j', [x], 'einsum: expected at most one arrow; got "ij->i->j"'],
    ['i1', [x], 'einsum: expected letters, and at most one ellipsis in each term'],
    ['i..j', [x], 'einsum: expected letters, and at most one ellipsis in each term'],
    ['...i...', [x], 'einsum: expected letters, and at most one ellipsis in each term'],
    ['ij,jk', [x], 'einsum: expected one operand for each of 2 terms of "ij,jk"; got 1 operands'],
    ['ij', [], 'einsum: expected one operand for each of 1 terms of "ij"; got 0 operands'],
    [
      '...i->i',
      [x],
      'einsum: expected an output with an ellipsis, as the operands have; got "...i->i": 1 axes are under it',
    ],
  ])('%s, as no equation for its operands', (equation, operands, message) => {
    expect(() => einsum(equation, ...operands)).toThrow(
      expect.objectContaining({ name: 'ConfigError', message: expect.stringContaining(message) as string }),
    );
  });

  it.each<[string, readonly Tensor[], string]>([
    ['ijk', [x], 'einsum: expected 3 axes for "ijk"; got [2, 2]: operand 0'],
    [
      'i',
      [x],
      'einsum: expected 1 axes for "i"; got [2, 2]: operand 0. Axes that are not to be named go under an ellipsis, ...',
    ],
    ['...ijk', [x], 'einsum: expected at least 3 axes for "...ijk"; got [2, 2]: operand 0'],
    [
      'ij,jk',
      [x, zeros([3, 2])],
      'einsum: expected one extent for each letter, and axes under an ellipsis that broadcast; got [2, 2] and [3, 2]: "j" is 2 and 3',
    ],
    ['ii', [zeros([2, 3])], '"i" is 2 and 3'],
    ['ii', [zeros([1, 3])], '"i" is 1 and 3'],
    ['...i,...i', [zeros([2, 3]), zeros([4, 3])], '"...1" is 2 and 4'],
  ])('%s, for operands of other shapes', (equation, operands, message) => {
    expect(() => einsum(equation, ...operands)).toThrow(
      expect.objectContaining({ name: 'ShapeError', message: expect.stringContaining(message) as string }),
    );
  });

  it('what is no tensor, and no equation', () => {
    expect(() => einsum('i', [1, 2] as unknown as Tensor)).toThrow(/^einsum: expected a tensor; got Array/);
    expect(() => einsum(x as unknown as string, x)).toThrow(/^einsum: expected letters/);
  });
});
