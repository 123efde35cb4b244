import type { Backend } from '@renyi/tensor';
import type { Group } from '../contender.js';
import type { DeviceWork } from '../peers/device.js';
import type { PeerLoaders } from '../peers/index.js';
import type { Opened } from '../phases.js';

export interface SuiteOptions {
  /** Extents of square matrices. */
  readonly sizes: readonly number[];
  /** Whether there is time for all sizes, and not only for those that stand for the others. */
  readonly full?: boolean;
  /** Our own backends, by name: each is a contender. */
  readonly backends: ReadonlyMap<string, Backend>;
  /** How gpu.js computes in the suite `gpu`; webasm alone where nothing is said, which is everywhere. */
  readonly gpuModes?: readonly ('webasm' | 'webgl2' | 'webgpu')[];
  /** Who else takes part in the suite `gpu`, each on a device of its own. */
  readonly devices?: readonly DeviceContender[];
  /** Other libraries, by name. */
  readonly peers: PeerLoaders;
}

/** One that opens a device for a piece of work. */
export interface DeviceContender {
  readonly name: string;
  readonly open: (work: DeviceWork) => Promise<Opened>;
}

export interface Suite {
  /** One line for the table and for --help. */
  readonly summary: string;
  /** Takes minutes: left out where a quick run is asked for. */
  readonly isLong?: boolean;
  /** The groups are made one after the other, so that the inputs of one are gone when the next is measured. */
  readonly groups: (options: SuiteOptions) => AsyncIterable<Group>;
}
