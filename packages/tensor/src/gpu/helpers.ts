import { functionsOfFormulas } from './formulas.js';

/* Functions that kernels call: those of formulas.ts, and others that choose between longer ways. NaN is kept by the test `x <= infinity`, false for NaN alone. */

interface Helper {
  readonly source: string;
  readonly argumentNames: readonly string[];
}

/**
 * The complementary error function for x >= 0 by the Chebyshev fit of W. H. Press et al., Numerical Recipes (erfcc): relative error below
 * 1.2e-7. x^2 is split in two, so that the exponential keeps the digits of its argument.
 */
const erfcTail = `function erfcTailOf(x) {
  const t = 1 / (1 + 0.5 * x);
  const high = Math.floor(x * 16) / 16;
  const series = -1.26551223 + t * (1.00002368 + t * (0.37409196 + t * (0.09678418 + t * (-0.18628806 + t * (0.27886807 + t * (-1.13520398 + t * (1.48851587 + t * (-0.82215223 + t * 0.17087277))))))));
  if (x > 10.2) {
    return 0;
  }
  return t * expOf(-high * high) * expOf(-(x - high) * (x + high) + series);
}`;

/** The Taylor series below 1, where the tail would cancel. */
const erfSeries = `function erfSeriesOf(x) {
  const t = x * x;
  return 1.1283791670955126 * x * (1 - t * (0.3333333333 - t * (0.1 - t * (0.0238095238 - t * (0.00462962963 - t * (0.000757575758 - t * (0.000106837607 - t * (0.0000132275132 - t * (0.00000145891690 - t * (0.000000145038522 - t * 0.0000000131225329))))))))));
}`;

const erf = `function erfOf(x, infinity) {
  if (x <= infinity) {
    if (Math.abs(x) < 1) {
      return erfSeriesOf(x);
    }
    return Math.sign(x) * (1 - erfcTailOf(Math.abs(x)));
  }
  return x;
}`;

const erfc = `function erfcOf(x, infinity) {
  if (x <= infinity) {
    if (Math.abs(x) < 0.5) {
      return 1 - erfSeriesOf(x);
    }
    if (x < 0) {
      return 2 - erfcTailOf(-x);
    }
    return erfcTailOf(x);
  }
  return x;
}`;

/** C's pow. GL's own is not defined for negative bases, -0 among them; the size comes from logarithms, the sign from whether the exponent is odd. */
const power = `function powerOf(a, b, infinity, nan) {
  if (a === 1) {
    return 1;
  }
  if (b === 0) {
    return 1;
  }
  if (a <= infinity) {
    if (b <= infinity) {
      const size = Math.abs(a);
      const below = a === 0 ? 1 / a : a;
      let sign = 1;
      if (below < 0) {
        if (Math.floor(b) === b) {
          if (2 * Math.floor(0.5 * b) !== b) {
            sign = -1;
          }
        } else {
          if (size > 0) {
            if (size < infinity) {
              return nan;
            }
          }
        }
      }
      if (size === 1) {
        return sign;
      }
      if (Math.abs(b) === infinity) {
        if ((size - 1) * b > 0) {
          return infinity;
        }
        return 0;
      }
      if (size === 0) {
        if (b > 0) {
          return sign / infinity;
        }
        return sign * infinity;
      }
      if (size === infinity) {
        if (b > 0) {
          return sign * infinity;
        }
        return sign / infinity;
      }
      if (b === 2) {
        return a * a;
      }
      if (b === 0.5) {
        return Math.sqrt(a);
      }
      if (b === -1) {
        return 1 / a;
      }
      return sign * expOf(b * logOf(size, infinity, nan));
    }
    return b;
  }
  return a;
}`;

/** (e^x - 1 - x) / x^2 for |x| <= 1. */
const phi2 = `function phi2Of(x) {
  return 0.5 + x * (0.16666667163372 + x * (0.041666667908430 + x * (0.0083333337679505 + x * (0.0013888889225 + x * (0.00019841270114 + x * (0.0000248015876 + x * (0.00000275573192 + x * 0.000000275573192)))))));
}`;

/** slope * gap, where a gap of 0 stays 0 at an infinite slope. */
const scale = `function scaleOf(slope, gap) {
  if (gap === 0) {
    return 0;
  }
  return slope * gap;
}`;

const helpers: ReadonlyMap<string, Helper> = new Map(
  [...functionsOfFormulas, erfSeries, erfcTail, erf, erfc, power, phi2, scale].map((source) => {
    const [, name, list] = /^function (\w+)\(([^)]*)\)/.exec(source) as unknown as [string, string, string];
    return [name, { source, argumentNames: list.split(', ') }];
  }),
);

/** The helpers that a text calls, directly or through others; each after those that it calls. */
export function helpersOf(text: string): Helper[] {
  const found = new Map<string, Helper>();
  const collect = (part: string): void => {
    for (const [, name] of part.matchAll(/\b(\w+Of)\(/g)) {
      const helper = helpers.get(name as string);
      if (helper === undefined || found.has(name as string) || part === helper.source) continue;
      collect(helper.source.slice(helper.source.indexOf('{')));
      found.set(name as string, helper);
    }
  };
  collect(text);
  return [...found.values()];
}
