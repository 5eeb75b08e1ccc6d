import type { NoticeAbout } from "../../protocol/push.ts";
import type { Followed } from "../storage/directory-members.ts";
import { Following } from "./following.ts";
import type { Peer, SharedChange, Told } from "./peers.ts";
import { Tellings } from "./tellings.ts";
import { Watchers, type Watcher } from "./watchers.ts";

/** How long after one message of a folder the next one waits, milliseconds: for each `AT_ONCE` members that are told. */
const PAUSE = 200;
/** Calls that one invocation makes for messages; the alarm makes the others, in invocations of its own. */
const AT_ONCE = 200;

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
  readonly #tellings: Tellings;
  readonly #peer: (account: string) => Peer;
  readonly #waitUntil: (work: Promise<unknown>) => void;
  readonly #pauses = new Map<string, Pause>();

  constructor(context: DurableObjectState, peer: (account: string) => Peer) {
    this.#watchers = new Watchers(context.storage.sql);
    this.#following = new Following(context.storage.sql);
    this.#tellings = new Tellings(context.storage);
    this.#peer = peer;
    this.#waitUntil = (work) => context.waitUntil(work);
  }

  /**
   * As the owner: tells of changes, of each folder at once or as soon as its pause is over, and then of the last only.
   *
   * @param made - Calls that this invocation has made: what comes after a pause belongs to the one before it.
   */
  tell(changes: readonly SharedChange[], made = 0): void {
    const now = changes.filter((change) => {
      const pause = this.#pauses.get(change.folder);
      if (!pause) return true;
      pause.next = change;
      return false;
    });
    if (now.length === 0) return;
    const all = this.#changesFor(now);
    if (all.size === 0) return;
    for (const { folder } of now) this.#pauses.set(folder, { next: null });
    this.#waitUntil(this.#tellAll(all, made));
    this.#waitUntil(
      this.#afterPause(
        now.map(({ folder }) => folder),
        PAUSE * Math.ceil(all.size / AT_ONCE),
        made + all.size,
      ),
    );
  }

  #changesFor(changes: readonly SharedChange[]): Map<string, Told> {
    const watchers = this.#watchers.of(changes.map(({ folder }) => folder));
    return new Map(
      [...Map.groupBy(watchers, ({ member }) => member)].map(([member, watched]) => {
        const folders = new Set(watched.map(({ folder }) => folder));
        const shared = changes.filter(({ folder }) => folders.has(folder));
        return [member, { shared, forgotten: [], notices: [] }];
      }),
    );
  }

  /** A timer of one pause, no longer: it does not keep the object from hibernating. */
  async #afterPause(folders: readonly string[], pause: number, made: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, pause));
    const next = folders.flatMap((folder) => this.#pauses.get(folder)?.next ?? []);
    for (const folder of folders) this.#pauses.delete(folder);
    this.tell(next, made);
  }

  /** Tells accounts, a call each; by the alarm, where they are more than this invocation is to call. */
  async #tellAll(all: ReadonlyMap<string, Told>, made: number): Promise<void> {
    if (made + all.size > AT_ONCE) await this.#tellings.keep(all);
    else await this.#callAll(all);
  }

  async #callAll(all: ReadonlyMap<string, Told>): Promise<void> {
    const told = [...all].map(async ([account, each]) => {
      const watched = each.shared.flatMap(({ folder }) => this.#watchers.find(folder, account) ?? []);
      const heard = await this.#peer(account).hear(each);
      for (const watcher of watched) if (!heard.includes(watcher.folder)) this.#watchers.strike(watcher);
    });
    logFailures(await Promise.allSettled(told), "accounts were not told");
  }

  /** Tells, by the alarm, what was left to it: a slice. True once nothing is left. */
  async goOn(): Promise<boolean> {
    await this.#callAll(this.#tellings.take());
    return this.#tellings.isEmpty();
  }

  /** Tells accounts' sockets that something changed, whoever they are. */
  async notify(accounts: readonly string[], notices: readonly NoticeAbout[]): Promise<void> {
    await this.#tellAll(new Map(accounts.map((account) => [account, { shared: [], forgotten: [], notices }])), 0);
  }

  /** As the owner: members whose sockets are to be told. */
  watch(watchers: readonly Watcher[]): void {
    for (const watcher of watchers) {
      this.#watchers.add(watcher);
      this.#tellings.dropForgotten(watcher.member, watcher.folder);
    }
  }

  unwatch(watchers: readonly Watcher[]): void {
    for (const watcher of watchers) this.#watchers.strike(watcher);
  }

  /** As the owner: ends what a member who is none any more is told; of all members where none is named. */
  async end(folders: readonly string[], member: string | null): Promise<void> {
    const gone = this.#watchers.of(folders).filter((each) => member === null || each.member === member);
    for (const each of gone) this.#watchers.remove(each.folder, each.member);
    const all = [...Map.groupBy(gone, (each) => each.member)].map(([account, theirs]): [string, Told] => {
      const forgotten = theirs.map(({ folder }) => folder);
      return [account, { shared: [], forgotten, notices: ["spaces"] }];
    });
    await this.#tellAll(new Map(all), 0);
  }

  /** As who was the owner: the folder is another's, whose object its members ask from now on (M13). */
  drop(folder: string): void {
    for (const { member } of this.#watchers.of([folder])) this.#watchers.remove(folder, member);
  }

  /** As the owner: tells the members with sockets that who has the folder, or how, has changed. */
  async notice(folder: string): Promise<void> {
    await this.notify(
      this.#watchers.of([folder]).map(({ member }) => member),
      ["spaces"],
    );
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
    // By owner as well: the folder may have a new one (M13).
    const kept = new Map(folders.map(({ folder, owner }) => [folder, owner]));
    const gone = this.#following.list().filter(({ folder, owner }) => kept.get(folder) !== owner);
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
