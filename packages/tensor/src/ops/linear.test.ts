import { describe, expect, it } from 'vitest';
import { ones, tensor } from '../create.js';
import { ConfigError, ShapeError } from '../errors.js';
import { linear } from './linear.js';

describe('linear', () => {
  const weight = tensor([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);

  it('has a bias of 0 where none is given', () => {
    expect(linear(tensor([1, -1]), weight).toArray()).toEqual([-1, -1, -1]);
  });

  it('cuts at 0 after the bias', () => {
    const y = linear(tensor([1, -1]), weight, { bias: tensor([0, 1, 3]), activation: 'relu' });
    expect(y.toArray()).toEqual([0, 0, 2]);
  });

  it('of no inputs is the bias, for any number of leading axes', () => {
    const bias = tensor([0.5, -0.5]);
    expect(linear(ones([2, 1, 0]), ones([2, 0]), { bias }).toArray()).toEqual([[[0.5, -0.5]], [[0.5, -0.5]]]);
  });

  it('keeps NaN through a relu', () => {
    const y = linear(tensor([Number.NaN, 0]), weight, { activation: 'relu' });
    expect(y.toArray()).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });

  it('refuses what does not belong together, and an activation that there is not', () => {
    expect(() => linear(ones([4, 3]), weight)).toThrow(ShapeError);
    expect(() => linear(ones([4, 3]), weight)).toThrow(
      'linear: expected x [..., 2], for weight [3, 2]; got [4, 3]',
    );
    expect(() => linear(tensor(1), weight)).toThrow(ShapeError);
    expect(() => linear(ones([2]), ones([2]))).toThrow(ShapeError);
    expect(() => linear(ones([2]), weight, { bias: ones([2]) })).toThrow(
      'linear: expected weight [outputs, inputs] and bias [outputs]; got [3, 2] and [2]',
    );
    expect(() => linear(ones([2]), weight, { activation: 'cube' as 'relu' })).toThrow(ConfigError);
  });
});
