import { z } from "zod";
import { LocatedNode } from "./tree-reads.ts";
import { Millis } from "./tree.ts";

/** What a file is to a person, told by its name: the server knows no types. See core/file-kind.ts. */
export const FileKind = z
  .enum([
    "image",
    "video",
    "audio",
    "pdf",
    "document",
    "spreadsheet",
    "presentation",
    "markdown",
    "table",
    "code",
    "text",
    "archive",
    "font",
    "disk",
    "other",
  ])
  .meta({ id: "FileKind" });
export type FileKind = z.infer<typeof FileKind>;

const bytes = z.int().min(0);
const count = z.int().min(0);

/** What takes an account's space, as it was at `measuredAt`. Bytes are of plaintext but where they say otherwise. */
export const Usage = z
  .object({
    measuredAt: Millis,
    /** False where the account holds more than one count looks at: then all of this is of a part of it. */
    complete: z.boolean(),
    /** Files that are not in the trash, in their newest version; kinds that there are, most bytes first. */
    kinds: z.array(z.object({ kind: FileKind, files: count, bytes })),
    /** Versions before the newest, of files in the trash too. */
    olderVersions: z.object({ versions: count, bytes }),
    /** `items` are what was put there; files and bytes (newest versions) are of all that is in them. */
    trash: z.object({ items: count, files: count, bytes }),
    /** What all of that would take if each version were kept by itself: the sum of the bytes above. */
    logicalBytes: bytes,
    /** What it takes where equal chunks are kept once. The difference is what deduplication saves. */
    distinctBytes: bytes,
    /** What those chunks take in R2, compressed and encrypted; may be more than `distinctBytes` by a few bytes a chunk. */
    storedBytes: bytes,
    /** Chunks that no version has (yet, or any more); they count against the quota until they are collected. */
    unusedBytes: bytes,
    /** The largest files that are not in the trash, the largest first. Looked up anew in each answer. */
    largest: z.array(LocatedNode),
  })
  .meta({ id: "Usage" });
export type Usage = z.infer<typeof Usage>;

/** What a version of a file takes. */
export const FileStorage = z
  .object({
    version: z.int(),
    /** Bytes of plaintext. */
    size: bytes,
    /** Distinct ones. */
    chunks: count,
    /** Bytes of its chunks in R2, compressed and encrypted: `uniqueBytes` and `sharedBytes` together. */
    storedBytes: bytes,
    /** Of those, bytes of chunks that no other content has. */
    uniqueBytes: bytes,
    /** Of those, bytes of chunks that other contents have as well. */
    sharedBytes: bytes,
    /** Versions, of this and of other files, that have exactly this content; this one counts. */
    sameContent: count,
  })
  .meta({ id: "FileStorage" });
export type FileStorage = z.infer<typeof FileStorage>;

/** What is live below a folder. */
export const FolderSummary = z
  .object({
    files: count,
    folders: count,
    bytes,
    /** False where there is more: then these are the numbers of a part of it. */
    complete: z.boolean(),
  })
  .meta({ id: "FolderSummary" });
export type FolderSummary = z.infer<typeof FolderSummary>;
