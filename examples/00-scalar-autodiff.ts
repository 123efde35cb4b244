/*
 * Reverse-mode automatic differentiation, all of it, on single numbers.
 *
 * A program computes y from x in steps. Each step knows its slopes: how fast its result moves when one of its operands does.
 * The chain rule says that dy/dx is the product of the slopes along a path from x to y, summed over all paths. There may be
 * exponentially many, so they are not walked one by one: from y backwards, each step hands its own dy/d(step), times the
 * slope, to its operands, where contributions add up. That is one visit for each step, and it gives the derivative by
 * every number in the program at once. The library does the same with tensors for numbers; `02-grad.ts` goes on with it.
 *
 * Source: S. Linnainmaa 1970; B. Speelpenning 1980.
 */

/** A number that remembers how it was computed. */
export class Scalar {
  /** The derivative of the result by this number, once `backward` has been there. */
  gradient = 0;

  /** What it was computed from, each with its slope: the derivative of this number by that one. */
  readonly operands: readonly (readonly [operand: Scalar, slope: number])[];

  constructor(
    readonly value: number,
    ...operands: readonly (readonly [operand: Scalar, slope: number])[]
  ) {
    this.operands = operands;
  }
}

export function add(a: Scalar, b: Scalar): Scalar {
  return new Scalar(a.value + b.value, [a, 1], [b, 1]);
}

export function sub(a: Scalar, b: Scalar): Scalar {
  return new Scalar(a.value - b.value, [a, 1], [b, -1]);
}

export function mul(a: Scalar, b: Scalar): Scalar {
  return new Scalar(a.value * b.value, [a, b.value], [b, a.value]);
}

export function div(a: Scalar, b: Scalar): Scalar {
  const y = a.value / b.value;
  return new Scalar(y, [a, 1 / b.value], [b, -y / b.value]);
}

export function exp(x: Scalar): Scalar {
  const y = Math.exp(x.value);
  return new Scalar(y, [x, y]);
}

export function log(x: Scalar): Scalar {
  return new Scalar(Math.log(x.value), [x, 1 / x.value]);
}

export function sqrt(x: Scalar): Scalar {
  const y = Math.sqrt(x.value);
  return new Scalar(y, [x, 1 / (2 * y)]);
}

export function sin(x: Scalar): Scalar {
  return new Scalar(Math.sin(x.value), [x, Math.cos(x.value)]);
}

export function tanh(x: Scalar): Scalar {
  const y = Math.tanh(x.value);
  return new Scalar(y, [x, 1 - y * y]);
}

export function relu(x: Scalar): Scalar {
  return new Scalar(Math.max(x.value, 0), [x, x.value > 0 ? 1 : 0]);
}

/** Everything that a result was computed from, each before its operands. */
function fromResultToInputs(result: Scalar): Scalar[] {
  const finished: Scalar[] = [];
  const seen = new Set<Scalar>([result]);
  // A stack in place of recursion: a program may have a million steps.
  const path = [{ scalar: result, next: 0 }];
  for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
    const operand = top.scalar.operands[top.next++]?.[0];
    if (operand === undefined) {
      finished.push(top.scalar);
      path.pop();
    } else if (!seen.has(operand)) {
      seen.add(operand);
      path.push({ scalar: operand, next: 0 });
    }
  }
  return finished.reverse();
}

/** Fills in the derivative of `result` by every number it was computed from. */
export function backward(result: Scalar): void {
  const steps = fromResultToInputs(result);
  for (const step of steps) step.gradient = 0;
  result.gradient = 1;
  for (const step of steps) {
    for (const [operand, slope] of step.operands) operand.gradient += step.gradient * slope;
  }
}

// One neuron: tanh(w x + b), and how it moves with the weight, the input and the bias.
const [w, x, b] = [new Scalar(0.5), new Scalar(2), new Scalar(-1)];
backward(tanh(add(mul(w, x), b)));
console.log(w.gradient, x.gradient, b.gradient); // => 2 0.5 1

// x is used three times in x³, so three contributions meet there: 3 x² = 12.
const cube = mul(mul(x, x), x);
backward(cube);
console.log(cube.value, x.gradient); // => 8 12
