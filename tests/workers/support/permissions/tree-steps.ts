import type { NodePage } from "../../../../protocol/tree.ts";
import type { Base, ModelOperation, User } from "./shapes.ts";
import { RandomDoings, SHARERS } from "./random-doings.ts";

/** Trees grow no larger: copies are not made beyond it. */
const MOST_NODES = 60;

/** What people do to trees. */
export class TreeSteps extends RandomDoings {
  async commitSomething(): Promise<void> {
    const user = this.user();
    const base = this.base(user);
    const operation = await this.#operation(user, base);
    if (operation) await this.world.commit(user, base, operation);
  }

  async #operation(user: User, base: Base): Promise<ModelOperation | null> {
    const is = (id: string) => this.model.node(id);
    const isLive = (id: string) => this.model.standing(id) === "live";
    const folder = () => this.node(user, base, (id) => is(id).type === "folder" && isLive(id));
    const file = () => this.node(user, base, (id) => is(id).type === "file");
    const live = () => this.node(user, base, (id) => isLive(id) && is(id).parent !== null && id !== base);
    const trashed = () => this.node(user, base, (id) => is(id).state === "trashed");
    const name = this.world.word("nm");
    switch (
      this.random.pick([
        "folder",
        "file",
        "update",
        "rename",
        "move",
        "move",
        "move",
        "copy",
        "trash",
        "restore",
        "restore",
        "purge",
        "version",
      ])
    ) {
      case "folder":
        return { type: "createFolder", parent: folder(), name };
      case "file":
        return { type: "createFile", parent: folder(), name: `${name}.txt`, body: await this.#body(user, base) };
      case "update": {
        const node = file();
        const baseVersion = Math.max(1, is(node).bodies.length - (this.random.chance(0.1) ? 1 : 0));
        return { type: "updateFile", node, baseVersion, body: await this.#body(user, base) };
      }
      case "rename":
        return this.#rename(live(), name);
      case "move":
        return this.#move(live(), folder);
      case "copy":
        return this.model.nodes.size > MOST_NODES ? null : { type: "copy", node: live(), parent: folder() };
      case "trash":
        return { type: "trash", node: live() };
      case "restore":
        return { type: "restore", node: trashed(), ...(this.random.chance(0.3) && { parent: folder() }) };
      case "purge":
        return { type: "purge", node: trashed() };
      default: {
        const node = file();
        return { type: "restoreVersion", node, version: 1 + Math.floor(this.random.next() * 3) };
      }
    }
  }

  /** More often into a shared folder, or out of one. */
  #move(node: string, folder: () => string): ModelOperation {
    const above = (id: string) => this.model.sharedAbove(id).join();
    const parents = Array.from({ length: 6 }, folder);
    const parent = parents.find((id) => above(id) !== above(node)) ?? folder();
    return { type: "move", node, parent };
  }

  /** Files keep a name that says that they are text. */
  #rename(node: string, name: string): ModelOperation {
    return { type: "move", node, name: this.model.node(node).type === "file" ? `${name}.txt` : name };
  }

  /** Mostly new bytes that are sent; else some that somebody sent some time, somewhere. */
  async #body(user: User, base: Base): Promise<string> {
    if (this.random.chance(0.25)) return this.random.pick(this.world.bodies());
    const body = await this.world.body();
    const role = this.model.roleIn(user, base);
    if (role !== null && role !== "viewer") await this.world.upload(user, base, body);
    return body;
  }

  /** Of a shared folder, whose trash is what was put there while it was shared. */
  async emptyTrash(): Promise<void> {
    const user = this.random.pick(SHARERS);
    const base = this.base(user);
    const role = this.model.roleIn(user, base);
    const shown = await this.world.ask(user, base, "GET", "/trash");
    const shares = this.model.shares.size;
    const answer = await this.world.ask(user, base, "DELETE", "/trash");
    const problem = this.model.suspended.has(user)
      ? "unauthenticated"
      : role === null
        ? "not_found"
        : role === "owner" || role === "manager"
          ? null
          : "forbidden";
    this.expect(answer, problem ?? "200", `${user} empties the trash of ${base ?? "home"}`);
    if (problem !== null) return;
    for (const { id } of shown.json<NodePage>().nodes)
      if (this.model.standing(id) === "trashed") this.model.apply(user, base, { type: "purge", node: id }, id);
    if (this.model.shares.size < shares) await this.world.sockets.untilEnded();
  }
}
