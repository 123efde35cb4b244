/*
 * Functions for kernels, as text: what GL and WebGPU lack, or compute with fewer digits than float32 has (tanh(50) is NaN in GL,
 * expm1(1e-8) is 0, log near 1 has 3 digits, sin 4). NaN goes through each: the test `x <= infinity` is false for NaN alone.
 */

interface Helper {
  readonly source: string;
  readonly argumentNames: readonly string[];
}

/** Taylor's series below 1/2, where e^x - 1 would cancel: the next term is 2^-9/9!. */
const expm1 = `function expm1Of(x, infinity) {
  if (Math.abs(x) < 0.5) {
    return x * (1 + x * (0.5 + x * (0.16666667163372 + x * (0.041666667908430 + x * (0.0083333337679505 + x * (0.0013888889225 + x * (0.00019841270114 + x * 0.0000248015876)))))));
  }
  if (x <= infinity) {
    return expOf(x, infinity) - 1;
  }
  return x;
}`;

/** log(1 + x) = 2 artanh(s) with s = x/(2 + x): s^2 is at most 1/25 where the series is used. */
const log1p = `function log1pOf(x, infinity, nan) {
  if (Math.abs(x) < 0.4) {
    const s = x / (2 + x);
    const t = s * s;
    return 2 * s * (1 + t * (0.33333334326744 + t * (0.20000000298023 + t * (0.14285714924335 + t * 0.1111111119389534))));
  }
  return logOf(1 + x, infinity, nan);
}`;

const log = `function logOf(x, infinity, nan) {
  if (x <= infinity) {
    if (x < 0) {
      return nan;
    }
    if (x === 0) {
      return -infinity;
    }
    if (x === infinity) {
      return infinity;
    }
    if (Math.abs(x - 1) < 0.3) {
      const s = (x - 1) / (x + 1);
      const t = s * s;
      return 2 * s * (1 + t * (0.33333334326744 + t * (0.20000000298023 + t * (0.14285714924335 + t * 0.1111111119389534))));
    }
    return Math.log(x);
  }
  return x;
}`;

/** e^-|x| never overflows, and both tails keep their digits. */
const sigmoid = `function sigmoidOf(x, infinity) {
  if (x <= infinity) {
    const e = expOf(-Math.abs(x), infinity);
    if (x < 0) {
      return e / (1 + e);
    }
    return 1 / (1 + e);
  }
  return x;
}`;

/** (e^2|x| - 1) / (e^2|x| + 1), which is 1 from 10 on. */
const tanh = `function tanhOf(x, infinity) {
  if (x <= infinity) {
    const size = Math.abs(x);
    if (size > 10) {
      return Math.sign(x);
    }
    const e = expm1Of(2 * size, infinity);
    return Math.sign(x) * (e / (e + 2));
  }
  return x;
}`;

const softplus = `function softplusOf(x, infinity, nan) {
  if (x <= infinity) {
    return Math.max(x, 0) + log1pOf(expOf(-Math.abs(x), infinity), infinity, nan);
  }
  return x;
}`;

const logaddexp = `function logaddexpOf(a, b, infinity, nan) {
  if (a === b) {
    return a + 0.6931471805599453;
  }
  return largerOf(a, b, infinity) + log1pOf(expOf(-Math.abs(a - b), infinity), infinity, nan);
}`;

const larger = `function largerOf(a, b, infinity) {
  if (a <= infinity) {
    if (a > b) {
      return a;
    }
    return b;
  }
  return a;
}`;

const smaller = `function smallerOf(a, b, infinity) {
  if (a <= infinity) {
    if (a < b) {
      return a;
    }
    return b;
  }
  return a;
}`;

const round = `function roundOf(x) {
  if (Math.abs(x) < 4194304) {
    const below = Math.floor(x);
    const rest = x - below;
    if (rest < 0.5) {
      return below;
    }
    if (rest > 0.5) {
      return below + 1;
    }
    return 2 * Math.floor(0.5 * below + 0.5);
  }
  return x;
}`;

const sign = `function signOf(x, infinity) {
  if (x > 0) {
    return 1;
  }
  if (x < 0) {
    return -1;
  }
  return x;
}`;

const sqrt = `function sqrtOf(x, infinity, nan) {
  if (x <= infinity) {
    if (x < 0) {
      return nan;
    }
    if (x === infinity) {
      return x;
    }
    return Math.sqrt(x);
  }
  return x;
}`;

/**
 * Powers of two are taken off in two parts of log 2; the rest, in [-log(2)/2, log(2)/2], by the polynomial of S. L. Moshier's Cephes. 2^n is
 * exact, from the binary digits of n, where drivers round their own powers; in two halves, as 2^128 is no float32. All in one function:
 * gpu.js puts those that several others call behind their callers, where GL does not find them.
 */
