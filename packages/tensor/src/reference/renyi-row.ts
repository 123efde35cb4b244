import { RenyiPair } from './renyi-pair.js';
import { phi2 } from './renyi-phi2.js';

/**
 * The Rényi divergence of order alpha between two softmax rows, in nats, with all its first derivatives:
 *
 *     D_alpha(P || Q) = log(sum_i p_i^alpha q_i^(1 - alpha)) / (alpha - 1),   P = softmax(zP),   Q = softmax(zQ).
 *
 * One instance owns the scratch space for rows of one length; `load` a pair, then ask for any number of orders. Asking for the
 * derivatives at the order last evaluated costs no second evaluation of the divergence.
 *
 * Notation: t = alpha - 1; r = log p - log q; the escort distribution s_i = p_i^alpha q_i^(1 - alpha) / Z is P tilted
 * along r, log(s/p) = t r - psi, and equally Q tilted, log(s/q) = alpha r - psi, with psi = log Z = t D the cumulant
 * generating function of r under P. From these, by differentiating psi:
 *
 *     dD/dzQ = q - s,   dD/dzP = (alpha / t)(s - p),   dD/dalpha = KL(s || p) / t^2.
 *
 * Limits (van Erven and Harremoës, arXiv 1206.2459): alpha = 0 is -log Q(p > 0), 1 is KL(P || Q),
 * Infinity is max r. All of them come out of the same code; only t = 0 needs a word where something is divided by t.
 *
 * Masked classes (logit -Infinity): one of neither row is skipped, one of Q alone has no weight unless alpha = 0,
 * one of P alone makes D infinite for alpha >= 1 and drops out for alpha < 1; rows with nothing in common are infinitely far apart.
 * Where D is infinite the derivatives are those of the limit in which Q puts one vanishing mass on each class of P alone
 * (see `escape`). NaN or +Infinity among the logits, a row masked throughout, or alpha outside [0, Infinity] make every result NaN.
 *
 * Numerics: float64 throughout, no allocation after construction. Cost: 2 n exponentials to load, at most n more
 * for each order (2 n when rows are far apart and alpha < 1).
 *
 * Source: W. F. Huang et al., "Rényi Divergence Deep Mutual Learning", arXiv 2209.05732, for its use between students; their
 * argument order is kept: P is the peer, Q the student that learns.
 */
export class RenyiRow {
  private readonly pair: RenyiPair;
  private readonly logClasses: number;
  /** log(s / base), where base is P for alpha >= 1/2 or infinite D, and Q for smaller alpha. */
  private readonly tilt: Float64Array;
  private readonly logEscort: Float64Array;
  private alpha: number = NaN;
  private fromP: boolean = true;
  private divergence: number = NaN;
  /** The log-ratio at which s = p: D where it is finite. */
  private center: number = NaN;

  constructor(classes: number) {
    this.pair = new RenyiPair(classes);
    this.logClasses = Math.log(classes);
    this.tilt = new Float64Array(classes);
    this.logEscort = new Float64Array(classes);
  }

  /** Reads two rows of logits, element i at `offset + i * stride`. */
  load(
    logitsP: ArrayLike<number>,
    offsetP: number,
    strideP: number,
    logitsQ: ArrayLike<number>,
    offsetQ: number,
    strideQ: number,
  ): void {
    this.alpha = NaN;
    this.pair.load(logitsP, offsetP, strideP, logitsQ, offsetQ, strideQ);
  }

  /** D_alpha(P || Q) >= 0 in nats, non-decreasing in alpha from 0 to Infinity. */
  value(alpha: number): number {
    this.evaluate(alpha);
    return this.divergence;
  }

  /** dD/dzQ = q - s: the difference of two distributions, so it sums to 0 and its L1 norm is at most 2 for every alpha. */
  gradientQ(alpha: number, out: Float64Array): void {
    this.evaluate(alpha);
    if (Number.isNaN(this.divergence)) out.fill(NaN);
    else this.contrast(this.pair.q, this.fromP ? 1 : 0, 1, out);
  }

