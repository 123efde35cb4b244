/**
 * JSON text of plain data. JSON has no infinities and no NaN, and `JSON.stringify` makes them null, so that alpha
 * would be lost: here they are the strings "inf", "-inf" and "nan".
 */
export function toJson(value: unknown, indent?: number): string {
  return JSON.stringify(
    value,
    (_, part: unknown) => (typeof part === 'number' ? portable(part) : part),
    indent,
  );
}

/** The way back: plain data, with those three strings read as the numbers that they stand for. */
export function fromJson(text: string): unknown {
  return JSON.parse(text, (_, part: unknown) =>
    typeof part === 'string' && Object.hasOwn(numbers, part) ? numbers[part] : part,
  );
}

const numbers: Readonly<Record<string, number>> = {
  inf: Number.POSITIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
  nan: Number.NaN,
};

function portable(value: number): number | string {
  if (Number.isFinite(value)) return value;
  if (Number.isNaN(value)) return 'nan';
  return value > 0 ? 'inf' : '-inf';
}
