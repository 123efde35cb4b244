import type { Bytes } from './bytes.js';

/** What a WebAssembly value can be. A v128 is 16 bytes; each instruction says which numbers it sees in them. */
export type ValueType = 'i32' | 'f32' | 'f64' | 'v128';

/** Code that leaves one value of type T on the stack, or none ('void'). It may be used more than once: it is a recipe. */
export interface Expression<T extends ValueType | 'void' = ValueType | 'void'> {
  readonly type: T;
  readonly write: (code: Bytes) => void;
}

/** Code that leaves nothing. */
export type Statement = Expression<'void'>;

/** Where a scalar is due, a number will do. */
export type Operand<T extends ValueType> = T extends 'v128' ? Expression<T> : Expression<T> | number;

/** Binary codes of the types. */
export const typeCodes: Readonly<Record<ValueType, number>> = { i32: 0x7f, f32: 0x7d, f64: 0x7c, v128: 0x7b };

/** A number as code. */
export function constant<T extends ValueType>(type: T, value: number): Expression<T> {
  return {
    type,
    write: (code) => {
      switch (type) {
        case 'i32':
          code.byte(0x41);
          code.signed(value);
          break;
        case 'f32':
          code.byte(0x43);
          code.float32(value);
          break;
        case 'f64':
          code.byte(0x44);
          code.float64(value);
          break;
        case 'v128':
          // Sixteen times the same byte, as for zeros and ones; vectors of anything else are made by a splat.
          code.byte(0xfd, 12, ...new Uint8Array(16).fill(value));
          break;
      }
    },
  };
}

export function toExpression<T extends ValueType>(type: T, operand: Operand<T>): Expression<T> {
  return typeof operand === 'number' ? constant(type, operand) : (operand as Expression<T>);
}
