import type { Kernel, Kernels } from '../../backend.js';
import { checkOrder } from '../../checks.js';
import { Layout } from '../../layout.js';
import type { Tensor } from '../../tensor.js';
import type { Context, Operand } from '../context.js';
import type { GpuStorage } from '../storage.js';
import { coordinates, sumLoop } from '../text.js';
import { type Pair, pairOf } from './renyi-pair.js';
import { orderText, rowText } from './renyi-text.js';

type RenyiName = 'renyi' | 'renyiGradientP' | 'renyiGradientQ' | 'renyiGradientAlpha';

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
            `  const prob = expOf(${own});`,
            ...(side === 'P'
              ? ['  if (alpha === 1) { return prob === 0 ? 0 : prob * (ratio - x6[c0]); }']
              : []),
            '  const logBase = (sign > 0 ? x0[i] : x1[i]);',
            '  let tilt = -infinity;',
            '  if (logBase > -infinity) { tilt = scaleOf(slope, sign * ratio - center) - normalizer; }',
            `  const l = tilt + ${shift} * ratio;`,
            '  if (normalizer <= infinity) { } else { return nan; }',
            `  if (prob > 0) { if (Math.abs(l) < 1) { return ${factor} * (-prob * expm1Of(l)); } }`,
            '  const escort = logBase > -infinity ? expOf(logBase + tilt) : 0;',
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
        '        const escort = expOf(logBase + tilt);',
        '        const l = (sign > 0 ? tilt : tilt - ratio);',
        '        if (Math.abs(l) <= 1) {',
        '          const deviation = (t === 0 ? ratio - x6[i] : l / t);',
        '          part = part + escort * deviation * deviation * phi2Of(-l);',
        '        } else {',
        '          part = part + (expOf(ownP) + (escort === 0 ? 0 : escort * (l - 1))) / (t * t);',
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
