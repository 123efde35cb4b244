import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { UsageError } from '../command-line.js';

/** A commit, built, in a folder of its own. */
export interface BuiltCommit {
  readonly folder: string;
  /** Takes the folder away. */
  readonly remove: () => void;
}

/** The full name of a commit. @throws UsageError where there is none of that name */
export function commitOf(root: string, name: string): string {
  try {
    return git(root, 'rev-parse', '--verify', '--quiet', `${name}^{commit}`).trim();
  } catch {
    throw new UsageError(`there is no commit ${name}`);
  }
}

/**
 * Checks a commit out beside this one, installs and builds it, and puts these benchmarks into it: both programs then do the same
 * tasks in the same way, and differ in the packages alone.
 */
export function buildCommit(root: string, commit: string): BuiltCommit {
  const outer = mkdtempSync(path.join(os.tmpdir(), 'renyi-compare-'));
  const folder = path.join(outer, 'base');
  const remove = (): void => {
    rmSync(outer, { recursive: true, force: true });
    git(root, 'worktree', 'prune');
  };
  try {
    git(root, 'worktree', 'add', '--quiet', '--detach', folder, commit);
    pnpm(folder, ['install', '--frozen-lockfile', '--prefer-offline', '--silent']);
    execFileSync(process.execPath, ['scripts/build.mjs'], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const dist = path.join(folder, 'bench/dist');
    rmSync(dist, { recursive: true, force: true });
    cpSync(path.join(root, 'bench/dist'), dist, { recursive: true });
    // What these benchmarks import beside the packages, which are the commit's own.
    const installed = path.join(root, 'bench/node_modules');
    for (const name of readdirSync(installed).filter((entry) => /^\w/.test(entry))) {
      const own = path.join(folder, 'bench/node_modules', name);
      if (!existsSync(own)) symlinkSync(path.join(installed, name), own);
    }
    return { folder, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

function git(root: string, ...words: readonly string[]): string {
  return execFileSync('git', words, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

/** The pnpm that started this, or else the one that npx fetches. */
function pnpm(folder: string, words: readonly string[]): void {
  const started = process.env['npm_execpath'] ?? '';
  const isPnpm = /pnpm\.c?m?js$/.test(started);
  const [command, all] = isPnpm
    ? [process.execPath, [started, ...words]]
    : ['npx', ['-y', 'pnpm@10', ...words]];
  execFileSync(command, all, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
}
