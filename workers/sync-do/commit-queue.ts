import type { AnyOperation } from "../../core/commit/any-operation.ts";
import type { ErrorCode } from "../../protocol/errors.ts";
import type { CommitRequest, CommitResponse } from "../../protocol/tree.ts";

/** One commit on its way to a space's single writer. */
export interface CommitInput {
  /** Binding name of the shard that the space lives on. */
  readonly shard: string;
  readonly spaceId: string;
  readonly ownerId: string;
  /** The shared folder that the commit is confined to (M6); null where it may change all of the space. */
  readonly scope: string | null;
  /** An account's id, or `link:` and a link's. */
  readonly authorId: string;
  /** The session or token that it came with; null where it came with none. */
  readonly origin: string | null;
  /** The device or client that it came from, or the name of the guest whom it came from; for its record (V1). */
  readonly label?: string | null;
  /** SHA-256, hex, of what is asked for: tells a replay from a reused operation id. */
  readonly digest: string;
  readonly request: AnyCommitRequest;
  /** Chunks of it that are missing to its author, whatever the owner holds (M6). */
  readonly unsent?: readonly string[];
}

/** A request with what only the server itself may ask for (M5, M11). */
export type AnyCommitRequest = Omit<CommitRequest, "operations"> & { readonly operations: readonly AnyOperation[] };

/** What became of it: values, because errors lose their members on the way through RPC. */
export type CommitOutcome =
  | { readonly ok: true; readonly response: CommitResponse; readonly bookmark: string | null }
  | { readonly ok: false; readonly code: ErrorCode; readonly detail: string };

/** Operations and chunks that may wait; more are turned away. A chunk takes about 200 bytes of an object's 128 MB. */
const MOST_WAITING = 10_000;
const MOST_WAITING_CHUNKS = 200_000;
/** Operations of one group: as many as one commit may have, so that a group is no more work than one large commit. */
const GROUP_OPERATIONS = 1_000;
/** Chunks that a group names, for the same reason; one commit may have more by itself. */
const GROUP_CHUNKS = 40_000;
/** Copies of a group: each may make 1,000 nodes. One commit may have more by itself; it has a budget for all of them. */
const GROUP_COPIES = 10;

interface Waiting {
  readonly input: CommitInput;
  readonly resolve: (outcome: CommitOutcome) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Puts commits and other work of one writer into a line: one piece at a time, commits of one space that wait together as
 * one group. (The input gates of Durable Objects do not cover calls that await D1.)
 */
export class CommitQueue {
  readonly #carryOut: (group: readonly CommitInput[]) => Promise<readonly CommitOutcome[]>;
  #waiting: Waiting[] = [];
  #operations = 0;
  #chunks = 0;
  #line: Promise<void> = Promise.resolve();
  #isDraining = false;

  /** @param carryOut - Answers a group: one space's, each operation id once. */
  constructor(carryOut: (group: readonly CommitInput[]) => Promise<readonly CommitOutcome[]>) {
    this.#carryOut = carryOut;
  }

  commit(input: CommitInput): Promise<CommitOutcome> {
    const { operations, chunks } = sizeOf(input);
    if (
      this.#operations + operations > MOST_WAITING ||
      (this.#chunks > 0 && this.#chunks + chunks > MOST_WAITING_CHUNKS)
    ) {
      return Promise.resolve({ ok: false, code: "busy", detail: "too many commits wait: try again shortly" });
    }
    this.#operations += operations;
    this.#chunks += chunks;
    const outcome = new Promise<CommitOutcome>((resolve, reject) => this.#waiting.push({ input, resolve, reject }));
    if (!this.#isDraining) {
      this.#isDraining = true;
      void this.run(() => this.#drain());
    }
    return outcome;
  }

  /** Does `work` once all that is in the line is done. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#line.then(work);
    this.#line = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) await this.#answer(this.#nextGroup());
    this.#isDraining = false;
  }

  /** Answers a group; where it fails as a whole, each of it by itself, so that one commit fails no other. */
  async #answer(group: readonly Waiting[]): Promise<void> {
    try {
      const outcomes = await this.#carryOut(group.map(({ input }) => input));
      group.forEach(({ resolve, reject }, i) => {
        const outcome = outcomes[i];
        if (outcome) resolve(outcome);
        else reject(new Error("a group has one outcome for each commit"));
      });
    } catch (error) {
      if (group.length > 1) for (const each of group) await this.#answer([each]);
      else group[0]?.reject(error);
    }
  }

  /** The longest run from the front that may go together. An operation id's second sending waits for the first. */
  #nextGroup(): Waiting[] {
    const [first] = this.#waiting;
    const ids = new Set<string>();
    let operations = 0;
    let chunks = 0;
    let copies = 0;
    let end = 0;
    for (const { input } of this.#waiting) {
      const { request, spaceId, shard } = input;
      const size = sizeOf(input);
      operations += size.operations;
      chunks += size.chunks;
      copies += size.copies;
      const isFull = operations > GROUP_OPERATIONS || chunks > GROUP_CHUNKS || copies > GROUP_COPIES;
      const isOther = spaceId !== first?.input.spaceId || shard !== first.input.shard || ids.has(request.operationId);
      if (end > 0 && (isFull || isOther)) break;
      ids.add(request.operationId);
      end++;
    }
    const group = this.#waiting.slice(0, end);
    this.#waiting = this.#waiting.slice(end);
    for (const { input } of group) {
      const size = sizeOf(input);
      this.#operations -= size.operations;
      this.#chunks -= size.chunks;
    }
    return group;
  }
}

/** What a commit weighs while it waits and in a group. */
function sizeOf({ request }: CommitInput): { operations: number; chunks: number; copies: number } {
  const { operations } = request;
  return {
    operations: operations.length,
    chunks: operations.reduce((sum, operation) => sum + chunksOf(operation), 0),
    copies: operations.filter(({ type }) => type === "copy").length,
  };
}

function chunksOf(operation: AnyOperation): number {
  if (operation.type === "import") return operation.versions.reduce((sum, { chunks }) => sum + chunks.length, 0);
  return "chunks" in operation ? operation.chunks.length : 0;
}
