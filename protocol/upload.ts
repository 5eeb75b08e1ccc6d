import { z } from "zod";
import { ChunkRef } from "./content.ts";
import { Id, Sha256Hex } from "./ids.ts";
import { LIMITS } from "./limits.ts";
import { Millis, Name } from "./tree.ts";

/**
 * Below `/spaces/{folder}`, where what the folder's owner holds is told to no member (M6): files there whose chunks need not
 * be sent. Elsewhere it says nothing.
 */
const From = z.array(Id).max(LIMITS.uploadFrom).optional();

/** `POST /uploads`: announces the chunks of any number of files and reserves quota for those not yet held. */
export const UploadRequest = z
  .object({
    /** Client-made upload id: sending the request twice opens one upload. */
    id: Id.optional(),
    /** Absent: the caller's home space. */
    space: Id.optional(),
    chunks: z.array(ChunkRef).max(LIMITS.uploadChunks),
    from: From,
  })
  .meta({ id: "UploadRequest" });
export type UploadRequest = z.infer<typeof UploadRequest>;

export const Upload = z
  .object({
    upload: Id,
    space: Id,
    /**
     * Announced chunks that the space's owner does not hold yet, in the order announced; for a member of a shared folder those
     * that this member has not sent, and that are in no file of `from`.
     */
    missing: z.array(Sha256Hex),
    /** Bytes still reserved. */
    reserved: z.int(),
    expiresAt: Millis,
  })
  .meta({ id: "Upload" });
export type Upload = z.infer<typeof Upload>;

/** `POST /files/upload`: begins one file, or a new version of one. */
export const FileUploadRequest = z
  .object({
    name: Name,
    /** Absent: the home space's root. */
    parent: Id.optional(),
    size: z.int().min(0),
    chunks: z.array(ChunkRef).max(LIMITS.fileChunks),
    mtime: Millis.optional(),
    executable: z.boolean().default(false),
    /** Set for a new version of an existing file (`fileId`). */
    fileId: Id.optional(),
    /** Other files than that one. */
    from: From,
    baseVersion: z.int().min(1).optional(),
    onConflict: z.enum(["fail", "rename", "replace"]).default("fail"),
    /** Client-made upload id: sending the request twice opens one upload. */
    id: Id.optional(),
  })
  .meta({ id: "FileUploadRequest" });
export type FileUploadRequest = z.infer<typeof FileUploadRequest>;

export const FileUpload = Upload.extend({
  /** The node id that the file has or will have: the `{fileId}` of the chunk and complete routes. */
  fileId: Id,
}).meta({ id: "FileUpload" });
export type FileUpload = z.infer<typeof FileUpload>;

/** The answer to a pack or a single chunk. */
export const PackReceipt = z
  .object({
    /** How many chunks of the request are now held (those held before included). */
    accepted: z.int(),
    /** How many of them were new; in a shared folder, how many its member had not sent before. */
    stored: z.int(),
    /** Bytes put into R2 for them, encoded; in a shared folder, for a member, their plaintext's. */
    storedBytes: z.int(),
    expiresAt: Millis,
  })
  .meta({ id: "PackReceipt" });
export type PackReceipt = z.infer<typeof PackReceipt>;
