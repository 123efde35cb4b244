import { Dataset, type StateDict } from '@renyi/nn';
import { Generator } from '@renyi/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StudentConfig, TrainingOverrides } from './config.js';
import type { Link } from './links.js';
import type { Schedule } from './schedule.js';
import { Training } from './training.js';

const noise = new Generator(2).normal([60, 3], { std: 0.3 }).dataSync();
const data = new Dataset({
  inputs: Float32Array.from(noise, (value, i) => value + 0.4 * ((Math.floor(i / 3) + i) % 3)),
  labels: Int32Array.from({ length: 60 }, (_, i) => i % 3),
  features: 3,
  classes: 3,
});

/** The weights of a run at its end, student by student. */
function trained(config: TrainingOverrides): number[][] {
  const training = new Training({ epochs: 2, hidden: [4], batchSize: 16, baseline: false, ...config }, data);
  const running = training.run();
  while (running.next().done !== true);
  return bits(training.weights());
}

function bits(states: readonly StateDict[]): number[][] {
  return states.map((state) => Object.values(state).flatMap((x) => Array.from(x.dataSync())));
}

const alpha: fc.Arbitrary<Schedule> = fc.oneof(
  fc.constantFrom(0, 0.5, 1, 2, 20, Number.POSITIVE_INFINITY),
  fc.constant<Schedule>({ kind: 'cosine', from: 2, to: 0.5, every: 'step' }),
);
const lambda = fc.constantFrom(0, 0.3, 1, 4);
const learningRate = fc.constantFrom(0.01, 0.1);
const momentum = fc.constantFrom(0, 0.9);
const optimizer = fc.constantFrom('nesterov', 'sgd', 'adam', 'adamw');
const settings = fc.record({ alpha, lambda, learningRate, optimizer, momentum, seed: fc.nat(1000) });

/** Networks are small, but each run is one: fewer than usual. */
const few = { numRuns: 6 };

describe('for any settings', () => {
  it('the order of students does not matter under Jacobi: what is renamed is the same, bit for bit', () => {
    // With up to two peers the sum over them has no order of its own.
    const students = fc.uniqueArray(
      fc.record({ seed: fc.nat(1000), hidden: fc.constantFrom([3], [5], [2, 2]) }),
      { minLength: 2, maxLength: 3, selector: ({ seed }) => seed },
    );
    fc.assert(
      fc.property(settings, students, (common, perStudent) => {
        const run = (own: readonly StudentConfig[]): number[][] =>
          trained({ ...common, students: own.length, perStudent: own });
        expect(run([...perStudent].reverse())).toEqual(run(perStudent).reverse());
      }),
      few,
    );
  });

  it('and does under Gauss-Seidel: who comes later sees what the earlier ones have become', () => {
    const perStudent = [{ seed: 1 }, { seed: 2 }];
    const run = (own: readonly StudentConfig[]): number[][] =>
      trained({ order: 'gaussSeidel', students: 2, perStudent: own, alpha: 1 });
    expect(run([...perStudent].reverse())).not.toEqual(run(perStudent).reverse());
  });

  it('one student is plain training, whatever alpha, lambda, temperature and links are', () => {
    const links = fc.constantFrom('mesh', 'ring', 'star', 'teacher', 'none');
    fc.assert(
      fc.property(settings, links, fc.constantFrom(1, 3), (common, topology, temperature) => {
        const plain = trained({ ...common, students: 1, alpha: 1, lambda: 0 });
        expect(trained({ ...common, students: 1, temperature, links: topology })).toEqual(plain);
      }),
      few,
    );
  });

  it('links with weight 0 are no links', () => {
    const all = [0, 1, 2].flatMap((student) =>
      [0, 1, 2].filter((peer) => peer !== student).map((peer) => ({ peer, student })),
    );
    fc.assert(
      fc.property(settings, fc.subarray(all), (common, kept) => {
        const links = all.map((link): Link => (kept.includes(link) ? link : { ...link, weight: 0 }));
        const [some, others] = [kept, links].map((own) => trained({ ...common, students: 3, links: own }));
        expect(others).toEqual(some);
      }),
      few,
    );
  });

  it('a run that is stopped anywhere and resumed is the run that was not, bit for bit', () => {
    const anywhere = fc.nat(8);
    const order = fc.constantFrom('jacobi', 'gaussSeidel');
    const overrides = { epochs: 2, hidden: [4], batchSize: 16, students: 2 };
    fc.assert(
      fc.property(settings, order, anywhere, (common, updates, events) => {
        const config = { ...overrides, ...common, order: updates } as const;
        const first = new Training(config, data);
        const running = first.run();
        for (let i = 0; i < events; i++) running.next();
        const second = new Training(config, data);
        second.restore(first.state());
        for (const training of [first, second]) for (const _ of training.run());
        expect(bits(second.weights())).toEqual(bits(first.weights()));
        expect(second.history).toEqual(first.history);
      }),
      few,
    );
  });
});
