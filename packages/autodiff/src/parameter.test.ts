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
