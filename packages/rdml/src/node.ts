/**
 * What needs Node's file system: run folders, written so that nothing in them is ever half-written.
 * @packageDocumentation
 */
export { sweepTemporaries, writeFileAtomic } from './node/atomic-write.js';
export { type Checkpoint, readCheckpoint, writeCheckpoint } from './node/checkpoint.js';
export { codeOf, FileSystemError } from './node/file-system-error.js';
export { fromJson, toJson } from './node/json.js';
export { MetricsLog } from './node/metrics-log.js';
export { RunFolder, type RunFolderOptions } from './node/run-folder.js';
