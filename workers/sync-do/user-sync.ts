import { DurableObject } from "cloudflare:workers";
import { encodeCursor } from "../../protocol/cursor.ts";
import type { NoticeAbout, SubscribeRequest } from "../../protocol/push.ts";
import type { Env } from "../env.ts";
import { reapStep } from "../storage/commit-reap.ts";
import type { Followed } from "../storage/directory-members.ts";
import { endPurged } from "../storage/end-sharing.ts";
import { openShard } from "../storage/shards.ts";
import { shareOnShard } from "../storage/shared-folders.ts";
import type { SpaceChange } from "../storage/space-change.ts";
import { commitGroup } from "./commit-group.ts";
import { CommitQueue, type CommitInput, type CommitOutcome } from "./commit-queue.ts";
import { peerOf, type SharedChange, type Told } from "./peers.ts";
import { Push, type DeviceState, type Subscriber, type TicketOutcome } from "./push.ts";
import { SharedPush } from "./shared-push.ts";
import { TICKET_HEADER, type TicketClaims } from "./tickets.ts";
import type { Watcher } from "./watchers.ts";

/** A space with purged folders that are still to be reaped: the key of its record in the object's own storage. */
const REAP_PREFIX = "reap:";
/** Steps of one alarm; the next goes on. */
const STEPS_PER_ALARM = 20;

type Space = Pick<CommitInput, "shard" | "spaceId" | "ownerId">;

/**
 * The single writer of one owner's spaces (I4), and the one place that all of the account's sockets are open at (W1-W7).
 * D1's fence holds where two of these should run at once.
 */
export class UserSync extends DurableObject<Env> {
  readonly #queue = new CommitQueue((group) => this.#carryOut(group));
  readonly #push = new Push(this.ctx);
  readonly #shared = new SharedPush(this.ctx, (account) => peerOf(this.env, account));

  /** Carries out one commit, together with those that wait beside it. */
  commit(input: CommitInput): Promise<CommitOutcome> {
    return this.#queue.commit(input);
  }

  /** Opens a WebSocket for a ticket that the API has verified. */
  override fetch(request: Request): Response {
    return this.#push.open(JSON.parse(request.headers.get(TICKET_HEADER) ?? "") as TicketClaims, Date.now());
  }

