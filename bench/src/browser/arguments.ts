import { flag, help, namesOf, numberOf, secondsOf, sizesOf, split, text } from '../command-line.js';
import { usualSuites } from './usual.js';

/** What the command line of `pnpm bench:page` asks for. */
export interface PageArguments {
  readonly help: boolean;
  readonly isServed: boolean;
  /** 0: any that is free. */
  readonly port: number;
  readonly isHeadless: boolean;
  readonly isHardware: boolean;
  readonly suites: readonly string[];
  readonly sizes: readonly number[];
  readonly seconds: number;
  readonly groups?: number;
  /** Whether the results are kept as those of browsers on this machine. */
  readonly isSaved: boolean;
  readonly json?: string;
  readonly screenshot?: string;
}

export function pageUsage(known: readonly string[]): string {
  return `pnpm bench:page [--serve [--port N]] [--headless [suite ...] [--hardware] [--sizes N,N,...] [--seconds N] [--groups N] [--save] [--json FILE] [--screenshot FILE]]

Builds the page into one static folder, which any server can serve.

  --serve       serves it to this machine; --port, by default one that is free
  --headless    runs suites in a Chromium without a window (the variable CHROMIUM says where one is), ${usualSuites.join(', ')} by default:
                ${known.join(', ')}
  --hardware    on this machine's GPU, and on nothing else; in software otherwise
  --sizes       extents of the square matrices; 128 by default
  --seconds     for each group of contenders; 0.5 by default
  --groups      at most so many of each suite; all by default
  --save        keeps the results as those of browsers on this machine
  --json        writes the results to a file
  --screenshot  writes a picture of the page to a file`;
}

const options = {
  help,
  serve: flag,
  headless: flag,
  hardware: flag,
  save: flag,
  port: text,
  sizes: text,
  seconds: text,
  groups: text,
  json: text,
  screenshot: text,
};

/** @throws UsageError */
export function parsePageArguments(words: readonly string[], known: readonly string[]): PageArguments {
  const { values, positionals } = split(words, options);
  const {
    help = false,
    serve = false,
    headless = false,
    hardware = false,
    save = false,
    json,
    screenshot,
  } = values;
  const { port = '0', groups } = values;
  return {
    help,
    isServed: serve,
    port: numberOf('--port', port, { least: 0, most: 65_535 }),
    isHeadless: headless,
    isHardware: hardware,
    isSaved: save,
    suites: namesOf('suite', positionals, known, usualSuites),
    sizes: sizesOf(values.sizes, [128]),
    seconds: secondsOf(values.seconds, 0.5),
    ...(groups === undefined ? {} : { groups: numberOf('--groups', groups, { least: 1, most: 1000 }) }),
    ...(json === undefined ? {} : { json }),
    ...(screenshot === undefined ? {} : { screenshot }),
  };
}
