import { analyse } from "chardet";

/** Bytes at which an encoding is guessed; more of them do not make the guess better. */
const SAMPLE = 32 * 1024;
/** Least confidence, of 100, that a guess is believed at. */
const BELIEVED = 10;
/** Characters that cannot be read, of bytes beyond ASCII, up to which a text is one that was damaged. */
const MISREAD = 0.02;
/** What stands for bytes that are no character, and characters of nobody, which old encodings of Chinese end in. */
const UNREAD = /[\ufffd\ue000-\uf8ff\u0080-\u009f]/g;
const CJK = /[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af\uff66-\uff9f]/g;
const CJK_IN_WORD = /[a-z][\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af\uff66-\uff9f]/gi;

/**
 * Text of bytes in whatever encoding: their byte order mark's, UTF-8, UTF-16 without a mark, the one that is `declared`
 * where it is known, or the likeliest old one.
 */
export function decodeText(bytes: Uint8Array, declared?: string): string {
  return decoderOf(bytes, declared).decode(bytes);
}

/** For text that comes in parts, by its first one. */
export function decoderOf(bytes: Uint8Array, declared?: string): TextDecoder {
  if (startsWith(bytes, [0xff, 0xfe])) return new TextDecoder("utf-16le");
  if (startsWith(bytes, [0xfe, 0xff])) return new TextDecoder("utf-16be");
  if (startsWith(bytes, [0xef, 0xbb, 0xbf]) || isUtf8(bytes)) return new TextDecoder();
  if (declared !== undefined && isKnown(declared)) return new TextDecoder(declared);
  return wideDecoder(bytes) ?? new TextDecoder(likeliestEncoding(bytes));
}

/** Whether bytes are UTF-8 with nothing wrong in it; the last character may be cut. */
function isUtf8(bytes: Uint8Array): boolean {
  if (bytes.subarray(0, SAMPLE).includes(0)) return false;
  try {
    new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** A decoder of UTF-16 without a mark, told by its zero bytes: in most scripts' text there are spaces and line ends. */
export function wideDecoder(bytes: Uint8Array): TextDecoder | undefined {
  const sample = bytes.subarray(0, SAMPLE & ~1);
  const zeros = [0, 0];
  for (let at = 0; at + 1 < sample.length; at++) if (sample[at] === 0) zeros[at % 2]!++;
  const [even = 0, odd = 0] = zeros;
  const units = sample.length / 2;
  if (odd > units / 50 && even < odd / 20) return new TextDecoder("utf-16le");
  if (even > units / 50 && odd < even / 20) return new TextDecoder("utf-16be");
  return undefined;
}

/** A label that `TextDecoder` knows. Guessed from where the first byte beyond ASCII is: before it all encodings agree. */
function likeliestEncoding(bytes: Uint8Array): string {
  const first = bytes.findIndex((byte) => byte >= 0x80);
  const start = Math.max(0, first - SAMPLE / 2);
  const sample = bytes.subarray(start, start + SAMPLE);
  for (const { name, confidence } of analyse(sample)) {
    if (confidence >= BELIEVED && isKnown(name) && fits(name, sample, start + SAMPLE < bytes.length)) return name;
  }
  return "windows-1252";
}

/**
 * Whether bytes may be text in an encoding: of a short text each guess is weak. One is wrong where bytes are no character of it, or
 * where most of its Chinese, Japanese and Korean characters follow a Latin letter, as accented letters that were taken for them do.
 */
function fits(label: string, sample: Uint8Array, isCut: boolean): boolean {
  const text = new TextDecoder(label).decode(sample, { stream: isCut });
  const beyond = sample.reduce((count, byte) => count + (byte >= 0x80 ? 1 : 0), 0);
  const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
  return count(UNREAD) <= beyond * MISREAD && 2 * count(CJK_IN_WORD) <= count(CJK);
}

function isKnown(label: string): boolean {
  try {
    return new TextDecoder(label).encoding !== "";
  } catch {
    return false;
  }
}

export function startsWith(bytes: Uint8Array, magic: readonly number[], at = 0): boolean {
  return magic.every((byte, index) => bytes[at + index] === byte);
}