  /** dD/dzP = alpha/(alpha - 1) (s - p); at alpha = 1 its limit p (r - KL), at Infinity s - p. Sums to 0. */
  gradientP(alpha: number, out: Float64Array): void {
    this.evaluate(alpha);
    if (Number.isNaN(this.divergence)) out.fill(NaN);
    else if (alpha === 1) this.gradientPOfKL(out);
    else this.contrast(this.pair.p, this.fromP ? 0 : -1, alpha === Infinity ? -1 : alpha / (1 - alpha), out);
  }

  /**
   * dD/dalpha = KL(s || p) / t^2, by the sum that has no negative term: as s and p both have mass 1,
   *
   *     KL(s || p) = sum s (e^-l - 1 + l),   l = log(s/p) = t (r - D),
   *
   * and for small l a term over t^2 is s (r - D)^2 phi2(-l), in which t is no longer divided by: at alpha = 1 it is
   * Var_p(r)/2, and at alpha = 0, where s = q, it is KL(Q || P). A class that s has lost (l = -Infinity) contributes p / t^2.
   * Half a second moment of r - D, it inherits an error eta = eps max|log p, log q| of r as eta sqrt(2 dD/dalpha) + eta^2: only where
   * P is saturated far from Q, and the derivative is below about 1e-20 max|r|^2, does that leave few relative digits.
   */
  alphaDerivative(alpha: number): number {
    this.evaluate(alpha);
    const { common, endOnlyP, ratio, p } = this.pair;
    if (Number.isNaN(this.divergence)) return NaN;
    if (alpha === Infinity) return 0;
    if (alpha === 1 && this.divergence === Infinity && common > 0) return Infinity;
    const t = alpha - 1;
    let sum = 0;
    for (let k = 0; k < endOnlyP; k++) {
      const r = ratio[k] as number;
      const escort = Math.exp(this.logEscort[k] as number);
      const l = this.fromP ? (this.tilt[k] as number) : (this.tilt[k] as number) - r;
      if (Math.abs(l) <= 1) {
        const deviation = t === 0 ? r - this.center : l / t;
        sum += escort * deviation * deviation * phi2(-l);
      } else {
        sum += ((p[k] as number) + (escort === 0 ? 0 : escort * (l - 1))) / (t * t);
      }
    }
    return sum;
  }

  private evaluate(alpha: number): void {
    if (alpha === this.alpha) return;
    this.alpha = alpha;
    const { valid, common, endOnlyP, classes } = this.pair;
    this.divergence = NaN;
    if (!valid || !(alpha >= 0)) return;
    if (common < classes) {
      this.tilt.fill(-Infinity);
      this.logEscort.fill(-Infinity);
    }
    if (common === 0 || (alpha >= 1 && common < endOnlyP)) {
      this.escape(alpha);
      return;
    }
    // Skew symmetry, (1 - alpha) D_alpha(P || Q) = alpha D_(1-alpha)(Q || P) = -psi: below 1/2 tilt Q instead of P.
    // The slope of the tilt is then at least -1/2, which keeps `excess` free of cancellation, and exact: 1 - alpha is never rounded.
    this.fromP = alpha >= 0.5;
    if (!this.tiltByExcess(alpha)) this.tiltByPeak(0, common, alpha);
    this.center = this.divergence;
  }

