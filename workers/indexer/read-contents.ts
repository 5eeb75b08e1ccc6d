import { LedgeError } from "../../protocol/errors.ts";
import type { Node } from "../../protocol/tree.ts";
import {
  readChunks,
  wantedChunks,
  WINDOW_CHUNKS,
  type ChunkSource,
  type WantedChunk,
} from "../storage/content-stream.ts";
import { readManifests, type Manifest } from "../storage/contents.ts";
import type { ReadText } from "../search/kept-texts.ts";
import { extractText, type Extracted, type ExtractSource } from "./extract/extract-text.ts";
import type { CharacterMaps } from "./extract/file-bytes.ts";

/** Files up to this size are read together: one query and few gets for many. */
const SMALL_BYTES = 256 * 1024;
/** Bytes that are read together. */
const GROUP_BYTES = 4 * 1024 * 1024;

/** Whether a file is read together with others. */
export function isSmall({ size }: { readonly size: number }): boolean {
  return size <= SMALL_BYTES;
}

/** A content to be read, by a node that has it: the name's ending tells what the bytes may be. */
export interface ContentToRead {
  readonly contentId: string;
  readonly name: Node["name"];
  /** Bytes. */
  readonly size: number;
}

/** A content's reading failed in a way that may pass: the storage did not answer. */
export class ReadingFailed extends Error {
  readonly contentId: string;

  constructor(contentId: string, cause: unknown) {
    super("a file's bytes could not be read", { cause });
    this.contentId = contentId;
  }
}

/**
 * Reads contents one after the other, those of small files fetched together.
 *
 * @throws ReadingFailed; what was read before it was handed out.
 */
export async function* readContents(
  source: ChunkSource,
  characterMap: CharacterMaps,
  contents: readonly ContentToRead[],
): AsyncGenerator<ReadText, void, void> {
  for (const group of groupsOf(contents)) {
    const manifests = await readManifests(
      source.shard,
      source.ownerId,
      group.map(({ contentId }) => contentId),
    );
    const fetched = group.length > 1 ? await fetchTogether(source, group, manifests) : new Map<string, Uint8Array>();
    for (const content of group) {
      const { contentId, name, size } = content;
      const read = readerOf(source, content, manifests.get(contentId), fetched.get(contentId));
      // Purged, or written over, since the change was read: what became of its node comes later in the journal.
      if (!read) yield { contentId, text: null, parked: "gone" };
      else yield await readOne(contentId, { name, size, read, characterMap });
    }
  }
}

function groupsOf(contents: readonly ContentToRead[]): ContentToRead[][] {
  const groups: ContentToRead[][] = [];
  let room = 0;
  for (const content of contents) {
    if (!isSmall(content) || content.size > room) {
      groups.push([]);
      room = isSmall(content) ? GROUP_BYTES : 0;
    }
    groups.at(-1)?.push(content);
    room -= content.size;
  }
  return groups;
}

/** The bytes of small files, by content; none of those whose bytes, or whose neighbours' bytes, cannot be read. */
async function fetchTogether(
  source: ChunkSource,
  group: readonly ContentToRead[],
  manifests: ReadonlyMap<string, Manifest>,
): Promise<Map<string, Uint8Array>> {
  const whole = new Map<string, Uint8Array>();
  const present = group.filter(({ contentId }) => manifests.has(contentId));
  const pieces = readChunks(source, chunksOf(present, manifests), WINDOW_CHUNKS);
  try {
    for (const { contentId, size } of present) {
      const bytes = new Uint8Array(size);
      for (let at = 0; at < size;) {
        const { value, done } = await pieces.next();
        if (done) return whole;
        bytes.set(value, at);
        at += value.length;
      }
      whole.set(contentId, bytes);
    }
  } catch (error) {
    // Each is read by itself then, and what is wrong is known of the one that it is wrong with.
    console.error("files could not be fetched together", { files: present.length, error: String(error) });
  }
  return whole;
}

function* chunksOf(
  contents: readonly ContentToRead[],
  manifests: ReadonlyMap<string, Manifest>,
): Generator<WantedChunk> {
  for (const { contentId, size } of contents) {
    const manifest = manifests.get(contentId);
    if (manifest) yield* wantedChunks(manifest, 0, size);
  }
}

function readerOf(
  source: ChunkSource,
  { size }: ContentToRead,
  manifest: Manifest | undefined,
  fetched: Uint8Array | undefined,
): ExtractSource["read"] | undefined {
  if (!manifest) return undefined;
  if (!fetched) return (start = 0, end = size) => readChunks(source, wantedChunks(manifest, start, end));
  return async function* (start = 0, end = size) {
    yield await Promise.resolve(fetched.subarray(start, end));
  };
}

async function readOne(contentId: string, source: ExtractSource): Promise<ReadText> {
  try {
    return textOf(contentId, await extractText(source));
  } catch (error) {
    if (isDamaged(error)) return { contentId, text: null, parked: "content_damaged" };
    throw new ReadingFailed(contentId, error);
  }
}

function isDamaged(error: unknown): boolean {
  return error instanceof LedgeError && error.code === "content_damaged";
}

/** What is known of a file besides its text is found as its text is. */
function textOf(contentId: string, extracted: Extracted): ReadText {
  if ("skipped" in extracted) return { contentId, text: null, parked: extracted.skipped };
  const { text, fields, cut } = extracted;
  const known = Object.values(fields).join("\n");
  const whole = [text, known].filter((each) => each !== "").join("\n");
  return { contentId, text: whole, parked: whole === "" ? "no_text" : cut };
}
