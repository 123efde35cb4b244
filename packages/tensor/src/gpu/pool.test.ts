import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pool } from './pool.js';

interface Resource {
  readonly kind: string;
  isFreed: boolean;
}

describe('a pool', () => {
  const made = (): { pool: Pool<Resource>; lend: (kind: string, bytes: number) => Resource } => {
    const pool = new Pool<Resource>((resource) => {
      expect(resource.isFreed).toBe(false);
      resource.isFreed = true;
    }, 100);
    const lend = (kind: string, bytes: number): Resource => {
      const found = pool.take(kind);
      if (found !== undefined) return found;
      const resource = { kind, isFreed: false };
      pool.adopt(resource, kind, bytes);
      return resource;
    };
    return { pool, lend };
  };

  it('lends again what has come back, to who wants its kind', () => {
    const { pool, lend } = made();
    const first = lend('a', 10);
    pool.give(first);
    expect(lend('b', 10)).not.toBe(first);
    expect(lend('a', 10)).toBe(first);
    expect(lend('a', 10)).not.toBe(first);
    expect(pool.use).toEqual({ lent: 3, idle: 0, idleBytes: 0 });
  });

  it('takes nothing back twice, and nothing that it never lent', () => {
    const { pool, lend } = made();
    const first = lend('a', 10);
    pool.give(first);
    pool.give(first);
    pool.give({ kind: 'a', isFreed: false });
    expect(pool.use).toEqual({ lent: 0, idle: 1, idleBytes: 10 });
    lend('a', 10);
    expect(lend('a', 10)).not.toBe(first);
  });

  it('frees those that have waited for longest beyond its limit', () => {
    const { pool, lend } = made();
    const all = [lend('a', 40), lend('a', 40), lend('b', 40)] as const;
    for (const resource of all) pool.give(resource);
    expect(all.map(({ isFreed }) => isFreed)).toEqual([true, false, false]);
    expect(lend('a', 40)).toBe(all[1]);
    pool.shrink(0);
    expect(all[2].isFreed).toBe(true);
    expect(pool.use).toEqual({ lent: 1, idle: 0, idleBytes: 0 });
  });

  it('that is closed frees what waits, and what comes back later', () => {
    const { pool, lend } = made();
    const [waiting, lent] = [lend('a', 10), lend('a', 10)];
    pool.give(waiting);
    pool.close();
    expect([waiting, lent].map(({ isFreed }) => isFreed)).toEqual([true, false]);
    pool.give(lent);
    expect(lent.isFreed).toBe(true);
  });

  it('never lends one to two, nor one that is freed, and knows its numbers', () => {
    const command = fc.record({
      kind: fc.constantFrom('a', 'b', 'c'),
      isGiving: fc.boolean(),
      which: fc.nat(),
    });
    const sizes: Readonly<Record<string, number>> = { a: 10, b: 30, c: 70 };
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
        const { pool, lend } = made();
        const lent: Resource[] = [];
        const everMade = new Set<Resource>();
        for (const { kind, isGiving, which } of commands) {
          if (isGiving && lent.length > 0) pool.give(lent.splice(which % lent.length, 1)[0] as Resource);
          else {
            const resource = lend(kind, sizes[kind] as number);
            expect(lent).not.toContain(resource);
            expect(resource).toEqual({ kind, isFreed: false });
            lent.push(resource);
            everMade.add(resource);
          }
          const idle = [...everMade].filter((resource) => !resource.isFreed && !lent.includes(resource));
          const idleBytes = idle.reduce((sum, resource) => sum + (sizes[resource.kind] as number), 0);
          expect(pool.use).toEqual({ lent: lent.length, idle: idle.length, idleBytes });
          expect(idleBytes).toBeLessThanOrEqual(100);
        }
      }),
    );
  });
});