  /**
   * psi from the sum of non-negative terms, for |psi| up to about 1/2; false when psi lies beyond.
   *
   * log(sum p e^(t r)) near 0 is a logarithm of nearly 1: its absolute error of an ulp is a relative error of eps/(|t| D).
   * Since sum p = sum q = 1, adding sum (q - p) = 0 to (Z - 1)/t leaves it unchanged and gives
   *
   *     G = (Z - 1)/t = sum_i p_i g(r_i),   g(r) = (e^(t r) - 1)/t + e^(-r) - 1,   psi = log1p(t G).
   *
   * g has its only zero at its minimum r = 0 (g' = e^(t r) - e^(-r)), so nothing cancels between classes. Near 0 the linear parts of the
   * two exponentials cancel by algebra, g(r) = r^2 (t phi2(t r) + phi2(-r)), about alpha r^2 / 2. At t = 0, G is KL itself.
   * Masks are the limits of p g(r): q for a class of Q alone, p alpha/(1 - alpha) for one of P alone.
   *
   * Tilting Q is the same with P and Q exchanged: r becomes -r and t becomes -alpha.
   */
  private tiltByExcess(alpha: number): boolean {
    const { common, ratio, massOnlyP, massOnlyQ } = this.pair;
    const { fromP, tilt } = this;
    const sign = fromP ? 1 : -1;
    const slope = fromP ? alpha - 1 : -alpha;
    const logBase = fromP ? this.pair.logP : this.pair.logQ;
    const base = fromP ? this.pair.p : this.pair.q;
    const other = fromP ? this.pair.q : this.pair.p;

    // max w <= psi <= max w + log n for the exponents w of the sum tells most distant pairs without an exponential.
    let peak = -Infinity;
    for (let k = 0; k < common; k++) {
      const x = slope * (sign * (ratio[k] as number));
      if ((logBase[k] as number) + x > peak) peak = (logBase[k] as number) + x;
    }
    if (!(peak <= 0.5 && peak + this.logClasses >= -0.5)) return false;

    let excess = fromP ? massOnlyQ : massOnlyP;
    for (let k = 0; k < common; k++) {
      const r = sign * (ratio[k] as number);
      const x = slope * r;
      const weight = base[k] as number;
      tilt[k] = x;
      if (Math.abs(r) <= 1 && Math.abs(x) <= 1) {
        excess += weight * r * r * (slope * phi2(x) + phi2(-r));
        continue;
      }
      // e^x - 1 over the slope, then e^(-r) - 1; the probabilities carry what could overflow.
      if (Math.abs(x) > 1) excess += (Math.exp((logBase[k] as number) + x) - weight) / slope;
      else excess += weight * r * (x === 0 ? 1 : Math.expm1(x) / x);
      excess += Math.abs(r) > 1 ? (other[k] as number) - weight : weight * Math.expm1(-r);
    }
    const growth = slope * excess - (1 + slope) * (fromP ? massOnlyP : massOnlyQ); // Z - 1
    if (growth < -0.5) return false;

    const psi = Math.log1p(growth);
    for (let k = 0; k < common; k++) {
      tilt[k] = (tilt[k] as number) - psi;
      this.logEscort[k] = (logBase[k] as number) + (tilt[k] as number);
    }
    this.divergence = alpha === 1 ? excess : psi / (alpha - 1);
    return true;
  }

  /**
   * psi as a log-sum-exp over positions [from, to), measured from its largest term *: with x_i = t (r_i - r_*),
   *
   *     psi = t r_* + log p_* + log1p(sum over the others of e^(log p_i - log p_* + x_i)),   D = psi / t.
   *
   * x is 0 at the peak and never overflows, so the escort keeps its digits at any alpha, and t = Infinity is no special case: all
   * classes but those of maximal r vanish, D = r_* = max r, and ties share the escort in proportion to p, as they do in the limit.
   */
  private tiltByPeak(from: number, to: number, alpha: number): void {
    const { ratio } = this.pair;
    const { fromP, tilt, logEscort } = this;
    const sign = fromP ? 1 : -1;
    const slope = fromP ? alpha - 1 : -alpha;
    const logBase = fromP ? this.pair.logP : this.pair.logQ;

    let lead = slope > 0 ? -Infinity : 0; // a common offset of r that keeps the exponents of the search finite
    for (let k = from; k < to && slope > 0; k++) lead = Math.max(lead, ratio[k] as number);
    let best = -Infinity;
    let peak = from;
    for (let k = from; k < to; k++) {
      const w = (logBase[k] as number) + scale(slope, sign * (ratio[k] as number) - lead);
      if (w > best) {
        best = w;
        peak = k;
      }
    }

    const peakLog = logBase[peak] as number;
    const peakRatio = sign * (ratio[peak] as number);
    let others = 0;
    for (let k = from; k < to; k++) {
      const x = scale(slope, sign * (ratio[k] as number) - peakRatio);
      const belowPeak = (logBase[k] as number) - peakLog + x;
      tilt[k] = x;
      logEscort[k] = belowPeak;
      if (k !== peak) others += Math.exp(belowPeak);
    }
    const logOthers = Math.log1p(others);
    const logNormalizer = peakLog + logOthers;
    for (let k = from; k < to; k++) {
      tilt[k] = (tilt[k] as number) - logNormalizer;
      logEscort[k] = (logEscort[k] as number) - logOthers;
    }
    this.divergence = fromP
      ? peakRatio + logNormalizer / slope
      : (slope * peakRatio + logNormalizer) / (alpha - 1);
  }

