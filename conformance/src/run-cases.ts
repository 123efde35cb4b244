import { type Adapter, type Answer, type ProgramName, programNames } from './adapter-contract.js';
import { compareNumbers, isSameShape } from './compare.js';
import {
  decode,
  decodeAll,
  type FloatDType,
  type GoldenCase,
  type GoldenTensors,
  toNumber,
} from './format.js';

export interface Verdict {
  readonly state: 'passed' | 'failed' | 'skipped';
  /** What is wrong, for people. */
  readonly fault?: string;
  /** The largest relative error, of those numbers that were compared. */
  readonly error: number;
}

/** Runs one case. Whatever an adapter throws is a verdict. */
export async function runCase(adapter: Adapter, golden: GoldenCase, dtype: FloatDType): Promise<Verdict> {
  if (golden.tier === 'error') return expectRefusal(adapter, golden);
  try {
    const program = programNames.find((name) => name === golden.op);
    return program === undefined
      ? await runOperation(adapter, golden, dtype)
      : await runProgram(adapter, program, golden, dtype);
  } catch (error) {
    return isUnsupported(error)
      ? { state: 'skipped', error: 0 }
      : { state: 'failed', fault: `throws ${described(error)}`, error: 0 };
  }
}

/** Bad input must be refused, with an error of the library's own. */
async function expectRefusal(adapter: Adapter, { op, inputs, attrs }: GoldenCase): Promise<Verdict> {
  try {
    await adapter.runCase(op, decodeAll(inputs), attrs, {});
  } catch (error) {
    if (isUnsupported(error)) return { state: 'skipped', error: 0 };
    const isTyped = adapter.isTypedError?.(error) ?? true;
    return isTyped
      ? { state: 'passed', error: 0 }
      : { state: 'failed', fault: `throws an untyped ${described(error)}`, error: 0 };
  }
  return { state: 'failed', fault: 'accepts bad input', error: 0 };
}

async function runOperation(adapter: Adapter, golden: GoldenCase, dtype: FloatDType): Promise<Verdict> {
  const { op, inputs, attrs, cotangents, outputs, grads } = golden;
  const answers = await adapter.runCase(op, decodeAll(inputs), attrs, decodeAll(cotangents));
  const faults = [
    compareAnswers('output', answers.outputs, outputs, dtype),
    compareAnswers('gradient of', answers.grads, grads, dtype),
  ];
  return verdictOf(faults.flat());
}

interface Finding {
  readonly fault: string | undefined;
  readonly error: number;
}

function compareAnswers(
  what: string,
  answers: Readonly<Record<string, Answer>>,
  expected: GoldenTensors = {},
  dtype: FloatDType,
): Finding[] {
  return Object.entries(expected).map(([name, { shape, data }]) => {
    const answer = answers[name];
    const named = `${what} ${name}`;
    if (answer === undefined) return { fault: `${named} is missing`, error: 0 };
    if (!isSameShape(answer.shape, shape))
      return {
        fault: `${named} has shape [${Array.from(answer.shape).join(', ')}] instead of [${shape.join(', ')}]`,
        error: 0,
      };
    const { fault, error } = compareNumbers(answer.data, data, dtype);
    return { fault: fault === undefined ? undefined : `${named} ${fault}`, error };
  });
}

async function runProgram(
  adapter: Adapter,
  name: ProgramName,
  golden: GoldenCase,
  dtype: FloatDType,
): Promise<Verdict> {
  const program = adapter[name];
  if (program === undefined) return { state: 'skipped', error: 0 };
  const pairs = await program(golden, { dec: decode, num: toNumber });
  const findings = pairs.map(({ name: part, got, want }) => {
    const { fault, error } = compareNumbers(got, want, dtype, { slack: 10, mayBeLost: true });
    return { fault: fault === undefined ? undefined : `${part} ${fault}`, error };
  });
  return verdictOf(findings);
}

function verdictOf(findings: readonly Finding[]): Verdict {
  const fault = findings.find((finding) => finding.fault !== undefined)?.fault;
  const error = Math.max(0, ...findings.map((finding) => finding.error));
  return fault === undefined ? { state: 'passed', error } : { state: 'failed', fault, error };
}

function isUnsupported(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'unsupported' in error && error.unsupported === true;
}

function described(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
