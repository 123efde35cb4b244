/** Log-weights below this count as masked: what is left is far enough from the largest double that no sum of a few overflows. */
const LOWEST = -1e300;

/**
 * Two categorical distributions of the same length, P = softmax(zP) and Q = softmax(zQ), with their log-ratio
 * r_i = log p_i - log q_i: everything that a divergence between them needs.
 *
 * Invariants after `load`:
 * - positions k of all arrays are classes reordered, `order[k]` is the class: first the `common` classes that both
 *   distributions can emit, then those of P alone up to `endOnlyP`, those of Q alone, those of neither. So no loop ever meets inf - inf.
 *   Only a logit of -Infinity (or 1e300 below the largest) takes a class out of a support; a probability that underflows to 0 keeps its finite logarithm.
 * - `ratio[k]` is r on the common classes; on P's own classes, where r = log p + Infinity, it is the finite part log p; else 0.
 * - `valid` is false, and nothing else means anything, when a logit is NaN or +Infinity or a row has no class left.
 */
export class RenyiPair {
  readonly classes: number;
  readonly order: Int32Array;
  readonly logP: Float64Array;
  readonly logQ: Float64Array;
  readonly p: Float64Array;
  readonly q: Float64Array;
  readonly ratio: Float64Array;
  common: number = 0;
  endOnlyP: number = 0;
  /** P's mass on classes that Q can't emit, and the reverse. */
  massOnlyP: number = 0;
  massOnlyQ: number = 0;
  valid: boolean = false;
  private readonly zP: Float64Array;
  private readonly zQ: Float64Array;

  constructor(classes: number) {
    this.classes = classes;
    this.order = new Int32Array(classes);
    this.logP = new Float64Array(classes);
    this.logQ = new Float64Array(classes);
    this.p = new Float64Array(classes);
    this.q = new Float64Array(classes);
    this.ratio = new Float64Array(classes);
    this.zP = new Float64Array(classes);
    this.zQ = new Float64Array(classes);
  }

  load(
    logitsP: ArrayLike<number>,
    offsetP: number,
    strideP: number,
    logitsQ: ArrayLike<number>,
    offsetQ: number,
    strideQ: number,
  ): void {
    const { classes, order, zP, zQ } = this;
    let topP = -Infinity;
    let topQ = -Infinity;
    this.valid = true;
    for (let i = 0; i < classes; i++) {
      const zPi = logitsP[offsetP + i * strideP] as number;
      const zQi = logitsQ[offsetQ + i * strideQ] as number;
      if (!(zPi < Infinity && zQi < Infinity)) this.valid = false;
      if (zPi > topP) topP = zPi;
      if (zQi > topQ) topQ = zQi;
    }
    if (topP === -Infinity || topQ === -Infinity) this.valid = false;
    if (!this.valid) return;

    // One sweep per kind of class: 0 common, 1 P's alone, 2 Q's alone, 3 neither. Unmasked rows end after the first.
    let k = 0;
    for (let kind = 0; kind < 4 && k < classes; kind++) {
      for (let i = 0; i < classes; i++) {
        const zPi = logitsP[offsetP + i * strideP] as number;
        const zQi = logitsQ[offsetQ + i * strideQ] as number;
        if ((zPi - topP < LOWEST ? 2 : 0) + (zQi - topQ < LOWEST ? 1 : 0) !== kind) continue;
        order[k] = i;
        zP[k] = zPi;
        zQ[k] = zQi;
        k++;
      }
      if (kind === 0) this.common = k;
      if (kind <= 1) this.endOnlyP = k;
    }

    const restP = logSoftmax(zP, topP, this.logP, this.p);
    const restQ = logSoftmax(zQ, topQ, this.logQ, this.q);
    const distance = this.fillRatio(topP, topQ, restP - restQ);
    // Beyond 1/2 D itself is not small, D >= distance^2 alpha / 2 (Pinsker), and rows whose shift overflows stay as they are.
    if (distance <= 0.5 && Math.abs(topP - topQ) <= -LOWEST) this.refineRatio();
  }

