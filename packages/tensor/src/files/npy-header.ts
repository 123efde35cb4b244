import { FormatError } from '../errors.js';
import { checkSize, type Shape } from '../shape.js';

/** What the header of a .npy file says, and where the elements begin. */
interface Header {
  readonly descr: string;
  readonly fortranOrder: boolean;
  readonly shape: Shape;
  readonly end: number;
}

export const magic: readonly number[] = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** NumPy's own limits. */
const largestHeader = 10_000;
const largestRank = 64;

/** One `'key': value` of Python's notation, with what ends it. Only the values that a header has: text, True and False, whole numbers. */
const member = /\s*(['"])(\w+)\1\s*:\s*(?:(['"])([^'"\\]*)\3|(True|False)|\(([\d\s,L]*)\))\s*(,|(?=\s*\}))/y;

/** @throws FormatError for anything but a header of version 1 to 3 with the keys descr, fortran_order and shape. */
export function readHeader(operation: string, bytes: Uint8Array): Header {
  const refuse = (expected: string, got: string, at: number): never => {
    throw new FormatError(operation, {
      expected,
      got,
      difference: `at byte ${at}`,
      remedy: 'The file is damaged or of another format',
    });
  };
  if (bytes.length < 10 || magic.some((byte, i) => bytes[i] !== byte)) {
    refuse(
      'a .npy file, which begins with \\x93NUMPY and a version',
      `${bytes.length} bytes of something else`,
      0,
    );
  }
  const [major, minor] = [bytes[6] as number, bytes[7] as number];
  if (major < 1 || major > 3 || minor !== 0) refuse('version 1.0, 2.0 or 3.0', `${major}.${minor}`, 6);
  const start = major === 1 ? 10 : 12;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < start) refuse(`${start} bytes before the header`, String(bytes.length), bytes.length);
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const end = start + length;
  if (length > largestHeader) refuse(`a header of at most ${largestHeader} bytes`, String(length), 8);
  if (end > bytes.length) refuse(`a header of ${length} bytes`, `${bytes.length - start}`, bytes.length);
  const text = Array.from(bytes.subarray(start, end), (byte) => String.fromCharCode(byte)).join('');
  const members = membersOf(text);
  if (members === undefined) {
    return refuse(
      "a dictionary of descr (text), fortran_order and shape, such as {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }",
      JSON.stringify(text.slice(0, 80)),
      start,
    );
  }
  return { ...members, shape: shapeOf(operation, members.extents, start), end };
}

interface Members {
  readonly descr: string;
  readonly fortranOrder: boolean;
  readonly extents: string;
}

/** The three members, each once and nothing else; undefined for any other text. */
function membersOf(text: string): Members | undefined {
  const open = /^\s*\{/.exec(text);
  if (open === null) return undefined;
  let descr: string | undefined;
  let flag: string | undefined;
  let extents: string | undefined;
  let at = open[0].length;
  for (let count = 0; count < 3; count++) {
    member.lastIndex = at;
    const found = member.exec(text);
    if (found === null) return undefined;
    at = member.lastIndex;
    const [, , key, , quoted, truth, tuple] = found;
    if (key === 'descr' && descr === undefined) descr = quoted;
    else if (key === 'fortran_order' && flag === undefined) flag = truth;
    else if (key === 'shape' && extents === undefined) extents = tuple;
    else return undefined;
    if (found[7] === '' && count < 2) return undefined;
  }
  if (!/^\s*\}\s*$/.test(text.slice(at))) return undefined;
  if (descr === undefined || flag === undefined || extents === undefined) return undefined;
  return { descr, fortranOrder: flag === 'True', extents };
}

/** `()`, `(3,)`, `(2, 3)` or `(2, 3,)`; a lone `(3)` is no tuple. Python 2 wrote `3L`. */
function shapeOf(operation: string, extents: string, at: number): Shape {
  const isTuple = /^\s*$|^\s*\d+L?\s*,\s*(?:\d+L?\s*(?:,\s*|$))*$/.test(extents);
  const shape = isTuple ? (extents.match(/\d+/g) ?? []).map(Number) : [];
  if (!isTuple || shape.length > largestRank || !shape.every(Number.isSafeInteger)) {
    throw new FormatError(operation, {
      expected: `a shape of at most ${largestRank} whole numbers`,
      got: `(${extents.slice(0, 80)})`,
      difference: `in the header at byte ${at}`,
    });
  }
  try {
    checkSize(operation, shape);
  } catch (cause) {
    throw new FormatError(
      operation,
      {
        expected: 'at most 2^31 - 1 elements',
        got: `(${extents.slice(0, 80)})`,
        difference: `in the header at byte ${at}`,
      },
      { cause },
    );
  }
  return shape;
}
