import { flag, help, listOf, namesOf, secondsOf, sizesOf, split, text, UsageError } from './command-line.js';

/** What the command line asks for. */
export interface Arguments {
  readonly help: boolean;
  /** Names of suites, in the order in which they run. */
  readonly suites: readonly string[];
  /** Extents of the square matrices of the suite matmul. */
  readonly sizes: readonly number[];
  /** Whether there is time for all sizes of the other suites: not in a quick run. */
  readonly full: boolean;
  /** Seconds for which a group of contenders takes samples. */
  readonly seconds: number;
  /** Our backends that take part; the first is the baseline. */
  readonly backends: readonly string[];
  /** The other libraries that take part. */
  readonly peers: readonly string[];
  /** Whether the results are kept as those of this machine. */
  readonly save: boolean;
  /** The file to write the results to, with all samples. */
  readonly json?: string;
  /** The file to write a page with charts to. */
  readonly html?: string;
}

/** The names that may be given. */
export interface Known {
  readonly suites: readonly string[];
  readonly backends: readonly string[];
  readonly peers: readonly string[];
  /** The peers that take part where none are named. */
  readonly usualPeers: readonly string[];
  /** What a quick run leaves out, and how it is limited. */
  readonly quick: Pick<Arguments, 'suites' | 'sizes' | 'seconds' | 'backends' | 'peers'>;
}

const options = {
  help,
  backend: text,
  html: text,
  json: text,
  peers: text,
  quick: flag,
  save: flag,
  seconds: text,
  sizes: text,
};

/** @throws UsageError */
export function parseArguments(words: readonly string[], known: Known): Arguments {
  const { values, positionals } = split(words, options);
  const { help = false, quick = false, save = false, json, html, peers } = values;
  if (save && positionals.length > 0) throw new UsageError('--save keeps a run of all suites: name none');
  const { suites, backends, usualPeers } = known;
  const usual = quick
    ? known.quick
    : { suites, sizes: [64, 256, 512], seconds: 1, backends, peers: usualPeers };
  return {
    help,
    save,
    full: !quick,
    suites: namesOf('suite', positionals, suites, usual.suites),
    sizes: sizesOf(values.sizes, usual.sizes),
    seconds: secondsOf(values.seconds, usual.seconds),
    backends: listOf('backend', values.backend, backends, usual.backends),
    peers: peers === 'none' ? [] : listOf('peer', peers, known.peers, usual.peers),
    ...(json === undefined ? {} : { json }),
    ...(html === undefined ? {} : { html }),
  };
}
