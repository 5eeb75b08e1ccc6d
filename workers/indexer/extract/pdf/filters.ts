/**
 * What comes out of LZW as PDF has it (ISO 32000-2, 7.4.4), from the first code to the end, as long as that is less than
 * `most` bytes.
 */
export function lzwBytes(bytes: Uint8Array, most: number): Uint8Array | undefined {
  const out = new Uint8Array(most);
  /** Where in `out` the string of each code begins, and how long it is: each is a string before it and one byte. */
  const starts = new Uint32Array(4097);
  const lengths = new Uint32Array(4097);
  let length = 0;
  let next = 258;
  let previous = 0;
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xffffff;
    bits += 8;
    const width = codeWidth(next);
    if (bits < width) continue;
    bits -= width;
    const code = (held >> bits) & ((1 << width) - 1);
    if (code === 257) break;
    if (code === 256) {
      next = 258;
      previous = 0;
      continue;
    }
    const size = code < 256 ? 1 : code < next ? (lengths[code] ?? 1) : previous + 1;
    if (length + size >= most) return undefined;
    if (previous > 0 && next < 4096) {
      starts[next] = length - previous;
      lengths[next++] = previous + 1;
    }
    if (code < 256) out[length] = code;
    else for (let at = 0, from = starts[code] ?? 0; at < size; at++) out[length + at] = out[from + at] ?? 0;
    previous = size;
    length += size;
  }
  return out.slice(0, length);
}

/** What comes out of run lengths (7.4.5), as long as that is less than `most` bytes. */
export function runLengthBytes(bytes: Uint8Array, most: number): Uint8Array | undefined {
  const out: number[] = [];
  for (let at = 0; at < bytes.length && bytes[at] !== 128;) {
    const code = bytes[at++] ?? 128;
    const size = code < 128 ? code + 1 : 257 - code;
    if (out.length + size >= most) return undefined;
    for (let copy = 0; copy < size; copy++) out.push(bytes[code < 128 ? at + copy : at] ?? 0);
    at += code < 128 ? size : 1;
  }
  return Uint8Array.from(out);
}

/** Codes grow one code early, as they do in all PDFs that do not say otherwise. */
function codeWidth(next: number): number {
  if (next >= 2047) return 12;
  if (next >= 1023) return 11;
  return next >= 511 ? 10 : 9;
}

/** Bytes of ASCII85 (7.4.3), up to `~`, or to what is no part of it; null where they are more than `most`. */
export function ascii85Bytes(file: Uint8Array, start: number, most: number): Uint8Array | null {
  const end = endOf(file, start, 0x7e);
  // A `z` is four bytes.
  const out = new Uint8Array(Math.min(most, (end - start) * 4) + 4);
  let length = 0;
  let value = 0;
  let digits = 0;
  for (let at = start; at < end; at++) {
    const byte = file[at] ?? 0;
    if (length > most) return null;
    if (byte === 0x7a && digits === 0) length += 4;
    if (byte < 0x21 || byte > 0x75) continue;
    value = value * 85 + (byte - 0x21);
    if (++digits < 5) continue;
    for (let shift = 24; shift >= 0; shift -= 8) out[length++] = Math.floor(value / 2 ** shift);
    value = 0;
    digits = 0;
  }
  return out.subarray(0, length);
}

/** Bytes of hexadecimal digits (7.4.2), up to `>`. */
export function hexBytes(file: Uint8Array, start: number): Uint8Array {
  const end = endOf(file, start, 0x3e);
  const out = new Uint8Array((end - start + 1) >> 1);
  let digits = 0;
  for (let at = start; at < end; at++) {
    const digit = Number.parseInt(String.fromCharCode(file[at] ?? 0), 16);
    if (Number.isNaN(digit)) continue;
    out[digits >> 1] = (out[digits >> 1] ?? 0) | (digits % 2 === 0 ? digit << 4 : digit);
    digits++;
  }
  return out.subarray(0, (digits + 1) >> 1);
}

function endOf(file: Uint8Array, start: number, mark: number): number {
  const end = file.indexOf(mark, start);
  return end < 0 ? file.length : end;
}
