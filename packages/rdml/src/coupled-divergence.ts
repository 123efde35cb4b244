import { add, div, expand, mean, mul, sameShape, stack, type Tensor } from '@renyi/tensor';
import { renyiDivergence } from './divergence.js';
import type { Coupling } from './links.js';

export const lambdaModes = ['plain', 'overAlpha'] as const;
export type LambdaMode = (typeof lambdaModes)[number];

/** w T^2 D_alpha(softmax(peer / T) || softmax(own / T)) of each row, over alpha in that mode. */
export function coupledDivergence(
  peer: Tensor,
  own: Tensor,
  { alpha, weight, temperature }: Coupling,
  mode: LambdaMode,
): Tensor {
  const [p, q] = temperature === 1 ? [peer, own] : [div(peer, temperature), div(own, temperature)];
  // D_alpha(p || q) / alpha -> KL(q || p) as alpha -> 0.
  const rows = mode === 'overAlpha' && alpha === 0 ? renyiDivergence(q, p, 1) : renyiDivergence(p, q, alpha);
  const factor = (weight * temperature ** 2) / (mode === 'overAlpha' && alpha > 0 ? alpha : 1);
  return factor === 1 ? rows : mul(rows, factor);
}

/** Peers at which a student looks in the same way. */
interface Group {
  readonly coupling: Coupling;
  readonly logits: [Tensor, ...Tensor[]];
}

/** Of so many elements in all, what peers say is looked at in one call: beyond, a call costs little beside its work. */
const mostTogether = 2 ** 18;

/** The sum over couplings of one student of the mean over the rows. Those that differ in their peer alone are looked at in one call. */
export function sumOfDivergences(
  couplings: readonly Coupling[],
  logitsOf: (peer: number) => Tensor,
  own: Tensor,
  mode: LambdaMode,
): Tensor {
  const groups: Group[] = [];
  for (const coupling of couplings) {
    const logits = logitsOf(coupling.peer);
    const group = groups.find((other) => isAlike(other.coupling, coupling) && hasRoom(other.logits, logits));
    if (group === undefined) groups.push({ coupling, logits: [logits] });
    else group.logits.push(logits);
  }
  return groups.map((group) => ofGroup(group, own, mode)).reduce((a, b) => add(a, b));
}

function isAlike(a: Coupling, b: Coupling): boolean {
  return a.alpha === b.alpha && a.weight === b.weight && a.temperature === b.temperature;
}

function hasRoom(group: readonly [Tensor, ...Tensor[]], { shape, size, dtype, storage }: Tensor): boolean {
  const [first] = group;
  if ((group.length + 1) * size > mostTogether) return false;
  return sameShape(shape, first.shape) && dtype === first.dtype && storage.backend === first.storage.backend;
}

function ofGroup({ coupling, logits }: Group, own: Tensor, mode: LambdaMode): Tensor {
  if (logits.length === 1) return mean(coupledDivergence(logits[0], own, coupling, mode));
  const rows = coupledDivergence(stack(logits), expand(own, [logits.length, ...own.shape]), coupling, mode);
  return mul(mean(rows), logits.length);
}
