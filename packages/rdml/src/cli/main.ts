/** The command `rdml`; in worker threads the commands that train, and runs of `rdml sweep`. */
import { isMainThread } from 'node:worker_threads';
import { isApart } from './apart.js';
import { runCommandLine } from './command-line.js';
import { serveJobs } from './sweep/worker.js';

await (isMainThread || isApart() ? runCommandLine() : serveJobs());
