/** A number with a fixed number of decimals, or in powers of ten where that would take many places. */
export function decimal(value: number, digits: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
  if (Math.abs(value) >= 1e4) return value.toExponential(2);
  const text = value.toFixed(digits);
  // -0.0001 to three places is no negative number.
  return Number(text) === 0 ? (0).toFixed(digits) : text;
}

/** With a sign in front, also of positive numbers. */
export function signed(value: number, digits: number): string {
  const text = decimal(value, digits);
  return text.startsWith('-') || Number(text) === 0 || text === 'nan' ? text : `+${text}`;
}

/** 1797 as `1,797`, in every locale. */
export function grouped(value: number): string {
  return value.toLocaleString('en-US');
}

/** Seconds as people say them: `8 s`, `2 min 5 s`, `1 h 20 min`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? `${minutes} min ${whole % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
