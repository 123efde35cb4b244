import { Layout } from '../../layout.js';
import type { Tensor } from '../../tensor.js';
import type { Context } from '../context.js';
import { affine, coordinates, steps, sumLoop } from '../text.js';
import { mapElements } from './elementwise.js';
import { logSoftmaxOf, perRow, rowStatistics } from './softmax.js';

/** log p, log q and r, each [rows, classes], for logits of any leading shape. */
export interface Pair {
  readonly logP: Tensor;
  readonly logQ: Tensor;
  readonly ratio: Tensor;
}

/**
 * (p - largestP) - (q - largestQ), of which no digit may be lost where rows nearly agree: there p - q and the difference of the largest are
 * exact, while p - largestP is rounded. Where rows are far from each other, by a constant for example, it is the other way round.
 */
function differenceOf(p: string, q: string, largestP: string, largestQ: string): string {
  const apart = `${largestP} - ${largestQ}`;
  return `(Math.abs(${apart}) <= 1 ? ${p} - ${q} - (${apart}) : ${p} - ${largestP} - (${q} - ${largestQ}))`;
}

export function pairOf(context: Context, p: Tensor, q: Tensor): Pair {
  const { shape } = p;
  const rows = Layout.contiguous(shape.slice(0, -1));
  const layout = Layout.contiguous(shape);
  const [ofP, ofQ] = [rowStatistics(context, p), rowStatistics(context, q)];
  const classes = shape.at(-1) as number;
  const start = [
    coordinates(rows.shape.length === 0 ? [1] : rows.shape, 'i', 'c'),
    `  const baseP = ${affine(p.offset, steps('c', p.layout.strides.slice(0, -1)))};`,
    `  const baseQ = ${affine(q.offset, steps('c', q.layout.strides.slice(0, -1)))};`,
  ];
  const readP = `x0[${affine(0, [
    ['baseP', 1],
    ['r', p.layout.strides.at(-1) as number],
  ])}]`;
  const readQ = `x1[${affine(0, [
    ['baseQ', 1],
    ['r', q.layout.strides.at(-1) as number],
  ])}]`;
  const difference = differenceOf(readP, readQ, 'x2[i]', 'x3[i]');
  // log sum e^zP - log sum e^zQ, both from their largest: where no class differs by more than 1, as log1p of a mean.
  const shift = context.run(
    {
      name: 'renyi shift',
      body: [
        ...start,
        '  let farthest = 0;',
        `  for (let r = 0; r < ${classes}; r++) {`,
        `    const own = Math.abs(${difference});`,
        '    if (own <= farthest) { } else { farthest = own; }',
        '  }',
        '  if (farthest <= 1) {',
        sumLoop(classes, `      part = part + expOf(${readQ} - x3[i] - x5[i]) * expm1Of(${difference});`),
        '    return log1pOf(total, infinity, nan);',
        '  }',
        '  return x4[i] - x5[i];',
      ].join('\n'),
    },
    [p, q, ofP.largest, ofQ.largest, ofP.logSum, ofQ.logSum].map((x) => context.array(x)),
    rows,
    'float32',
  );
  // A class that both rows mask has no ratio, and no weight either.
  const ratio = mapElements(
    context,
    'renyi ratio',
    [
      context.array(p),
      context.array(q),
      perRow(context, ofP.largest),
      perRow(context, ofQ.largest),
      perRow(context, shift),
    ],
    `a === b && a === -infinity ? 0 : ${differenceOf('a', 'b', 'c', 'd')} - e`,
    layout,
    'float32',
  );
  const [logP, logQ] = [
    logSoftmaxOf(context, p, ofP, layout, 'float32'),
    logSoftmaxOf(context, q, ofQ, layout, 'float32'),
  ];
  return { logP, logQ, ratio };
}
