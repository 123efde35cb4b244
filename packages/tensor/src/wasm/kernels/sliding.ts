import type { Context } from '../context.js';
import { tileColumns } from '../modules/matmul-tile.js';
import { tapsTogether } from '../modules/sliding.js';
import type { Part, Sink } from '../threads/calls.js';
import { ranges } from './ranges.js';

/** Images in frames of zeros, over which filters slide with steps of 1. Of one group, where there are several. */
export interface Sliding {
  readonly batch: number;
  readonly groups: number;
  /** Channels and filters of one group. */
  readonly depth: number;
  readonly filters: number;
  /** Of the images, without zeros. */
  readonly height: number;
  readonly width: number;
  /** Rows of zeros above, zeros before each row, and the extents with all zeros. */
  readonly above: number;
  readonly before: number;
  readonly frameHeight: number;
  readonly frameWidth: number;
  /** Places of the filters: windows of the image. */
  readonly windowsDown: number;
  readonly windowsAcross: number;
  readonly tapsDown: number;
  readonly tapsAcross: number;
  readonly dilationDown: number;
  readonly dilationAcross: number;
}

/** Fewer multiplications than this are not worth a second thread. */
const smallestShared = 2 ** 20;
/** Frames of several images are made at a time, of so many bytes: they should stay in the second-level cache. */
const framesTogether = 2 ** 18;

/** Whether little enough is computed for windows that there are not, and few enough rows of a tile are empty. */
export function isWorthSliding({ tile }: Context, s: Sliding): boolean {
  if (s.above < 0 || s.before < 0 || s.tapsDown * s.tapsAcross === 1) return false;
  return s.filters >= tile.rows && 4 * s.windowsAcross >= 3 * s.frameWidth;
}

function threadsFor(context: Context, s: Sliding): number {
  const products = s.batch * s.groups * s.filters * s.windowsDown * s.windowsAcross * tapsOf(s);
  return products >= smallestShared ? context.threads : 1;
}

/** Taps of one filter in all channels of its group. */
function tapsOf({ depth, tapsDown, tapsAcross }: Sliding): number {
  return depth * tapsDown * tapsAcross;
}

/**
 * y [batch, groups filters, windows] from images x [batch, groups depth, height, width] and weights
 * [groups, filters, depth, taps], all in order.
 * @param isReversed whether the first tap of a filter is the last one of its windows
 */
export function slide(
  context: Context,
  operation: string,
  s: Sliding,
  addresses: { readonly y: number; readonly x: number; readonly weights: number },
  isReversed: boolean,
): void {
  const { stage, tile } = context;
  const { frame, slide: slideOver, crop } = context.sliding;
  const taps = tapsOf(s);
  const panelRows = roundUp(s.filters, tile.rows);
  const panels = stage.temporary(operation, 4 * taps * panelRows * s.groups);
  for (let group = 0; group < s.groups; group++) {
    const weights = addresses.weights + 4 * group * s.filters * taps;
    context.matmul.packRows(panels + 4 * group * panelRows * taps, weights, 4 * taps, 4, s.filters, taps);
  }
  const offsets = tapOffsets(context, operation, s, isReversed);
  const frameBytes = s.depth * framePlane(s) + slack(s);
  const places = roundUp((s.windowsDown - 1) * s.frameWidth + s.windowsAcross, tileColumns);
  const planeX = 4 * s.height * s.width;
  const planeY = 4 * s.windowsDown * s.windowsAcross;
  const parts = ranges(s.batch, threadsFor(context, s), 1).map(({ from, to }) => (sink: Sink): void => {
    const framed = stage.temporary(operation, frameBytes);
    const sums = stage.temporary(operation, 4 * places * panelRows);
    for (let n = from; n < to; n++) {
      for (let group = 0; group < s.groups; group++) {
        const image = n * s.groups + group;
        sink(
          frame,
          framed,
          addresses.x + image * s.depth * planeX,
          s.depth,
          ...frameArguments(s),
          frameBytes,
        );
        const a = panels + 4 * group * panelRows * taps;
        sink(slideOver, sums, a, framed, offsets, s.filters, places, taps, 4 * places);
        const y = addresses.y + image * s.filters * planeY;
        sink(crop, y, sums, s.filters, s.windowsDown, s.windowsAcross, 4 * s.frameWidth, 4 * places);
      }
    }
  });
  context.together(parts);
}

