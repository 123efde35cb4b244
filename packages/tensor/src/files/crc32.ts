/** The remainders of single bytes, for the polynomial of ISO 3309, bits in reverse. */
const remainders: Uint32Array = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? 0xedb88320 : 0);
  return remainder;
});

/** The cyclic redundancy check of zip, gzip and PNG files: of `123456789` it is 0xcbf43926. */
export function crc32(bytes: Uint8Array): number {
  let check = 0xffffffff;
  for (let i = 0; i < bytes.length; i++)
    check = (check >>> 8) ^ (remainders[(check ^ (bytes[i] as number)) & 0xff] as number);
  return (check ^ 0xffffffff) >>> 0;
}
