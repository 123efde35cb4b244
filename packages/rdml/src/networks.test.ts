import { Dataset, type StateDict } from '@renyi/nn';
import { randomCrop } from '@renyi/nn/data';
import { ConfigError, FormatError, Generator, type Tensor, tensor } from '@renyi/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { augmentationOf } from './augmentation.js';
import { parseConfig, type TrainingOverrides } from './config.js';
import { modelNames } from './model-setting.js';
import { newStudent } from './networks.js';
import { sentences, smallest } from './networks.testing.js';
import { textRows } from './texts.js';
import { Training } from './training.js';

function images(rows: number, shape: readonly number[], classes = 2): Dataset {
  const features = shape.reduce((product, extent) => product * extent, 1);
  const noise = new Generator(1).uniform([rows, features]).dataSync();
  const labels = Int32Array.from({ length: rows }, (_, row) => row % classes);
  const inputs = Float32Array.from(noise, (value, i) => (value + (Math.floor(i / features) % classes)) / 2);
  return new Dataset({ inputs, labels, features, shape, classes });
}

const small = images(24, [3, 4, 4]);

const texts = sentences(24);

function bits(states: readonly StateDict[]): number[][] {
  return states.map((state) => Object.values(state).flatMap((x) => Array.from(x.dataSync())));
}

const quick = { epochs: 2, batchSize: 8, baseline: false } satisfies TrainingOverrides;

describe('students', () => {
  const sizes = { ...smallest, resnet18: { width: 2 } };

  it.each(modelNames)('can be %s, with as many outputs as there are classes', (name) => {
    const config = parseConfig({ model: { name, ...sizes[name] } } as TrainingOverrides);
    const isText = name === 'fasttext' || name === 'charcnn';
    const rows = isText
      ? textRows(texts, { ...config, text: { length: 130, buckets: 50 } })
      : images(2, name === 'lenet' ? [1, 28, 28] : [3, 32, 32], 5);
    const settings = { ...config, text: { buckets: 50 } };
    const { module } = newStudent(0, settings, new Generator(0), rows);
    const { inputs } = rows.batch([0, 1]);
    expect(module.eval().forward(inputs).shape).toEqual([2, rows.classes]);
  });

  it('are refused for rows that they do not take', () => {
    const make = (model: 'mlp' | 'resnet18' | 'fasttext', dataset: Dataset) => () =>
      new Training({ ...quick, model }, dataset, { newStudent });
    const flat = images(24, [48]);
    const words = textRows(texts, parseConfig({}));
    expect(make('resnet18', flat)).toThrow(/images for model resnet18; got rows of numbers/);
    expect(make('resnet18', words)).toThrow(/got texts/);
    expect(make('fasttext', small)).toThrow(/texts for model fasttext; got images/);
    expect(make('mlp', words)).toThrow(/model to be fasttext or charcnn for texts/);
    expect(() => new Training({ ...quick, model: 'resnet18' }, small)).toThrow(ConfigError);
    expect(() => new Training({ ...quick, model: 'resnet18' }, small)).toThrow(/@renyi\/rdml\/models/);
  });

  it('learn texts apart by their words', () => {
    const config: TrainingOverrides = {
      ...{ ...quick, epochs: 15, model: 'fasttext', text: { length: 6, buckets: 100 }, learningRate: 0.5 },
    };
    const rows = textRows(texts, parseConfig(config));
    const training = new Training(config, rows, { newStudent });
    for (const _ of training.run());
    expect(training.history.at(-1)?.validation.ensemble.accuracy).toBe(1);
  });
});

