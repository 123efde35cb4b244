import { Generator, referenceBackend } from '@renyi/tensor';

/** Words that no class has for itself. */
const common =
  'the a of to and in for on with as by at from that this it was were said more new last over after'.split(
    ' ',
  );

const stems = 'har mel sot vin ker lun par dos fel gri nol tem wis bar cor'.split(' ');

/**
 * Lines in the format of AG News, Yahoo! Answers and Yelp: a class from 1 on and cells of text, all in quotes. The texts are made of words
 * that every class uses and words that one class uses more than others.
 * @param cells of text in a line
 */
export function newsCsv(classes: number, rowsPerClass: number, cells: number, seed = 0): string {
  const generator = new Generator(seed);
  const rows = classes * rowsPerClass;
  const length = 12;
  const draws = generator
    .uniform([rows, cells, length, 2], { dtype: 'float64', backend: referenceBackend })
    .dataSync();
  let at = 0;
  const draw = (): number => draws[at++] as number;
  const lines = Array.from({ length: rows }, (_, row) => {
    const own = row % classes;
    const texts = Array.from({ length: cells }, () => {
      const words = Array.from({ length }, () => wordOf(draw() < 0.4 ? own : undefined, draw()));
      return `"${words.join(' ')}, ""${own % 2 === 0 ? 'so' : 'thus'}"" it ends."`;
    });
    return [`"${own + 1}"`, ...texts].join(',');
  });
  return `${lines.join('\n')}\n`;
}

function wordOf(own: number | undefined, draw: number): string {
  if (own === undefined) return common[Math.floor(draw * common.length)] as string;
  const stem = stems[own % stems.length] as string;
  return `${stem}${stems[Math.floor(draw * stems.length)] as string}`;
}
