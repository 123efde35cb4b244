import type { Operand } from '../context.js';

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

/** Statements that define alpha, and from it sign and slope. */
export function orderText(alpha: Operand, place: number): string {
  const read = alpha.kind === 'number' ? `x${place}` : `x${place}[${alpha.offset}]`;
  return [
    `  const alpha = ${read};`,
    '  let sign = 1;',
    '  let slope = alpha - 1;',
    '  if (alpha < 0.5) { sign = -1; slope = -alpha; }',
  ].join('\n');
}

/** What a row has: the divergence, and the two numbers that define the tilt. */
export function rowText(
  classes: number,
  alpha: Operand,
  result: 'divergence' | 'center' | 'normalizer',
): string {
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
      '  const weight = expOf(base1);',
      '  const tilt1 = scaleOf(slope, ratio1);',
      '  if (Math.abs(ratio1) <= 1) {',
      '    if (Math.abs(tilt1) <= 1) {',
      '      if (ratio1 === 0) { } else { excess = excess + weight * ratio1 * ratio1 * (slope * phi2Of(tilt1) + phi2Of(-ratio1)); }',
      '    } else {',
      '      excess = excess + (expOf(base1 + tilt1) - weight) / slope + weight * expm1Of(-ratio1);',
      '    }',
      '  } else {',
      '    if (Math.abs(tilt1) <= 1) {',
      '      if (tilt1 === 0) { excess = excess + weight * ratio1; } else { excess = excess + weight * ratio1 * (expm1Of(tilt1) / tilt1); }',
      '    } else {',
      '      excess = excess + (expOf(base1 + tilt1) - weight) / slope;',
      '    }',
      '    excess = excess + expOf(other1) - weight;',
      '  }',
      '} else {',
      '  excess = excess + expOf(other1);',
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
      'if (base3 > -infinity) { if (o === place) { } else { others = others + expOf(base3 - peakLog + scaleOf(slope, ratio3 - center)); } }',
    ]),
    '  const normalizer = peakLog + log1pOf(others, infinity, nan);',
    `  ${far[result]}`,
  ].join('\n');
}
