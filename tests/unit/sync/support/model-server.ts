import { nameKey } from "../../../../core/names.ts";
import type { EntryType, RemoteState } from "../../../../client/sync/entry.ts";

export const ROOT = "root";

export class Refusal extends Error {}

/** The server's tree with the rules that a sync client meets (T5, T7, T9, T18, I7). */
export class ModelServer {
  readonly nodes = new Map<string, RemoteState>();
  /** Every content that a version ever had. */
  readonly contents = new Set<string>();
  seq = 0;

  constructor() {
    this.#put(ROOT, { parent: "", name: "", type: "folder", state: "live", version: 0, content: null, size: 0 });
  }

  get(id: string): RemoteState {
    const node = this.nodes.get(id);
    if (!node) throw new Refusal(`not_found: ${id}`);
    return node;
  }

  isLive(id: string): boolean {
    const node = this.nodes.get(id);
    if (node?.state !== "live") return false;
    return node.parent === "" || this.isLive(node.parent);
  }

  children(id: string): string[] {
    return [...this.nodes].filter(([, node]) => node.parent === id && node.state === "live").map(([child]) => child);
  }

  /** The node and what is live below it. */
  subtree(id: string): string[] {
    return [id, ...this.children(id).flatMap((child) => this.subtree(child))];
  }

  isFree(parent: string, name: string, besides: string): boolean {
    const key = nameKey(name);
    return !this.children(parent).some((id) => id !== besides && nameKey(this.get(id).name) === key);
  }

  create(id: string, type: EntryType, parent: string, name: string, content: string | null, executable = false): void {
    if (this.nodes.has(id)) throw new Refusal("id_conflict");
    this.#requireFolder(parent);
    if (!this.isFree(parent, name, id)) throw new Refusal("name_conflict");
    const size = content?.length ?? 0;
    this.#put(id, { parent, name, type, state: "live", version: type === "file" ? 1 : 0, content, size, executable });
  }

  update(id: string, baseVersion: number, content: string, executable: boolean): void {
    const node = this.get(id);
    if (!this.isLive(id)) throw new Refusal("gone");
    if (node.version !== baseVersion) throw new Refusal("stale_base");
    if (node.content === content && node.executable === executable) return;
    this.#put(id, { ...node, version: node.version + 1, content, size: content.length, executable });
  }

  move(id: string, parent: string, name: string): void {
    if (!this.isLive(id)) throw new Refusal("already_trashed");
    this.#requireFolder(parent);
    if (this.subtree(id).includes(parent)) throw new Refusal("would_cycle");
    if (!this.isFree(parent, name, id)) throw new Refusal("name_conflict");
    this.#put(id, { ...this.get(id), parent, name });
  }

  /** `by` names nodes that the same commit changed. */
  trash(id: string, baseSeq?: number, by: ReadonlySet<string> = new Set()): void {
    if (!this.isLive(id)) throw new Refusal("already_trashed");
    if (baseSeq !== undefined && this.subtree(id).some((each) => this.get(each).seq > baseSeq && !by.has(each)))
      throw new Refusal("stale_base");
    this.#put(id, { ...this.get(id), state: "trashed" });
  }

  restore(id: string): void {
    const node = this.get(id);
    if (node.state !== "trashed") throw new Refusal("not_trashed");
    const parent = this.isLive(node.parent) ? node.parent : ROOT;
    let { name } = node;
    for (let n = 2; !this.isFree(parent, name, id); n++) name = `${node.name} (${n})`;
    this.#put(id, { ...node, state: "live", parent, name });
  }

  purge(id: string): void {
    if (this.get(id).state !== "trashed") throw new Refusal("not_trashed");
    for (const each of this.subtree(id)) {
      this.#put(each, { parent: ROOT, name: "", type: "file", state: "purged", version: 0, content: null, size: 0 });
    }
  }

  #requireFolder(id: string): void {
    if (!this.isLive(id) || this.get(id).type !== "folder") throw new Refusal("parent_not_found");
  }

  #put(id: string, node: Omit<RemoteState, "seq" | "mtime" | "executable"> & { executable?: boolean }): void {
    if (node.content !== null) this.contents.add(node.content);
    this.nodes.set(id, { mtime: 0, executable: false, ...node, seq: ++this.seq });
  }
}
