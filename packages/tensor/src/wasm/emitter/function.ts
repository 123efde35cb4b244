import { Bytes } from './bytes.js';
import {
  type Expression,
  type Operand,
  type Statement,
  toExpression,
  typeCodes,
  type ValueType,
} from './expression.js';
import { i32 } from './instructions.js';

/** Names of parameters and their types, in order. */
export type ParameterTypes = Readonly<Record<string, ValueType>>;

/** A variable of a function; as an expression it is its value. */
export interface Local<T extends ValueType> extends Expression<T> {
  readonly index: number;
}

export type Locals<P extends ParameterTypes> = { readonly [K in keyof P]: Local<P[K]> };

/** Bounds of a counted loop: i runs from `from` up by `step` while it is below `to`. */
export interface Range {
  readonly from: Operand<'i32'>;
  readonly to: Operand<'i32'>;
  readonly step?: number;
}

/** The body of a function of whatever result: what helpers that write parts of bodies take. */
export type Body = FunctionBuilder<ValueType | 'void'>;

/** Writes the body of one function, statement by statement, in the order of the calls. */
export class FunctionBuilder<R extends ValueType | 'void'> {
  readonly parameters: Readonly<Record<string, Local<ValueType>>>;
  readonly #code = new Bytes();
  readonly #parameterCount: number;
  readonly #localTypes: ValueType[] = [];

  constructor(parameters: ParameterTypes) {
    const entries = Object.entries(parameters);
    this.#parameterCount = entries.length;
    this.parameters = Object.fromEntries(entries.map(([name, type], index) => [name, local(type, index)]));
  }

  /** A new variable, which starts as 0 or as the given value. */
  local<T extends ValueType>(type: T, initial?: Operand<T>): Local<T> {
    const variable = local(type, this.#parameterCount + this.#localTypes.length);
    this.#localTypes.push(type);
    if (initial !== undefined) this.set(variable, initial);
    return variable;
  }

  /** Keeps a value in a variable of its own, so that it is computed once. */
  let<T extends ValueType>(value: Expression<T>): Local<T> {
    return this.local(value.type, value as Operand<T>);
  }

  /** variable = value */
  set<T extends ValueType>(variable: Local<T>, value: Operand<T>): void {
    toExpression(variable.type, value).write(this.#code);
    this.#code.byte(0x21);
    this.#code.unsigned(variable.index);
  }

  /** variable += amount */
  increment(variable: Local<'i32'>, amount: Operand<'i32'>): void {
    this.set(variable, i32.add(variable, amount));
  }

  /** Statements, one after the other. */
  do(...statements: readonly Statement[]): void {
    for (const statement of statements) statement.write(this.#code);
  }

  /** Leaves the function, with a value if one is due. */
  return(...value: readonly [] | readonly [Expression<R>]): void {
    for (const result of value) result.write(this.#code);
    this.#code.byte(0x0f);
  }

  if(condition: Operand<'i32'>, then: () => void, otherwise?: () => void): void {
    toExpression('i32', condition).write(this.#code);
    this.#code.byte(0x04, 0x40);
    then();
    if (otherwise !== undefined) {
      this.#code.byte(0x05);
      otherwise();
    }
    this.#code.byte(0x0b);
  }

  /** Runs the body while the condition holds; it is looked at before each time. */
  while(condition: Expression<'i32'>, body: () => void): void {
    this.if(condition, () => this.repeat(body, condition));
  }

  /** Runs the body once, and again while the condition holds: one branch for each time around. */
  repeat(body: () => void, condition: Expression<'i32'>): void {
    this.#code.byte(0x03, 0x40);
    body();
    condition.write(this.#code);
    this.#code.byte(0x0d, 0);
    this.#code.byte(0x0b);
  }

  /** A counted loop. `to` is evaluated before each time around: keep what is costly in a variable. */
  for(range: Range, body: (i: Local<'i32'>) => void): void {
    this.#loop(range, i32.ltS, body);
  }

  /** The same from address to address, of which the last may lie beyond 2^31. */
  forAddresses(range: Range, body: (at: Local<'i32'>) => void): void {
    this.#loop(range, i32.ltU, body);
  }

  #loop({ from, to, step = 1 }: Range, isBelow: typeof i32.ltS, body: (i: Local<'i32'>) => void): void {
    const i = this.local('i32', from);
    this.while(isBelow(i, to), () => {
      body(i);
      this.increment(i, step);
    });
  }

  /** The body with its declarations of variables; a value that is due but was not returned cannot be reached. */
  finish(result: R): Bytes {
    const body = new Bytes();
    body.unsigned(this.#localTypes.length);
    for (const type of this.#localTypes) {
      body.unsigned(1);
      body.byte(typeCodes[type]);
    }
    body.append(this.#code);
    if (result !== 'void') body.byte(0x00); // unreachable
    body.byte(0x0b);
    return body;
  }
}

function local<T extends ValueType>(type: T, index: number): Local<T> {
  return {
    type,
    index,
    write: (code) => {
      code.byte(0x20);
      code.unsigned(index);
    },
  };
}
