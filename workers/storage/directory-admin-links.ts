import type { ManagedLink } from "../../protocol/admin.ts";
import { recordIfChanged, type Actor } from "./admin-events.ts";
import type { LinkRow } from "./directory-links.ts";

type ManagedRow = Pick<
  LinkRow,
  | "id"
  | "owner_id"
  | "permission"
  | "password"
  | "expires_at"
  | "max_downloads"
  | "max_upload_bytes"
  | "opened"
  | "downloads"
  | "received"
  | "last_used_at"
  | "created_at"
> & { readonly owner_name: string; readonly owner_email: string };

/**
 * All accounts' links, newest first; with a search it reads links until the page is full.
 *
 * @param search - Part of the owner's name or email, or an owner's id.
 * @param before - Only those whose id sorts before it.
 */
export async function listAllLinks(
  directory: D1Database,
  { search, before, limit }: { readonly search: string; readonly before: string; readonly limit: number },
): Promise<ManagedLink[]> {
  const { results } = await directory
    .prepare(
      `SELECT l.id, l.owner_id, l.permission, l.password, l.expires_at, l.max_downloads, l.max_upload_bytes, l.opened,
         l.downloads, l.received, l.last_used_at, l.created_at, u.name AS owner_name, u.email AS owner_email
       FROM links l CROSS JOIN users u ON u.id = l.owner_id
       WHERE l.id < ?1 AND (?2 = '' OR u.id = ?2 OR instr(lower(u.name), lower(?2)) OR instr(u.email, lower(?2)))
       ORDER BY l.id DESC LIMIT ?3`,
    )
    .bind(before, search, limit)
    .all<ManagedRow>();
  return results.map((row) => ({
    id: row.id,
    owner: { id: row.owner_id, name: row.owner_name, email: row.owner_email },
    permission: row.permission,
    hasPassword: row.password !== null,
    expiresAt: row.expires_at,
    maxDownloads: row.max_downloads,
    maxUploadBytes: row.max_upload_bytes,
    createdAt: row.created_at,
    uses: { opened: row.opened, downloads: row.downloads, received: row.received, lastAt: row.last_used_at },
  }));
}

/** Ends anybody's link, and records it. Answers whose it was; null where there is none of that id. */
export async function revokeAnyLink(
  directory: D1Database,
  actor: Actor,
  id: string,
  now: number,
): Promise<string | null> {
  const row = await directory.prepare("SELECT owner_id FROM links WHERE id = ?").bind(id).first<{ owner_id: string }>();
  if (!row) return null;
  const act = { action: "revokeLink", accountId: row.owner_id, detail: id } as const;
  const [ended] = await directory.batch([
    directory.prepare("DELETE FROM links WHERE id = ?").bind(id),
    recordIfChanged(directory, actor, act, now),
  ]);
  return ended?.meta.changes ? row.owner_id : null;
}
