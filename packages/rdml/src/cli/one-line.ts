import { BackendError, TensorError } from '@renyi/tensor';
import { DivergedError } from '../index.js';
import { CommanderError } from 'commander';
import { FileSystemError } from '../node.js';
import {
  exitCodes,
  FoundError,
  InterruptedError,
  signalExitCodes,
  StoppedError,
  UsageError,
} from './exit-codes.js';
import { nearestName } from './nearest.js';
import { JobError } from './sweep/job-error.js';

/** What an error says to a person, on one line: `rdml train: expected ...; got ... . How to mend it`. */
export function oneLine(command: string, error: unknown): string {
  return printable(`${command}: ${messageOf(command, error)}`);
}

export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  if (error instanceof UsageError) return exitCodes.usage;
  if (error instanceof StoppedError) return exitCodeOf(error.cause);
  if (error instanceof InterruptedError) return signalExitCodes[error.signal];
  if (error instanceof DivergedError) return exitCodes.diverged;
  return exitCodes.failed;
}

function messageOf(command: string, error: unknown): string {
  if (error instanceof CommanderError) return commanderMessage(command, error.message);
  if (error instanceof UsageError) return tensorMessage(error.cause);
  if (error instanceof FileSystemError) {
    return `expected ${error.expected}; got ${error.got}. Mend that, or choose another folder with --out`;
  }
  if (error instanceof BackendError && isOfMemory(error)) return memoryMessage(command, error);
  if (error instanceof TensorError) return tensorMessage(error);
  if (error instanceof InterruptedError || error instanceof StoppedError) return error.message;
  if (error instanceof JobError || error instanceof FoundError) return error.message;
  if (error instanceof RangeError && /allocation|array length/i.test(error.message)) {
    return 'expected networks and data that fit into memory; got more. Make --hidden, --students or the data smaller';
  }
  return `unexpected failure: ${error instanceof Error ? error.message : String(error)}. Run again with --verbose and report it`;
}

/** Whether the memory in which a backend computes is full. */
function isOfMemory({ expected }: BackendError): boolean {
  return expected.endsWith(' bytes of linear memory') || expected.startsWith('memory on the device');
}

/** What helps the library's caller, scopes for instance, is nothing that the command's can do. */
function memoryMessage(command: string, { expected, got, difference }: BackendError): string {
  const remedy = /\b(?:eval|predict|report)$/.test(command)
    ? 'Choose another --backend'
    : 'Make --batch-size smaller or --students fewer, or choose another --backend';
  return `expected ${expected}; got ${got}${difference === undefined ? '' : `: ${difference}`}. ${remedy}`;
}

/** Without the name of the function that refused: the command stands in its place. Of a misspelled choice with what was meant. */
function tensorMessage({ message, operation, expected, got }: TensorError): string {
  const [, choices] = /\bone of (.+)$/.exec(expected) ?? [];
  const bare = (text: string): string => text.replace(/^"(.*)"$/, '$1');
  const [given = ''] = got.split(' in ', 1);
  const meant = choices === undefined ? undefined : nearestName(bare(given), choices.split(', ').map(bare));
  if (meant !== undefined) return `expected ${expected}; got ${got}. Did you mean ${meant}?`;
  return message.startsWith(`${operation}: `) ? message.slice(operation.length + 2) : message;
}

/** Commander says `error: unknown option '--epohs'` and, on a second line, `(Did you mean --epochs?)`. */
function commanderMessage(command: string, message: string): string {
  const [fault = '', hint = ''] = message.replace(/^error: /, '').split('\n');
  const [, meant] = /^\(Did you mean (?:one of )?(.+)\?\)$/.exec(hint) ?? [];
  const [, what, name] = /^unknown (option|command) '(.*)'$/.exec(fault) ?? [];
  const help = `See ${command} --help`;
  if (what === 'option') {
    return `expected a flag that exists; got ${name}. ${meant === undefined ? help : `Did you mean ${meant}?`}`;
  }
  if (what === 'command') {
    return `expected a command that exists; got ${name}. ${meant === undefined ? help : `Did you mean ${meant}?`}`;
  }
  const [, argument] = /^missing required argument '(\S+)'$/.exec(fault) ?? [];
  if (argument !== undefined) return `expected a ${argument} after the command; got nothing. ${help}`;
  const [, required] = /^required option '(\S+) .*' not specified$/.exec(fault) ?? [];
  if (required !== undefined) return `expected ${required}; got nothing. ${help}`;
  const [, flag] = /^option '(\S+) .*' argument missing$/.exec(fault) ?? [];
  if (flag !== undefined) return `expected a value after ${flag}; got nothing. ${help}`;
  if (fault.startsWith('too many arguments'))
    return `expected no more words; got a word without a flag. ${help}`;
  return `${fault}. ${help}`;
}

/** Names and cells come from anywhere: line breaks, escape codes and reversed text in them must not reach the terminal. */
function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu,
    (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}
