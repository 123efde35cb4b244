import { Bytes } from './bytes.js';
import { constant, type Expression, typeCodes, type ValueType } from './expression.js';
import { FunctionBuilder, type Locals, type ParameterTypes } from './function.js';

/** A function of the module, to be called from others by `call`. */
export interface Callee<P extends ParameterTypes, R extends ValueType | 'void'> {
  readonly index: number;
  readonly parameters: P;
  readonly result: R;
}

/** What the module takes from its host. */
export interface ImportedMemory {
  /** Its least size in pages of 64 KiB. */
  readonly initial: number;
  /** Its largest size in pages. */
  readonly maximum: number;
  /** Whether threads share it. */
  readonly shared: boolean;
}

interface Signature {
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
}

/**
 * A WebAssembly module in the making. It imports its memory as `env.memory`, and host functions as `env.<name>`;
 * every function made here is exported under its name.
 *
 *     const module = new ModuleBuilder();
 *     module.function('hypotenuse', { a: 'f64', b: 'f64' }, 'f64', (f, { a, b }) => {
 *       f.return(f64.sqrt(f64.add(f64.mul(a, a), f64.mul(b, b))));
 *     });
 *     instantiate(module.toBytes()).hypotenuse(3, 4) // 5
 */
export class ModuleBuilder {
  readonly #memory: ImportedMemory | undefined;
  readonly #types: Signature[] = [];
  readonly #imports: { readonly name: string; readonly type: number }[] = [];
  readonly #functions: { readonly name: string; readonly type: number; readonly body: Bytes }[] = [];

  constructor(memory?: ImportedMemory) {
    this.#memory = memory;
  }

  /** A function of the host. All imports come before the first function, since they share one numbering. */
  import<P extends ParameterTypes, R extends ValueType | 'void'>(
    name: string,
    parameters: P,
    result: R,
  ): Callee<P, R> {
    if (this.#functions.length > 0) throw new Error(`import ${name} comes after the first function`);
    this.#imports.push({ name, type: this.#typeOf(parameters, result) });
    return { index: this.#imports.length - 1, parameters, result };
  }

  /** An exported function. `define` writes its body; parameters come in the order of the record. */
  function<P extends ParameterTypes, R extends ValueType | 'void'>(
    name: string,
    parameters: P,
    result: R,
    define: (f: FunctionBuilder<R>, locals: Locals<P>) => void,
  ): Callee<P, R> {
    const index = this.#imports.length + this.#functions.length;
    const f = new FunctionBuilder<R>(parameters);
    define(f, f.parameters as Locals<P>);
    this.#functions.push({ name, type: this.#typeOf(parameters, result), body: f.finish(result) });
    return { index, parameters, result };
  }

  /** The module in the binary format. */
  toBytes(): Uint8Array<ArrayBuffer> {
    const module = new Bytes();
    module.byte(0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0); // "\0asm", version 1
    section(module, 1, this.#types, (out, { parameters, results }) => {
      out.byte(0x60);
      for (const list of [parameters, results]) {
        out.unsigned(list.length);
        for (const type of list) out.byte(typeCodes[type]);
      }
    });
    section(module, 2, this.#importWriters(), (out, write) => write(out));
    section(module, 3, this.#functions, (out, { type }) => out.unsigned(type));
    section(module, 7, this.#functions, (out, { name }, i) => {
      out.name(name);
      out.byte(0);
      out.unsigned(this.#imports.length + i);
    });
    section(module, 10, this.#functions, (out, { body }) => out.framed(body));
    return module.toArray();
  }

  #importWriters(): ((out: Bytes) => void)[] {
    const writers = this.#imports.map(({ name, type }) => (out: Bytes) => {
      out.name('env');
      out.name(name);
      out.byte(0);
      out.unsigned(type);
    });
    const memory = this.#memory;
    if (memory !== undefined) {
      writers.push((out) => {
        out.name('env');
        out.name('memory');
        out.byte(2, memory.shared ? 3 : 1);
        out.unsigned(memory.initial);
        out.unsigned(memory.maximum);
      });
    }
    return writers;
  }

  #typeOf(parameters: ParameterTypes, result: ValueType | 'void'): number {
    const signature: Signature = {
      parameters: Object.values(parameters),
      results: result === 'void' ? [] : [result],
    };
    const known = this.#types.findIndex(
      (type) =>
        type.parameters.join() === signature.parameters.join() &&
        type.results.join() === signature.results.join(),
    );
    return known >= 0 ? known : this.#types.push(signature) - 1;
  }
}

/** A section is an identifier, a length in bytes, and a list; an empty one is left out. */
function section<T>(
  module: Bytes,
  id: number,
  entries: readonly T[],
  write: (out: Bytes, entry: T, position: number) => void,
): void {
  if (entries.length === 0) return;
  const content = new Bytes();
  content.unsigned(entries.length);
  entries.forEach((entry, i) => {
    write(content, entry, i);
  });
  module.byte(id);
  module.framed(content);
}

/** The call of a function; arguments by the names of its parameters. */
export function call<P extends ParameterTypes, R extends ValueType | 'void'>(
  callee: Callee<P, R>,
  given: { readonly [K in keyof P]: Expression<P[K]> | (P[K] extends 'v128' ? never : number) },
): Expression<R> {
  return {
    type: callee.result,
    write: (code) => {
      for (const name of Object.keys(callee.parameters)) {
        const argument = given[name] as Expression | number;
        const type = callee.parameters[name] as ValueType;
        (typeof argument === 'number' ? constant(type, argument) : argument).write(code);
      }
      code.byte(0x10);
      code.unsigned(callee.index);
    },
  };
}
