import type { Expression } from '../emitter/expression.js';
import type { Local } from '../emitter/function.js';
import { v128 } from '../emitter/instructions.js';

/** The transpose of a 4 by 4 matrix, given and returned as rows. */
export function transpose4(
  rows: readonly Expression<'v128'>[],
  keep: (x: Expression<'v128'>) => Local<'v128'>,
): readonly Expression<'v128'>[] {
  const [a, b, c, d] = rows as readonly [
    Expression<'v128'>,
    Expression<'v128'>,
    Expression<'v128'>,
    Expression<'v128'>,
  ];
  const low = [keep(v128.shuffle32(a, b, [0, 4, 1, 5])), keep(v128.shuffle32(c, d, [0, 4, 1, 5]))] as const;
  const high = [keep(v128.shuffle32(a, b, [2, 6, 3, 7])), keep(v128.shuffle32(c, d, [2, 6, 3, 7]))] as const;
  return [
    v128.shuffle32(low[0], low[1], [0, 1, 4, 5]),
    v128.shuffle32(low[0], low[1], [2, 3, 6, 7]),
    v128.shuffle32(high[0], high[1], [0, 1, 4, 5]),
    v128.shuffle32(high[0], high[1], [2, 3, 6, 7]),
  ];
}
