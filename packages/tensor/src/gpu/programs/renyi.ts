import type { Kernel, Kernels } from '../../backend.js';
import { checkOrder } from '../../checks.js';
import { Layout } from '../../layout.js';
import type { Tensor } from '../../tensor.js';
import type { Context, Operand } from '../context.js';
import type { GpuStorage } from '../storage.js';
import { affine, coordinates, steps, sumLoop } from '../text.js';
import { mapElements } from './elementwise.js';
import { logSoftmaxOf, perRow, rowStatistics } from './softmax.js';

type RenyiName = 'renyi' | 'renyiGradientP' | 'renyiGradientQ' | 'renyiGradientAlpha';

/*
 * The algorithm of reference/renyi-row.ts in float32, a kernel for each number of a row. With r = log p - log q, the escort's log-ratio to
 * its base (P from order 1/2 on, Q below) is
 *
 *     tilt = slope (±r - center) - normalizer,
 *
 * where the center is the peak of the sum where rows are far apart, and 0 where they are near, and psi comes from a sum without
 * cancellation. The log-ratio is taken from differences of logits, not of log-probabilities, so that near rows keep their digits.
 *
 * Unlike there, rows in which P has mass where Q has none give an infinite divergence whose derivatives are NaN.
 */

/** log p, log q and r, each [rows, classes], for logits of any leading shape. */
interface Pair {
  readonly logP: Tensor;
  readonly logQ: Tensor;
  readonly ratio: Tensor;
}

