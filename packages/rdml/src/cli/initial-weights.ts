import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { decodeSafetensors, type StateDict } from '@renyi/nn';
import { referenceBackend } from '@renyi/tensor';
import type { TrainingConfig } from '../index.js';
import { readWhole } from './data/whole-file.js';

/**
 * The weights that students start from: of a run folder those of its students after their best epoch, of which student k gets the kth, or the
 * first again where there are fewer; of a file the same for all.
 * @throws FormatError for what is no file of weights
 */
export async function readInitialWeights(
  path: string | undefined,
  { students }: TrainingConfig,
): Promise<readonly StateDict[]> {
  if (path === undefined) return [];
  const isFolder = existsSync(path) && statSync(path).isDirectory();
  const file = isFolder ? join(path, 'best.safetensors') : path;
  const { tensors, metadata } = await readWhole(file, async (bytes) =>
    // They may be of a dtype that the backend in use lacks.
    decodeSafetensors(bytes, { backend: referenceBackend }),
  );
  const states = metadata['role'] === 'cohort' ? statesOf(tensors) : [tensors];
  return Array.from({ length: students }, (_, k) => states[k % states.length] as StateDict);
}

/** Of tensors named `0.fc.weight` those of each student. */
function statesOf(tensors: StateDict): readonly StateDict[] {
  const states = new Map<string, Record<string, StateDict[string]>>();
  for (const [name, value] of Object.entries(tensors)) {
    const [student = '', ...rest] = name.split('.');
    const state = states.get(student) ?? {};
    state[rest.join('.')] = value;
    states.set(student, state);
  }
  return [...states.values()];
}
