/** An image as numbers. */
export interface Image {
  /** 1 for shades of gray, 3 for red, green and blue. */
  readonly channels: 1 | 3;
  readonly height: number;
  readonly width: number;
  /** From 0 to 1, [channels, height, width], row by row. */
  readonly values: Float32Array;
}

/** More pixels than any image of a data set has: a small file can claim to hold many more, and is refused before they are made. */
export const mostPixels: number = 2 ** 24;
