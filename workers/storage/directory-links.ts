import { LIMITS } from "../../protocol/limits.ts";
import type { LinkPermission } from "../../protocol/share.ts";

/** A link as its row has it. Times are milliseconds since 1970. */
export interface LinkRow {
  readonly id: string;
  readonly generation: number;
  readonly owner_id: string;
  readonly shard: string;
  readonly space_id: string;
  readonly node_id: string;
  readonly permission: LinkPermission;
  /** A hash as A2 says. */
  readonly password: string | null;
  readonly expires_at: number | null;
  readonly max_downloads: number | null;
  readonly note: string | null;
  readonly slug: string | null;
  readonly max_upload_bytes: number | null;
  readonly opened: number;
  readonly downloads: number;
  readonly received: number;
  readonly last_used_at: number | null;
  readonly created_at: number;
}

const COLUMNS = `l.id, l.generation, l.owner_id, l.shard, l.space_id, l.node_id, l.permission, l.password, l.expires_at,
  l.max_downloads, l.note, l.slug, l.max_upload_bytes, l.opened, l.downloads, l.received, l.last_used_at, l.created_at`;

/** A link and the name of whose it is. */
export type FoundLink = LinkRow & { readonly owner_name: string };

/**
 * The link whose secret has this SHA-256; null where there is none, or its owner is suspended (L8). Two rows and an index
 * entry. Always answered by the primary, so that a change or an end holds at the next request (L8).
 */
export async function findLink(directory: D1Database, tokenHash: ArrayBuffer): Promise<FoundLink | null> {
  return directory
    .prepare(
      `SELECT ${COLUMNS}, u.name AS owner_name FROM links l JOIN users u ON u.id = l.owner_id
       WHERE l.token_hash = ? AND u.suspended_at IS NULL`,
    )
    .bind(tokenHash)
    .first<FoundLink>();
}

/** A link of the account's; null where it has none of that id. */
export async function readLink(directory: D1Database, ownerId: string, id: string): Promise<LinkRow | null> {
  return directory
    .prepare(`SELECT ${COLUMNS} FROM links l WHERE l.id = ? AND l.owner_id = ?`)
    .bind(id, ownerId)
    .first<LinkRow>();
}

/** What is kept of a new link; the counts begin at 0. */
export type NewLink = Omit<LinkRow, "opened" | "downloads" | "received" | "last_used_at">;

/**
 * Keeps a link. What its id names already stays as it is.
 *
 * @returns `kept`; `taken` where there is a link of that id; `full` where the account has `LIMITS.links`.
 */
export async function addLink(
  directory: D1Database,
  tokenHash: ArrayBuffer,
  link: NewLink,
): Promise<"kept" | "taken" | "full"> {
  const { id, generation, owner_id, shard, space_id, node_id, permission, password } = link;
  const { expires_at, max_downloads, note, slug, max_upload_bytes, created_at } = link;
  const [inserted, there] = await directory.batch([
    directory
      .prepare(
        `INSERT INTO links (id, token_hash, generation, owner_id, shard, space_id, node_id, permission, password, expires_at,
           max_downloads, note, slug, max_upload_bytes, created_at)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15
         WHERE (SELECT count(*) FROM links WHERE owner_id = ?4) < ?16
         ON CONFLICT DO NOTHING`,
      )
      .bind(
        id,
        tokenHash,
        generation,
        owner_id,
        shard,
        space_id,
        node_id,
        permission,
        password,
        expires_at,
        max_downloads,
        note,
        slug,
        max_upload_bytes,
        created_at,
        LIMITS.links,
      ),
    directory.prepare("SELECT 1 FROM links WHERE id = ?").bind(id),
  ]);
  if (inserted?.meta.changes) return "kept";
  return there?.results.length ? "taken" : "full";
}

/** What an owner may change of a link. */
export type LinkTerms = Pick<LinkRow, (typeof TERMS)[number]>;

const TERMS = ["permission", "password", "expires_at", "max_downloads", "note", "slug", "max_upload_bytes"] as const;

/**
 * Changes of a link what `terms` names, and nothing else: changes that are made at the same time do not undo each other.
 *
 * @returns the link as it is then; null where the account has none of that id.
 */
export async function changeLink(
  directory: D1Database,
  ownerId: string,
  id: string,
  terms: Partial<LinkTerms>,
): Promise<LinkRow | null> {
  const named = TERMS.filter((term) => terms[term] !== undefined);
  if (named.length === 0) return readLink(directory, ownerId, id);
  const set = named.map((term, i) => `${term} = ?${i + 3}`).join(", ");
  return directory
    .prepare(
      `UPDATE links AS l SET ${set} WHERE l.id = ?1 AND l.owner_id = ?2 RETURNING ${COLUMNS.replaceAll("l.", "")}`,
    )
    .bind(id, ownerId, ...named.map((term) => terms[term]))
    .first<LinkRow>();
}

/** Ends a link; false where the account has none of that id. */
export async function removeLink(directory: D1Database, ownerId: string, id: string): Promise<boolean> {
  const { meta } = await directory.prepare("DELETE FROM links WHERE id = ? AND owner_id = ?").bind(id, ownerId).run();
  return meta.changes > 0;
}

/**
 * The account's links, newest first; of one node where it is given.
 *
 * @param before - Only those whose id sorts before it.
 */
export async function listLinks(
  directory: D1Database,
  ownerId: string,
  request: { readonly limit: number; readonly before: string; readonly node?: string | undefined },
): Promise<LinkRow[]> {
  const { limit, before, node } = request;
  const [index, condition] = node === undefined ? ["links_owner", ""] : ["links_node", "AND l.node_id = ?4"];
  const { results } = await directory
    .prepare(
      `SELECT ${COLUMNS} FROM links l INDEXED BY ${index}
       WHERE l.owner_id = ?1 AND l.id < ?2 ${condition} ORDER BY l.id DESC LIMIT ?3`,
    )
    .bind(ownerId, before, limit, ...(node === undefined ? [] : [node]))
    .all<LinkRow>();
  return results;
}

/** What a link's gate has counted. */
export interface LinkUses {
  readonly opened: number;
  readonly downloads: number;
  readonly received: number;
  readonly lastAt: number;
}

/** Writes a link's counts down, and answers what it is to; null where the link is no more. */
export async function saveUses(
  directory: D1Database,
  id: string,
  uses: LinkUses,
): Promise<Pick<LinkRow, "shard" | "space_id" | "node_id"> | null> {
  return directory
    .prepare(
      `UPDATE links SET opened = ?2, downloads = ?3, received = ?4, last_used_at = ?5 WHERE id = ?1
       RETURNING shard, space_id, node_id`,
    )
    .bind(id, uses.opened, uses.downloads, uses.received, uses.lastAt)
    .first();
}
