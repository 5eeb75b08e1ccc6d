import type { AnyOperation } from "../../core/commit/any-operation.ts";
import { decodeCursor, encodeCursor } from "../../protocol/cursor.ts";
import { LedgeError } from "../../protocol/errors.ts";
import {
  CommitRequest,
  type Changes,
  type CommitResponse,
  type Node,
  type OperationInput,
  type OperationResult,
} from "../../protocol/tree.ts";
import { EPOCH, type Scheduler } from "./scheduler.ts";
import { SpaceState } from "./space-state.ts";
import type { Prng } from "./prng.ts";

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** Ids in the wire's form, from seeded randomness. */
export function idMaker(random: Prng, first: string): () => string {
  return () => {
    let id = first;
    while (id.length < 26) id += ALPHABET.charAt(random.int(0, 31));
    return id;
  };
}

/** Whoever is told of a commit. */
export type CommitListener = (since: string, changes: Changes) => void;

/** The server's side of the protocol over one space, each call one event. Every answer is the real one's. */
export class SimServer {
  readonly space: SpaceState;
  readonly listeners = new Set<CommitListener>();
  quota = 1e12;
  /** Nodes in one page of changes at most. */
  pageSize = 1_000;
  /** Changes when the server is restarted: then every socket is gone. */
  generation = 0;
  /** Bytes that clients sent. */
  received = 0;
  readonly #scheduler: Scheduler;
  readonly #newId: () => string;
  readonly #backups: SpaceState[] = [];

  constructor(scheduler: Scheduler, random: Prng) {
    this.#scheduler = scheduler;
    this.#newId = idMaker(random, "01n");
    this.space = new SpaceState(this.#newId(), this.#newId(), this.#newId(), this.#newId);
  }

  changes(cursor: string | undefined): Changes {
    const { space } = this;
    let after = -1;
    if (cursor !== undefined) {
      const decoded = decodeCursor(cursor);
      if (!decoded || decoded.space !== space.id) throw new LedgeError("invalid_cursor");
      if (decoded.epoch !== space.epoch || decoded.seq > space.seq) throw new LedgeError("cursor_expired");
      after = decoded.seq;
    }
    const found = this.#after(after);
    const page = found.slice(0, this.pageSize);
    const upToDate = found.length <= this.pageSize;
    const seq = upToDate ? space.seq : (page.at(-1)?.seq ?? after);
    return { changes: page, cursor: this.#cursor(seq), upToDate, space: space.id, epoch: space.epoch };
  }

  commit(operations: readonly OperationInput[], operationId: string, epoch?: string): CommitResponse {
    const { space } = this;
    const body = JSON.stringify(operations);
    const request = CommitRequest.safeParse({ operationId, epoch, operations });
    if (!request.success) throw new LedgeError("invalid_request", request.error.message);
    const answer = (replayed: boolean, seq: number, results: readonly OperationResult[]): CommitResponse => ({
      space: space.id,
      seq,
      cursor: this.#cursor(seq),
      replayed,
      results: [...results],
    });
    const first = space.answers.get(operationId);
    if (first && first.body !== body) throw new LedgeError("operation_mismatch");
    if (first) return answer(true, first.seq, first.results);
    if (epoch !== undefined && epoch !== space.epoch) throw new LedgeError("cursor_expired");

    const before = space.seq;
    const { results, changes } = space.plan(request.data.operations, Math.floor(EPOCH + this.#scheduler.now));
    space.apply(changes);
    if (results.some((result) => result.ok)) space.answers.set(operationId, { body, results, seq: space.seq });
    this.#tell(before);
    return answer(false, space.seq, results);
  }

  /** Puts a folder into the tree that stands for somebody else's shared one, as accepting an invitation does. */
  mount(parent: string, name: string, folder: string): string {
    const id = this.#newId();
    this.change({ type: "mount", id, parent, name, folder, onConflict: "rename" });
    return id;
  }

  /** One commit of what the server alone may ask for; throws where any of it fails. */
  change(...operations: AnyOperation[]): void {
    const before = this.space.seq;
    const { results, changes } = this.space.plan(operations, Math.floor(EPOCH + this.#scheduler.now));
    for (const result of results) if (!result.ok) throw new Error(`${result.code}: ${result.detail}`);
    this.space.apply(changes);
    this.#tell(before);
  }

  /** The part of the chunks that the owner lacks. */
  missing(chunks: Iterable<string>): string[] {
    return [...chunks].filter((id) => !this.space.chunks.has(id));
  }

  receive(pieces: ReadonlyMap<string, Uint8Array>): void {
    const lacking = [...pieces].filter(([id]) => !this.space.chunks.has(id));
    const size = lacking.reduce((sum, [, bytes]) => sum + bytes.length, 0);
    if (this.space.used + size > this.quota) throw new LedgeError("over_quota");
    this.received += size;
    for (const [id, bytes] of lacking) this.space.hold(id, bytes);
  }

  /** A version's bytes. */
  download(node: string, version: number): Uint8Array {
    const found = this.space.nodes.get(node);
    const state = this.space.versions.get(`${node}/${version}`);
    if (!found || !state || this.#isGone(found)) throw new LedgeError("not_found");
    return this.space.bytesOf(state.content);
  }

  /** Contents of all versions that can still be asked for. */
  heldContents(): Set<string> {
    const contents = new Set<string>();
    for (const [key, version] of this.space.versions) {
      const node = this.space.nodes.get(key.slice(0, key.indexOf("/")));
      if (node && !this.#isGone(node)) contents.add(version.content);
    }
    return contents;
  }

  reap(): void {
    const before = this.space.seq;
    if (this.space.reap()) this.#tell(before);
  }

  backUp(): void {
    this.#backups.push(this.space.snapshot());
  }

  /** The server is restored from one of its backups, if there is one, under a new epoch; sockets may outlive that. */
  rollBack(which: number, isRestarted: boolean): void {
    const backup = this.#backups[Math.floor(which * this.#backups.length)];
    if (!backup) return;
    this.space.restore(backup);
    this.space.epoch = this.#newId();
    if (isRestarted) this.generation++;
  }

  #tell(before: number): void {
    if (this.space.seq === before) return;
    const { epoch, id, seq } = this.space;
    const changes = { changes: this.#after(before), cursor: this.#cursor(seq), upToDate: true, space: id, epoch };
    for (const listener of this.listeners) listener(this.#cursor(before), changes);
  }

  #after(seq: number): Node[] {
    if (seq >= this.space.seq) return [];
    const found: Node[] = [];
    for (const node of this.space.nodes.values()) if (node.seq > seq) found.push(node);
    return found.sort((a, b) => a.seq - b.seq);
  }

  #cursor(seq: number): string {
    return encodeCursor({ space: this.space.id, epoch: this.space.epoch, seq });
  }

  #isGone(node: Node): boolean {
    for (let at: Node | undefined = node; at; at = at.parent === null ? undefined : this.space.nodes.get(at.parent))
      if (at.state === "purged") return true;
    return false;
  }
}
