import type { Expected } from './oracle.testing.js';
import { rowOf, slackOfLogSoftmax, sumOf, textbookLogSoftmax } from './oracle.testing.js';
import type { Index, Table } from './tables.testing.js';

/** What the textbook says of one pair of rows at a finite order other than 0 and 1, and how well it says it. */
interface Row {
  readonly divergence: number;
  readonly gradientP: readonly number[];
  readonly gradientQ: readonly number[];
  readonly gradientAlpha: number;
  readonly slack: { divergence: number; gradientP: number; gradientQ: number; gradientAlpha: number };
}

/**
 * Errors in units of epsilon: the exponents alpha log p + (1 - alpha) log q inherit that of log p and log q, `reach` times; a sum
 * of n exponentials adds n; t = alpha - 1 divides once in the divergence and twice in its derivative by alpha.
 */
function textbook(zP: readonly number[], zQ: readonly number[], alpha: number): Row {
  const t = alpha - 1;
  const logP = textbookLogSoftmax(zP);
  const logQ = textbookLogSoftmax(zQ);
  const tilted = logP.map((x, i) => alpha * x + (1 - alpha) * (logQ[i] as number));
  const logZ = Math.log(sumOf(tilted.map(Math.exp)));
  const logS = tilted.map((x) => x - logZ);
  const s = logS.map(Math.exp);

  const reach = alpha + Math.abs(1 - alpha) + 1;
  const exponent = reach * (slackOfLogSoftmax(zP) + slackOfLogSoftmax(zQ)) + zP.length;
  const largestLog = reach * Math.max(...logP.map(Math.abs), ...logQ.map(Math.abs));
  return {
    divergence: logZ / t,
    gradientP: s.map((x, i) => (alpha / t) * (x - Math.exp(logP[i] as number))),
    gradientQ: s.map((x, i) => Math.exp(logQ[i] as number) - x),
    gradientAlpha: sumOf(s.map((x, i) => x * ((logS[i] as number) - (logP[i] as number)))) / (t * t),
    slack: {
      divergence: exponent / Math.abs(t),
      gradientP: (2 * exponent * alpha) / Math.abs(t),
      gradientQ: 2 * exponent,
      gradientAlpha: (2 * exponent * (1 + largestLog)) / (t * t),
    },
  };
}

function evaluate([p, q, alpha]: readonly Table[], index: Index): Row {
  return textbook(rowOf(p as Table, index), rowOf(q as Table, index), (alpha as Table).at([]));
}

/** One number for each pair of rows. */
export function renyiPerRow(what: 'divergence' | 'gradientAlpha'): (operands: readonly Table[]) => Expected {
  return (operands) => ({
    shape: (operands[0] as Table).shape.slice(0, -1),
    at: (index) => evaluate(operands, index)[what],
    slack: (index) => evaluate(operands, index).slack[what],
  });
}

/** One number for each class of each pair of rows. */
export function renyiPerClass(what: 'gradientP' | 'gradientQ'): (operands: readonly Table[]) => Expected {
  return (operands) => ({
    shape: (operands[0] as Table).shape,
    at: (index) => evaluate(operands, index.slice(0, -1))[what][index.at(-1) as number] as number,
    slack: (index) => evaluate(operands, index.slice(0, -1)).slack[what],
  });
}
