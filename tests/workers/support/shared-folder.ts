import { env } from "cloudflare:workers";
import type { Role } from "../../../protocol/members.ts";
import type { Node } from "../../../protocol/tree.ts";
import type { Env } from "../../../workers/env.ts";
import { openShard } from "../../../workers/storage/shards.ts";
import { signUp } from "./accounts.ts";
import { Belongings } from "./belongings.ts";

const { DIRECTORY } = env as unknown as Env;

/** Of each role one account, and a stranger. */
export const SPACE_ROLES = ["stranger", "viewer", "editor", "manager", "owner"] as const;
export type SpaceRole = (typeof SPACE_ROLES)[number];

/** A folder of `owner` that is shared, written down as inviting and accepting would. */
export async function shareFolder(owner: Belongings, folderId: string): Promise<void> {
  const placement = await DIRECTORY.prepare("SELECT shard, space_id FROM placements WHERE user_id = ?")
    .bind(owner.account.userId)
    .first<{ shard: string; space_id: string }>();
  if (!placement) throw new Error("the owner is placed");
  const { shard, space_id } = placement;
  await DIRECTORY.prepare(
    "INSERT INTO shared_folders (folder_id, owner_id, shard, space_id, name, created_at) VALUES (?, ?, ?, ?, '', 0)",
  )
    .bind(folderId, owner.account.userId, shard, space_id)
    .run();
  await openShard(env as unknown as Env, shard, "first-primary")
    .db.prepare("INSERT INTO shared_folders (space_id, folder_id) VALUES (?, ?)")
    .bind(space_id, folderId)
    .run();
}

export async function setRole(folderId: string, accountId: string, role: Role | null): Promise<void> {
  await DIRECTORY.prepare("DELETE FROM members WHERE folder_id = ? AND account_id = ?").bind(folderId, accountId).run();
  if (role === null) return;
  await DIRECTORY.prepare("INSERT INTO members (folder_id, account_id, role, joined_at) VALUES (?, ?, ?, 0)")
    .bind(folderId, accountId, role)
    .run();
}

/** One who asks below `/spaces/{folder}`, and whose home that is: what is made without a place is made there. */
export class SpaceAsker extends Belongings {
  /** Below `/api`. */
  readonly base: string;

  constructor(belongings: Belongings, folderId: string) {
    super({ ...belongings.account, home: { space: folderId, root: folderId } });
    this.base = `/spaces/${folderId}`;
  }

  override send<T>(method: string, path: string, body?: unknown): Promise<T> {
    return super.send(method, this.base + path, body);
  }

  fetch(path: string, init: RequestInit & { readonly json?: unknown } = {}): Promise<Response> {
    const { json, ...rest } = init;
    const headers = new Headers(rest.headers);
    if (json !== undefined) headers.set("content-type", "application/json");
    return this.account.api(this.base + path, {
      ...rest,
      headers,
      ...(json !== undefined && { method: rest.method ?? "POST", body: JSON.stringify(json) }),
    });
  }
}

/** A shared folder with one of each role, and something of the owner's that is outside of it. */
export interface SharedFolder {
  readonly folder: Node;
  readonly owner: Belongings;
  readonly as: Readonly<Record<SpaceRole, SpaceAsker>>;
}

export async function makeSharedFolder(): Promise<SharedFolder> {
  const owner = new Belongings(await signUp());
  const folder = await owner.folder((await owner.folder()).id);
  await shareFolder(owner, folder.id);
  const others = await Promise.all(
    SPACE_ROLES.filter((role) => role !== "owner").map(async (role) => {
      const asker = new SpaceAsker(new Belongings(await signUp()), folder.id);
      if (role !== "stranger") await setRole(folder.id, asker.account.userId, role);
      return [role, asker] as const;
    }),
  );
  const as = Object.fromEntries([...others, ["owner", new SpaceAsker(owner, folder.id)]]) as SharedFolder["as"];
  return { folder, owner, as };
}
