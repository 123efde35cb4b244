import { BatchNorm1d, Dataset, orthogonal, type StateDict, truncatedNormal } from '@renyi/nn';
import { compose, DataLoader, normalizeChannels, randomFlip, readData } from '@renyi/nn/data';
import {
  type Backend,
  Generator,
  mul,
  referenceBackend,
  setDefaultBackend,
  type Tensor,
  wasmBackend,
} from '@renyi/tensor';
import { encodeNpz } from '@renyi/tensor/files';
import { afterEach, expect, it } from 'vitest';
import { parseConfig, type TrainingOverrides } from './config.js';
import { modelNames } from './model-setting.js';
import { newStudent } from './networks.js';
import { sentences, smallest } from './networks.testing.js';
import { remoteBackend } from './remote-backend.testing.js';
import { runToEnd } from './run-training.js';
import { textRows } from './texts.js';
import { Training } from './training.js';

afterEach(() => setDefaultBackend(wasmBackend));

function images(shape: readonly number[]): Dataset {
  const features = shape.reduce((product, extent) => product * extent, 1);
  return new Dataset({
    inputs: new Float32Array(
      new Generator(1).uniform([12, features], { backend: referenceBackend }).dataSync(),
    ),
    labels: Int32Array.from({ length: 12 }, (_, row) => row % 2),
    features,
    shape,
    classes: 2,
  });
}

const texts = sentences(12);

it.each(modelNames)('%s is trained with the same bits where reads are answered later', async (name) => {
  const isText = name === 'fasttext' || name === 'charcnn';
  const overrides = {
    model: { name, ...smallest[name] },
    ...{ epochs: 1, batchSize: 4, hidden: [3], lastEpochs: 1, testFraction: 0.3, validationFraction: 0.3 },
    ...(isText ? { text: { length: 130, buckets: 50 } } : { augment: { crop: 2, flip: 0.5, rotation: 15 } }),
  } as TrainingOverrides;
  const trained = async (backend: Backend): Promise<unknown> => {
    setDefaultBackend(backend);
    const data = isText
      ? textRows(texts, parseConfig(overrides))
      : images(name === 'lenet' ? [1, 28, 28] : [3, 32, 32]);
    const training = new Training(overrides, data, { newStudent });
    const result = await runToEnd(training);
    return { result, weights: await bits(training.weights()) };
  };
  const { backend, reads } = remoteBackend({ hasFloat64: false });
  expect(await trained(backend)).toEqual(await trained(referenceBackend));
  expect(reads()).toBeGreaterThan(0);
});

/** What `make` makes on a backend that answers later and has no float64, and on the reference backend. */
async function onBoth(
  make: () => readonly Tensor[] | Promise<readonly Tensor[]>,
): Promise<{ own: number[][]; expected: number[][] }> {
  const made = async (backend: Backend): Promise<number[][]> => {
    setDefaultBackend(backend);
    const tensors = await make();
    for (const { storage } of tensors) expect(storage.backend).toBe(backend);
    return Promise.all(tensors.map(async (x) => Array.from(await x.data())));
  };
  return {
    own: await made(remoteBackend({ hasFloat64: false }).backend),
    expected: await made(referenceBackend),
  };
}

it('initial weights are drawn without a read', async () => {
  const { own, expected } = await onBoth(() => [
    truncatedNormal([3, 4], new Generator(1), { std: 0.5 }),
    truncatedNormal([3, 4], new Generator(1), { low: -0.1, high: 0.1 }),
    orthogonal([3, 4], new Generator(1)),
  ]);
  expect(own).toEqual(expected);
});

it('a loader gives the reference backend to transforms that read, and takes what they make where it is needed', async () => {
  const data = images([3, 4, 4]);
  const places: string[] = [];
  const seen = (x: Tensor): Tensor => {
    places.push(x.storage.backend.name);
    return mul(x, 2);
  };
  const scaling = normalizeChannels([0.5, 0.5, 0.5], [2, 2, 2]);
  const batches = (transform: typeof scaling) => async () => {
    const options = { batchSize: 5, shape: [3, 4, 4], transform };
    const loader = new DataLoader(data, { ...options, generator: new Generator(1) });
    const given = [loader.next()];
    for await (const batch of loader) given.push(batch);
    return given.flatMap(({ inputs, labels }) => [inputs, labels]);
  };
  const { own, expected } = await onBoth(batches(compose(scaling, randomFlip(), seen)));
  expect(own).toEqual(expected);
  expect(new Set(places)).toEqual(new Set(['reference']));
  places.length = 0;
  await onBoth(batches(seen));
  expect(new Set(places)).toEqual(new Set(['remote', 'reference']));
});

it('arrays of NumPy are read whatever their dtype, and averages of all batches go without a read', async () => {
  const bytes = await encodeNpz({
    x: new Generator(1).uniform([4, 2], { dtype: 'float64', backend: referenceBackend }),
    y: new Generator(1).uniform([4], { high: 2, dtype: 'int32', backend: referenceBackend }),
  });
  const { own, expected } = await onBoth(async () => {
    const { train } = await readData([{ name: 'small.npz', bytes }]);
    const { inputs } = (train as Dataset).tensors();
    const layer = new BatchNorm1d(2, { momentum: null });
    for (const factor of [1, 2, 3]) layer.forward(mul(inputs, factor));
    return Object.values(layer.stateDict());
  });
  expect(own).toEqual(expected);
});

async function bits(states: readonly StateDict[]): Promise<number[][]> {
  const values = states.flatMap((state) => Object.values(state));
  return Promise.all(values.map(async (x) => Array.from(await x.data())));
}
