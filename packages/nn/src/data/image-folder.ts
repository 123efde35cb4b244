import { ConfigError, FormatError } from '@renyi/tensor';
import { Dataset } from '../dataset.js';
import { unpacked } from './bytes.js';
import { type DataFile, inFile, isHidden, type Part, partOf } from './data-file.js';
import type { Image } from './images/image.js';
import { decodePng } from './images/png.js';
import { looksLikePng } from './images/png-chunks.js';
import { decodePnm, looksLikePnm } from './images/pnm.js';
import { foreignFormat } from './recognize.js';

export interface ImageFolderOptions {
  /** The classes in their order, such as those of the training part; by default all folders, in order. */
  readonly classNames?: readonly string[] | undefined;
  /** Reads an image of a format that is not read here, taken out of gzip; undefined for a file that it does not know. */
  readonly decode?: ((file: DataFile) => Promise<Image | undefined>) | undefined;
}

export interface ImageFolder {
  readonly parts: Readonly<Partial<Record<Part, Dataset>>>;
  /** The names of the folders. */
  readonly classNames: readonly string[];
  /** Of an image: [channels, height, width]. */
  readonly shape: readonly number[];
}

/** 1 GiB of float32. */
const mostNumbers = 2 ** 28;

interface Entry {
  readonly name: string;
  readonly className: string;
  readonly part: Part;
  readonly image: Image;
}

/**
 * A folder of images, each in a folder with the name of its class: `cat/1.png`, `dog/2.png`. Folders above that are called train,
 * validation (or val) and test make parts of these names. PNG and PNM (.pgm, .ppm) are known by their content, in gzip or not; inputs are in
 * [0, 1], [channels, height, width], with one channel where all images are gray. Files that systems leave in folders, such as .DS_Store, are passed over.
 * @throws FormatError with the file (and its byte), for one that is no image, is damaged, stands in no folder or has another size
 * @throws ConfigError for class names that occur twice
 * @see torchvision.datasets.ImageFolder
 *
 * @example
 * import { readImageFolder } from '@renyi/nn/data';
 * const gray = (level: number) => new TextEncoder().encode(`P2 2 1 255 ${level} 0\n`);
 * const files = [{ name: 'dark/1.pgm', bytes: gray(51) }, { name: 'light/1.pgm', bytes: gray(255) }];
 * const { parts, classNames, shape } = await readImageFolder(files);
 * console.log(parts.train?.inputs, classNames, shape); // => Float32Array(4) [ 0.20000000298023224, 0, 1, 0 ] [ 'dark', 'light' ] [ 1, 1, 2 ]
 */
export async function readImageFolder(
  files: readonly DataFile[],
  options: ImageFolderOptions = {},
): Promise<ImageFolder> {
  return imageFolder('readImageFolder', files, options);
}

/** `readImageFolder` in the name of another operation. */
export async function imageFolder(
  operation: string,
  files: readonly DataFile[],
  options: ImageFolderOptions,
): Promise<ImageFolder> {
  const entries: Entry[] = [];
  // In the order of their names: the same folder gives the same rows, whatever the order in which a system lists it.
  const named = files.filter((file) => !isHidden(file)).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const file of named) {
    const folders = file.name.split('/').slice(0, -1);
    const className = folders.at(-1);
    if (className === undefined) {
      const remedy = 'Put the images of each class into a folder with its name';
      throw new FormatError(operation, {
        expected: 'a folder for each class',
        got: `${file.name} in none`,
        remedy,
      });
    }
    const image = await inFile(operation, file.name, () => decoded(operation, file, options));
    const part = partOf(folders.slice(0, -1).at(-1) ?? '');
    entries.push({ name: file.name, className, part, image });
    checkSize(operation, entries);
  }
  const [first] = entries;
  if (first === undefined) {
    throw new FormatError(operation, { expected: 'at least one image', got: 'none' });
  }
  const classNames =
    options.classNames ?? [...new Set(entries.map(({ className }) => className))].sort(byCode);
  if (new Set(classNames).size !== classNames.length) {
    const expected = 'classNames that differ from each other';
    throw new ConfigError(operation, { expected, got: classNames.join(', ') });
  }
  const channels = entries.some(({ image }) => image.channels === 3) ? 3 : 1;
  const { height, width } = first.image;
  const parts: Partial<Record<Part, Dataset>> = {};
  for (const part of ['train', 'validation', 'test'] as const) {
    const own = entries.filter((entry) => entry.part === part);
    if (own.length > 0) parts[part] = datasetOf(operation, own, classNames, channels);
  }
  return { parts, classNames, shape: [channels, height, width] };
}

const byCode = (a: string, b: string): number => (a < b ? -1 : 1);

async function decoded(operation: string, file: DataFile, { decode }: ImageFolderOptions): Promise<Image> {
  const bytes = await unpacked(operation, file.bytes);
  if (looksLikePng(bytes)) return decodePng(operation, bytes);
  if (looksLikePnm(bytes)) return decodePnm(operation, bytes);
  const image = await decode?.({ name: file.name, bytes });
  if (image !== undefined) return checkedImage(operation, image);
  const other = foreignFormat(bytes);
  throw new FormatError(operation, {
    expected: 'an image, PNG or PNM',
    got: other?.name ?? (bytes.length === 0 ? 'an empty file' : 'something else'),
    remedy: other?.remedy ?? 'Take it out of the folder if it is no image, or make it again',
  });
}

/** What a decoder of the caller's gives. */
function checkedImage(operation: string, image: Image): Image {
  const { channels, height, width, values } = image;
  const size = channels * height * width;
  if ((channels === 1 || channels === 3) && size > 0 && values.length === size) return image;
  throw new FormatError(operation, {
    expected: 'an image [1 or 3, height, width] from decode',
    got: `[${channels}, ${height}, ${width}] and ${values.length} values`,
  });
}

/** Compares the last image with the first, and holds how much there is. */
function checkSize(operation: string, entries: readonly Entry[]): void {
  const [first, last] = [entries[0] as Entry, entries.at(-1) as Entry];
  const { height, width } = last.image;
  if (height !== first.image.height || width !== first.image.width) {
    throw new FormatError(operation, {
      expected: `images of ${first.image.width} x ${first.image.height} pixels, as ${first.name}`,
      got: `${width} x ${height} in ${last.name}`,
      remedy: 'Bring all images to one size first',
    });
  }
  if (3 * height * width * entries.length > mostNumbers) {
    const expected = `images of at most ${mostNumbers} numbers together`;
    throw new FormatError(operation, {
      expected,
      got: `more by ${last.name}`,
      remedy: 'Make the images smaller',
    });
  }
}

function datasetOf(
  operation: string,
  entries: readonly Entry[],
  classNames: readonly string[],
  channels: number,
): Dataset {
  const { height, width } = (entries[0] as Entry).image;
  const plane = height * width;
  const features = channels * plane;
  const inputs = new Float32Array(entries.length * features);
  const numbers = new Map(classNames.map((name, k) => [name, k]));
  const labels = new Int32Array(entries.length);
  for (const [row, { name, className, image }] of entries.entries()) {
    const label = numbers.get(className);
    if (label === undefined) {
      const expected = `folders of the classes ${classNames.join(', ')}`;
      throw new FormatError(operation, { expected, got: name });
    }
    labels[row] = label;
    // A gray image among colored ones has the same gray in all channels.
    for (let channel = 0; channel < channels; channel += image.channels)
      inputs.set(image.values, row * features + channel * plane);
  }
  return new Dataset({ inputs, labels, features, classes: classNames.length, name: 'images' });
}
