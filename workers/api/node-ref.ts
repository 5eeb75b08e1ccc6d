import { z } from "zod";
import { LedgeError } from "../../protocol/errors.ts";
import { Id } from "../../protocol/ids.ts";
import { LIMITS } from "../../protocol/limits.ts";
import type { Node } from "../../protocol/tree.ts";
import { findNodes, locateNode, type LocatedNode } from "../storage/tree-reads.ts";
import type { Home } from "./context.ts";

/** A node's id, or `root` for the home space's root folder, or the shared folder. */
export const NodeRef = z
  .union([z.literal("root"), Id])
  .meta({ description: "A node's id, or `root` for the space's root folder", example: "root" });

/** The id that a `NodeRef` stands for. */
export function nodeIdOf(home: Home, ref: string): string {
  return ref === "root" ? home.rootId : ref;
}

/**
 * A node of the home that a request is for, live or in the trash.
 *
 * @throws LedgeError `not_found`, the same for what never was, what was purged, what is somebody else's (I11), and what is
 *   not in the shared folder (M3).
 */
export async function requireNode(home: Home, ref: string): Promise<LocatedNode> {
  const found = await locateNode(home, nodeIdOf(home, ref));
  if (!found) throw new LedgeError("not_found");
  return found;
}

/**
 * Several nodes of the home that a request is for, in the order named.
 *
 * @throws LedgeError `not_found`, with those that are not there (as `requireNode` means it) in `ids`.
 */
export async function requireNodes(home: Home, ids: readonly string[]): Promise<Node[]> {
  const found = await findNodes(home, ids);
  const missing = ids.filter((id) => !found.has(id));
  if (missing.length > 0) {
    throw new LedgeError("not_found", `${missing.length} of the ids are not here`, { ids: missing });
  }
  return ids.map((id) => found.get(id) as Node);
}

/** The path parameters of `/files/{fileId}…`; folders may be named, too, where a route takes them. */
export const FileParams = z.object({ fileId: NodeRef });

/** A version's number. */
export const VersionNumber = z.coerce.number().int().min(1).meta({ type: "integer" });

/** A version's number in a query; absent: the newest. */
export const VersionQuery = z
  .string()
  .regex(/^[1-9]\d{0,9}$/, "must be a version number")
  .transform(Number)
  .optional()
  .meta({ description: "An older version's number; absent: the newest." });

/** How every paged route takes its page. */
export const PageQuery = {
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(LIMITS.pageEntries)
    .default(200)
    .meta({ description: "Most entries of this page", type: "integer" }),
  cursor: z.string().max(4096).optional().meta({ description: "`next` of the page before" }),
};