const exp = `function expOf(x, infinity) {
  if (x <= infinity) {
    if (x > 88.72283935546875) {
      return infinity;
    }
    if (x < -104) {
      return 0;
    }
    const n = Math.floor(x * 1.4426950408889634 + 0.5);
    const r = (x - n * 0.693359375) + n * 0.00021219444005469057;
    let y = 1 + r + r * r * (0.50000001201 + r * (0.16666665459 + r * (0.041665795894 + r * (0.0083334519073 + r * (0.0013981999507 + r * 0.00019875691500)))));
    const half = Math.floor(0.5 * n);
    for (let part = 0; part < 2; part++) {
      const whole = part === 0 ? half : n - half;
      let rest = Math.abs(whole);
      let power = 1;
      if (rest >= 64) { power = power * 18446744073709551616; rest = rest - 64; }
      if (rest >= 32) { power = power * 4294967296; rest = rest - 32; }
      if (rest >= 16) { power = power * 65536; rest = rest - 16; }
      if (rest >= 8) { power = power * 256; rest = rest - 8; }
      if (rest >= 4) { power = power * 16; rest = rest - 4; }
      if (rest >= 2) { power = power * 4; rest = rest - 2; }
      if (rest >= 1) { power = power * 2; }
      if (whole < 0) { y = y / power; } else { y = y * power; }
    }
    return y;
  }
  return x;
}`;

/**
 * Quarter turns are taken off in three parts of pi/2 (W. J. Cody and W. Waite), good to a few thousand radians; then the polynomials of
 * S. L. Moshier's Cephes on [-pi/4, pi/4]. A shift of one quarter turn makes the sine a cosine.
 */
const sine = `function sineOf(x, shift, infinity, nan) {
  if (Math.abs(x) < infinity) {
    const turns = Math.floor(x * 0.6366197723675814 + 0.5);
    const r = ((x - turns * 1.5703125) - turns * 0.0004837512969970703) - turns * 0.00000007549789948768648;
    const quarter = turns + shift;
    const odd = quarter - 2 * Math.floor(0.5 * quarter);
    const half = Math.floor(0.5 * quarter);
    const turned = half - 2 * Math.floor(0.5 * half);
    const t = r * r;
    let y = 0;
    if (odd < 0.5) {
      y = r + r * t * (-0.16666654611 + t * (0.0083321608736 - t * 0.00019515295891));
    } else {
      y = 1 - 0.5 * t + t * t * (0.04166664568298827 + t * (-0.001388731625493765 + t * 0.00002443315711809948));
    }
    if (turned > 0.5) {
      return -y;
    }
    return y;
  }
  return nan;
}`;

/**
 * The complementary error function for x >= 0 by the Chebyshev fit of W. H. Press et al., Numerical Recipes (erfcc): relative error below
 * 1.2e-7. x^2 is split in two, so that the exponential keeps the digits of its argument.
 */
const erfcTail = `function erfcTailOf(x, infinity) {
  const t = 1 / (1 + 0.5 * x);
  const high = Math.floor(x * 16) / 16;
  const series = -1.26551223 + t * (1.00002368 + t * (0.37409196 + t * (0.09678418 + t * (-0.18628806 + t * (0.27886807 + t * (-1.13520398 + t * (1.48851587 + t * (-0.82215223 + t * 0.17087277))))))));
  if (x > 10.2) {
    return 0;
  }
  return t * expOf(-high * high, infinity) * expOf(-(x - high) * (x + high) + series, infinity);
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
    return Math.sign(x) * (1 - erfcTailOf(Math.abs(x), infinity));
  }
  return x;
}`;

const erfc = `function erfcOf(x, infinity) {
  if (x <= infinity) {
    if (Math.abs(x) < 0.5) {
      return 1 - erfSeriesOf(x);
    }
    if (x < 0) {
      return 2 - erfcTailOf(-x, infinity);
    }
    return erfcTailOf(x, infinity);
  }
  return x;
}`;

/** C's pow. GL's own is not defined for negative bases; the size comes from it, the sign from whether the exponent is odd. */
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
      let sign = 1;
      if (a < 0) {
        if (Math.floor(b) === b) {
          if (2 * Math.floor(0.5 * b) !== b) {
            sign = -1;
          }
        } else {
          if (size < infinity) {
            return nan;
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
          return 0;
        }
        return sign * infinity;
      }
      if (size === infinity) {
        if (b > 0) {
          return sign * infinity;
        }
        return 0;
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
      return sign * expOf(b * logOf(size, infinity, nan), infinity);
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
  [
    expm1,
    log,
    log1p,
    sigmoid,
    tanh,
    softplus,
    larger,
    smaller,
    logaddexp,
    round,
    sign,
    sqrt,
    exp,
    sine,
    erfSeries,
    erfcTail,
    erf,
    erfc,
    power,
    phi2,
    scale,
  ].map((source) => {
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
