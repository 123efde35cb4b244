/**
 * Tensors in files: NumPy's .npy and .npz, and safetensors. Bytes in, bytes out; where they come from is up to the caller.
 * @packageDocumentation
 */
export { crc32 } from './files/crc32.js';
export { decodeNpy, encodeNpy } from './files/npy.js';
export { decodeNpz, encodeNpz } from './files/npz.js';
export { decodeSafetensors, encodeSafetensors } from './files/safetensors.js';
