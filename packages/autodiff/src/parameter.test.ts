import { ConfigError, tensor } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { valueAndGrad } from './grad.js';
import { Parameter } from './parameter.js';

describe('a loss that replaces what is in a parameter', () => {
  it('is refused, since the replacement would be undone, and leaves the parameter as it was', () => {
    const own = tensor([1, 2]);
    const weight = new Parameter(own);
    const loss = () => {
      const value = weight.value.mul(weight.value).sum();
      weight.value = weight.value.mul(0.9);
      return value;
    };
    expect(() => valueAndGrad(loss, [weight])).toThrow(ConfigError);
    expect(() => valueAndGrad(loss, [weight])).toThrow(
      /parameter 0 of 1 with another value\. Step the optimizer after/,
    );
    expect(weight.value).toBe(own);
  });
});

describe('what a parameter shares with a state dict', () => {
  it('is what is in it now, until something else is', () => {
    const weight = new Parameter(tensor([1, 2]));
    expect(weight.isShared).toBe(false);
    expect(weight.share()).toBe(weight.detached);
    expect(weight.isShared).toBe(true);
    weight.assign(tensor([3, 4]));
    expect(weight.isShared).toBe(false);
  });
});
