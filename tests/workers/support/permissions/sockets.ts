import { env } from "cloudflare:workers";
import { vi } from "vitest";
import { decodeCursor } from "../../../../protocol/cursor.ts";
import type { ServerMessage } from "../../../../protocol/push.ts";
import type { Env } from "../../../../workers/env.ts";
import { drainUnmounts } from "../../../../workers/api/sharing/mounting.ts";
import { openShard, shardNames } from "../../../../workers/storage/shards.ts";
import { call } from "../accounts.ts";
import type { PermissionWorld } from "./world.ts";
import type { User } from "./shapes.ts";
import { connect, type TestSocket } from "../push-socket.ts";

const bindings = env as unknown as Env;
/** For what is done after an answer. Milliseconds. */
const SOON = { timeout: 15_000, interval: 10 };

type Shared = Extract<ServerMessage, { type: "shared" }>;

/** A socket of each user, and what may come through it. */
export class PermissionSockets {
  readonly #world: PermissionWorld;
  readonly #open = new Map<User, { readonly socket: TestSocket; read: number }>();
  /** The owner's seq when a user last had a folder, by `user folder`. */
  readonly #had = new Map<string, number>();

  constructor(world: PermissionWorld) {
    this.#world = world;
  }

  async connect(user: User): Promise<void> {
    const { token } = this.#world.person(user);
    const api = (path: string, init: RequestInit = {}) => {
      const headers = new Headers(init.headers);
      headers.set("authorization", `Bearer ${token}`);
      return call(path, { ...init, headers });
    };
    this.#open.set(user, { socket: await connect({ api }), read: 0 });
  }

  async untilClosed(user: User): Promise<void> {
    const fate = await this.#open.get(user)?.socket.fate();
    if (fate === "open") throw new Error(`the socket of ${user} is open`);
    this.#open.delete(user);
  }

  /** What follows when folders are purged: their sharing ends, and their members' mounts go. */
  async untilEnded(): Promise<void> {
    const { model } = this.#world;
    const rows = () =>
      bindings.DIRECTORY.prepare(
        "SELECT folder_id AS id FROM shared_folders WHERE owner_id IN (SELECT value FROM json_each(?))",
      )
        .bind(JSON.stringify([...this.#world.people.values()].map(({ id }) => id)))
        .all<{ id: string }>();
    await vi.waitFor(async () => {
      const extra = (await rows()).results.filter(({ id }) => !model.shares.has(id));
      if (extra.length > 0) throw new Error(`${extra.length} purged folders are still shared`);
    }, SOON);
    await drainUnmounts(bindings, 100);
  }

  /** Who may hear of which folders at this moment. */
  listeners(): { readonly user: User; readonly folder: string; readonly owner: User }[] {
    return [...this.#world.model.shares].flatMap(([folder, { owner, members }]) =>
      [...members.keys()].map((user) => ({ user, folder, owner })),
    );
  }

  /** After a step: what listeners of before it hear later leads no further than this. */
  async noteSeqs(listeners: ReturnType<PermissionSockets["listeners"]>): Promise<void> {
    const owners = [...new Set(listeners.map(({ owner }) => owner))];
    const seqs = new Map(await Promise.all(owners.map(async (owner) => [owner, await this.seqOf(owner)] as const)));
    for (const { user, folder, owner } of listeners) this.#had.set(`${user} ${folder}`, seqs.get(owner) ?? 0);
  }

  async seqOf(owner: User): Promise<number> {
    const { space } = this.#world.person(owner).home;
    const rows = await Promise.all(
      shardNames(bindings).map((name) =>
        openShard(bindings, name, "first-primary")
          .db.prepare("SELECT seq FROM spaces WHERE id = ?")
          .bind(space)
          .first<{ seq: number }>(),
      ),
    );
    return rows.find((row) => row !== null)?.seq ?? 0;
  }

  /** Throws where a message tells its receiver of what is not theirs. */
  check(): void {
    for (const [user, open] of this.#open) {
      for (const message of open.socket.messages.slice(open.read)) this.#checkOne(user, message);
      open.read = open.socket.messages.length;
    }
  }

  #checkOne(user: User, message: ServerMessage): void {
    const { model } = this.#world;
    const text = JSON.stringify(message);
    const own = [...model.nodes.values()].filter(({ owner }) => owner === user);
    const has = model.memberships(user).map((folder) => ({ id: folder, words: new Set<string>(), bodies: [] }));
    const allowed = new Set([...own, ...has].flatMap(({ id, words, bodies }) => [id, ...words, ...bodies]));
    if (message.type === "shared") return this.#checkShared(user, message);
    this.#world.refuseLeaks(`a ${message.type} to ${user}`, text, allowed, "");
    if ("space" in message && message.space !== this.#world.person(user).home.space)
      throw new Error(`${user} hears of the space ${message.space}: ${text}`);
  }

  #checkShared(user: User, { space, cursor }: Shared): void {
    if (this.#world.model.memberships(user).includes(space)) return;
    const had = this.#had.get(`${user} ${space}`);
    const seq = cursor === null ? 0 : (decodeCursor(cursor)?.seq ?? 0);
    if (had === undefined) throw new Error(`${user} hears of the folder ${space}, which they never had`);
    if (seq > had) throw new Error(`${user} hears of seq ${seq} of the folder ${space}, which they had up to ${had}`);
  }

  /** What `user` heard of a folder up to now. */
  heard(user: User, folder: string): Shared[] {
    const messages = this.#open.get(user)?.socket.messages ?? [];
    return messages.filter((message): message is Shared => message.type === "shared" && message.space === folder);
  }

  /** Resolves when the user has heard of the folder up to a seq. */
  async untilHeard(user: User, folder: string, seq: number): Promise<void> {
    await vi.waitFor(() => {
      if (!this.heard(user, folder).some(({ cursor }) => (decodeCursor(cursor ?? "")?.seq ?? 0) >= seq))
        throw new Error(`${user} did not hear of seq ${seq} of ${folder}`);
    }, SOON);
  }
}
