/** The command `rdml`; in a worker thread, one that makes runs for `rdml sweep`. */
import { isMainThread } from 'node:worker_threads';
import { runCommandLine } from './command-line.js';
import { serveJobs } from './sweep/worker.js';

await (isMainThread ? runCommandLine() : serveJobs());
