/** What lies in a pool, in numbers. */
export interface PoolUse {
  /** Textures or buffers that tensors have. */
  readonly lent: number;
  /** Those that wait for the next tensor of their size, and their bytes. */
  readonly idle: number;
  readonly idleBytes: number;
}

interface Entry {
  readonly kind: string;
  readonly bytes: number;
  isLent: boolean;
}

/**
 * Textures or buffers of a device. What a tensor has released waits for the next one of the same kind, so that a loop of steps makes none after
 * its first rounds; when more bytes wait than `limit`, those that have waited for longest are freed.
 */
export class Pool<T extends object> {
  readonly #entries = new Map<T, Entry>();
  /** Those that wait, the longest waiting first. */
  readonly #idle = new Set<T>();
  readonly #byKind = new Map<string, T[]>();
  #idleBytes = 0;
  #limit: number;

  constructor(
    /** Frees one on the device. */
    readonly free: (resource: T) => void,
    limit: number,
  ) {
    this.#limit = limit;
  }

  get use(): PoolUse {
    return { lent: this.#entries.size - this.#idle.size, idle: this.#idle.size, idleBytes: this.#idleBytes };
  }

  /** One that waits, if there is one; from now on it is lent. */
  take(kind: string): T | undefined {
    const resource = this.#byKind.get(kind)?.pop();
    if (resource === undefined) return undefined;
    const entry = this.#entries.get(resource) as Entry;
    entry.isLent = true;
    this.#idle.delete(resource);
    this.#idleBytes -= entry.bytes;
    return resource;
  }

  /** A new one, which is lent. */
  adopt(resource: T, kind: string, bytes: number): void {
    this.#entries.set(resource, { kind, bytes, isLent: true });
  }

  /** One comes back; what is none of the pool's, or has come back before, is left alone. */
  give(resource: T): void {
    const entry = this.#entries.get(resource);
    if (entry === undefined || !entry.isLent) return;
    entry.isLent = false;
    const alike = this.#byKind.get(entry.kind);
    if (alike === undefined) this.#byKind.set(entry.kind, [resource]);
    else alike.push(resource);
    this.#idle.add(resource);
    this.#idleBytes += entry.bytes;
    this.shrink(this.#limit);
  }

  /** Frees what waits, and from now on what comes back. */
  close(): void {
    this.#limit = 0;
    this.shrink(0);
  }

  /** Frees those that have waited for longest until at most so many bytes wait. */
  shrink(bytes: number): void {
    for (const resource of this.#idle) {
      if (this.#idleBytes <= bytes) return;
      const entry = this.#entries.get(resource) as Entry;
      this.#idle.delete(resource);
      this.#entries.delete(resource);
      this.#idleBytes -= entry.bytes;
      const alike = this.#byKind.get(entry.kind) as T[];
      if (alike.length === 1) this.#byKind.delete(entry.kind);
      else alike.splice(alike.indexOf(resource), 1);
      this.free(resource);
    }
  }
}
