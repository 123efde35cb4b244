import { type Backend, wasmBackend } from '@renyi/tensor';
import { type GpuBackend, gpuBackend } from '@renyi/tensor/gpu';
import { openTfjs } from '../peers/device-tfjs.js';
import { gpujs } from '../peers/gpujs.js';
import { library } from '../peers/gpujs-kernels.js';
import type { PeerLoaders } from '../peers/index.js';
import type { Peer } from '../peers/peer.js';
import { plain } from '../peers/plain.js';
import { tfjsTasks } from '../peers/tfjs-tasks.js';
import type { DeviceContender } from '../suites/suite.js';
import { tfjs } from './tfjs.js';

export const gpuModes = ['webgl2', 'webgpu'] as const;

/** What computes in this browser: our backends, and those of them that are gpu backends. */
export interface Own {
  readonly backends: ReadonlyMap<string, Backend>;
  readonly gpus: readonly GpuBackend[];
  /** Modes that there are not here, with the reason. */
  readonly missing: readonly string[];
}

/** All of our backends that this browser can run; the first is the baseline. */
export async function ownBackends(): Promise<Own> {
  const backends = new Map<string, Backend>([['wasm', wasmBackend]]);
  const gpus: GpuBackend[] = [];
  const missing: string[] = [];
  for (const mode of gpuModes) {
    try {
      const backend = await gpuBackend({ mode, library });
      backends.set(mode, backend);
      gpus.push(backend);
    } catch (error) {
      missing.push(`${mode}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { backends, gpus, missing };
}

/** TensorFlow.js in WebGL, where it is installed, for the suite `gpu`. */
export function pageDevices(): readonly DeviceContender[] {
  const load = tfjs;
  if (load === undefined) return [];
  return [{ name: 'tfjs-webgl', open: async (work) => openTfjs(await load(), 'webgl', work) }];
}

/** Raw gpu.js in each mode that there is, plain loops, and TensorFlow.js where it is installed. */
export function pagePeers(modes: readonly (typeof gpuModes)[number][]): PeerLoaders {
  const peers = new Map<string, () => Promise<Peer>>([['plain', plain]]);
  for (const mode of [...modes, 'webasm' as const]) peers.set(`gpu.js-${mode}`, gpujs(mode));
  const load = tfjs;
  if (load === undefined) return peers;
  for (const backend of ['webgl', 'wasm']) {
    peers.set(`tfjs-${backend}`, async () => {
      const tf = await load();
      await tf.setBackend(backend);
      await tf.ready();
      if (tf.getBackend() !== backend) throw new Error(`tfjs chose the backend ${tf.getBackend()}`);
      return { name: `tfjs-${backend}`, tasks: tfjsTasks(tf, backend) };
    });
  }
  return peers;
}
