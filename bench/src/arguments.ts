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

/** The command line asks for something that there is not; the message is one line for whoever typed it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const flags = [
  '--help',
  '--backend NAME,...',
  '--html FILE',
  '--json FILE',
  '--peers NAME,...',
  '--quick',
  '--save',
  '--seconds N',
  '--sizes N,N,...',
];

/** @throws UsageError */
export function parseArguments(words: readonly string[], known: Known): Arguments {
  const suites: string[] = [];
  let [help, save, isQuick] = [false, false, false];
  const given: { sizes?: number[]; seconds?: number; backends?: string[]; peers?: string[] } = {};
  const files: { json?: string; html?: string } = {};

  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const [flag, ...inline] = word.split('=') as [string, ...string[]];
    const value = (): string => {
      const given = inline.length > 0 ? inline.join('=') : rest.shift();
      if (given === undefined || given === '') throw new UsageError(`${flag} needs a value`);
      return given;
    };
    if (word === '--help' || word === '-h') help = true;
    else if (word === '--quick') isQuick = true;
    else if (word === '--save') save = true;
    else if (flag === '--json') files.json = value();
    else if (flag === '--html') files.html = value();
    else if (flag === '--backend') given.backends = parseNames('backend', value(), known.backends);
    else if (flag === '--peers') given.peers = parseNames('peer', value(), known.peers);
    else if (flag === '--seconds') given.seconds = parseSeconds(value());
    else if (flag === '--sizes') given.sizes = value().split(',').map(parseSize);
    else if (word.startsWith('-'))
      throw new UsageError(`there is no flag ${word}; there are ${flags.join(', ')}`);
    else if (!known.suites.includes(word)) {
      throw new UsageError(`there is no suite ${word}; there are ${known.suites.join(', ')}`);
    } else if (!suites.includes(word)) suites.push(word);
  }
  if (save && suites.length > 0) throw new UsageError('--save keeps a run of all suites: name none');
  const { suites: all, backends, usualPeers: peers } = known;
  const usual = isQuick ? known.quick : { suites: all, sizes: [64, 256, 512], seconds: 1, backends, peers };
  return {
    help,
    save,
    full: !isQuick,
    ...usual,
    ...given,
    ...(suites.length > 0 ? { suites } : {}),
    ...files,
  };
}

/** Names with commas between them; `all`, or for peers `none`. */
function parseNames(what: 'backend' | 'peer', text: string, known: readonly string[]): string[] {
  if (text === 'all') return [...known];
  if (text === 'none' && what === 'peer') return [];
  const names = text.split(',');
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new UsageError(`there is no ${what} '${unknown}'; there are ${known.join(', ')}`);
  return [...new Set(names)];
}

function parseSize(text: string): number {
  const size = Number(text);
  if (text.trim() === '' || !Number.isInteger(size) || size < 1 || size > 4096) {
    throw new UsageError(
      `--sizes takes whole numbers from 1 to 4096 with commas between them, not '${text}'`,
    );
  }
  return size;
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!(seconds > 0 && seconds <= 3600))
    throw new UsageError(`--seconds takes a number above 0, not '${text}'`);
  return seconds;
}