  /**
   * D = Infinity: P emits classes that Q can't (alpha >= 1), or the rows share none.
   *
   * Let Q give each class of P alone the same mass, going to 0. There r = log p + L with one L -> Infinity, so for alpha != 1 these
   * classes take the whole escort, s ∝ p^alpha on them (at alpha = Infinity, those of largest p), and every
   * derivative formula keeps a finite limit. At alpha = 1, s = p at all times: dD/dzQ = q - p, but dD/dzP = p (r - KL)
   * diverges with L unless these classes are all of P.
   */
  private escape(alpha: number): void {
    const { common, endOnlyP, p, logP, ratio } = this.pair;
    this.fromP = true;
    if (alpha === 1) {
      this.center = 0;
      for (let k = 0; k < endOnlyP; k++) {
        this.tilt[k] = 0;
        this.logEscort[k] = logP[k] as number;
        this.center += (p[k] as number) * (ratio[k] as number);
      }
    } else {
      this.tiltByPeak(common, endOnlyP, alpha);
    }
    this.divergence = Infinity;
  }

  /**
   * out = factor * (probs - s), as -factor * probs * expm1(l) while s and probs are within a factor e, l = log(s / probs)
   * = tilt + shifts * r. Probabilities of 0 are told apart because in `escape` r lacks its infinite part there.
   */
  private contrast(probs: Float64Array, shifts: number, factor: number, out: Float64Array): void {
    const { classes, order, ratio } = this.pair;
    for (let k = 0; k < classes; k++) {
      const prob = probs[k] as number;
      const l = (this.tilt[k] as number) + shifts * (ratio[k] as number);
      const difference =
        prob > 0 && Math.abs(l) < 1 ? -prob * Math.expm1(l) : prob - Math.exp(this.logEscort[k] as number);
      out[order[k] as number] = factor * difference + 0; // + 0 turns -0 into 0
    }
    this.balance(probs, out);
  }

  private gradientPOfKL(out: Float64Array): void {
    const { classes, common, endOnlyP, order, p, ratio } = this.pair;
    const diverges = this.divergence === Infinity && common > 0;
    for (let k = 0; k < classes; k++) {
      let slope = (p[k] as number) * ((ratio[k] as number) - this.center);
      if (diverges) slope = k < common ? -Infinity : k < endOnlyP ? Infinity : 0;
      out[order[k] as number] = slope + 0;
    }
    if (!diverges) this.balance(p, out);
  }

  /**
   * Logit gradients sum to 0. A class that holds more than half the mass has a component of size at most that of all others
   * together, but computed from numbers of size D; minus the sum of the others is the better value for it.
   */
  private balance(probs: Float64Array, out: Float64Array): void {
    const { classes, order } = this.pair;
    let top = -1;
    let others = 0;
    for (let k = 0; k < classes; k++) {
      if ((probs[k] as number) > 0.5) top = order[k] as number;
      else others += out[order[k] as number] as number;
    }
    if (top >= 0) out[top] = 0 - others;
  }
}

/** slope * gap, where a gap of 0 stays 0 at an infinite slope. */
function scale(slope: number, gap: number): number {
  return gap === 0 ? 0 : slope * gap;
}
