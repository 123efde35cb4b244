import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeSafetensors, type Module, type StateDict } from '@renyi/nn';
import { FormatError, Generator } from '@renyi/tensor';
import {
  parseConfig,
  type Scaling,
  studentConfig,
  type TrainingConfig,
  type TrainingOverrides,
} from '../index.js';
import { newStudent } from '../models.js';
import { fromJson } from '../node.js';
import type { Environment } from './environment.js';
import { readJson } from './report/run-source.js';

/** Which weights of a run: those of the epoch that was best on its validation part, or the last. */
export type WeightsChoice = (typeof weightsChoices)[number];

export const weightsChoices = ['best', 'last'] as const;

/** The students of a run as they were trained, ready to predict. */
export interface Model {
  readonly modules: readonly Module[];
  readonly config: TrainingConfig;
  /** What is done to features before the networks see them. */
  readonly scaling: Scaling | undefined;
  readonly environment: Environment;
  /** After which epoch the weights were so. */
  readonly epoch: number;
}

/** @throws FormatError for a folder that is no run's, or files in it that do not belong together */
export async function readModel(folder: string, choice: WeightsChoice): Promise<Model> {
  const environment = (await readJson(folder, 'env.json')) as Environment;
  const first = await readWeights(
    join(folder, choice === 'best' ? 'best.safetensors' : 'student-0.safetensors'),
  );
  const config = parseConfig(fromJson(first.metadata['config'] ?? '{}') as TrainingOverrides);
  const students = Array.from({ length: config.students }, (_, k) => k);
  const states =
    choice === 'best'
      ? students.map((k) => partOf(first.tensors, k))
      : await Promise.all(
          students.map(async (k) => (await readWeights(join(folder, `student-${k}.safetensors`))).tensors),
        );
  const modules = students.map((k) => {
    const { module } = newStudent(k, studentConfig(config, k), new Generator(0), environment.data);
    loadInto(module, states[k] as StateDict, folder);
    return module;
  });
  return {
    modules,
    config,
    environment,
    scaling: (fromJson(first.metadata['scaling'] ?? 'null') as Scaling | null) ?? undefined,
    epoch: Number(first.metadata['epoch']),
  };
}

function partOf(tensors: StateDict, k: number): StateDict {
  const prefix = `${k}.`;
  return Object.fromEntries(
    Object.entries(tensors).flatMap(([name, value]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : [],
    ),
  );
}

async function readWeights(path: string): Promise<ReturnType<typeof decodeSafetensors>> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw new FormatError(
      'readModel',
      {
        expected: `weights at ${path}`,
        got: cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause),
        remedy: 'Give the folder of a run that has finished an epoch',
      },
      { cause },
    );
  }
  return decodeSafetensors(bytes);
}

function loadInto(module: Module, state: StateDict, folder: string): void {
  try {
    module.loadStateDict(state);
  } catch (cause) {
    throw new FormatError(
      'readModel',
      {
        expected: `weights of the networks that the configuration in ${folder} describes`,
        got: cause instanceof Error ? cause.message : String(cause),
      },
      { cause },
    );
  }
}
