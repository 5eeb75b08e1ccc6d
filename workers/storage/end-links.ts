import { listLinks } from "./directory-links.ts";
import { locateNodes } from "./locate-nodes.ts";
import type { Shard } from "./shards.ts";

/** Links that one look-up is about. */
const PAGE = 500;
/** Sorts behind every id. */
const LAST = "~";

/** Ends an account's links to a folder of its home, and to what is in that, the trash included. May be said again. */
export async function endOwnLinks(
  directory: D1Database,
  { shard, spaceId, ownerId }: { readonly shard: Shard; readonly spaceId: string; readonly ownerId: string },
  folderId: string,
): Promise<void> {
  for (let before = LAST; ;) {
    const links = await listLinks(directory, ownerId, { limit: PAGE, before });
    const nodes = await locateNodes(shard, spaceId, [...new Set(links.map(({ node_id }) => node_id))]);
    const inside = new Set(
      nodes
        .filter(({ node, ancestors }) => node.id === folderId || ancestors.some(({ id }) => id === folderId))
        .map(({ node }) => node.id),
    );
    const ended = links.filter(({ node_id }) => inside.has(node_id)).map(({ id }) => id);
    if (ended.length > 0) {
      await directory
        .prepare("DELETE FROM links WHERE owner_id = ? AND id IN (SELECT value FROM json_each(?))")
        .bind(ownerId, JSON.stringify(ended))
        .run();
    }
    const last = links.at(-1);
    if (!last || links.length < PAGE) return;
    before = last.id;
  }
}