  /**
   * r = log p - log q as the difference of logits (each from its top) less that of the normalizers: classes with equal
   * differences then get the same r to the last bit, so that ties at alpha = Infinity are ties. Returns the distance sum |p - q|.
   */
  private fillRatio(topP: number, topQ: number, normalizer: number): number {
    const { classes, common, endOnlyP, logP, p, q, ratio, zP, zQ } = this;
    let distance = 0;
    for (let k = 0; k < common; k++) {
      ratio[k] = (zP[k] as number) - topP - ((zQ[k] as number) - topQ) - normalizer;
      distance += Math.abs((p[k] as number) - (q[k] as number));
    }
    this.massOnlyP = 0;
    this.massOnlyQ = 0;
    for (let k = common; k < endOnlyP; k++) {
      ratio[k] = logP[k] as number;
      this.massOnlyP += p[k] as number;
    }
    for (let k = endOnlyP; k < classes; k++) {
      ratio[k] = 0;
      this.massOnlyQ += q[k] as number;
    }
    return distance + this.massOnlyP + this.massOnlyQ;
  }

  /**
   * r from the differences of the logits, for rows that nearly agree.
   *
   * A log-ratio taken from the normalizers rounds at eps |log p|, which buries a ratio of 1e-9; zP - zQ does not. With d_i = zP_i - zQ_i and any
   * constant d_c,
   *
   *     e_i = d_i - d_c,   r_i = e_i - log(sum_j q_j e^(e_j)) = e_i - log1p(sum_j (q_j e^(e_j) - q_j)).
   *
   * d_i is carried as an unevaluated sum of two doubles (Knuth's exact subtraction), so e_i is good to an ulp even where the
   * rows differ by a large shift. d_c is taken at the class c of largest min(p, q); there q_c e^0 = p_c e^(-r_c), so for a
   * class whose e_j is not small q_j e^(e_j) = p_j q_c / p_c, free of cancellation and of one exponential. The distance
   * of at most 1/2 makes min(p_c, q_c) >= 3/(4 classes): the quotient exists.
   */
  private refineRatio(): void {
    const { classes, common, p, q, ratio, zP, zQ } = this;
    let anchor = 0;
    let overlap = 0;
    for (let k = 0; k < common; k++) {
      const shared = Math.min(p[k] as number, q[k] as number);
      if (shared > overlap) {
        overlap = shared;
        anchor = k;
      }
    }
    const anchorHigh = (zP[anchor] as number) - (zQ[anchor] as number);
    const anchorLow = differenceError(zP[anchor] as number, zQ[anchor] as number, anchorHigh);
    const quotient = (q[anchor] as number) / (p[anchor] as number);
    let excess = 0;
    for (let k = 0; k < common; k++) {
      const high = (zP[k] as number) - (zQ[k] as number);
      const e = high - anchorHigh + (differenceError(zP[k] as number, zQ[k] as number, high) - anchorLow);
      ratio[k] = e;
      excess +=
        Math.abs(e) <= 0.5
          ? (q[k] as number) * Math.expm1(e)
          : (p[k] as number) * quotient - (q[k] as number);
    }
    for (let k = common; k < classes; k++) excess += (p[k] as number) * quotient - (q[k] as number);
    const shift = Math.log1p(excess);
    for (let k = 0; k < common; k++) ratio[k] = (ratio[k] as number) - shift;
  }
}

/** (x - y) - difference, exactly, where `difference` is x - y rounded. Knuth, TAOCP volume 2, section 4.2.2, theorem B. */
function differenceError(x: number, y: number, difference: number): number {
  const roundedY = x - difference;
  return x - (difference + roundedY) + (roundedY - y);
}

/**
 * log p_i = (z_i - top) - log1p(sum over the others of e^(z - top)): the largest class stays out of the sum, so that
 * log p = -1e-20 of a saturated row survives instead of rounding to 0. Returns that log1p.
 */
function logSoftmax(z: Float64Array, top: number, logProbs: Float64Array, probs: Float64Array): number {
  let others = 0;
  let found = false;
  for (let k = 0; k < z.length; k++) {
    const gap = (z[k] as number) - top;
    if (gap === 0 && !found) {
      found = true;
      probs[k] = 1;
      continue;
    }
    const weight = Math.exp(gap);
    probs[k] = weight;
    others += weight;
  }
  const logNormalizer = Math.log1p(others);
  const normalizer = 1 + others;
  for (let k = 0; k < z.length; k++) {
    logProbs[k] = (z[k] as number) - top - logNormalizer;
    probs[k] = (probs[k] as number) / normalizer;
  }
  return logNormalizer;
}
