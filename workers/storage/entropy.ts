/**
 * Bits a byte that a code of single bytes would need at least (Shannon's order-0 entropy): 0 for one value repeated, near
 * 8 for what is encrypted, compressed or random. Repeats of longer runs do not show in it.
 */
export function entropy(bytes: Uint8Array): number {
  const counts = new Uint32Array(256);
  for (const byte of bytes) counts[byte]!++;
  let bits = 0;
  for (const count of counts) if (count > 0) bits -= count * Math.log2(count / bytes.length);
  return bytes.length > 0 ? bits / bytes.length : 0;
}
