import type { Convolution } from '../../primitives/convolution.js';
import type { Shape } from '../../shape.js';
import type { ColumnsFunction } from '../modules/convolution.js';
import type { Sliding } from './sliding.js';

/** The extents of a convolution x [batch, channels, ...] * weight [filters, depth, ...] = y [batch, filters, ...]. */
export interface Extents {
  readonly batch: number;
  readonly channels: number;
  readonly filters: number;
  readonly groups: number;
  /** Channels and filters of one group. */
  readonly depth: number;
  readonly width: number;
  /** Elements of a channel of x, taps of one window in all channels of a group, windows. */
  readonly pixels: number;
  readonly taps: number;
  readonly windows: number;
  readonly isPadded: boolean;
  /** Whether the matrix of the windows is the image itself. */
  readonly isPointwise: boolean;
  /** For steps of 1: the images in the zeros around them, and the cotangents in those around them. */
  readonly sliding: Sliding | undefined;
  readonly slidingBack: Sliding | undefined;
  /** What the functions on columns take after their two addresses. */
  readonly columns: ColumnsArguments;
}

type ColumnsArguments = Parameters<ColumnsFunction> extends [number, number, ...infer Rest] ? Rest : never;

export function extentsOf(x: Shape, weight: Shape, y: Shape, attributes: Convolution): Extents {
  const [batch, channels, height, across] = x as readonly [number, number, number, number];
  const [filters, depth, tapsDown, tapsAcross] = weight as readonly [number, number, number, number];
  const [windowsDown, windowsAcross] = y.slice(2) as [number, number];
  const { stride, padding, dilation, groups } = attributes;
  const [down, right] = padding as readonly [readonly [number, number], readonly [number, number]];
  const isPadded = [...down, ...right].some((end) => end > 0);
  const isSliding = stride.every((step) => step === 1);
  const shared = {
    batch,
    groups,
    tapsDown,
    tapsAcross,
    dilationDown: dilation[0] as number,
    dilationAcross: dilation[1] as number,
  };
  /** How far a filter reaches beyond its first tap. */
  const [reachDown, reachAcross] = [
    (tapsDown - 1) * shared.dilationDown,
    (tapsAcross - 1) * shared.dilationAcross,
  ];
  const sliding: Sliding = {
    ...shared,
    depth,
    filters: filters / groups,
    height,
    width: across,
    above: down[0],
    before: right[0],
    frameHeight: windowsDown + reachDown,
    frameWidth: windowsAcross + reachAcross,
    windowsDown,
    windowsAcross,
  };
  const slidingBack: Sliding = {
    ...shared,
    depth: filters / groups,
    filters: depth,
    height: windowsDown,
    width: windowsAcross,
    above: reachDown - down[0],
    before: reachAcross - right[0],
    frameHeight: height + reachDown,
    frameWidth: across + reachAcross,
    windowsDown: height,
    windowsAcross: across,
  };
  return {
    batch,
    channels,
    filters,
    groups,
    depth,
    width: filters / groups,
    pixels: height * across,
    taps: depth * tapsDown * tapsAcross,
    windows: windowsDown * windowsAcross,
    isPadded,
    isPointwise: tapsDown * tapsAcross === 1 && !isPadded && isSliding,
    sliding: isSliding ? sliding : undefined,
    slidingBack: isSliding ? slidingBack : undefined,
    columns: [
      depth,
      height,
      across,
      tapsDown,
      tapsAcross,
      windowsDown,
      windowsAcross,
      stride[0] as number,
      stride[1] as number,
      down[0],
      right[0],
      dilation[0] as number,
      dilation[1] as number,
    ],
  };
}
