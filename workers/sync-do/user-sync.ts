import { DurableObject } from "cloudflare:workers";
import type { NoticeAbout, SubscribeRequest } from "../../protocol/push.ts";
import type { Env } from "../env.ts";
import { reapStep } from "../storage/commit-reap.ts";
import { openShard } from "../storage/shards.ts";
import type { SpaceChange } from "../storage/space-change.ts";
import { commitGroup } from "./commit-group.ts";
import { CommitQueue, type CommitInput, type CommitOutcome } from "./commit-queue.ts";
import { Push, type DeviceState, type Subscriber, type TicketOutcome } from "./push.ts";
import { TICKET_HEADER, type TicketClaims } from "./tickets.ts";

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

  /** Purges what lies below purged folders, step by step (T8). */
  override async alarm(): Promise<void> {
    for (const [key, space] of await this.ctx.storage.list<Space>({ prefix: REAP_PREFIX })) {
      if (await this.#reap(space)) await this.#queue.run(() => this.#forgetReaping(key, space));
      else await this.ctx.storage.setAlarm(Date.now());
    }
  }

  async #carryOut(group: readonly CommitInput[]): Promise<readonly CommitOutcome[]> {
    const [first] = group;
    if (!first) return [];
    // Before the batch, so that no crash after it leaves purged folders that nothing comes back for.
    const mayPurge = group.some(({ request }) => request.operations.some(({ type }) => type === "purge"));
    if (mayPurge) await this.#scheduleReaping(first);
    const { db } = openShard(this.env, first.shard, "first-primary");
    const { outcomes, change, isReaping } = await commitGroup(db, group, Date.now());
    const bookmark = db.getBookmark();
    this.#announce(change, bookmark);
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
    this.#announce(change, db.getBookmark());
    return isDone;
  }

  /** Looks once more: a purge may have come between the last step and its turn. */
  async #forgetReaping(key: string, space: Space): Promise<void> {
    if (await this.#reapStep(space)) await this.ctx.storage.delete(key);
    else await this.ctx.storage.setAlarm(Date.now());
  }

  /** Tells the sockets (W3) and the indexer (T12). A message that is lost is made up for by the indexer's cron. */
  #announce(change: SpaceChange | null, bookmark: string | null): void {
    if (change === null) return;
    const { space, seq, baseSeq } = change;
    try {
      this.#push.tell(change, bookmark, Date.now());
    } catch (error) {
      // What was committed stays so: devices pull it later.
      console.error("sockets were not told", { space, seq, error: String(error) });
    }
    if (seq === baseSeq) return;
    const sent = this.env.INDEX_QUEUE.send({ space, seq }).catch((error: unknown) => {
      console.warn("index message lost", { space, seq, error: String(error) });
    });
    this.ctx.waitUntil(sent);
  }
}