/**
 * The adjoint in the weights: for each filter and tap the sum over all images and windows of the cotangent g [batch, groups filters,
 * windows] times what the tap sees of x. Each is the same sum for any number of threads, which share the filters, and frame
 * the images each for itself.
 */
export function slideBack(
  context: Context,
  operation: string,
  s: Sliding,
  addresses: { readonly weights: number; readonly x: number; readonly g: number },
): void {
  const { stage } = context;
  const { frame, correlate, fold } = context.sliding;
  const taps = tapsOf(s);
  const tapRow = 16 * roundUp(taps, tapsTogether);
  const offsets = tapOffsets(context, operation, s, false);
  const planeX = 4 * s.height * s.width;
  const planeG = 4 * s.windowsDown * s.windowsAcross;
  const frameX = s.depth * framePlane(s) + slack(s);
  // Cotangents in rows as long as those of the images, with zeros where no window begins.
  const placeBytes = roundUp(4 * s.windowsDown * s.frameWidth, 16);
  const frameG = s.filters * placeBytes + 16;
  const together = Math.min(Math.max(Math.floor(framesTogether / (frameX + frameG)), 1), s.batch);
  const groupBytes = roundUp(s.filters, 4) * tapRow;
  const sums = stage.temporary(operation, s.groups * groupBytes);
  const parts = ranges(s.filters, threadsFor(context, s), 4).map(({ from, to }): Part => {
    const filters = to - from;
    const own = filters * placeBytes + 16;
    const framedX = stage.temporary(operation, together * frameX);
    const framedG = stage.temporary(operation, together * own);
    return (sink) => {
      for (let n = 0; n < s.batch; n += together) {
        const images = Math.min(together, s.batch - n);
        for (let group = 0; group < s.groups; group++) {
          for (let i = 0; i < images; i++) {
            const image = (n + i) * s.groups + group;
            const x = addresses.x + image * s.depth * planeX;
            sink(frame, framedX + i * frameX, x, s.depth, ...frameArguments(s), frameX);
            const g = addresses.g + (image * s.filters + from) * planeG;
            const width = [s.windowsDown, s.windowsAcross, 0, 0, s.frameWidth] as const;
            sink(frame, framedG + i * own, g, filters, ...width, placeBytes, own);
          }
          const to = sums + group * groupBytes + from * tapRow;
          const extents = [filters, tapRow / 16, placeBytes, placeBytes, images, own, frameX] as const;
          sink(correlate, to, framedG, framedX, offsets, ...extents, n > 0 ? 1 : 0);
        }
      }
    };
  });
  context.together(parts);
  for (let group = 0; group < s.groups; group++) {
    const own = sums + group * groupBytes;
    fold(addresses.weights + 4 * group * s.filters * taps, own, s.filters, taps, tapRow);
  }
}

/** Bytes of a channel of an image in its frame. */
function framePlane({ frameHeight, frameWidth }: Sliding): number {
  return roundUp(4 * frameHeight * frameWidth, 16);
}

/** What the last windows may read beyond the last channel, which is to be zeros: less than a row of taps and two vectors. */
function slack({ tapsAcross, dilationAcross, before }: Sliding): number {
  return roundUp(4 * ((tapsAcross - 1) * dilationAcross + before) + 64, 16);
}

/** What `frame` takes of the images after their number of planes. */
function frameArguments(s: Sliding): readonly [number, number, number, number, number, number] {
  return [s.height, s.width, s.above, s.before, s.frameWidth, framePlane(s)];
}

/** A list in linear memory of how far each tap of each channel is from a window's first place, in bytes. */
function tapOffsets(context: Context, operation: string, s: Sliding, isReversed: boolean): number {
  const { stage } = context;
  const count = roundUp(tapsOf(s), tapsTogether);
  const address = stage.temporary(operation, 4 * count);
  const plane = framePlane(s);
  const offsets: number[] = [];
  for (let channel = 0; channel < s.depth; channel++) {
    for (let down = 0; down < s.tapsDown; down++) {
      for (let across = 0; across < s.tapsAcross; across++) {
        const [u, v] = isReversed ? [s.tapsDown - 1 - down, s.tapsAcross - 1 - across] : [down, across];
        offsets.push(channel * plane + 4 * (u * s.dilationDown * s.frameWidth + v * s.dilationAcross));
      }
    }
  }
  // One more where they are odd in number: it is computed and not used.
  while (offsets.length < count) offsets.push(0);
  stage.memory.view('int32').set(offsets, address / 4);
  return address;
}

function roundUp(x: number, step: number): number {
  return Math.ceil(x / step) * step;
}
