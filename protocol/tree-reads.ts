import { z } from "zod";
import { ChunkRef } from "./content.ts";
import { Id, Sha256Hex } from "./ids.ts";
import { ChangesCursor, Node } from "./tree.ts";

/** A node and where it is. */
export const LocatedNode = z
  .object({
    node: Node,
    /** From the space's root, `/` for the root itself. Names as their users wrote them. */
    path: z.string(),
    /** The folders above the node, the topmost first: the root, whose name is empty, and so on. None for the root itself. */
    ancestors: z.array(z.object({ id: Id, name: z.string() })),
    /** `trashed` where the node itself or a folder above it is in the trash. */
    reach: z.enum(["live", "trashed"]),
  })
  .meta({ id: "LocatedNode" });
export type LocatedNode = z.infer<typeof LocatedNode>;

/** A node that was looked up, and from where to follow what changes after that. */
export const FoundNode = LocatedNode.extend({ changesCursor: ChangesCursor }).meta({ id: "FoundNode" });
export type FoundNode = z.infer<typeof FoundNode>;

/** A version's chunk list: what a client compares with what it holds, to fetch only what it lacks. */
export const FileManifest = z
  .object({
    node: Id,
    version: z.int(),
    content: Sha256Hex,
    size: z.int(),
    chunks: z.array(ChunkRef),
  })
  .meta({ id: "FileManifest" });
export type FileManifest = z.infer<typeof FileManifest>;

export const TrashEmptied = z
  .object({
    /** Items of the trash that this request purged (a folder counts once). */
    purged: z.int(),
    /** True where the trash held more than one request purges: send it again, with the same `before`. */
    more: z.boolean(),
  })
  .meta({ id: "TrashEmptied" });
export type TrashEmptied = z.infer<typeof TrashEmptied>;

/** Where a listing of several folders goes on: list this folder with the cursor, then those that were asked for after it. */
export const FoldersPage = z
  .object({
    /** Live entries: the folders in the order asked for, each by name. `parent` says of which. */
    nodes: z.array(Node),
    /** Null: every folder was listed to its end. */
    next: z.object({ folder: Id, cursor: z.string() }).nullable(),
    changesCursor: ChangesCursor,
  })
  .meta({ id: "FoldersPage" });
export type FoldersPage = z.infer<typeof FoldersPage>;

/** A version of a file; without `version` the newest. */
export const FileVersionRef = z.object({ id: Id, version: z.int().min(1).optional() }).meta({ id: "FileVersionRef" });
export type FileVersionRef = z.infer<typeof FileVersionRef>;
