import { execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readSync, rmdirSync, unlinkSync, writeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/**
 * A process that is asked and answers, one line of JSON each, synchronously: over two named pipes, which are the last
 * arguments of its command and which it opens in this order, one to read from and one to write to.
 */
export class PipedProcess {
  readonly #requests: number;
  readonly #replies: number;
  #unread: Buffer = Buffer.alloc(0);

  constructor([command, ...words]: readonly [string, ...string[]], environment: Record<string, string> = {}) {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'renyi-bench-'));
    const [inward, outward] = [path.join(folder, 'in'), path.join(folder, 'out')];
    execFileSync('mkfifo', [inward, outward]);
    const child = spawn(command, [...words, inward, outward], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    child.unref();
    this.#requests = openSync(inward, 'w');
    this.#replies = openSync(outward, 'r');
    // Both sides have them open, so the names can go, whatever happens later. Not by rmSync, which asks what each of them
    // is: Node's realpath stops at a part of a path that it knows if the last file that anything asked about was a pipe,
    // so that the next package behind a symbolic link is looked up beside the link and does not find its dependencies.
    unlinkSync(inward);
    unlinkSync(outward);
    rmdirSync(folder);
  }

  /** @throws Error with what the process says went wrong */
  ask(request: object): Record<string, unknown> {
    const bytes = Buffer.from(`${JSON.stringify(request)}\n`);
    for (let sent = 0; sent < bytes.length; ) sent += writeSync(this.#requests, bytes, sent);
    const reply = JSON.parse(this.#readLine()) as Record<string, unknown>;
    if (typeof reply['error'] === 'string') throw new Error(reply['error']);
    return reply;
  }

  close(): void {
    writeSync(this.#requests, '{"close": true}\n');
    closeSync(this.#requests);
    closeSync(this.#replies);
  }

  #readLine(): string {
    const parts = [this.#unread];
    const chunk = Buffer.alloc(1 << 16);
    for (;;) {
      const last = parts[parts.length - 1] as Buffer;
      const end = last.indexOf(10);
      if (end >= 0) {
        this.#unread = Buffer.from(last.subarray(end + 1));
        parts[parts.length - 1] = last.subarray(0, end);
        return Buffer.concat(parts).toString();
      }
      const length = readSync(this.#replies, chunk);
      if (length === 0) throw new Error('the process has ended');
      parts.push(Buffer.from(chunk.subarray(0, length)));
    }
  }
}
