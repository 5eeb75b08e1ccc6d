import { z } from "zod";
import { ChunkRef } from "./content.ts";
import { Id, Sha256Hex } from "./ids.ts";
import { LIMITS } from "./limits.ts";

/** Milliseconds since 1970-01-01 UTC; what a file system calls mtime. May lie before 1970. */
export const Millis = z.int().min(-62_135_596_800_000).max(253_402_300_799_999);

/** What a node was named by its user. The rules behind the length are in core/names.ts. */
export const Name = z.string().min(1).max(LIMITS.nameBytes);

/** A node as every answer shows it. */
export const Node = z
  .object({
    id: Id,
    space: Id,
    /** Null for the space's root. */
    parent: Id.nullable(),
    name: z.string(),
    type: z.enum(["file", "folder"]),
    /** live, in the trash (itself, not by an ancestor), or purged (a tombstone: only id and seq still mean something). */
    state: z.enum(["live", "trashed", "purged"]),
    /** Current version number; 0 for folders. */
    version: z.int(),
    /** Content id; null for folders. */
    content: Sha256Hex.nullable(),
    size: z.int(),
    mtime: Millis,
    executable: z.boolean(),
    /** The space's seq of this node's last change. */
    seq: z.int(),
    createdAt: Millis,
    trashedAt: Millis.nullable(),
    /** On a folder that stands for somebody else's shared folder (M5): that folder's id, which is its space's. */
    mount: Id.optional(),
  })
  .meta({ id: "Node" });
export type Node = z.infer<typeof Node>;

export const Version = z
  .object({
    node: Id,
    version: z.int(),
    content: Sha256Hex,
    size: z.int(),
    mtime: Millis,
    executable: z.boolean(),
    createdAt: Millis,
    /** The account that made it. */
    author: z.string(),
  })
  .meta({ id: "Version" });
export type Version = z.infer<typeof Version>;

const FileState = {
  /** The file's whole chunk list, in order; [] is the empty file. */
  chunks: z.array(ChunkRef).max(LIMITS.fileChunks),
  mtime: Millis,
  executable: z.boolean().default(false),
};

/** What to do when the folder has a live entry of that name: fail, or take the next free "name (2)". */
const OnConflict = z.enum(["fail", "rename"]).default("fail");

/**
 * One change to a space's tree. `parent` is a folder's id; an operation may name a node that an earlier operation
 * of the same commit makes (clients make ids; see `newId`).
 */
export const Operation = z
  .discriminatedUnion("type", [
    z.object({
      type: z.literal("createFolder"),
      id: Id.optional(),
      parent: Id,
      name: Name,
      mtime: Millis.optional(),
      /** `reuse` answers the folder that is already there, and lets later operations name it by `id`. */
      onConflict: z.enum(["fail", "rename", "reuse"]).default("fail"),
    }),
    z.object({
      type: z.literal("createFile"),
      id: Id.optional(),
      parent: Id,
      name: Name,
      ...FileState,
      /** `replace` adds a version to the live file of that name, whatever its version. */
      onConflict: z.enum(["fail", "rename", "replace"]).default("fail"),
    }),
    z.object({
      type: z.literal("updateFile"),
      node: Id,
      /** The version that the change is based on; a newer one makes it fail with `stale_base`. */
      baseVersion: z.int().min(1),
      ...FileState,
    }),
    z.object({
      type: z.literal("move"),
      node: Id,
      /** Where to; absent: stay. */
      parent: Id.optional(),
      /** The new name; absent: keep. */
      name: Name.optional(),
      onConflict: OnConflict,
    }),
    z.object({
      type: z.literal("copy"),
      node: Id,
      parent: Id,
      name: Name.optional(),
      id: Id.optional(),
      onConflict: OnConflict,
    }),
    z.object({
      type: z.literal("trash"),
      node: Id,
      /** Only if neither the node nor anything live below it changed after this seq (T18). */
      baseSeq: z.int().min(0).optional(),
    }),
    /** Back to where it was, or to `parent` / `name`. */
    z.object({
      type: z.literal("restore"),
      node: Id,
      parent: Id.optional(),
      name: Name.optional(),
      onConflict: OnConflict,
    }),
    /** Only what is in the trash. Irrevocable. */
    z.object({ type: z.literal("purge"), node: Id }),
    /** An older version becomes the newest again (as a new version). */
    z.object({
      type: z.literal("restoreVersion"),
      node: Id,
      version: z.int().min(1),
      baseVersion: z.int().min(1).optional(),
    }),
  ])
  .meta({ id: "Operation" });
