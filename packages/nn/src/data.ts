/**
 * Data for training: readers of the usual formats (bytes in, data sets out), batches in random order whose position saves and loads,
 * scaling, augmentation and tokenizers.
 * @packageDocumentation
 */
export { compose, normalizeChannels, randomCrop, randomFlip, randomRotation } from './data/augment.js';
export type { AsyncTransform, Batch, Transform } from './data/batch.js';
export { type Cifar, type CifarOptions, readCifar } from './data/cifar.js';
export type { KnownClasses } from './data/csv-labels.js';
export { type CsvContent, CsvRows, type CsvRowsOptions } from './data/csv-rows.js';
export type { DataFile } from './data/data-file.js';
export type { KnownFile } from './data/found.js';
export { decodeIdx, type IdxArray, looksLikeIdx, readIdx } from './data/idx.js';
export { type ImageFolder, type ImageFolderOptions, readImageFolder } from './data/image-folder.js';
export type { Image } from './data/images/image.js';
export { DataLoader, type DataLoaderOptions, type DataLoaderState } from './data/loader.js';
export { type CsvData, readCsv } from './data/read-csv.js';
export {
  type NumberData,
  readData,
  type ReadDataOptions,
  type ReadReport,
  type TextData,
} from './data/read-data.js';
export { readFastText, readJsonLines, readNewsCsv } from './data/read-texts.js';
export { type DataFormat, recognize, recognizeFile } from './data/recognize.js';
export { type DataReport, overlapOf, reportOf } from './data/report.js';
export { type Scaling, scalingOf, standardize } from './data/scaling.js';
export { TextDataset, type TextOptions } from './data/texts.js';
export {
  charCnnAlphabet,
  characterIndices,
  fastTextHash,
  HashedNgrams,
  type HashedNgramsOptions,
} from './data/tokenizers.js';
