import { Generator, ShapeError, tensor } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { ReLU, Tanh } from './activations.js';
import { Linear } from './linear.js';
import { Sequential } from './sequential.js';

const generator = new Generator(0);
const linear = (inputs: number, outputs: number): Linear => new Linear(inputs, outputs, { generator });

describe('Sequential', () => {
  it('applies its modules from first to last', () => {
    const x = tensor([[-1, 0.5]]);
    expect(new Sequential(new ReLU(), new Tanh()).forward(x).toArray()).toEqual(x.relu().tanh().toArray());
    const [a, b] = [linear(2, 3), linear(3, 1)];
    expect(new Sequential(a, b).forward(x).toArray()).toEqual(b.forward(a.forward(x)).toArray());
  });

  it('gives back what it gets when it is empty, as in PyTorch', () => {
    const x = tensor([1, 2]);
    expect(new Sequential().forward(x)).toBe(x);
    expect(new Sequential().parameters()).toEqual([]);
  });

  it('names parameters by position, nested ones by the path, in order beyond ten', () => {
    const inner = new Sequential(linear(2, 2), new ReLU(), linear(2, 2));
    const names = Object.keys(new Sequential(new Tanh(), inner, linear(2, 2)).stateDict());
    expect(names).toEqual(['1.0.weight', '1.0.bias', '1.2.weight', '1.2.bias', '2.weight', '2.bias']);
    const long = new Sequential(...Array.from({ length: 12 }, () => linear(1, 1)));
    const positions = long.namedParameters().map(([name]) => name.split('.')[0]);
    expect(positions).toEqual(Array.from({ length: 24 }, (_, i) => String(Math.floor(i / 2))));
  });

  it('says which layer two that do not fit disagree in', () => {
    const net = new Sequential(linear(2, 3), new ReLU(), linear(4, 1));
    expect(() => net.forward(tensor([[1, 2]]))).toThrow(ShapeError);
    expect(() => net.forward(tensor([[1, 2]]))).toThrow('Linear: expected [..., 4]; got [1, 3]');
  });
});