function pairOf(context: Context, p: Tensor, q: Tensor): Pair {
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
  const readP = `(x0[${affine(0, [
    ['baseP', 1],
    ['r', p.layout.strides.at(-1) as number],
  ])}] - x2[i])`;
  const readQ = `(x1[${affine(0, [
    ['baseQ', 1],
    ['r', q.layout.strides.at(-1) as number],
  ])}] - x3[i])`;
  // log sum e^zP - log sum e^zQ, both from their largest: where no class differs by more than 1, as log1p of a mean.
  const shift = context.run(
    {
      name: 'renyi shift',
      body: [
        ...start,
        '  let farthest = 0;',
        `  for (let r = 0; r < ${classes}; r++) {`,
        `    const own = Math.abs(${readP} - ${readQ});`,
        '    if (own <= farthest) { } else { farthest = own; }',
        '  }',
        '  if (farthest <= 1) {',
        sumLoop(
          classes,
          `      part = part + expOf(${readQ} - x5[i], infinity) * expm1Of(${readP} - ${readQ}, infinity);`,
        ),
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
    'a === b && a === -infinity ? 0 : a - c - (b - d) - e',
    layout,
    'float32',
  );
  const [logP, logQ] = [
    logSoftmaxOf(context, p, ofP, layout, 'float32'),
    logSoftmaxOf(context, q, ofQ, layout, 'float32'),
  ];
  return { logP, logQ, ratio };
}

/** Statements that define alpha, and from it sign and slope. */
function orderText(alpha: Operand, place: number): string {
  const read = alpha.kind === 'number' ? `x${place}` : `x${place}[${alpha.offset}]`;
  return [
    `  const alpha = ${read};`,
    '  let sign = 1;',
    '  let slope = alpha - 1;',
    '  if (alpha < 0.5) { sign = -1; slope = -alpha; }',
  ].join('\n');
}

/** What a row has: the divergence, and the two numbers that define the tilt. */
function rowText(classes: number, alpha: Operand, result: 'divergence' | 'center' | 'normalizer'): string {
  const near = {
    divergence: 'if (alpha === 1) { return excess; }\n      return psi / (alpha - 1);',
    center: 'return 0;',
    normalizer: 'return psi;',
  };
  const far = {
    divergence:
      'if (sign > 0) { if (alpha === infinity) { return center; } return center + normalizer / slope; }\n  return (slope * center + normalizer) / (alpha - 1);',
    center: 'return center;',
    normalizer: 'return normalizer;',
  };
  const failed = result === 'divergence' ? 'infinity' : 'nan';
  const base = '(sign > 0 ? x0[at] : x1[at])';
  const other = '(sign > 0 ? x1[at] : x0[at])';
  const each = (name: string, statements: readonly string[]): string =>
    [
      `  for (let ${name} = 0; ${name} < ${classes}; ${name}++) {`,
      ...statements.map((line) => `    ${line.replaceAll('[at]', `[start + ${name}]`)}`),
      '  }',
    ].join('\n');
  return [
    orderText(alpha, 3),
    '  if (alpha >= 0) { } else { return nan; }',
    `  const start = i * ${classes};`,
    '  let peak = -infinity;',
    '  let lead = -infinity;',
    '  let escapes = 0;',
    '  let broken = 0;',
    each('k', [
      `const base0 = ${base};`,
      `const other0 = ${other};`,
      'if (base0 <= infinity) { } else { broken = 1; }',
      'if (other0 <= infinity) { } else { broken = 1; }',
      'const ratio0 = sign * x2[at];',
      'if (base0 > -infinity) {',
      '  if (alpha >= 1) { if (ratio0 === infinity) { escapes = 1; } }',
      '  if (ratio0 > lead) { lead = ratio0; }',
      '  const reach0 = base0 + scaleOf(slope, ratio0);',
      '  if (reach0 > peak) { peak = reach0; }',
      '}',
    ]),
    '  if (broken > 0) { return nan; }',
    `  if (escapes > 0) { return ${failed}; }`,
    `  if (peak <= 0.5) { if (peak + ${Math.log(classes)} >= -0.5) {`,
    '    let excess = 0;',
    each('m', [
      `const base1 = ${base};`,
      `const other1 = ${other};`,
      'const ratio1 = sign * x2[at];',
      'if (base1 > -infinity) {',
      '  const weight = expOf(base1, infinity);',
      '  const tilt1 = scaleOf(slope, ratio1);',
      '  if (Math.abs(ratio1) <= 1) {',
      '    if (Math.abs(tilt1) <= 1) {',
      '      if (ratio1 === 0) { } else { excess = excess + weight * ratio1 * ratio1 * (slope * phi2Of(tilt1) + phi2Of(-ratio1)); }',
      '    } else {',
      '      excess = excess + (expOf(base1 + tilt1, infinity) - weight) / slope + weight * expm1Of(-ratio1, infinity);',
      '    }',
      '  } else {',
      '    if (Math.abs(tilt1) <= 1) {',
      '      if (tilt1 === 0) { excess = excess + weight * ratio1; } else { excess = excess + weight * ratio1 * (expm1Of(tilt1, infinity) / tilt1); }',
      '    } else {',
      '      excess = excess + (expOf(base1 + tilt1, infinity) - weight) / slope;',
      '    }',
      '    excess = excess + expOf(other1, infinity) - weight;',
      '  }',
      '} else {',
      '  excess = excess + expOf(other1, infinity);',
      '}',
    ]),
    '    if (slope * excess >= -0.5) {',
    '      const psi = log1pOf(slope * excess, infinity, nan);',
    `      ${near[result]}`,
    '    }',
    '  } }',
    '  if (slope > 0) { } else { lead = 0; }',
    '  let best = -infinity;',
    '  let peakLog = 0;',
    '  let center = 0;',
    '  let place = -1;',
    each('n', [
      `const base2 = ${base};`,
      'if (base2 > -infinity) {',
      '  const ratio2 = sign * x2[at];',
      '  const reach2 = base2 + scaleOf(slope, ratio2 - lead);',
      '  if (reach2 > best) { best = reach2; peakLog = base2; center = ratio2; place = n; }',
      '}',
    ]),
    `  if (place < 0) { return ${failed}; }`,
    '  let others = 0;',
    each('o', [
      `const base3 = ${base};`,
      'const ratio3 = sign * x2[at];',
      'if (base3 > -infinity) { if (o === place) { } else { others = others + expOf(base3 - peakLog + scaleOf(slope, ratio3 - center), infinity); } }',
    ]),
    '  const normalizer = peakLog + log1pOf(others, infinity, nan);',
    `  ${far[result]}`,
  ].join('\n');
}

export function renyiKernels(context: Context): Kernels<RenyiName> {
  const orderOf = (operation: string, alpha: Tensor): Operand => {
    const { values } = alpha.storage as GpuStorage;
    if (values !== undefined) checkOrder(operation, values[alpha.offset] as number);
    return context.operand(alpha, []);
  };

  const row = (
    { logP, logQ, ratio }: Pair,
    alpha: Operand,
    result: 'divergence' | 'center' | 'normalizer',
  ): Tensor => {
    const layout = Layout.contiguous(logP.shape.slice(0, -1));
    const operands = [context.array(logP), context.array(logQ), context.array(ratio), alpha];
    const body = rowText(logP.shape.at(-1) as number, alpha, result);
    return context.run({ name: `renyi ${result}`, body }, operands, layout, 'float32');
  };

  /** factor (probs - s), as -factor probs expm1(l) while both are within a factor e; l = log(s / probs). */
  const gradient =
    <N extends 'renyiGradientP' | 'renyiGradientQ'>(side: 'P' | 'Q', operation: N): Kernel<N> =>
    ([p, q, order], _, layout, dtype) => {
      const alpha = orderOf(operation, order);
      if (layout.size === 0) return context.wrap(new Float32Array(0), layout, dtype);
      const pair = pairOf(context, p, q);
      const { logP, logQ, ratio } = pair;
      const classes = layout.shape.at(-1) as number;
      const own = side === 'P' ? 'x0[i]' : 'x1[i]';
      const shift = side === 'P' ? '(sign > 0 ? 0 : -1)' : '(sign > 0 ? 1 : 0)';
      const divergences = row(pair, alpha, 'divergence');
      const centers = row(pair, alpha, 'center');
      const normalizers = row(pair, alpha, 'normalizer');
      const atRow = coordinates([layout.size / classes, classes], 'i', 'c');
      const operands = [logP, logQ, ratio].map((x) => context.array(x));
      const factor =
        side === 'P' ? '(alpha === infinity ? -1 : (alpha === 0 ? 0 : alpha / (1 - alpha)))' : '1';
      const raw = context.run(
        {
          name: operation,
          body: [
            atRow,
            orderText(alpha, 3),
            '  const center = x4[c0];',
            '  const normalizer = x5[c0];',
            '  const ratio = x2[i];',
            `  const prob = expOf(${own}, infinity);`,
            ...(side === 'P'
              ? ['  if (alpha === 1) { return prob === 0 ? 0 : prob * (ratio - x6[c0]); }']
              : []),
            '  const logBase = (sign > 0 ? x0[i] : x1[i]);',
            '  let tilt = -infinity;',
            '  if (logBase > -infinity) { tilt = scaleOf(slope, sign * ratio - center) - normalizer; }',
            `  const l = tilt + ${shift} * ratio;`,
            '  if (normalizer <= infinity) { } else { return nan; }',
            `  if (prob > 0) { if (Math.abs(l) < 1) { return ${factor} * (-prob * expm1Of(l, infinity)); } }`,
            '  const escort = logBase > -infinity ? expOf(logBase + tilt, infinity) : 0;',
            `  return ${factor} * (prob - escort);`,
          ].join('\n'),
        },
        [
          ...operands,
          alpha,
          context.array(centers),
          context.array(normalizers),
          ...(side === 'P' ? [context.array(divergences)] : []),
        ],
        layout,
        dtype,
      );
      return balanced(raw, side === 'P' ? logP : logQ, layout);
    };

  /** A gradient sums to 0: a class with more than half the mass gets minus the sum of the others, which are better known. */
  const balanced = (raw: Tensor, logs: Tensor, layout: Layout): Tensor => {
    const classes = layout.shape.at(-1) as number;
    const rows = Layout.contiguous(layout.shape.slice(0, -1));
    const half = Math.log(0.5);
    const operands = [context.array(raw), context.array(logs)];
    const others = context.run(
      {
        name: 'renyi others',
        body: `${sumLoop(classes, `      if (x1[i * ${classes} + r] > ${half}) { } else { part = part + x0[i * ${classes} + r]; }`)}\n  return total;`,
      },
      operands,
      rows,
      'float32',
    );
    const body = [
      coordinates([layout.size / classes, classes], 'i', 'c'),
      `  if (x1[i] > ${half}) { return 0 - x2[c0]; }`,
      '  return x0[i];',
    ].join('\n');
    return context.run(
      { name: 'renyi balance', body },
      [...operands, context.array(others)],
      layout,
      'float32',
    );
  };

  return {
    renyi: ([p, q, order], _, layout, dtype) => {
      const alpha = orderOf('renyiDivergence', order);
      if (layout.size === 0) return context.wrap(new Float32Array(0), layout, dtype);
      return row(pairOf(context, p, q), alpha, 'divergence');
    },
    renyiGradientP: gradient('P', 'renyiGradientP'),
    renyiGradientQ: gradient('Q', 'renyiGradientQ'),
    renyiGradientAlpha: ([p, q, order], _, layout, dtype) => {
      const alpha = orderOf('renyiGradientAlpha', order);
      if (layout.size === 0) return context.wrap(new Float32Array(0), layout, dtype);
      const pair = pairOf(context, p, q);
      const classes = p.shape.at(-1) as number;
      const operands = [
        ...[pair.logP, pair.logQ, pair.ratio].map((x) => context.array(x)),
        alpha,
        ...(['center', 'normalizer', 'divergence'] as const).map((what) =>
          context.array(row(pair, alpha, what)),
        ),
      ];
      const at = `i * ${classes} + r`;
      const term = [
        `      const ownP = x0[${at}];`,
        '      if (ownP > -infinity) {',
        `        const ratio = x2[${at}];`,
        `        const logBase = (sign > 0 ? ownP : x1[${at}]);`,
        '        const tilt = scaleOf(slope, sign * ratio - x4[i]) - x5[i];',
        '        const escort = expOf(logBase + tilt, infinity);',
        '        const l = (sign > 0 ? tilt : tilt - ratio);',
        '        if (Math.abs(l) <= 1) {',
        '          const deviation = (t === 0 ? ratio - x6[i] : l / t);',
        '          part = part + escort * deviation * deviation * phi2Of(-l);',
        '        } else {',
        '          part = part + (expOf(ownP, infinity) + (escort === 0 ? 0 : escort * (l - 1))) / (t * t);',
        '        }',
        '      }',
      ].join('\n');
      const body = [
        orderText(alpha, 3),
        '  const t = alpha - 1;',
        '  if (alpha === infinity) { return 0; }',
        sumLoop(classes, term),
        '  return total;',
      ].join('\n');
      return context.run({ name: 'renyiGradientAlpha', body }, operands, layout, dtype);
    },
  };
}
