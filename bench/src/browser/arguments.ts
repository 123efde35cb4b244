import { parseArgs } from 'node:util';
import { UsageError } from '../arguments.js';

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
  readonly json?: string;
  readonly screenshot?: string;
}

/** A minute or so in software. */
const usual = ['matmul', 'elementwise', 'softmax', 'gpu'];

export function pageUsage(known: readonly string[]): string {
  return `pnpm bench:page [--serve [--port N]] [--headless [suite ...] [--hardware] [--sizes N,N,...] [--seconds N] [--groups N] [--json FILE] [--screenshot FILE]]

Builds the page into one static folder, which any server can serve.

  --serve       serves it to this machine; --port, by default one that is free
  --headless    runs suites in a Chromium without a window (the variable CHROMIUM says where one is), ${usual.join(', ')} by default:
                ${known.join(', ')}
  --hardware    on this machine's GPU; in software otherwise
  --sizes       extents of the square matrices; 128 by default
  --seconds     for each group of contenders; 0.5 by default
  --groups      at most so many of each suite; all by default
  --json        writes the results to a file
  --screenshot  writes a picture of the page to a file`;
}

/** @throws UsageError */
export function parsePageArguments(words: readonly string[], known: readonly string[]): PageArguments {
  const { values, positionals } = parse(words);
  const unknown = positionals.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new UsageError(`there is no suite ${unknown}; there are ${known.join(', ')}`);
  const { help = false, serve = false, headless = false, hardware = false, json, screenshot } = values;
  return {
    help,
    isServed: serve,
    port: number('port', values.port ?? '0', 0, 65_535),
    isHeadless: headless,
    isHardware: hardware,
    suites: positionals.length === 0 ? usual : positionals,
    sizes: (values.sizes ?? '128').split(',').map((size) => number('sizes', size, 1, 4096)),
    seconds: number('seconds', values.seconds ?? '0.5', 0, 3600),
    ...(values.groups === undefined ? {} : { groups: number('groups', values.groups, 1, 1000) }),
    ...(json === undefined ? {} : { json }),
    ...(screenshot === undefined ? {} : { screenshot }),
  };
}

interface Given {
  readonly help?: boolean;
  readonly serve?: boolean;
  readonly headless?: boolean;
  readonly hardware?: boolean;
  readonly port?: string;
  readonly sizes?: string;
  readonly seconds?: string;
  readonly groups?: string;
  readonly json?: string;
  readonly screenshot?: string;
}

function parse(words: readonly string[]): { values: Given; positionals: string[] } {
  const [flag, text] = [{ type: 'boolean' }, { type: 'string' }] as const;
  const options = {
    help: { ...flag, short: 'h' },
    serve: flag,
    headless: flag,
    hardware: flag,
    port: text,
    sizes: text,
    seconds: text,
    groups: text,
    json: text,
    screenshot: text,
  } as const;
  try {
    return parseArgs({ args: [...words], allowPositionals: true, options });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function number(flag: string, text: string, least: number, most: number): number {
  const value = Number(text);
  const isWhole = flag === 'seconds' || Number.isInteger(value);
  if (text.trim() === '' || !isWhole || !(value >= least && value <= most))
    throw new UsageError(`--${flag} takes a number from ${least} to ${most}, not '${text}'`);
  return value;
}
