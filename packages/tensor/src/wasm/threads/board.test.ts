import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Board, boardBytes, states } from './board.js';

/** Threads that look at the ticket at one time and try to take a part at another. */
interface Taker {
  seen: number;
}

describe('the board', () => {
  it('hands each part of each job to exactly one taker, whatever the order in which they look and take', () => {
    const schedule = fc.array(fc.tuple(fc.nat(3), fc.boolean()), { maxLength: 200 });
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 8 }),
        schedule,
        (jobs, moves) => {
          const memory = new SharedArrayBuffer(boardBytes);
          const caller = new Board(memory);
          const views = Array.from({ length: 4 }, () => new Board(memory));
          const takers: Taker[] = views.map(({ ticket }) => ({ seen: ticket }));
          let next = 0;
          for (const [job, parts] of jobs.entries()) {
            caller.post(parts);
            const taken: number[] = [];
            const move = (who: number, looks: boolean): void => {
              const [board, taker] = [views[who] as Board, takers[who] as Taker];
              if (looks) taker.seen = board.ticket;
              else {
                const part = board.take(taker.seen);
                if (part < 0) return;
                taken.push(part);
                board.report(part, states.done);
              }
            };
            // Some moves of the schedule, then the caller does what is left, as it does when no worker comes.
            const end = Math.floor((moves.length * (job + 1)) / jobs.length);
            for (; next < end; next++) move(...(moves[next] as [number, boolean]));
            while (caller.reported < parts) for (const looks of [true, false]) move(0, looks);
            expect(taken.toSorted((a, b) => a - b)).toEqual(Array.from({ length: parts }, (_, i) => i));
            for (let part = 0; part < parts; part++) expect(caller.stateOf(part)).toBe(states.done);
          }
        },
      ),
    );
  });

  it('gives nothing to whoever looked before the job was posted, or when it is closed', () => {
    const board = new Board(new SharedArrayBuffer(boardBytes));
    const early = board.ticket;
    board.post(2);
    expect(board.take(early)).toBe(-1);
    const late = board.ticket;
    board.close();
    expect(board.take(late)).toBe(-1);
    expect(board.isClosed).toBe(true);
  });
});
