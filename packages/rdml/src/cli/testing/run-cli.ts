import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

/** The built command: what people run, not its sources. */
export const cli: string = fileURLToPath(new URL('../../../dist/cli.js', import.meta.url));

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Called with everything on stderr so far; what it returns is sent to the process. */
  readonly onStderr?: (text: string) => NodeJS.Signals | undefined;
  /** Closes the reading end of stdout at once, as `| head -0` does. */
  readonly closeStdout?: boolean;
}

/** Runs `rdml` with pipes for stdout and stderr, as a script would, in an environment without wishes for colors. */
export function runCli(words: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return runProgram(process.execPath, [cli, ...words], options);
}

export function runProgram(
  program: string,
  words: readonly string[],
  options: CliOptions = {},
): Promise<CliResult> {
  const { cwd = temporaryFolder(), onStderr } = options;
  return new Promise((resolve, reject) => {
    const env = { PATH: process.env.PATH ?? '', ...options.env };
    const child = spawn(program, words, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      const signal = onStderr?.(stderr);
      if (signal !== undefined) child.kill(signal);
    });
    if (options.closeStdout === true) child.stdout.destroy();
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

const folders: string[] = [];

/** An empty folder that goes away with the tests of the file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rdml-test-'));
  folders.push(folder);
  return folder;
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
