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

function portable(value: number): number | string {
  if (Number.isFinite(value)) return value;
  if (Number.isNaN(value)) return 'nan';
  return value > 0 ? 'inf' : '-inf';
}
