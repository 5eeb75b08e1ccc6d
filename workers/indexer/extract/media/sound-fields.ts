import { parseBlob } from "music-metadata";
import type { FileBytes } from "../file-bytes.ts";
import type { Reading } from "../reading.ts";

/** Bytes that are fetched at a time: tags lie together, at the file's ends. */
const BLOCK = 256 * 1024;
/** Blocks that are held: readers go back a little. */
const HELD = 8;
const LYRICS = 20_000;

/** The tags of a piece of music or a film: title, artist, album, year. Nothing of what sounds or shows is decoded. */
export async function readSoundFields(file: FileBytes, reading: Reading): Promise<void> {
  const { common, format } = await parseBlob(blobOf(file), { duration: false, skipCovers: true, mkvUseIndex: true });
  reading.field("title", common.title);
  reading.field("artist", common.artists?.slice(0, 50).join(", ") ?? common.artist);
  reading.field("album", common.album);
  reading.field("author", common.composer?.slice(0, 50).join(", "));
  reading.field("genre", common.genre?.slice(0, 50).join(", "));
  reading.field("date", common.date ?? common.year);
  reading.field("description", common.comment?.find(({ text }) => text)?.text);
  if (format.duration !== undefined && format.duration > 0) reading.field("seconds", Math.round(format.duration));
  for (const { text } of common.lyrics ?? []) if (text) reading.addLine(text.slice(0, LYRICS));
}

/** The parts of a `Blob` that the parser uses, over a file that is fetched in blocks. */
function blobOf(file: FileBytes): Blob {
  const blocks = new Map<number, Uint8Array>();
  const block = async (index: number): Promise<Uint8Array> => {
    const held = blocks.get(index) ?? (await file.range(index * BLOCK, (index + 1) * BLOCK));
    blocks.delete(index);
    blocks.set(index, held);
    for (const oldest of blocks.keys()) if (blocks.size > HELD) blocks.delete(oldest);
    return held;
  };
  const bytes = async (start: number, end: number): Promise<ArrayBuffer> => {
    const out = new Uint8Array(end - start);
    for (let at = start; at < end;) {
      const index = Math.floor(at / BLOCK);
      const piece = (await block(index)).subarray(at - index * BLOCK, end - index * BLOCK);
      if (piece.length === 0) break;
      out.set(piece, at - start);
      at += piece.length;
    }
    return out.buffer;
  };
  const slice = (start = 0, end = file.size) => ({
    arrayBuffer: () => bytes(Math.min(start, file.size), Math.min(Math.max(start, end), file.size)),
  });
  return { size: file.size, type: "", slice } as unknown as Blob;
}
