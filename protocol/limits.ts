/** 1 KiB, in bytes. */
const KiB = 1024;
const MiB = 1024 * KiB;

/**
 * The limits that every server keeps, in bytes and counts. `GET /api/limits` serves them (with the
 * deployment's own `packBytes`), so that clients need no constants of their own.
 */
export const LIMITS = {
  /** FastCDC's parameters; see docs/storage.md and client/chunker.ts. */
  chunkMinBytes: 256 * KiB,
  chunkAverageBytes: 1 * MiB,
  chunkMaxBytes: 4 * MiB,
  /** Largest body of `POST /api/uploads/{id}/packs`, frames included. */
  packBytes: 8 * MiB,
  /** Chunks in one pack request. */
  packChunks: 4096,
  /** Chunks in one file: its manifest is one D1 row (36 bytes a chunk, under 2 MB). */
  fileChunks: 40_000,
  /** Distinct chunks announced in one upload. */
  uploadChunks: 40_000,
  /** Files whose chunks one upload takes as held (M6). */
  uploadFrom: 100,
  /** Operations in one commit. */
  commitOperations: 1_000,
  /** Uploads that one commit closes. */
  closedUploads: 64,
  /** Largest JSON body. */
  jsonBytes: 8 * MiB,
  /** Length of one name, in UTF-8 bytes (what common file systems hold). */
  nameBytes: 255,
  /** Folders above a node. */
  depth: 128,
  /** Length of a path in a query, in characters. */
  pathLength: 16_384,
  /** Entries in one page of a listing, of versions or of changes. */
  pageEntries: 1_000,
  /** Folders in one `POST /api/folders/children`. */
  listedFolders: 200,
  /** Files in one `POST /api/files/thumbnails`. */
  thumbnails: 200,
  /** Bytes of a thumbnail that a browser gives (H5). */
  givenThumbnailBytes: 256 * KiB,
  /** Longest side of one, pixels. */
  givenThumbnailSide: 512,
  /** Files in one `POST /api/files/contents`. */
  contentsFiles: 1_000,
  /** Plaintext bytes of those files together. */
  contentsBytes: 16 * MiB,
  /** Chunks of those files together. */
  contentsChunks: 4_096,
  /** Chunks in one `POST /api/chunks/contents`; `contentsBytes` together. */
  requestedChunks: 256,
  /** Nodes and folders named in one zip request. */
  zipSelection: 1_000,
  /** Nodes that one account may have starred. */
  stars: 1_000,
  /** Links that one account may have. */
  links: 10_000,
  /** Members and pending invitations of one shared folder. */
  members: 1_000,
  /** Shared folders that one account owns or is a member of. */
  sharedFolders: 200,
  /** Transfers that one account may have under way. */
  transfers: 10,
  /** Files in one commit of a file drop. */
  dropFiles: 200,
  /** Entries that the summary of a folder counts. */
  summaryEntries: 100_000,
  /** Entries of an archive whose length is told before its first byte. */
  zipCountedEntries: 10_000,
  /** Parts in one multi-range answer. */
  rangeParts: 16,
  /** WebSockets that one account may have open. */
  sockets: 1_000,
  /** Devices that are remembered of one account, connected ones beside. */
  devices: 100,
  /** Hours an upload stays open after its last chunk. */
  uploadHours: 48,
} as const;

export type Limits = { readonly [K in keyof typeof LIMITS]: number };
