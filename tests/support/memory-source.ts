import type { ExtractSource } from "../../workers/indexer/extract/extract-text.ts";

/** A file in memory that counts what is read of it, in parts of `part` bytes. */
export function memorySource(
  name: string,
  bytes: Uint8Array | string,
  part = 64 * 1024,
): ExtractSource & { sent: number } {
  const whole = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
  const source = {
    name,
    size: whole.length,
    sent: 0,
    async *read(start = 0, end = whole.length): AsyncGenerator<Uint8Array> {
      for (let at = start; at < end; at += part) {
        const piece = whole.slice(at, Math.min(end, at + part));
        source.sent += piece.length;
        yield await Promise.resolve(piece);
      }
    },
  };
  return source;
}
