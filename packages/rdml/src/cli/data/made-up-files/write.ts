import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../../../node.js';
import type { DataSource } from '../load.js';
import { cifarArchive } from './cifar-archive.js';
import { newsCsv } from './news.js';

/** The data of the experiments: what their files are like. */
export const dataKinds = ['cifar-10', 'cifar-100', 'images', 'agnews', 'yahoo', 'yelp'] as const;

export type DataKind = (typeof dataKinds)[number];

/** Classes and cells of text. */
const texts = { agnews: [4, 2], yahoo: [10, 3], yelp: [5, 1] } as const;

/**
 * Writes small files in the format of the data of an experiment, made up, to see that it runs.
 * @returns where they are
 * @throws FileSystemError
 */
export async function writeMadeUp(kind: DataKind, folder: string): Promise<DataSource> {
  await mkdir(folder, { recursive: true });
  const write = async (name: string, content: string | Uint8Array): Promise<string> => {
    const path = join(folder, name);
    await writeFileAtomic(path, content);
    return path;
  };
  if (kind === 'agnews' || kind === 'yahoo' || kind === 'yelp') {
    const [classes, cells] = texts[kind];
    const rows = Math.ceil(80 / classes);
    const file = await write(`made-up-${kind}-train.csv`, newsCsv(classes, rows, cells));
    const test = await write(`made-up-${kind}-test.csv`, newsCsv(classes, Math.ceil(rows / 4), cells, 1));
    return { file, label: undefined, test };
  }
  const bytes = cifarArchive(kind === 'cifar-100' ? 100 : 10, { train: 4, test: 1 });
  const file = await write(`made-up-${kind}-binary.tar.gz`, bytes);
  return { file, label: undefined };
}
