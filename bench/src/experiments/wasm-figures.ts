import type { Result } from '../measure.js';
import type { GroupRecord } from '../record.js';
import { pairedRatio } from '../statistics.js';
import { digits } from '../table.js';

/** The engines that the kernels are measured on. */
export type Engine = 'stock' | 'relaxed' | 'wide';

/** One line of what the wasm backend wants to reach. */
export interface Figure {
  readonly engine: Engine;
  readonly what: string;
  readonly must?: number;
  readonly aim?: number;
  /** What must be reached from above: a time, say. */
  readonly isCost?: boolean;
  readonly unit?: 'ns' | 'ms';
  /** One number for each case that the line speaks of; none where a contender is missing. */
  readonly of: (records: readonly GroupRecord[]) => readonly number[];
  /** What it would be for each case if the machine did nothing but the arithmetic, at the limit that the run has measured. */
  readonly most?: Figure['of'];
}

const [one, two] = ['renyi wasm', 'renyi wasm-2'];
/** As training steps are, where nothing is copied into and out of the memory of the kernels. */
const [oneInScope, twoInScope] = [`${one} in a scope`, `${two} in a scope`];

type Of = Figure['of'];

/** What the results of each group whose name matches come to. */
const inGroups =
  (name: RegExp, numbers: (results: readonly Result[]) => number | readonly number[]): Of =>
  (records) =>
    records.filter(({ group }) => name.test(group)).flatMap(({ results }) => numbers(results));

/** In the groups whose names match, how many times as long as `own` another contender takes, round by round. */
const over = (name: RegExp, contender: string, own = one): Of =>
  inGroups(name, (results) => {
    const [other, mine] = [rightOne(results, contender), rightOne(results, own)];
    return other === undefined || mine === undefined ? [] : pairedRatio(other.samples, mine.samples);
  });

/** The same for what would take no longer than its arithmetic does at the limit. */
const limitOver = (name: RegExp, contender: string): Of =>
  inGroups(name, (results) => {
    const ofLimit = rightOne(results, contender)?.ofLimit;
    return ofLimit === undefined ? [] : 1 / ofLimit;
  });

/** A comparison with another contender, beside what the limit allows of it. */
const against = (name: RegExp, contender: string, own = one): Pick<Figure, 'of' | 'most'> => ({
  of: over(name, contender, own),
  most: limitOver(name, contender),
});

const median = (name: RegExp, contender: string): Of =>
  inGroups(name, (results) => rightOne(results, contender)?.time?.median ?? []);

const difference =
  (minuend: Of, subtrahend: Of): Of =>
  (records) => {
    const taken = subtrahend(records);
    return minuend(records).map((x, i) => x - (taken[i] ?? Number.NaN));
  };

/** The cost of K students over K / 2 times that of two. */
const growth: Of = (records) => {
  const [pair] = median(/^RDML: 2 x/, one)(records);
  if (pair === undefined) return [];
  return [4, 8, 16].flatMap((students) =>
    median(new RegExp(`^RDML: ${students} x`), one)(records).map((time) => time / pair / (students / 2)),
  );
};

function rightOne(results: readonly Result[], contender: string): Result | undefined {
  return results.find((result) => result.contender === contender && result.status === 'ok');
}

const square = (n: number): RegExp => new RegExp(`^${n} x ${n} times ${n} x ${n}, float32`);
const squares = /^(?:256|512|1024) x .*float32: A B/;
const [mlp, cnn, pair] = [/^MLP: /, /^CNN: /, /^RDML: 2 x/];
const steps = /^(?:MLP: |CNN: |RDML: 2 x)/;

/** A line for each size of products. */
const products = (engine: Engine, bounds: Pick<Figure, 'must' | 'aim'>): Figure[] =>
  [256, 512, 1024].map((n) => ({
    engine,
    what: `product of ${n}, all transposes, in a scope, over OpenBLAS`,
    ...bounds,
    ...against(square(n), 'numpy', oneInScope),
  }));

