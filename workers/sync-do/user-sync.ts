import { DurableObject } from "cloudflare:workers";
import type { Env } from "../env.ts";
import { reapStep } from "../storage/commit-reap.ts";
import { openShard } from "../storage/shards.ts";
import { commitGroup } from "./commit-group.ts";
import { CommitQueue, type CommitInput, type CommitOutcome } from "./commit-queue.ts";

/** A space with purged folders that are still to be reaped: the key of its record in the object's own storage. */
const REAP_PREFIX = "reap:";
/** Steps of one alarm; the next goes on. */
const STEPS_PER_ALARM = 20;

type Space = Pick<CommitInput, "shard" | "spaceId" | "ownerId">;

/** The single writer of one owner's spaces (I4). D1's fence holds where two of these should run at once. */
export class UserSync extends DurableObject<Env> {
  readonly #queue = new CommitQueue((group) => this.#carryOut(group));

  /** Carries out one commit, together with those that wait beside it. */
  commit(input: CommitInput): Promise<CommitOutcome> {
    return this.#queue.commit(input);
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
    const { outcomes, seq, isReaping } = await commitGroup(db, group, Date.now());
    if (isReaping && !mayPurge) await this.#scheduleReaping(first);
    if (seq !== null) this.#announce(first.spaceId, seq);
    const bookmark = db.getBookmark();
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
      const { seq, isDone } = await this.#queue.run(() => this.#reapStep(space));
      if (seq !== null) this.#announce(space.spaceId, seq);
      if (isDone) return true;
    }
    return false;
  }

  #reapStep(space: Space): Promise<{ seq: number | null; isDone: boolean }> {
    const { db } = openShard(this.env, space.shard, "first-primary");
    return reapStep(db, { ...space, now: Date.now() });
  }

  /** Looks once more: a purge may have come between the last step and its turn. */
  async #forgetReaping(key: string, space: Space): Promise<void> {
    const { isDone } = await this.#reapStep(space);
    if (isDone) await this.ctx.storage.delete(key);
    else await this.ctx.storage.setAlarm(Date.now());
  }

  /** Tells the indexer (T12). A message that is lost is made up for by the indexer's cron. */
  #announce(space: string, seq: number): void {
    const sent = this.env.INDEX_QUEUE.send({ space, seq }).catch((error: unknown) => {
      console.warn("index message lost", { space, seq, error: String(error) });
    });
    this.ctx.waitUntil(sent);
  }
}
