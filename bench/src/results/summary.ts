import type { GroupRecord, RunRecord } from '../record.js';
import { digits } from '../table.js';
import { circumstancesOf, titleOf } from './markdown.js';

/** The rows of the short table: what it calls them, and which groups they are. */
const rows: readonly { readonly title: string; readonly suite: string; readonly group: RegExp }[] = [
  {
    title: 'add and its gradient, 1 element',
    suite: 'bind',
    group: /^add, 1 element, forward and backward$/,
  },
  {
    title: 'product of 512 x 512 matrices',
    suite: 'matmul',
    group: /^512 x 512 times 512 x 512, float32: A B$/,
  },
  { title: 'tanh of 10^6 elements', suite: 'elementwise', group: /^tanh/ },
  { title: 'relu(x y + x) of 10^6 elements', suite: 'elementwise', group: /^relu\(x y \+ x\)/ },
  {
    title: 'cross-entropy of [1024, 1000], with gradient',
    suite: 'softmax',
    group: /^cross-entropy of \[1024, 1000\]/,
  },
  {
    title: 'convolution and both gradients, 16 to 32 channels of 14 x 14',
    suite: 'convolution',
    group: /^\[\d+, 16, 14, 14\] .*, forward and both gradients$/,
  },
  { title: 'training step, MLP 784-256-128-10, batch 128', suite: 'step', group: /^MLP: / },
  { title: 'the same for 2 that learn from each other', suite: 'step', group: /^RDML: 2 x / },
  { title: 'for 16 that do', suite: 'step', group: /^RDML: 16 x / },
  { title: 'training step, small convolutional network', suite: 'step', group: /^CNN: / },
];

const columns: readonly string[] = [
  'renyi wasm',
  'renyi wasm-2',
  'plain',
  'tfjs-wasm',
  'jax-js',
  'js-pytorch',
  'torch',
  'torch-2',
];

/** A short table in Markdown of what one run says of the usual tasks: medians, in ms unless a row says otherwise. */
export function formatSummary(run: RunRecord): string {
  const shown = rows.flatMap(({ title, suite, group }) => {
    const record = run.records.find((own) => own.suite === suite && group.test(own.group));
    return record === undefined ? [] : [{ title, record }];
  });
  const used = columns.filter((name) =>
    shown.some(({ record }) => record.results.some(({ contender, time }) => contender === name && time)),
  );
  const lines = [
    ['median, ms', ...used.map((name) => name.replace('renyi ', 'this, '))],
    ['---', ...used.map(() => '---:')],
    ...shown.map(({ title, record }) => [titled(title, record), ...used.map((name) => cellOf(record, name))]),
  ];
  return `${titleOf(run)}; ${circumstancesOf(run)}

${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}`;
}

function titled(title: string, { unit }: GroupRecord): string {
  return unit.startsWith('ms') ? title : `${title} (${unit.replace('/op', '')})`;
}

function cellOf({ results }: GroupRecord, name: string): string {
  const result = results.find(({ contender }) => contender === name);
  if (result === undefined || result.status === 'skipped') return '';
  if (result.time === undefined) return result.status === 'failed' ? '**failed**' : 'cannot';
  return result.status === 'wrong' ? '**wrong**' : digits(result.time.median);
}
