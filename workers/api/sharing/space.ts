import type { Context } from "hono";
import { LedgeError } from "../../../protocol/errors.ts";
import type { SharedSpace } from "../../../protocol/members.ts";
import type { Env } from "../../env.ts";
import { readSpace, renameSharedFolders, type SpaceRow } from "../../storage/directory-members.ts";
import { lookAtFolders, type FolderLook } from "../../storage/shared-folders.ts";
import { openShard } from "../../storage/shards.ts";
import type { AppContext } from "../context.ts";
import { changingHands } from "../middleware/open-home.ts";

/** A shared folder that the caller has, and what it is like now. */
export interface Space {
  readonly row: SpaceRow;
  readonly look: FolderLook;
}

/**
 * The shared folder of that id.
 *
 * @throws LedgeError `not_found` where the caller does not have it, and for members while it is not live (M3, M10); `busy`
 *   while it changes hands (M13).
 */
export async function requireSpace(c: Context<AppContext>, folderId: string): Promise<Space> {
  const row = await readSpace(c.env.DIRECTORY, folderId, c.var.caller.userId);
  refuseMoving(row);
  const space = row && (await lookAt(c.env, [row]))[0];
  if (!space || !isThere(space)) throw noSuchSpace();
  return space;
}

/** @throws LedgeError as `requireSpace`, and `forbidden` for who is neither its owner nor a manager (M2) */
export async function requireManaged(c: Context<AppContext>, folderId: string): Promise<Space> {
  const space = await requireSpace(c, folderId);
  const { role } = space.row;
  if (role !== "owner" && role !== "manager")
    throw new LedgeError("forbidden", "this takes a manager of the folder, or its owner");
  return space;
}

/** @throws LedgeError `busy` for a folder that changes hands at this moment (M13) */
export function refuseMoving(row: SpaceRow | null): void {
  if (row?.is_moving === 1) throw changingHands();
}

export function noSuchSpace(): LedgeError {
  return new LedgeError("not_found", "there is no such shared folder, or not for this account");
}

/** Whether who has it is shown it: its owner also while it is in the trash. */
export function isThere({ row, look }: Space): boolean {
  return look.reach === "live" || (row.role === "owner" && look.reach === "trashed");
}

/**
 * Looks at folders where they are, a query for each shard that has some; those that are there no more are left out. A shard
 * that cannot be reached is taken for unchanged: one owner's must not hide all others'. Changed names are written down.
 */
export async function lookAt(env: Env, rows: readonly SpaceRow[]): Promise<Space[]> {
  const shards = [...Map.groupBy(rows, ({ shard }) => shard)];
  const looked = await Promise.all(shards.map(([shard, theirs]) => lookOnShard(env, shard, theirs)));
  const looks = new Map(looked.flatMap((each) => [...each]));
  // One that changes hands is, for a moment, in its former owner's trash (M13).
  for (const { is_moving, folder_id, name } of rows) if (is_moving) looks.set(folder_id, { name, reach: "live" });
  const spaces = rows.flatMap((row) => {
    const look = looks.get(row.folder_id);
    return look ? [{ row, look }] : [];
  });
  const renamed = spaces.filter(({ row, look }) => look.reach !== "gone" && look.name !== row.name);
  await renameSharedFolders(
    env.DIRECTORY,
    renamed.map(({ row, look }) => ({ folder: row.folder_id, name: look.name })),
  );
  return spaces;
}

async function lookOnShard(env: Env, shard: string, rows: readonly SpaceRow[]): Promise<Map<string, FolderLook>> {
  const places = rows.map(({ space_id, folder_id }) => ({ spaceId: space_id, folderId: folder_id }));
  try {
    return await lookAtFolders(openShard(env, shard, "first-primary"), places);
  } catch (error) {
    if (rows.length === 1) throw error;
    console.warn("shared folders were not looked at", { shard, error: String(error) });
    return new Map(rows.map(({ folder_id, name }) => [folder_id, { name, reach: "live" }]));
  }
}

/** @param mountId - The member's mount where it is live. */
export function sharedSpace({ row, look }: Space, mountId: string | null): SharedSpace {
  const { role, folder_id: id, people, joined_at: joinedAt, offered_to: to } = row;
  return {
    id,
    name: look.name,
    owner: { id: row.owner_id, name: row.owner_name, email: row.owner_email },
    role,
    mount: role !== "owner" ? mountId : look.reach === "live" ? id : null,
    people,
    joinedAt,
    offer: to === null ? null : { to: { id: to, name: row.offered_name ?? "", email: row.offered_email ?? "" } },
  };
}