/** An operation as core takes it: defaults filled in. */
export type Operation = z.infer<typeof Operation>;
/** An operation as clients may write it. */
export type OperationInput = z.input<typeof Operation>;

export const CommitRequest = z
  .object({
    /** Client-made; a replay with the same id answers what the first did. */
    operationId: Id,
    /** Absent: the caller's home space. */
    space: Id.optional(),
    /**
     * The epoch that the operations were decided on. The commit fails with `cursor_expired`, and changes nothing, where the
     * space has another one (T19).
     */
    epoch: Id.optional(),
    operations: z.array(Operation).min(1).max(LIMITS.commitOperations),
    /** The upload whose reservation the new contents draw on; closed by the commit when `closeUpload` is set. */
    upload: Id.optional(),
    closeUpload: z.boolean().default(false),
    /** More uploads that the commit closes, where any of its operations succeeds. */
    closeUploads: z.array(Id).max(LIMITS.closedUploads).optional(),
  })
  .meta({ id: "CommitRequest" });
export type CommitRequest = z.infer<typeof CommitRequest>;

/** One operation's outcome. Operations of one commit succeed and fail each for itself. */
export const OperationResult = z
  .union([
    z.object({ ok: z.literal(true), node: Node }),
    z.object({
      ok: z.literal(false),
      /** One of protocol/errors.ts. */
      code: z.string(),
      detail: z.string(),
      /** On `name_conflict` the entry in the way; on `stale_base` the node as it is. */
      node: Node.optional(),
      /** On `chunks_missing`, at most 1,000 of them. */
      missing: z.array(Sha256Hex).optional(),
    }),
  ])
  .meta({ id: "OperationResult" });
export type OperationResult = z.infer<typeof OperationResult>;

export const CommitResponse = z
  .object({
    space: Id,
    /** The space's seq after the commit. */
    seq: z.int(),
    cursor: z.string(),
    /** True where the operation id had been carried out before. */
    replayed: z.boolean(),
    /** One for each operation, in order. */
    results: z.array(OperationResult),
  })
  .meta({ id: "CommitResponse" });
export type CommitResponse = z.infer<typeof CommitResponse>;

export const Changes = z
  .object({
    /** Each node once, in its latest state, by ascending seq; purged ones as tombstones. */
    changes: z.array(Node),
    /**
     * Of a shared folder (M7): folders of `changes` that came in, or back, with what is below them. What one has below them is
     * to be forgotten, and they are to be listed; as is each live folder of `changes` that one does not have.
     */
    arrived: z.array(Id).optional(),
    /** Of a shared folder (M7): nodes that are no longer in it, nor is what is below them; none of `changes`. */
    left: z.array(Id).optional(),
    cursor: z.string(),
    /** False: ask again with `cursor` at once. */
    upToDate: z.boolean(),
    space: Id,
    epoch: Id,
  })
  .meta({ id: "Changes" });
export type Changes = z.infer<typeof Changes>;

/**
 * A cursor of `GET /sync/changes`: of the moment at which the rest of the answer was read. Who lists page by page keeps the
 * first page's, follows the changes from there, and misses none (of two states of a node, that of the higher `seq` holds).
 */
export const ChangesCursor = z.string();

export const NodePage = z
  .object({ nodes: z.array(Node), next: z.string().nullable(), changesCursor: ChangesCursor })
  .meta({ id: "NodePage" });
export type NodePage = z.infer<typeof NodePage>;

export const VersionPage = z
  .object({ versions: z.array(Version), next: z.string().nullable() })
  .meta({ id: "VersionPage" });
export type VersionPage = z.infer<typeof VersionPage>;