describe('images', () => {
  it('are scaled by channel for networks that take them, and not for others', () => {
    const dark = small.mapInputs((x, i) => (i < 16 ? x / 4 : x));
    const model = { name: 'resnet18', width: 1 } as const;
    const { scaling, parts } = new Training({ ...quick, model }, dark, { newStudent });
    expect(new Set(scaling?.means).size).toBe(3);
    const { inputs } = parts.train.tensors();
    expect(inputs.shape.slice(1)).toEqual([3, 4, 4]);
    for (const channel of [0, 1, 2]) {
      const values = Array.from(parts.train.inputs).filter((_, i) => Math.floor(i / 16) % 3 === channel);
      expect(values.reduce((a, b) => a + b, 0) / values.length).toBeCloseTo(0, 5);
    }
    expect(new Training(quick, dark).scaling).toBeUndefined();
  });

  it('that perceptrons see flat give the same as flat rows', () => {
    const flat = small.with({ shape: [48] });
    const [own, other] = [small, flat].map((dataset) => {
      const training = new Training({ ...quick, hidden: [5] }, dataset);
      for (const _ of training.run());
      return bits(training.weights());
    });
    expect(own).toEqual(other);
  });

  it('get black in from outside, scaled or not', () => {
    const scaling = { means: new Array<number>(12).fill(0.5), deviations: new Array<number>(12).fill(0.25) };
    const shape = [3, 2, 2];
    const white = tensor(new Float32Array(24).fill(1), { shape: [2, ...shape] });
    const scaled = tensor(new Float32Array(24).fill(2), { shape: [2, ...shape] });
    const augment = (x: Tensor, own: typeof scaling | undefined): number[] =>
      Array.from(augmentationOf({ crop: 1 }, shape, own)?.(x, new Generator(3)).dataSync() ?? []);
    const plain = augment(white, undefined);
    expect(new Set(plain)).toEqual(new Set([0, 1]));
    expect(augment(scaled, scaling)).toEqual(plain.map((x) => (x - 0.5) / 0.25));
    expect(plain).toEqual(Array.from(randomCrop(1)(white, new Generator(3).split()).dataSync()));
  });

  it('are what augment is for', () => {
    expect(() => new Training({ ...quick, augment: { flip: 1 } }, images(24, [48]))).toThrow(
      /images, where augment is set; got rows of shape \[48\]/,
    );
    expect(augmentationOf({}, [48], undefined)).toBeUndefined();
  });
});

describe('weights to start from', () => {
  const model = { name: 'resnet18', width: 1 } as const;
  const trained = new Training({ ...quick, model }, small, { newStudent });
  const initialWeights = trained.weights();

  it('are taken over, but for a last layer with other classes', () => {
    const five = images(50, [3, 4, 4], 5);
    const start = new Training({ ...quick, model, seed: 7 }, five, { newStudent, initialWeights });
    const plain = new Training({ ...quick, model, seed: 7 }, five, { newStudent });
    for (const [k, weights] of start.weights().entries()) {
      for (const [name, value] of Object.entries(weights)) {
        const from = name.startsWith('fc.') ? plain.weights() : initialWeights;
        expect(value.toArray(), name).toEqual(from[k]?.[name]?.toArray());
      }
    }
  });

  it('are those of the independent students, too', () => {
    const config = { ...quick, model, baseline: true };
    const training = new Training(config, small, { newStudent, initialWeights });
    expect(bits(training.independentWeights())).toEqual(bits(initialWeights));
  });

  it('of another network are refused with what does not fit', () => {
    const wider = { ...quick, model: { name: 'resnet18', width: 2 } } as const;
    const start = (): Training => new Training(wider, small, { newStudent, initialWeights });
    expect(start).toThrow(FormatError);
    expect(start).toThrow(/conv1\.weight of \[1, 3, 3, 3\] instead of \[2, 3, 3, 3\].* and \d+ more/);
  });
});

describe('with dropout, batch normalization and augmentation', () => {
  const config: TrainingOverrides = {
    ...quick,
    baseline: true,
    alpha: 1.5,
    perStudent: [
      { model: { name: 'vgg16', width: 1, hidden: 4, dropout: 0.5 } },
      { model: { name: 'resnet18', width: 1 } },
    ],
    augment: { crop: 2, flip: 0.5, rotation: 20 },
  };
  const data = images(24, [3, 32, 32]);
  const make = (): Training => new Training(config, data, { newStudent });
  const toEnd = (training: Training): readonly unknown[] => {
    for (const _ of training.run());
    return [bits(training.weights()), bits(training.independentWeights()), training.history];
  };

  it('a run that is stopped anywhere and resumed is the run that was not, bit for bit', () => {
    const whole = toEnd(make());
    fc.assert(
      fc.property(fc.nat(6), (events) => {
        const first = make();
        const running = first.run();
        for (let i = 0; i < events; i++) running.next();
        const { tensors, progress } = first.state();
        const second = make();
        second.restore({ tensors, progress: JSON.parse(JSON.stringify(progress)) as typeof progress });
        expect(toEnd(second)).toEqual(whole);
      }),
      { numRuns: 3 },
    );
  });

  it('and is not where the draws of dropout are forgotten', () => {
    const whole = toEnd(make());
    const first = make();
    const running = first.run();
    for (let i = 0; i < 2; i++) running.next();
    const { tensors, progress } = first.state();
    const second = make();
    const { cohort } = make().state().progress;
    second.restore({
      tensors,
      progress: { ...progress, cohort: { ...progress.cohort, random: cohort.random } },
    });
    expect(toEnd(second)).not.toEqual(whole);
  });

  it('a state without those draws is refused', () => {
    const { tensors, progress } = make().state();
    const cohort = { ...progress.cohort, random: [] };
    expect(() => make().restore({ tensors, progress: { ...progress, cohort } })).toThrow(FormatError);
  });
});
