import type { Followed } from "../storage/directory-members.ts";
import { Following } from "./following.ts";
import type { Peer, SharedChange } from "./peers.ts";
import { Watchers, type Watcher } from "./watchers.ts";

/** How long after one message of a folder the next one waits, milliseconds. */
const PAUSE = 200;

/** What a folder's members are told after the pause; null: nothing, so far. */
interface Pause {
  next: SharedChange | null;
}

/**
 * Tells the members of shared folders of changes (M8), from the owner's object to those of members that have sockets. All
 * of it is a hint: what is lost is found by the cursor.
 */
export class SharedPush {
  readonly #watchers: Watchers;
  readonly #following: Following;
  readonly #peer: (account: string) => Peer;
  readonly #waitUntil: (work: Promise<unknown>) => void;
  readonly #pauses = new Map<string, Pause>();

  constructor(context: DurableObjectState, peer: (account: string) => Peer) {
    this.#watchers = new Watchers(context.storage.sql);
    this.#following = new Following(context.storage.sql);
    this.#peer = peer;
    this.#waitUntil = (work) => context.waitUntil(work);
  }

  /** As the owner: tells of changes, of each folder at once or as soon as its pause is over, and then of the last only. */
  tell(changes: readonly SharedChange[]): void {
    const now = changes.filter((change) => {
      const pause = this.#pauses.get(change.folder);
      if (!pause) return true;
      pause.next = change;
      return false;
    });
    if (now.length === 0 || this.#watchers.of(now.map(({ folder }) => folder)).length === 0) return;
    for (const { folder } of now) this.#pauses.set(folder, { next: null });
    this.#waitUntil(this.#send(now));
    this.#waitUntil(this.#afterPause(now.map(({ folder }) => folder)));
  }

  /** A timer of one pause, no longer: it does not keep the object from hibernating. */
  async #afterPause(folders: readonly string[]): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
    const next = folders.flatMap((folder) => this.#pauses.get(folder)?.next ?? []);
    for (const folder of folders) this.#pauses.delete(folder);
    this.tell(next);
  }

  async #send(changes: readonly SharedChange[]): Promise<void> {
    const byMember = Map.groupBy(this.#watchers.of(changes.map(({ folder }) => folder)), ({ member }) => member);
    const told = [...byMember].map(async ([member, watched]) => {
      const folders = new Set(watched.map(({ folder }) => folder));
      const heard = await this.#peer(member).hearShared(changes.filter(({ folder }) => folders.has(folder)));
      for (const watcher of watched) if (!heard.includes(watcher.folder)) this.#watchers.strike(watcher);
    });
    logFailures(await Promise.allSettled(told), "members were not told");
  }

  /** As the owner: members whose sockets are to be told. */
  watch(watchers: readonly Watcher[]): void {
    for (const watcher of watchers) this.#watchers.add(watcher);
  }

  unwatch(watchers: readonly Watcher[]): void {
    for (const watcher of watchers) this.#watchers.strike(watcher);
  }

  /** As the owner: ends what a member who is none any more is told; of all members where none is named. */
  async end(folder: string, member: string | null): Promise<void> {
    const gone = this.#watchers.of([folder]).filter((each) => member === null || each.member === member);
    for (const each of gone) this.#watchers.remove(folder, each.member);
    logFailures(
      await Promise.allSettled(gone.map((each) => this.#peer(each.member).forgetShared(folder))),
      "former members were not told",
    );
  }

  /** As the owner: tells the members with sockets that who has the folder, or how, has changed. */
  async notice(folder: string): Promise<void> {
    const told = this.#watchers.of([folder]).map(({ member }) => this.#peer(member).notify("spaces", null));
    logFailures(await Promise.allSettled(told), "members were not notified");
  }

  /**
   * As a member: has the owners of these folders tell this object of changes, and no others.
   *
   * @returns whether any was asked that had not been before.
   */
  async follow(account: string, folders: readonly Followed[]): Promise<boolean> {
    await this.#unfollowOthers(account, folders);
    return this.followAlso(account, folders);
  }

  /** As a member: has more owners tell. One whose object cannot be reached is asked the next time. */
  async followAlso(account: string, folders: readonly Followed[]): Promise<boolean> {
    // Before the owners know: what they tell meanwhile is heard.
    const added = this.#following.add(folders);
    const asked = [...Map.groupBy(added, ({ owner }) => owner)].map(async ([owner, theirs]) => {
      try {
        await this.#peer(owner).watch(theirs.map(({ folder, token }) => ({ folder, token, member: account })));
      } catch (error) {
        for (const { folder } of theirs) this.#following.remove(folder);
        throw error;
      }
    });
    logFailures(await Promise.allSettled(asked), "owners were not asked");
    return added.length > 0;
  }

  async #unfollowOthers(account: string, folders: readonly Followed[]): Promise<void> {
    const kept = new Set(folders.map(({ folder }) => folder));
    const gone = this.#following.list().filter(({ folder }) => !kept.has(folder));
    for (const { folder } of gone) this.#following.remove(folder);
    const told = gone.map(({ folder, owner, token }) =>
      this.#peer(owner).unwatch([{ folder, token, member: account }]),
    );
    logFailures(await Promise.allSettled(told), "owners were not told");
  }

  /** As a member: whether the folder is still one that sockets may hear of. */
  isFollowed(folder: string): boolean {
    return this.#following.has(folder);
  }

  /** As a member: the folder is no longer the account's, or there is no socket that would hear of it. */
  forget(folder: string): void {
    this.#following.remove(folder);
  }
}

function logFailures(settled: readonly PromiseSettledResult<unknown>[], what: string): void {
  const failed = settled.find((each) => each.status === "rejected");
  if (failed) console.warn(what, { error: String(failed.reason) });
}
