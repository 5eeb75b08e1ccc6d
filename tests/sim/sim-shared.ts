import { decodeCursor, encodeCursor } from "../../protocol/cursor.ts";
import { LedgeError } from "../../protocol/errors.ts";
import type { Role } from "../../protocol/members.ts";
import type { Changes, CommitResponse, Node, OperationInput } from "../../protocol/tree.ts";
import type { SimServer } from "./sim-server.ts";

/** What changed in a shared folder: a row for each node, as the server keeps it. */
interface Row {
  readonly seq: number;
  readonly arrivedSeq: number;
  readonly isLeft: boolean;
}

/** Folders of a space as those see them that they are shared with (SPEC M3, M7). */
export class SimSharedFolders {
  readonly owner: SimServer;
  /** Whoever has a folder may do this there; absent: does not have it. */
  readonly roles = new Map<string, Role>();
  /** Told the folders that something changed in. */
  readonly listeners = new Set<(folder: string) => void>();
  pageSize = 1_000;
  readonly #journals = new Map<string, Map<string, Row>>();
  /** Nodes of each folder as of the last commit. */
  readonly #members = new Map<string, ReadonlySet<string>>();
  /** Of the whole space, as of the last commit. */
  readonly #trashed = new Set<string>();
  readonly #known = new Set<string>();

  constructor(owner: SimServer) {
    this.owner = owner;
    owner.listeners.add((_, { changes }) => this.#note(changes));
  }

  share(folder: string, role: Role = "editor"): void {
    this.roles.set(folder, role);
    this.#journals.set(folder, new Map());
    this.#members.set(folder, this.#inside(folder));
  }

  changes(folder: string, cursor: string | undefined): Changes {
    this.#require(folder);
    const { space } = this.owner;
    const end = { space: folder, epoch: space.epoch, upToDate: true };
    if (cursor === undefined) return { ...end, changes: [], cursor: this.#cursor(folder, space.seq) };
    const since = decodeCursor(cursor);
    if (since?.space !== folder) throw new LedgeError("invalid_cursor");
    if (since.epoch !== space.epoch || since.seq > space.seq) throw new LedgeError("cursor_expired");
    const inside = this.#inside(folder);
    const rows = [...(this.#journals.get(folder) ?? [])]
      .filter(([, { seq }]) => seq > since.seq)
      .sort(([, a], [, b]) => a.seq - b.seq);
    const page = rows.slice(0, this.pageSize);
    const upToDate = page.length === rows.length;
    const changes: Node[] = [];
    const arrived: string[] = [];
    const left: string[] = [];
    for (const [id, row] of page) {
      const node = space.nodes.get(id);
      if (!node || !inside.has(id)) left.push(id);
      if (!node || !inside.has(id)) continue;
      changes.push(this.#seen(folder, node));
      if (row.arrivedSeq > since.seq && node.type === "folder") arrived.push(id);
    }
    const seq = upToDate ? space.seq : (page.at(-1)?.[1].seq ?? since.seq);
    return { ...end, changes, arrived, left, cursor: this.#cursor(folder, seq), upToDate };
  }

  list(folder: string, folders: readonly string[]): Node[] {
    this.#require(folder);
    const inside = this.#inside(folder);
    return folders
      .filter((id) => id === folder || (inside.has(id) && this.#isLive(id)))
      .flatMap((id) => this.owner.space.children(id))
      .map((node) => this.#seen(folder, node));
  }

  commit(folder: string, operations: readonly OperationInput[], operationId: string, epoch?: string): CommitResponse {
    this.#require(folder);
    if (this.roles.get(folder) === "viewer") throw new LedgeError("forbidden");
    const answer = this.owner.commit(operations, operationId, epoch);
    const results = answer.results.map((result) =>
      result.node ? { ...result, node: this.#seen(folder, result.node) } : result,
    );
    return { ...answer, space: folder, cursor: this.#cursor(folder, answer.seq), results };
  }

  /** Live nodes below the folder by id, and what they are. */
  live(folder: string): Map<string, Node> {
    const found = new Map<string, Node>();
    for (const id of this.#inside(folder)) {
      const node = this.owner.space.nodes.get(id);
      if (node && this.#isLive(id)) found.set(id, node);
    }
    return found;
  }

  #note(changes: readonly Node[]): void {
    for (const [folder, journal] of this.#journals) {
      const before = this.#members.get(folder) ?? new Set();
      const inside = this.#inside(folder);
      let isTouched = false;
      for (const { id, seq, state } of changes) {
        if (inside.has(id)) {
          // Also out of the trash: what is below it may not have been told to anybody.
          const isBack = !before.has(id) || (state === "live" && this.#trashed.has(id));
          const came = isBack && this.#known.has(id);
          const arrivedSeq = came ? seq : (journal.get(id)?.arrivedSeq ?? 0);
          journal.set(id, { seq, arrivedSeq, isLeft: false });
        } else if (before.has(id)) journal.set(id, { seq, arrivedSeq: 0, isLeft: true });
        else continue;
        isTouched = true;
      }
      this.#members.set(folder, inside);
      if (isTouched) for (const listener of this.listeners) listener(folder);
    }
    for (const { id, state } of changes) {
      this.#known.add(id);
      if (state === "trashed") this.#trashed.add(id);
      else this.#trashed.delete(id);
    }
  }

  #require(folder: string): void {
    if (!this.roles.has(folder) || !this.#isLive(folder)) throw new LedgeError("not_found");
  }

  #seen(folder: string, node: Node): Node {
    return { ...node, space: folder, parent: node.id === folder ? null : node.parent };
  }

  #cursor(folder: string, seq: number): string {
    return encodeCursor({ space: folder, epoch: this.owner.space.epoch, seq });
  }

  #inside(folder: string): ReadonlySet<string> {
    const inside = new Set<string>();
    for (const node of this.owner.space.nodes.values()) {
      for (let at: Node | undefined = node; at?.parent; at = this.owner.space.nodes.get(at.parent))
        if (at.parent === folder) inside.add(node.id);
    }
    return inside;
  }

  #isLive(id: string): boolean {
    for (
      let at = this.owner.space.nodes.get(id);
      at;
      at = at.parent === null ? undefined : this.owner.space.nodes.get(at.parent)
    ) {
      if (at.state !== "live") return false;
      if (at.parent === null) return true;
    }
    return false;
  }
}
