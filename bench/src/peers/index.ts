import { gpujs } from './gpujs.js';
import { jaxJs } from './jax.js';
import { jsPytorch } from './js-pytorch.js';
import type { Peer } from './peer.js';
import { plain } from './plain.js';
import { python } from './python.js';
import { tfjs } from './tfjs.js';

/** How each peer is brought in, by the name that `--peers` takes. */
export type PeerLoaders = ReadonlyMap<string, () => Promise<Peer>>;

export const allPeers: PeerLoaders = new Map([
  ['plain', plain],
  ['gpu.js-cpu', gpujs('cpu')],
  ['gpu.js-webasm', gpujs('webasm')],
  ['tfjs-cpu', tfjs('cpu')],
  ['tfjs-wasm', tfjs('wasm')],
  ['jax-js', jaxJs],
  ['js-pytorch', jsPytorch],
  ['numpy', python('numpy', 1)],
  ['numpy-2', python('numpy', 2)],
  ['torch', python('torch', 1)],
  ['torch-2', python('torch', 2)],
]);

/** What runs where nothing else is asked for: it is there after every install. */
export const usualPeers: readonly string[] = ['plain', 'gpu.js-cpu'];
