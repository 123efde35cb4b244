import { stepGroup } from './step.js';
import type { Suite } from './suite.js';

const base = { widths: [784, 256, 128, 10], batch: 128, students: 1 } as const;

/** How a training step grows with each of its extents, the others fixed. */
export const growth: Suite = {
  summary: 'how a training step grows with the batch, the width and the number of classes',
  isLong: true,
  async *groups(options) {
    for (const batch of [1, 8, 32, 128, 512])
      yield {
        ...(await stepGroup(options, 'batch', { ...base, batch })),
        growth: { of: 'batch', extent: batch },
      };
    for (const width of [32, 64, 128, 256, 512]) {
      const group = await stepGroup(options, 'width', { ...base, widths: [784, width, width, 10] });
      yield { ...group, growth: { of: 'width', extent: width } };
    }
    for (const classes of [2, 10, 100, 1000]) {
      const group = await stepGroup(options, 'classes', { ...base, widths: [784, 256, 128, classes] });
      yield { ...group, growth: { of: 'classes', extent: classes } };
    }
  },
};
