/*
 * Functions for kernels in one straight line each. What branches costs most where kernels run in lanes: a driver computes both sides and masks one, and
 * gpu.js's WebAssembly calls functions lane by lane. So a choice is one between values that are there, and kernels of elements take in the lines themselves. A
 * comparison with NaN is false: each choice falls on the side that keeps it, and none of them looks like a maximum, which drivers take to drop it.
 *
 * GL and WebGPU lack some of these functions and compute others with fewer digits than float32 has: tanh(50) is NaN in GL, expm1(1e-8) is 0, log near 1 has
 * 3 digits, sin 4.
 */

interface Formula {
  readonly parameters: readonly string[];
  /** `name = expression`, each name once; the last is the result. A call of another formula is an expression by itself. */
  readonly lines: readonly (readonly [name: string, expression: string])[];
}

/** Its lines take the binary digits off h6, h5, ... and multiply p6, p5, ... by their powers of two, from 2^-63 on. */
function powerOfTwo(digits: number): string {
  const lines: string[] = [];
  for (let digit = digits - 1; digit >= 0; digit--) {
    const before = digit === digits - 1 ? String(2 ** -63) : `p${digit + 1}`;
    lines.push(`d${digit} = h${digit} - ${2 ** digit}`);
    if (digit > 0) lines.push(`h${digit - 1} = d${digit} >= 0 ? d${digit} : h${digit}`);
    lines.push(
      `q${digit} = ${before} * ${2 ** (2 ** digit)}`,
      `p${digit} = d${digit} >= 0 ? q${digit} : ${before}`,
    );
  }
  return lines.join('\n');
}

/**
 * Powers of two are taken off in two parts of log 2; the rest, in [-log(2)/2, log(2)/2], by the polynomial of S. L. Moshier's Cephes. 2^n is exact, from the
 * binary digits of its half, where drivers round their own powers; it goes on in two halves, as 2^128 is no float32.
 */
const exp = `expOf(x)
nearest = Math.floor(x * 1.4426950408889634 + 0.5)
atMost = nearest > 128 ? 128 : nearest
n = atMost < -126 ? -126 : atMost
r = (x - n * 0.693359375) + n * 0.00021219444005469057
y = 1 + r + r * r * (0.50000001201 + r * (0.16666665459 + r * (0.041665795894 + r * (0.0083334519073 + r * (0.0013981999507 + r * 0.00019875691500)))))
half = Math.floor(0.5 * n)
h6 = half + 63
${powerOfTwo(7)}
scaled = y * p0 * p0 * (1 + n - 2 * half)
result = x < -87.33654022216797 ? 0 : scaled`;

/** Taylor's series below 1/2, where e^x - 1 would cancel: the next term is 2^-9/9!. */
const expm1 = `expm1Of(x)
series = x * (1 + x * (0.5 + x * (0.16666667163372 + x * (0.041666667908430 + x * (0.0083333337679505 + x * (0.0013888889225 + x * (0.00019841270114 + x * 0.0000248015876)))))))
power = expOf(x)
difference = power - 1
size = Math.abs(x)
result = size < 0.5 ? series : difference`;

/** log x = 2 artanh(s) with s = (x - 1)/(x + 1): s^2 is at most 0.03 where the series is used. */
const log = `logOf(x, infinity, nan)
from1 = x - 1
s = from1 / (x + 1)
t = s * s
series = 2 * s * (1 + t * (0.33333334326744 + t * (0.20000000298023 + t * (0.14285714924335 + t * 0.1111111119389534))))
far = Math.log(x)
size = Math.abs(from1)
finite = size < 0.3 ? series : far
positive = x < infinity ? finite : x
lowest = -infinity
any = x === 0 ? lowest : positive
result = x < 0 ? nan : any`;

/** The same with s = x/(2 + x): s^2 is at most 1/25 where the series is used. On GL, gpu.js's division of whole numbers takes the sign of -0 away. */
const log1p = `log1pOf(x, infinity, nan)
s = x / (2 + x)
t = s * s
series = 2 * s * (1 + t * (0.33333334326744 + t * (0.20000000298023 + t * (0.14285714924335 + t * 0.1111111119389534))))
shifted = 1 + x
far = logOf(shifted, infinity, nan)
size = Math.abs(x)
any = size < 0.4 ? series : far
result = x === 0 ? x : any`;

/** e^-|x| never overflows, and both tails keep their digits. */
const sigmoid = `sigmoidOf(x)
below = -Math.abs(x)
e = expOf(below)
share = x < 0 ? e : 1
result = share / (1 + e)`;

/** (e^2x - 1) / (e^2x + 1), which is 1 from 10 on. */
const tanh = `tanhOf(x)
twice = 2 * x
e = expm1Of(twice)
ratio = e / (e + 2)
any = x === 0 ? x : ratio
result = x > 10 ? 1 : any`;

