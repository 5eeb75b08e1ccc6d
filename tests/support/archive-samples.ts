import { strToU8 } from "fflate";
import { joined } from "./pdf-sample.ts";

const BLOCK = 512;

/** A TAR file of names and sizes, in GNU's form where a name is long. What the entries hold is zeros. */
export function tarOf(entries: readonly (readonly [name: string, size: number])[]): Uint8Array<ArrayBuffer> {
  const parts = entries.flatMap(([name, size]) => {
    const bytes = strToU8(name);
    const long = bytes.length > 100 ? [tarHeader("././@LongLink", bytes.length + 1, "L"), padded(bytes)] : [];
    return [...long, tarHeader(name.slice(0, 90), size, "0"), new Uint8Array(Math.ceil(size / BLOCK) * BLOCK)];
  });
  return joined([...parts, new Uint8Array(2 * BLOCK)]);
}

function padded(bytes: Uint8Array): Uint8Array {
  return joined([bytes, new Uint8Array(BLOCK - (bytes.length % BLOCK))]);
}

function tarHeader(name: string, size: number, type: string): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const put = (at: number, text: string): void => block.set(strToU8(text), at);
  put(0, name);
  put(100, "0000644\0");
  put(124, `${size.toString(8).padStart(11, "0")}\0`);
  put(148, "        ");
  put(156, type);
  put(257, "ustar  ");
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(148, `${sum.toString(8).padStart(6, "0")}\0 `);
  return block;
}

/** An MP3 file: an ID3v2.4 tag of text frames in UTF-8, then silence. */
export function taggedMp3(tags: Readonly<Record<string, string>>): Uint8Array<ArrayBuffer> {
  const frames = Object.entries(tags).map(([id, text]) => {
    const value = joined([Uint8Array.of(3), strToU8(text)]);
    return joined([strToU8(id), syncSafe(value.length), Uint8Array.of(0, 0), value]);
  });
  const tag = joined(frames);
  const silence = Array.from({ length: 4 }, () => joined([Uint8Array.of(0xff, 0xfb, 0x90, 0xc4), new Uint8Array(413)]));
  return joined([strToU8("ID3"), Uint8Array.of(4, 0, 0), syncSafe(tag.length), tag, ...silence]);
}

/** Seven bits a byte, as ID3 writes lengths. */
function syncSafe(length: number): Uint8Array {
  return Uint8Array.of((length >> 21) & 127, (length >> 14) & 127, (length >> 7) & 127, length & 127);
}
