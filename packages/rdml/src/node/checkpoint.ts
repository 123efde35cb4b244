import { createHash } from 'node:crypto';
import { readFile, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { decodeSafetensors, encodeSafetensors, type StateDict } from '@renyi/nn';
import { defaultBackend, FormatError, referenceBackend, to } from '@renyi/tensor';
import type { TrainingConfig, TrainingProgress, TrainingState } from '../index.js';
import { writeFileAtomic } from './atomic-write.js';
import { codeOf, writing } from './file-system-error.js';
import { fromJson, toJson } from './json.js';
import { nearby } from './nearby.js';

/*
 * A checkpoint is a safetensors file. Its tensors are the weights and what optimizers remember; its metadata hold the
 * rest of the state and the configuration as JSON, and the SHA-256 of the file as it is without that entry.
 */

const format = 'rdml-checkpoint';
const version = '2';

export interface Checkpoint {
  readonly config: TrainingConfig;
  readonly state: TrainingState;
  /** A digest of the data that the run learns from. */
  readonly data: string;
}

async function encodeCheckpoint({ config, state, data }: Checkpoint): Promise<Uint8Array> {
  const metadata = { format, version, config: toJson(config), progress: toJson(state.progress), data };
  const tensors = await nearby(state.tensors);
  const sha256 = digest(encodeSafetensors(tensors, metadata));
  return encodeSafetensors(tensors, { ...metadata, sha256 });
}

/** @throws FormatError for a file that is damaged, or no checkpoint */
function decodeCheckpoint(bytes: Uint8Array, path: string): Checkpoint {
  const fault = (got: string, cause?: unknown): FormatError =>
    new FormatError('readCheckpoint', { expected: `a whole checkpoint at ${path}`, got }, { cause });
  let decoded: ReturnType<typeof decodeSafetensors>;
  try {
    // The checksum is of bytes, which this backend gives back at once.
    decoded = decodeSafetensors(bytes, { backend: referenceBackend });
  } catch (cause) {
    throw fault(
      cause instanceof FormatError ? `${cause.got} instead of ${cause.expected}` : String(cause),
      cause,
    );
  }
  const { tensors, metadata } = decoded;
  const { sha256, ...rest } = metadata;
  if (metadata['format'] !== format) throw fault('a file of another kind');
  if (metadata['version'] !== version) throw fault(`version ${metadata['version']} of the format`);
  if (sha256 !== digest(encodeSafetensors(tensors, rest)))
    throw fault('other content than its checksum says');
  return {
    config: fromJson(metadata['config'] ?? '') as TrainingConfig,
    state: {
      tensors: onDefaultBackend(tensors),
      progress: fromJson(metadata['progress'] ?? '') as TrainingProgress,
    },
    data: metadata['data'] ?? '',
  };
}

/** What optimizers count is float64 and read at once: it stays where it is unless the backend knows both. */
function onDefaultBackend(tensors: StateDict): StateDict {
  const backend = defaultBackend();
  const knowsBoth = backend.hasFloat64 !== false && backend.isRemote !== true;
  return Object.fromEntries(
    Object.entries(tensors).map(([name, x]) => {
      const stays = x.dtype === 'float64' && !knowsBoth;
      return [name, stays ? x : to(x, backend)] as const;
    }),
  );
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * Writes a checkpoint and keeps the one before it, under the name with `previous` for its stem: whenever the process is
 * killed, at least one of both is there and whole.
 * @throws FileSystemError
 */
export async function writeCheckpoint(path: string, checkpoint: Checkpoint): Promise<void> {
  const bytes = await encodeCheckpoint(checkpoint);
  await writing('writeCheckpoint', path, async () => {
    try {
      await rename(path, previousOf(path));
    } catch (error) {
      // Before the first checkpoint there is none to keep.
      if (codeOf(error) !== 'ENOENT') throw error;
    }
  });
  await writeFileAtomic(path, bytes);
}

/** `run/previous.safetensors` for `run/last.safetensors`. */
function previousOf(path: string): string {
  return join(dirname(path), basename(path).replace(/^[^.]+/, 'previous'));
}

/**
 * Reads a checkpoint, or the one before it where that was not yet written when the process was killed.
 * @throws FormatError for one that is damaged, saying whether the one before it is whole
 */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  const last = await bytesOf(path);
  const before = await bytesOf(previousOf(path));
  if (last === undefined) {
    if (before !== undefined) return decodeCheckpoint(before, previousOf(path));
    throw new FormatError('readCheckpoint', { expected: `a checkpoint at ${path}`, got: 'no such file' });
  }
  try {
    return decodeCheckpoint(last, path);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    const { expected, got } = error;
    const remedy = isWhole(before, previousOf(path))
      ? `The one before it is whole: to go on from there, put ${previousOf(path)} in its place`
      : 'There is no whole one before it: train anew';
    throw new FormatError('readCheckpoint', { expected, got, remedy }, { cause: error });
  }
}

async function bytesOf(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return undefined;
    throw new FormatError('readCheckpoint', {
      expected: `a checkpoint at ${path}`,
      got: code ?? String(error),
    });
  }
}

function isWhole(bytes: Uint8Array | undefined, path: string): boolean {
  if (bytes === undefined) return false;
  try {
    decodeCheckpoint(bytes, path);
    return true;
  } catch {
    return false;
  }
}