/** The lines, in the order of the page. */
export const figures: readonly Figure[] = [
  ...products('stock', { must: 0.35, aim: 0.4 }),
  ...['tfjs-wasm', 'jax-js'].map(
    (peer): Figure => ({
      engine: 'stock',
      what: `products of 256 to 1024, all transposes, in a scope, over ${peer}`,
      must: 1.4,
      aim: 1.6,
      ...against(squares, peer, oneInScope),
    }),
  ),
  ...products('relaxed', { must: 0.45, aim: 0.52 }),
  ...products('wide', { aim: 0.9 }),
  {
    engine: 'stock',
    what: 'products of 256 to 1024, in a scope, 2 threads over 1',
    must: 1.6,
    aim: 1.85,
    of: over(squares, oneInScope, twoInScope),
  },
  {
    engine: 'stock',
    what: 'steps of MLP, CNN, two students, 2 threads over 1',
    must: 1.6,
    aim: 1.85,
    of: over(steps, one, two),
  },
  { engine: 'stock', what: 'MLP step over tfjs-wasm', must: 10, of: over(mlp, 'tfjs-wasm') },
  { engine: 'stock', what: 'MLP step over jax-js under jit', must: 2, of: over(mlp, 'jax-js') },
  { engine: 'stock', what: 'MLP step over PyTorch', must: 0.45, aim: 0.6, ...against(mlp, 'torch') },
  {
    engine: 'stock',
    what: 'MLP step on 2 threads over PyTorch on 1',
    aim: 1,
    of: over(mlp, 'torch', two),
  },
  { engine: 'stock', what: 'CNN step over PyTorch', must: 0.75, aim: 1, ...against(cnn, 'torch') },
  { engine: 'stock', what: 'CNN step over jax-js under jit', must: 100, of: over(cnn, 'jax-js') },
  { engine: 'stock', what: 'step of two students over tfjs-wasm', must: 12, of: over(pair, 'tfjs-wasm') },
  {
    engine: 'stock',
    what: 'step of two students over PyTorch',
    must: 0.5,
    aim: 0.68,
    ...against(pair, 'torch'),
  },
  {
    engine: 'stock',
    what: '4, 8, 16 students over 2, 4, 8 times two',
    must: 1.1,
    isCost: true,
    of: growth,
  },
  ...(['relaxed', 'wide'] as const).flatMap((engine): Figure[] => [
    { engine, what: 'MLP step over PyTorch', ...against(mlp, 'torch') },
    { engine, what: 'CNN step over PyTorch', ...against(cnn, 'torch') },
    { engine, what: 'step of two students over PyTorch', ...against(pair, 'torch') },
  ]),
  ...(
    [
      ['x + y', 0.8, 0.95],
      ['exp x', 0.4, 0.5],
      ['tanh x', 2, 2.5],
      ['relu(x y + x)', 2, 2.7],
    ] as const
  ).flatMap(([title, must, aim]): Figure[] => {
    const name = new RegExp(`^${title.replace(/[()+]/g, '\\$&')} of`);
    return [
      {
        engine: 'stock',
        what: `${title} of 10^6 elements in a scope, over PyTorch`,
        must,
        aim,
        of: over(name, 'torch', oneInScope),
      },
      { engine: 'stock', what: 'the same outside of a scope', of: over(name, 'torch') },
    ];
  }),
  {
    engine: 'stock',
    what: 'add of one element, forward',
    must: 300,
    aim: 100,
    isCost: true,
    unit: 'ns',
    of: median(/^add, 1 element, forward$/, one),
  },
  {
    engine: 'stock',
    what: 'add of one element, forward and backward',
    must: 800,
    aim: 200,
    isCost: true,
    unit: 'ns',
    of: median(/^add, 1 element, forward and backward$/, one),
  },
  {
    engine: 'stock',
    what: 'first use: a first product in a new process, less its import',
    must: 30,
    aim: 10,
    isCost: true,
    unit: 'ms',
    of: difference(
      median(/^until it has multiplied/, '@renyi/tensor'),
      median(/^until it is imported/, '@renyi/tensor'),
    ),
  },
];

/** The cells of a line: what, must, aim, what was found in all of its cases, the most that the limit allows in the worst of them, and how far that is. */
export function cellsOf(figure: Figure, records: readonly GroupRecord[]): string[] {
  const { what, must, aim, unit, isCost = false } = figure;
  const written = (x: number | undefined): string =>
    x === undefined ? '' : `${digits(x)}${unit === undefined ? '' : ` ${unit}`}`;
  const found = figure.of(records);
  const most = figure.most?.(records) ?? [];
  const [low, high] = [Math.min(...found), Math.max(...found)];
  const worst = isCost ? high : low;
  const reaches = (bound: number | undefined): boolean =>
    bound !== undefined && (isCost ? worst <= bound : worst >= bound);
  const range = written(low) === written(high) ? written(low) : `${digits(low)} to ${written(high)}`;
  const verdict = reaches(aim)
    ? 'aim'
    : reaches(must)
      ? 'must'
      : must === undefined && aim === undefined
        ? ''
        : 'no';
  return found.length === 0
    ? [what, written(must), written(aim), 'not measured', '', '']
    : [what, written(must), written(aim), range, most.length === 0 ? '' : digits(Math.min(...most)), verdict];
}
