import { importPeer } from './installed.js';
import type { Peer } from './peer.js';
import type { Tf } from './tfjs-library.js';
import { tfjsTasks } from './tfjs-tasks.js';

/** TensorFlow.js on one of its backends. */
export function tfjs(backend: 'cpu' | 'wasm'): () => Promise<Peer> {
  return async () => {
    const tf = await importPeer<Tf>('@tensorflow/tfjs-core');
    // The core alone knows no gradients in Node; the whole package registers them.
    await importPeer('@tensorflow/tfjs');
    await importPeer(`@tensorflow/tfjs-backend-${backend}`);
    await tf.setBackend(backend);
    await tf.ready();
    if (tf.getBackend() !== backend) throw new Error(`tfjs chose the backend ${tf.getBackend()}`);
    return { name: `tfjs-${backend}`, tasks: tfjsTasks(tf, backend) };
  };
}
