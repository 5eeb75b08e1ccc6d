import type { Changes, Node, NodePage } from "../../../../protocol/tree.ts";
import type { User } from "./shapes.ts";
import type { Answer } from "./answers.ts";
import type { PermissionWorld } from "./world.ts";

/** A member's device, which follows a shared folder as M7 says, and is told of nothing that is not in it. */
export class FolderFollower {
  readonly #world: PermissionWorld;
  readonly #user: User;
  readonly #folder: string;
  readonly #nodes = new Map<string, Node>();
  #cursor: string | null = null;

  constructor(world: PermissionWorld, user: User, folder: string) {
    this.#world = world;
    this.#user = user;
    this.#folder = folder;
  }

  /** What it has, but for the folder itself. */
  all(): string[] {
    return [...this.#nodes.values()]
      .filter(({ id }) => id !== this.#folder)
      .map(({ id, parent, name, version, type }) => `${id} ${parent} ${name} ${type === "file" ? version : 0}`);
  }

  async pull(): Promise<void> {
    if (this.#cursor !== null) {
      for (let isDone = false; !isDone;) {
        const answer = await this.#changes(`?limit=3&since=${encodeURIComponent(this.#cursor)}`);
        if (answer.outcome === "410 cursor_expired") break;
        const page = answer.json<Changes>();
        await this.#apply(page);
        this.#cursor = page.cursor;
        isDone = page.upToDate;
        if (isDone) return;
      }
    }
    this.#cursor = (await this.#changes("")).json<Changes>().cursor;
    this.#nodes.clear();
    await this.#list(this.#folder);
  }

  /** Asked without the check of what is told, as what left, and tombstones, are told by id: they are looked at here. */
  async #changes(query: string): Promise<Answer> {
    const path = `/spaces/${this.#folder}/sync/changes${query}`;
    const answer = await this.#world.fetch(this.#user, "GET", path);
    if (answer.status !== 200 && answer.outcome !== "410 cursor_expired") throw new Error(`${path}: ${answer.outcome}`);
    if (answer.status !== 200) return answer;
    const { changes, arrived = [], left = [] } = answer.json<Changes>();
    const { model } = this.#world;
    for (const { id, state, name, parent } of changes) {
      if (state === "purged" ? name !== "" : !model.reads(this.#user, this.#folder, id))
        throw new Error(`${this.#user} is told of ${id} (${state}, ${name}), in ${parent}`);
      if (left.includes(id)) throw new Error(`${id} is changed and left`);
    }
    const allowed = new Set(model.readable(this.#user, this.#folder).flatMap(({ id, words }) => [id, ...words]));
    const shown = { changes: changes.filter(({ state }) => state !== "purged"), arrived };
    this.#world.refuseLeaks(path, JSON.stringify(shown), allowed, "");
    for (const id of left)
      if (model.reads(this.#user, this.#folder, id))
        throw new Error(`${this.#user} is told that ${id} left ${this.#folder}`);
    return answer;
  }

  async #apply({ changes, arrived = [], left = [] }: Changes): Promise<void> {
    for (const id of left) this.#forget(id);
    const toList: string[] = [];
    for (const node of changes) {
      const isNew = !this.#nodes.has(node.id);
      if (node.state !== "live") {
        this.#forget(node.id);
        continue;
      }
      this.#nodes.set(node.id, node);
      if (node.type === "folder" && (isNew || arrived.includes(node.id))) toList.push(node.id);
    }
    for (const id of toList) {
      if (!this.#nodes.has(id)) continue;
      for (const { id: below } of this.#below(id)) this.#nodes.delete(below);
      await this.#list(id);
    }
  }

  #below(folder: string): Node[] {
    return [...this.#nodes.values()].filter(({ id }) => id !== folder && this.#isIn(id, folder));
  }

  #isIn(id: string, folder: string): boolean {
    for (let at: string | null = id; at !== null; at = this.#nodes.get(at)?.parent ?? null)
      if (at === folder) return true;
    return false;
  }

  #forget(id: string): void {
    for (const { id: below } of this.#below(id)) this.#nodes.delete(below);
    this.#nodes.delete(id);
  }

  /** A folder that is in the trash by one above it is listed, too: it is forgotten with that. */
  async #list(folder: string): Promise<void> {
    const answer = await this.#world.ask(this.#user, this.#folder, "GET", `/folders/${folder}/children?limit=1000`);
    if (answer.outcome === "404 not_found") return;
    for (const node of answer.json<NodePage>().nodes) {
      this.#nodes.set(node.id, node);
      if (node.type === "folder") await this.#list(node.id);
    }
  }
}
