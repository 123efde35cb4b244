import { scheduleHelp } from './schedule-text.js';

export const trainHelp: string = `
${wrap(scheduleHelp)}

Examples:
  rdml train                        two networks, the embedded digits
  rdml train --alpha 2 --students 3 --seed 1
  rdml train --alpha cosine:2:0.5 --lambda warmup:5:1
  rdml train --data iris.csv --label species --hidden 16 --epochs 100
  rdml train --data train-images-idx3-ubyte.gz
  rdml train --data cifar-10-binary.tar.gz --model resnet18:width=16
  rdml train --preset cifar10-resnet34 --smoke
  rdml train --print-config > my.json; rdml train --config my.json
  rdml train --json --quiet > result.json

Data files: comma-separated numbers with a column of classes (0, 1, 2, ... or
names), the last unless --label says otherwise; with or without a line of
names. Or images in the IDX format of MNIST, with their file of labels beside
them; CIFAR-10 or CIFAR-100 as it comes; texts with a class (AG News, fastText,
JSON lines); .npz; a folder of PNG images, class by class. Plain or in gzip.
A flag is stronger than --config, that than --preset, and that than the default.
Exit codes: 0 done, 1 failed, 2 wrong flag or data, 3 training diverged,
130 interrupted (everything so far is saved: see rdml resume).`;

export const sweepHelp = `
Examples:
  rdml sweep                        four orders, five seeds, the embedded digits
  rdml sweep --alpha 0.5,1,2,4 --students 2,4 --seeds 0-9 --lr 0.02
  rdml sweep --preset cifar100-resnet34 --data cifar-100-binary.tar.gz
  rdml sweep --lambda-mode overAlpha    the shape of the pull without its strength

Every setting is compared with the same networks trained independently, seed by
seed. A sweep that was stopped goes on with: rdml resume <folder>`;

export const evalHelp = `
Examples:
  rdml eval runs/<run>              the test part of the run's own data
  rdml eval runs/<run> --data new.csv --weights last --json`;

export const predictHelp = `
Examples:
  rdml predict runs/<run> --data new.csv > predictions.csv
  rdml predict runs/<run> --data new.csv --json

The file has the columns of the training data, with or without the classes.`;

/** Lines of at most 78 columns. */
function wrap(text: string): string {
  return text.replace(/(.{1,78})(?: |$)/g, '$1\n').trimEnd();
}