const softplus = `softplusOf(x, infinity, nan)
below = -Math.abs(x)
e = expOf(below)
l = log1pOf(e, infinity, nan)
result = Math.max(x, 0) + l`;

const logaddexp = `logaddexpOf(a, b, infinity, nan)
largest = largerOf(a, b, infinity)
below = -Math.abs(a - b)
e = expOf(below)
l = log1pOf(e, infinity, nan)
same = a + 0.6931471805599453
different = largest + l
result = a === b ? same : different`;

const larger = `largerOf(a, b, infinity)
other = a <= infinity ? b : a
result = a > b ? a : other`;

const smaller = `smallerOf(a, b, infinity)
other = a <= infinity ? b : a
result = a < b ? a : other`;

/** What is neither above 0 nor at most 1 is NaN. */
const relu = `reluOf(x)
other = x <= 1 ? 0 : x
result = x > 0 ? x : other`;

const round = `roundOf(x)
below = Math.floor(x)
rest = x - below
above = below + 1
even = 2 * Math.floor(0.5 * below + 0.5)
down = rest < 0.5 ? below : even
whole = rest > 0.5 ? above : down
size = Math.abs(x)
result = size < 4194304 ? whole : x`;

const sign = `signOf(x)
other = x < 0 ? -1 : x
result = x > 0 ? 1 : other`;

const sqrt = `sqrtOf(x, infinity, nan)
root = Math.sqrt(x)
positive = x < infinity ? root : x
result = x < 0 ? nan : positive`;

/**
 * Quarter turns are taken off in three parts of pi/2 (W. J. Cody and W. Waite), good to a few thousand radians; then the polynomials of S. L. Moshier's
 * Cephes on [-pi/4, pi/4]. A shift of one quarter turn makes the sine a cosine.
 */
const sine = `sineOf(x, shift, infinity, nan)
turns = Math.floor(x * 0.6366197723675814 + 0.5)
r = ((x - turns * 1.5703125) - turns * 0.0004837512969970703) - turns * 0.00000007549789948768648
quarter = turns + shift
half = Math.floor(0.5 * quarter)
odd = quarter - 2 * half
turned = half - 2 * Math.floor(0.5 * half)
t = r * r
ofSine = r + r * t * (-0.16666654611 + t * (0.0083321608736 - t * 0.00019515295891))
ofCosine = 1 - 0.5 * t + t * t * (0.04166664568298827 + t * (-0.001388731625493765 + t * 0.00002443315711809948))
y = odd < 0.5 ? ofSine : ofCosine
turnedY = -y
finite = turned > 0.5 ? turnedY : y
size = Math.abs(x)
result = size < infinity ? finite : nan`;

const formulas: ReadonlyMap<string, Formula> = new Map(
  [
    exp,
    expm1,
    log,
    log1p,
    sigmoid,
    tanh,
    softplus,
    logaddexp,
    larger,
    smaller,
    relu,
    round,
    sign,
    sqrt,
    sine,
  ].map((text) => {
    const [head, ...lines] = text.split('\n') as [string, ...string[]];
    const { name, args } = callOf(head) as Call;
    return [name, { parameters: args, lines: lines.map((line) => line.split(' = ') as [string, string]) }];
  }),
);

interface Call {
  readonly name: string;
  readonly args: readonly string[];
}

/** A call of a function and nothing else, without calls in its arguments. */
function callOf(expression: string): Call | undefined {
  const [, name, args] = /^(\w+Of)\(([^()]+)\)$/.exec(expression) ?? [];
  return name === undefined ? undefined : { name, args: (args as string).split(', ') };
}

/** Statements that make `target` the value of an expression; where that is a formula, by its lines. */
export function define(target: string, expression: string): string[] {
  const { name = '', args = [] } = callOf(expression) ?? {};
  const formula = formulas.get(name);
  if (formula === undefined) return [`  const ${target} = ${expression};`];
  const names = new Map<string, string>();
  const before = args.flatMap((arg, k) => {
    const parameter = formula.parameters[k] as string;
    const isName = /^\w+$/.test(arg);
    names.set(parameter, isName ? arg : `${target}_${parameter}`);
    return isName ? [] : [`  const ${target}_${parameter} = ${arg};`];
  });
  for (const [own] of formula.lines) names.set(own, own === 'result' ? target : `${target}_${own}`);
  const lines = formula.lines.flatMap(([own, text]) =>
    define(
      names.get(own) as string,
      // Functions of `Math` keep their names.
      text.replaceAll(/(?<!\.)\b[a-z]\w*\b/gi, (word) => names.get(word) ?? word),
    ),
  );
  return [...before, ...lines];
}

/** The formulas as functions, for kernels that call them in loops and conditions. */
export const functionsOfFormulas: readonly string[] = [...formulas].map(([name, { parameters }]) => {
  const list = parameters.join(', ');
  return `function ${name}(${list}) {\n${define('result', `${name}(${list})`).join('\n')}\n  return result;\n}`;
});
