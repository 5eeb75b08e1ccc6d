import { newId } from "../../../../protocol/new-id.ts";
import { BaseProbes } from "./base-probes.ts";
import { FolderFollower } from "./folder-follower.ts";
import { GuestProbes } from "./guest-probes.ts";
import { NodeProbes } from "./node-probes.ts";
import type { Base, User } from "./shapes.ts";
import { Probing, same } from "./probing.ts";

/** Nodes that are asked about one by one, of each base that is looked into. */
const SAMPLES = 2;

/** All that is asked between two steps. */
export class PermissionProbes extends Probing {
  readonly #base = new BaseProbes(this.world);
  readonly #nodes = new NodeProbes(this.world);
  readonly #guests = new GuestProbes(this.world);
  readonly #followers = new Map<string, FolderFollower>();
  /** Folders that were shared some time: bases that are asked for for ever. */
  readonly #bases = new Set<string>();

  /** Everybody at the door of every base; `pairs` of those in reach from top to bottom; one link. */
  async check(pairs: number): Promise<void> {
    for (const folder of this.model.shares.keys()) this.#bases.add(folder);
    const doors = [...this.world.people.keys()].flatMap((user) =>
      [null, ...this.#bases].map((base) => [user, base] as const),
    );
    const isOpen = await Promise.all(doors.map((door) => this.#door(...door)));
    const open = doors.filter((_, i) => isOpen[i]);
    await Promise.all([...this.world.people.keys()].map((user) => this.#spaces(user)));
    for (const [user, base] of open) if (base !== null && this.world.random.chance(0.3)) await this.#follow(user, base);
    for (let i = 0; i < pairs && open.length > 0; i++) await this.#lookInto(...this.world.random.pick(open));
    if (this.model.links.length > 0) await this.#guests.check(this.world.random.pick(this.model.links));
    this.world.sockets.check();
  }

  /** Whether the base is there for the user; where not, some route below says so, too. */
  async #door(user: User, base: Base): Promise<boolean> {
    const isOpen = this.model.roleIn(user, base) !== null;
    const id = this.world.random.pick([...this.model.nodes.keys()]);
    const [method, path, json] = this.world.random.pick(ROUTES)(id);
    const isAsked = this.world.random.chance(0.3);
    const closed = this.model.suspended.has(user) ? "401 unauthenticated" : "404 not_found";
    await this.expect(user, base, "GET", "/nodes/root", isOpen ? "200" : closed);
    if (isOpen || !isAsked) return isOpen;
    await this.expect(user, base, method, path, closed, { json });
    return false;
  }

  async #spaces(user: User): Promise<void> {
    if (this.model.suspended.has(user)) return;
    const { spaces } = (await this.world.ask(user, null, "GET", "/spaces")).json<{
      spaces: { id: string; role: string }[];
    }>();
    const expected = [...this.model.shares].flatMap(([id, { owner }]) => {
      const role = owner === user ? "owner" : this.model.roleIn(user, id);
      return role === null ? [] : [`${id} ${role}`];
    });
    same(
      spaces.map(({ id, role }) => `${id} ${role}`),
      expected,
      `${user}'s spaces`,
    );
  }

  async #lookInto(user: User, base: Base): Promise<void> {
    await this.#base.partitions(user, base);
    await this.#base.listings(user, base);
    await this.#base.bytes(user, base);
    if (base !== null) await this.#follow(user, base);
    const all = [...this.model.nodes.values()];
    for (let i = 0; i < SAMPLES; i++) {
      const readable = this.model.readable(user, base);
      await this.#nodes.check(user, base, this.world.random.pick(this.world.random.chance(0.6) ? readable : all));
    }
  }

  /** Whoever follows the folder's changes has what is in it. */
  async #follow(user: User, base: string): Promise<void> {
    const key = `${user} ${base}`;
    const follower = this.#followers.get(key) ?? new FolderFollower(this.world, user, base);
    this.#followers.set(key, follower);
    await follower.pull();
    const expected = this.model
      .below(base)
      .map(({ id, parent, name, bodies }) => `${id} ${parent} ${name} ${bodies.length}`);
    same(follower.all(), expected, `what ${user} has of ${base} by following it`);
  }
}

/** Routes below a base, each of which somebody without it may try. */
const ROUTES: readonly ((id: string) => readonly [method: string, path: string, json?: unknown])[] = [
  (id) => ["GET", `/nodes/${id}`],
  () => ["GET", "/nodes?path=/"],
  (id) => ["GET", `/folders/${id}/children`],
  (id) => ["GET", `/folders/${id}/summary`],
  (id) => ["POST", "/folders/children", { folders: [id] }],
  (id) => ["GET", `/files/${id}`],
  (id) => ["POST", "/files/contents", { files: [{ id }] }],
  (id) => ["GET", `/zip?id=${id}`],
  (id) => ["GET", `/files/${id}/versions`],
  (id) => ["GET", `/files/${id}/manifest`],
  (id) => ["GET", `/files/${id}/activity`],
  () => ["GET", "/activity"],
  () => ["GET", "/trash"],
  () => ["DELETE", "/trash"],
  () => ["GET", "/sync/changes"],
  () => ["POST", "/uploads", { chunks: [] }],
  (id) => ["DELETE", `/files/${id}`],
  (id) => ["PATCH", `/files/${id}`, { name: "Mine" }],
  (id) => ["POST", "/commits", { operationId: newId(), operations: [{ type: "trash", node: id }] }],
];
