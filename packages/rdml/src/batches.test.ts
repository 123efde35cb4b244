import { grad } from '@renyi/autodiff';
import { add, cast, crossEntropy, mean, type Tensor } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { renyiDivergence } from './divergence.js';
import { decode, excess, type GoldenTensor, readGolden } from './golden.testing.js';

interface Case {
  readonly id: string;
  readonly op: 'renyi_divergence' | 'rdml_loss';
  readonly attrs: { readonly alpha: number };
  readonly inputs: Readonly<Record<string, GoldenTensor>>;
  readonly outputs: Readonly<Record<string, GoldenTensor>>;
  readonly grads: Readonly<Record<string, GoldenTensor>>;
}

const { cases } = readGolden<{ cases: readonly Case[] }>('operations/rdml.json');
const tolerances = {
  // As the golden files say: |a - b| <= 1e-11 + 1e-9 |b|.
  float64: { absolute: 1e-11, relative: 1e-9 },
  // Inputs are exact in float32 and all arithmetic within a row is float64: two roundings of 2^-24, and a mean.
  float32: { absolute: 4 * 2 ** -24, relative: 4 * 2 ** -24 },
} as const;

describe.each(['float64', 'float32'] as const)('in %s', (dtype) => {
  const tolerance = tolerances[dtype];
  const input = (golden: Case, name: string): Tensor =>
    cast(decode(golden.inputs[name] as GoldenTensor), dtype);
  const expectClose = (actual: Tensor, expected: GoldenTensor): void => {
    expect(actual.shape).toEqual(expected.shape);
    expect(excess(actual.dataSync(), decode(expected).dataSync(), tolerance)).toBeLessThanOrEqual(1);
  };

  for (const golden of cases.filter(({ op }) => op === 'renyi_divergence')) {
    const { alpha } = golden.attrs;
    it(`${golden.id}: the divergence of a batch and its gradients at alpha ${alpha}`, () => {
      const p = input(golden, 'logits_p');
      const q = input(golden, 'logits_q');
      expectClose(renyiDivergence(p, q, alpha), golden.outputs['rows'] as GoldenTensor);
      const batchMean = ([a, b]: readonly Tensor[]): Tensor =>
        mean(renyiDivergence(a as Tensor, b as Tensor, alpha));
      expectClose(batchMean([p, q]), golden.outputs['out'] as GoldenTensor);
      const [gradP, gradQ] = grad(batchMean)([p, q]) as readonly Tensor[];
      expectClose(gradP as Tensor, golden.grads['logits_p'] as GoldenTensor);
      expectClose(gradQ as Tensor, golden.grads['logits_q'] as GoldenTensor);
    });
  }

  for (const golden of cases.filter(({ op }) => op === 'rdml_loss')) {
    const names = Object.keys(golden.inputs).filter((name) => name.startsWith('z'));
    it(`${golden.id}: the losses of ${names.length} students at alpha ${golden.attrs.alpha}`, () => {
      const labels = decode(golden.inputs['target'] as GoldenTensor);
      const logits = names.map((name) => input(golden, name));
      for (const [k, own] of logits.entries()) {
        const peers = logits.filter((_, j) => j !== k);
        const loss = (z: Tensor): Tensor =>
          peers
            .map((peer) => mean(renyiDivergence(peer, z, golden.attrs.alpha)).div(peers.length))
            .reduce((a, b) => add(a, b), crossEntropy(z, labels));
        expectClose(loss(own), golden.outputs[`loss${k}`] as GoldenTensor);
        expectClose(grad(loss)(own), golden.grads[`z${k}`] as GoldenTensor);
      }
    });
  }
});
