import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { archiveName } from "../../../core/archive-name.ts";
import { contentDisposition } from "../../../core/content-disposition.ts";
import { nameKey, nextFreeName } from "../../../core/names.ts";
import { LedgeError } from "../../../protocol/errors.ts";
import { LIMITS } from "../../../protocol/limits.ts";
import { Name } from "../../../protocol/tree.ts";
import { PackKeys } from "../../storage/pack-key.ts";
import type { Shard } from "../../storage/shards.ts";
import { selectNodes, walkTree, type SelectedNode, type WalkStart } from "../../storage/tree-walk.ts";
import { bodyOf, bodyOfLength, firstMade } from "../byte-body.ts";
import type { AppContext } from "../context.ts";
import { requireScope } from "../middleware/authenticate.ts";
import { limitBody } from "../middleware/body-limit.ts";
import { NodeRef, nodeIdOf } from "../node-ref.ts";
import { router } from "../router.ts";
import { countWalk } from "../zip/count-walk.ts";
import { zipMembers } from "../zip/zip-members.ts";
import { zipStream } from "../zip/zip-stream.ts";

/** What the home space's root folder, which has no name, is called in an archive. */
const ROOT_NAME = "Home";

const Ids = z.array(NodeRef).min(1).max(LIMITS.zipSelection);
/** As addresses and forms have them: one is not a list. */
const RepeatedIds = z
  .preprocess((value) => (Array.isArray(value) ? value : [value]), Ids)
  .meta({ description: "May be repeated" });
/** Bytes: room for the longest selection in either form, and for a name. */
export const SELECTION_BYTES = 128 * 1024;
const ArchiveName = Name.optional().meta({
  description: "The archive's name without `.zip`; absent: the one node's, or Ledge.",
});

const description =
  "Folders with all that is live in them, as a zip that is made while it is sent: entries are stored, sizes have no " +
  "limit (zip64), times and executable bits are kept. A failure breaks the transfer off. An archive of at most " +
  `${LIMITS.zipCountedEntries.toLocaleString("en")} entries tells its length before its first byte.`;
const responses = {
  200: {
    description: "The archive",
    content: { "application/zip": { schema: z.string().meta({ format: "binary" }) } },
  },
  404: { description: "`not_found`: names the ids in `ids`" },
};

const downloadZip = createRoute({
  method: "get",
  path: "/zip",
  tags: ["files"],
  summary: "Download files and folders as one zip",
  description,
  middleware: [requireScope("read")] as const,
  request: {
    query: z.object({
      id: RepeatedIds,
      name: ArchiveName,
    }),
  },
  responses,
});

const postZip = createRoute({
  method: "post",
  path: "/zip",
  tags: ["files"],
  summary: "Download files and folders as one zip, for selections that no address holds",
  description,
  middleware: [requireScope("read"), limitBody(SELECTION_BYTES)] as const,
  request: {
    // Not `required`: that would ask for both.
    body: {
      description: "Required, as either. A page's form makes the browser itself download, with its own progress.",
      content: {
        "application/json": { schema: z.object({ ids: Ids, name: ArchiveName }) },
        "application/x-www-form-urlencoded": { schema: z.object({ ids: RepeatedIds, name: ArchiveName }) },
      },
    },
  },
  responses,
});

export const zipRoutes = router();

zipRoutes.openapi(downloadZip, (c) => {
  const { id, name } = c.req.valid("query");
  return sendZip(c, id, name);
});

zipRoutes.openapi(postZip, (c) => {
  // What was not sent is empty.
  const asked: Partial<{ ids: string[]; name: string | undefined }> = {
    ...c.req.valid("json"),
    ...c.req.valid("form"),
  };
  const { ids, name } = asked;
  if (!ids) throw new LedgeError("invalid_request", "a body that names the ids is needed");
  return sendZip(c, ids, name);
});

async function sendZip(c: Context<AppContext>, refs: readonly string[], name: string | undefined): Promise<Response> {
  const { home } = c.var;
  const ids = [...new Set(refs.map((ref) => nodeIdOf(home, ref)))];
  const found = await selectNodes(home, ids);
  const missing = ids.filter((id) => !found.has(id));
  if (missing.length > 0)
    throw new LedgeError("not_found", `${missing.length} of the ids are not here`, { ids: missing });
  const selected = ids.map((id) => found.get(id) as SelectedNode);
  return sendSelection(c, home, selected, { name });
}

/** Where the nodes of an archive are. */
interface ZipPlace {
  readonly shard: Shard;
  readonly spaceId: string;
  readonly ownerId: string;
}

/**
 * Nodes with all that is live below them as the answer to a GET, HEAD or POST.
 *
 * @param options - `name`: the archive's, without `.zip`. `beforeBytes`: called before the archive is read, not for HEAD;
 *   what it throws is the answer.
 */
export async function sendSelection(
  c: Context<AppContext>,
  { shard, spaceId, ownerId }: ZipPlace,
  selected: readonly SelectedNode[],
  { name, beforeBytes }: { readonly name?: string | undefined; readonly beforeBytes?: () => Promise<void> },
): Promise<Response> {
  const starts = startsOf(selected);
  const walk = walkTree(shard, spaceId, starts);
  const { nodes, length } = await countWalk(walk, LIMITS.zipCountedEntries);
  const headers = {
    ...(length !== null && { "content-length": String(length) }),
    "content-type": "application/zip",
    "content-disposition": contentDisposition("attachment", `${name ?? defaultName(starts)}.zip`),
    "cache-control": "private, no-store, no-transform",
    "x-content-type-options": "nosniff",
    "content-security-policy": "sandbox; default-src 'none'",
    "cross-origin-resource-policy": "same-origin",
  };
  if (c.req.method === "HEAD") return new Response(null, { headers });
  await beforeBytes?.();
  const source = { shard, ownerId, packs: c.env.PACKS, keys: new PackKeys(c.env.MASTER_KEYS) };
  const archive = await firstMade(zipStream(zipMembers(source, nodes)));
  return new Response(length === null ? bodyOf(archive) : bodyOfLength(archive, length), { headers });
}

/** The selected nodes at the archive's top: names that are the same (N2) are numbered (N4). */
function startsOf(selected: readonly SelectedNode[]): WalkStart[] {
  const taken = new Set<string>();
  return selected.map(({ node, name, isRoot }) => {
    const wanted = isRoot ? ROOT_NAME : archiveName(name, node.id);
    const isTaken = (key: string) => taken.has(key);
    const path = isTaken(nameKey(wanted)) ? nextFreeName(wanted, node.type, isTaken) : wanted;
    taken.add(nameKey(path));
    return { node, path };
  });
}

function defaultName(starts: readonly WalkStart[]): string {
  const [first, ...others] = starts;
  return first && others.length === 0 ? first.path : "Ledge";
}
