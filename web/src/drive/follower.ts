import { LedgeError } from "../../../protocol/errors.ts";
import type { Changes, Node } from "../../../protocol/tree.ts";
import type { SpaceRequests } from "./ports.ts";

/** What is told of changes between two cursors, by the socket or in an answer. */
type Told = Pick<Changes, "cursor" | "epoch"> & {
  readonly changes: readonly Node[];
  readonly arrived?: readonly string[] | undefined;
  readonly left?: readonly string[] | undefined;
};

export interface FollowerOptions {
  readonly api: Pick<SpaceRequests, "changes">;
  readonly take: (nodes: readonly Node[]) => void;
  /** Of a shared folder: told ids of what came in with all that is below it, and of what went out. */
  readonly onBorder?: (arrived: readonly string[], left: readonly string[]) => void;
  /** All that was read is to be read anew: it cannot be told what changed since. */
  readonly onLost: () => void;
  /** The space is not there, or not for this account. */
  readonly onGone?: () => void;
  readonly onCursor: (cursor: string) => void;
}

/** More pages of changes than these take longer to read than what is on the screen. */
const PAGES = 5;
const PAGE_ENTRIES = 1_000;

/** Follows what changes from the moment of the first read on. */
export class Follower {
  readonly #options: FollowerOptions;
  #cursor: string | null = null;
  #epoch: string | undefined;
  /** Counts how often everything was dropped: what was asked before is of no use after. */
  #life = 0;
  /** Cursors of reads from before this followed, from which what changed since is to be asked for once. */
  readonly #owed = new Set<string>();
  #pulling: Promise<boolean> | null = null;
  #isPullDue = false;
  /** Whether anything was told before there was a read that it could go on from. */
  #hasMissed = false;

  constructor(options: FollowerOptions) {
    this.#options = options;
  }

  /** Up to here everything was told; null before the first read. */
  get cursor(): string | null {
    return this.#cursor;
  }

  /** The history that what was told belongs to; undefined before the first pull. */
  get epoch(): string | undefined {
    return this.#epoch;
  }

  /**
   * To be called before a read, and its answer with what the read says of when it was (`changesCursor`); false where what
   * was read is void, because everything was dropped meanwhile.
   */
  beginRead(): (cursor: string) => boolean {
    const wasFollowing = this.#cursor !== null;
    const life = this.#life;
    return (cursor) => {
      if (life !== this.#life) return false;
      if (!wasFollowing) this.goOnFrom(cursor);
      return true;
    };
  }

  /** Something is shown again that was kept as of `cursor`: what changed since is to be asked for. */
  goOnFrom(cursor: string): void {
    if (this.#cursor === null) this.#moveTo(cursor);
    else if (cursor !== this.#cursor) this.#owed.add(cursor);
    if (this.#owed.size > 0 || this.#hasMissed) void this.pull();
  }

  /** A message of the socket. False where it does not go on from here: a pull is due. */
  hear(base: string, changes: Told): boolean {
    if (this.#cursor === null) {
      this.#hasMissed = true;
      return true;
    }
    if (this.#epoch !== undefined && changes.epoch !== this.#epoch) {
      this.#lose();
      return true;
    }
    this.#epoch = changes.epoch;
    this.#take(changes);
    if (base !== this.#cursor) return changes.cursor === this.#cursor;
    this.#moveTo(changes.cursor);
    return true;
  }

  /** Asks for what changed. Resolves to whether all of it is here; does nothing before the first read. */
  pull(): Promise<boolean> {
    this.#hasMissed ||= this.#cursor === null;
    this.#isPullDue = true;
    this.#pulling ??= this.#pull().finally(() => {
      this.#pulling = null;
    });
    return this.#pulling;
  }

  async #pull(): Promise<boolean> {
    this.#hasMissed &&= this.#cursor === null;
    while (this.#isPullDue) {
      this.#isPullDue = false;
      for (const owed of this.#owed) {
        if (!(await this.#catchUp(owed, () => undefined))) return false;
        this.#owed.delete(owed);
      }
      if (this.#cursor === null) continue;
      if (!(await this.#catchUp(this.#cursor, (cursor) => this.#moveTo(cursor)))) return false;
    }
    return true;
  }

  /** False where the server could not be asked. */
  async #catchUp(from: string, onPage: (cursor: string) => void): Promise<boolean> {
    const life = this.#life;
    try {
      let cursor = from;
      for (let page = 0; page < PAGES; page++) {
        const changes = await this.#options.api.changes(cursor, PAGE_ENTRIES);
        if (life !== this.#life) return true;
        this.#epoch = changes.epoch;
        this.#take(changes);
        cursor = changes.cursor;
        onPage(cursor);
        if (changes.upToDate) return true;
      }
    } catch (error) {
      if (life !== this.#life) return true;
      const isOver =
        error instanceof LedgeError && (error.code === "cursor_expired" || error.code === "invalid_cursor");
      const isGone = error instanceof LedgeError && error.code === "not_found" && this.#options.onGone !== undefined;
      if (!isOver && !isGone) return false;
      this.#lose();
      if (isGone) this.#options.onGone?.();
      return true;
    }
    this.#lose();
    return true;
  }

  #take({ changes, arrived = [], left = [] }: Told): void {
    // What went out first: it may have come in again, or have been moved below what came in.
    if (left.length > 0) this.#options.onBorder?.([], left);
    this.#options.take(changes);
    if (arrived.length > 0) this.#options.onBorder?.(arrived, []);
  }

  /** All that was told is void: the space is not followed until it is read from again. */
  stop(): void {
    this.#life += 1;
    this.#cursor = null;
    this.#epoch = undefined;
    this.#owed.clear();
  }

  #moveTo(cursor: string): void {
    this.#cursor = cursor;
    this.#options.onCursor(cursor);
  }

  #lose(): void {
    this.stop();
    this.#options.onLost();
  }
}
