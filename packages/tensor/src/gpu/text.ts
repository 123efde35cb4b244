import type { Shape } from '../shape.js';

/*
 * Index arithmetic as text for kernels. All of it is in float32, as GL's is, and exact below 2^24.
 */

/** An expression for a sum of products with constants, such as `3 + c0 * 4 + c1`. */
export function affine(offset: number, terms: readonly (readonly [name: string, factor: number])[]): string {
  const parts = terms
    .filter(([, factor]) => factor !== 0)
    .map(([name, factor]) => (factor === 1 ? name : `${name} * ${number(factor)}`));
  if (offset !== 0 || parts.length === 0) parts.unshift(number(offset));
  return parts.join(' + ');
}

/** A number as a literal; a negative one in brackets. */
export function number(x: number): string {
  return x < 0 ? `(${x})` : String(x);
}

/**
 * Statements that take the position `from` in a row-major array of `shape` apart into coordinates `${name}0`, `${name}1`, ...
 *
 * A quotient is a product with the rounded reciprocal, which costs less; where it comes out on the wrong side of a whole number, its remainder, which
 * is exact, puts it right. Below 2^24 it is never off by more than one.
 */
export function coordinates(shape: Shape, from: string, name: string): string {
  const lines: string[] = [];
  let rest = from;
  let stride = shape.reduce((product, extent) => product * extent, 1);
  shape.forEach((extent, axis) => {
    stride /= extent;
    const own = `${name}${axis}`;
    if (axis === shape.length - 1) {
      lines.push(`  const ${own} = ${rest};`);
      return;
    }
    if (extent === 1) {
      lines.push(`  const ${own} = 0;`);
      return;
    }
    lines.push(`  let ${own} = Math.floor(${rest} * ${1 / stride});`);
    if (!Number.isInteger(Math.log2(stride))) {
      lines.push(
        `  if (${own} * ${stride} > ${rest}) { ${own} = ${own} - 1; }`,
        `  if (${rest} - ${own} * ${stride} >= ${stride}) { ${own} = ${own} + 1; }`,
      );
    }
    lines.push(`  const ${name}rest${axis} = ${rest} - ${own} * ${stride};`);
    rest = `${name}rest${axis}`;
  });
  return lines.join('\n');
}

/** Axes over which several arrays are walked together: an extent, and each array's stride. */
export interface Walk {
  readonly shape: Shape;
  readonly strides: readonly (readonly number[])[];
}

/** The same walk over as few axes as possible: axes of extent 1 go, and neighbors that all arrays step through evenly become one. */
export function collapse({ shape, strides }: Walk): Walk {
  const extents: number[] = [];
  const steps: number[][] = strides.map(() => []);
  shape.forEach((extent, axis) => {
    if (extent === 1) return;
    const last = extents.length - 1;
    const joins = last >= 0 && strides.every((own, k) => steps[k]?.[last] === (own[axis] as number) * extent);
    if (joins) {
      extents[last] = (extents[last] as number) * extent;
      for (const [k, own] of strides.entries()) (steps[k] as number[])[last] = own[axis] as number;
    } else {
      extents.push(extent);
      for (const [k, own] of strides.entries()) (steps[k] as number[]).push(own[axis] as number);
    }
  });
  return { shape: extents, strides: steps };
}

/** Pairs of a coordinate's name and its stride, for `affine`. */
export function steps(name: string, strides: readonly number[]): (readonly [string, number])[] {
  return strides.map((stride, axis) => [`${name}${axis}`, stride]);
}

/**
 * Statements that add `count` terms into `total`: `term` is the body for term number `r`, which adds to `part`. Every 64 (or `block`) terms are
 * summed apart, so that rounding errors grow with 64 and count/64; each loop's bound is a literal, as gpu.js wants.
 */
export function sumLoop(count: number, term: string, block: number = 64): string {
  const whole = Math.floor(count / block);
  const rest = count - whole * block;
  const lines: string[] = ['  let total = 0;'];
  if (whole > 0) {
    lines.push(
      `  for (let block = 0; block < ${whole}; block++) {`,
      '    let part = 0;',
      `    for (let step = 0; step < ${block}; step++) {`,
      `      const r = block * ${block} + step;`,
      term,
      '    }',
      '    total = total + part;',
      '  }',
    );
  }
  if (rest > 0) {
    // Names are not shadowed: gpu.js keeps one type for each.
    const renamed = term
      .replaceAll(/\br\b/g, 'r1')
      .replaceAll(/\bpart\b/g, 'part1')
      .replaceAll(/\bterm(\w*)\b/g, 'last$1');
    lines.push(
      '  let part1 = 0;',
      `  for (let step1 = 0; step1 < ${rest}; step1++) {`,
      `    const r1 = ${whole * block} + step1;`,
      renamed,
      '  }',
      '  total = total + part1;',
    );
  }
  return lines.join('\n');
}

/** One loop of a kernel, its bound a literal. */
export function loop(name: string, bound: number, body: readonly string[]): string[] {
  return [`  for (let ${name} = 0; ${name} < ${bound}; ${name}++) {`, ...body, '  }'];
}

/** Only where `0 <= position < extent`. */
export function within(position: string, extent: number, body: readonly string[]): string[] {
  return [`  if (${position} >= 0) {`, `  if (${position} < ${extent}) {`, ...body, '  }', '  }'];
}