  override webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): void {
    this.#push.receive(socket, data, Date.now());
  }

  override webSocketClose(socket: WebSocket): void {
    this.#push.closed(socket, Date.now());
    try {
      // Who closes a socket waits to be answered: Node for ten seconds, in which its process does not end.
      socket.close(1000);
    } catch {
      // It was closed from here.
    }
  }

  override webSocketError(socket: WebSocket): void {
    this.#push.closed(socket, Date.now());
  }

  /** Registers a device and gives out a ticket (W1). `ended` is a token that is no longer live, or null. */
  subscribe(device: SubscribeRequest["device"], subscriber: Subscriber, ended: string | null): TicketOutcome {
    return this.#push.subscribe(device, subscriber, ended, Date.now());
  }

  /** Ends the sockets and tickets of credentials that were revoked (W5). */
  disconnect(credentials: readonly string[]): void {
    this.#push.disconnect(credentials);
  }

  /** Ends all sockets and tickets of the account (R2). */
  disconnectAll(): void {
    this.#push.disconnectAll();
  }

  /** The sessions that have sockets or tickets. */
  connectedSessions(): string[] {
    return this.#push.sessions();
  }

  /**
   * Tells the sockets that something of the account changed.
   *
   * @param bookmark - With which the change can be read (P3); null where it is not in the account's shard.
   */
  notify(about: NoticeAbout, bookmark: string | null): void {
    this.#push.notify(about, bookmark, Date.now());
  }

  /** Notes that a folder of the account's is shared, between its commits (M1, M5); see `shareOnShard`. */
  share({ shard, spaceId }: Omit<Space, "ownerId">, folder: string): ReturnType<typeof shareOnShard> {
    return this.#queue.run(() => shareOnShard(openShard(this.env, shard, "first-primary").db, spaceId, folder));
  }

  /** Has the sockets of this account hear of what changes in these folders of others, and in no others (M8); see `SharedPush`. */
  follow(account: string, folders: readonly Followed[]): Promise<boolean> {
    return this.#shared.follow(account, folders);
  }

  /** As `follow`, of one folder that the account has come to have, where there is a socket that would hear of it. */
  async followIfConnected(account: string, folder: Followed): Promise<void> {
    if (this.#push.isConnected(Date.now())) await this.#shared.followAlso(account, [folder]);
  }

  /** The account's folder is another's from now on (M13): tells its members of nothing more. */
  dropWatchers(folder: string): void {
    this.#shared.drop(folder);
  }

  /** A folder that the account has, or now owns, has a new owner (M13): has that one tell of it, and tells the sockets. */
  async followNewOwner(account: string, folder: Followed): Promise<void> {
    this.#shared.forget(folder.folder);
    if (folder.owner !== account) await this.followIfConnected(account, folder);
    this.notify("spaces", null);
  }

  /** Takes members' objects down as ones that are to be told. */
  watch(watchers: readonly Watcher[]): void {
    this.#shared.watch(watchers);
  }

  unwatch(watchers: readonly Watcher[]): void {
    this.#shared.unwatch(watchers);
  }

  /** Tells the sockets what another account's object tells; answers those folders of `shared` that there are sockets for. */
  hear({ shared, forgotten, notices }: Told): string[] {
    for (const folder of forgotten) this.#shared.forget(folder);
    for (const about of notices) this.notify(about, null);
    return shared.length > 0 ? this.#hearShared(shared) : [];
  }

  #hearShared(changes: readonly SharedChange[]): string[] {
    const now = Date.now();
    if (!this.#push.isConnected(now)) {
      for (const { folder } of changes) this.#shared.forget(folder);
      return [];
    }
    const followed = changes.filter(({ folder }) => this.#shared.isFollowed(folder));
    this.#push.tellShared(followed, now);
    return followed.map(({ folder }) => folder);
  }

  /** Tells the sockets of accounts, as many as there are, that something changed. */
  notifyAccounts(accounts: readonly string[], notices: readonly NoticeAbout[]): Promise<void> {
    return this.#shared.notify(accounts, notices);
  }

  /** Tells the account and the members with sockets that who has its folder, or how, has changed. */
  async noticePeople(folder: string): Promise<void> {
    this.notify("spaces", null);
    await this.#shared.notice(folder);
  }

  /** Ends what members hear of the account's folder: those of one who was removed, or of all of them. */
  endWatching(folder: string, member: string | null): Promise<void> {
    return this.#shared.end([folder], member);
  }

  devices(): DeviceState[] {
    return this.#push.devices();
  }

  renameDevice(id: string, name: string): DeviceState | null {
    return this.#push.rename(id, name, Date.now());
  }

  /** Refuses a device from now on, and answers the sessions that it subscribed with; null where there is none. */
  revokeDevice(id: string): string[] | null {
    return this.#push.revoke(id, Date.now());
  }

  /** Tells what one invocation could not, and purges what lies below purged folders, step by step (T8). */
  override async alarm(): Promise<void> {
    if (!(await this.#shared.goOn())) await this.ctx.storage.setAlarm(Date.now());
    for (const [key, space] of await this.ctx.storage.list<Space>({ prefix: REAP_PREFIX })) {
      if (await this.#reap(space)) await this.#queue.run(() => this.#forgetReaping(key, space));
      else await this.ctx.storage.setAlarm(Date.now());
    }
  }

  async #carryOut(group: readonly CommitInput[]): Promise<readonly CommitOutcome[]> {
    const [first] = group;
    if (!first) return [];
    // Before the batch, so that no crash after it leaves purged folders that nothing comes back for.
    const mayPurge = group.some(({ request }) =>
      request.operations.some(({ type }) => type === "purge" || type === "abandon"),
    );
    if (mayPurge) await this.#scheduleReaping(first);
    const { db } = openShard(this.env, first.shard, "first-primary");
    const { outcomes, change, isReaping } = await commitGroup(db, group, Date.now());
    const bookmark = db.getBookmark();
    this.#announce(first.shard, change, bookmark);
    if (isReaping && !mayPurge) await this.#scheduleReaping(first);
    return outcomes.map((outcome) => (outcome.ok ? { ...outcome, bookmark } : outcome));
  }

  async #scheduleReaping({ shard, spaceId, ownerId }: Space): Promise<void> {
    const space: Space = { shard, spaceId, ownerId };
    await this.ctx.storage.put(REAP_PREFIX + spaceId, space);
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(Date.now());
  }

  /** Takes steps, between commits. True once nothing is left. */
  async #reap(space: Space): Promise<boolean> {
    for (let step = 0; step < STEPS_PER_ALARM; step++) {
      if (await this.#queue.run(() => this.#reapStep(space))) return true;
    }
    return false;
  }

  /** True where nothing was left. */
  async #reapStep(space: Space): Promise<boolean> {
    const { db } = openShard(this.env, space.shard, "first-primary");
    const { change, isDone } = await reapStep(db, { ...space, now: Date.now() });
    this.#announce(space.shard, change, db.getBookmark());
    return isDone;
  }

  /** Looks once more: a purge may have come between the last step and its turn. */
  async #forgetReaping(key: string, space: Space): Promise<void> {
    if (await this.#reapStep(space)) await this.ctx.storage.delete(key);
    else await this.ctx.storage.setAlarm(Date.now());
  }

  /** Tells the sockets (W3) and the indexer (T12). A message that is lost is made up for by the indexer's cron. */
  #announce(shard: string, change: SpaceChange | null, bookmark: string | null): void {
    if (change === null) return;
    const { space, seq, baseSeq } = change;
    try {
      this.#push.tell(change, bookmark, Date.now());
    } catch (error) {
      // What was committed stays so: devices pull it later.
      console.error("sockets were not told", { space, seq, error: String(error) });
    }
    if (seq === baseSeq) return;
    this.#tellMembers(shard, change, bookmark);
    const sent = this.env.INDEX_QUEUE.send({ space, seq }).catch((error: unknown) => {
      console.warn("index message lost", { space, seq, error: String(error) });
    });
    this.ctx.waitUntil(sent);
  }

  /** Tells members of shared folders (M8), and ends the sharing of those that were purged (M10). */
  #tellMembers(shard: string, { space, epoch, seq, nodes, sharedFolders }: SpaceChange, bookmark: string | null): void {
    this.#shared.tell(
      sharedFolders.map((folder) => ({ folder, cursor: encodeCursor({ space: folder, epoch, seq }), bookmark })),
    );
    const isPurging = nodes.some(({ type, state }) => type === "folder" && state === "purged");
    if (isPurging) this.ctx.waitUntil(this.#endPurged(shard, space));
  }

  /** What is not reached now is done by the cron. */
  async #endPurged(shard: string, space: string): Promise<void> {
    try {
      const opened = openShard(this.env, shard, "first-primary");
      const ended = await endPurged(this.env.DIRECTORY, opened, Date.now(), space);
      if (ended.length === 0) return;
      await this.#shared.end(ended, null);
      this.notify("spaces", null);
    } catch (error) {
      console.warn("the sharing of purged folders was not ended", { space, error: String(error) });
    }
  }
}
