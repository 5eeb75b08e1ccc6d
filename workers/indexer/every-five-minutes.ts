import type { Env } from "../env.ts";
import { drainUnmounts } from "../api/sharing/mounting.ts";
import { sendDue } from "../mail/send.ts";
import { pruneActivity } from "../storage/activity.ts";
import { pruneAdminEvents } from "../storage/admin-events.ts";
import { collect } from "../storage/collector.ts";
import { dropExpiredInvitations } from "../storage/directory-invitations.ts";
import { forgetMail } from "../storage/directory-outbox.ts";
import { pruneNotifications } from "../storage/notification-reads.ts";
import { dropExpired } from "../storage/directory-sessions.ts";
import { clearEndedFolders } from "../storage/end-sharing.ts";
import { pruneRecords } from "../storage/prune-records.ts";
import { openShard, shardNames } from "../storage/shards.ts";
import { forgetDrops } from "../storage/drops.ts";
import { forgetSent } from "../storage/sent-chunks.ts";
import { countDay, pruneUsageDays } from "../storage/usage-days.ts";
import { takeUpTransfers } from "../transfers/queue.ts";
import { takeUpThumbnails } from "../thumbnails/queue.ts";
import { forgetDead } from "../search/dead-letters.ts";
import { mergeTerms } from "../search/merge-terms.ts";
import { sweepShard } from "./sweep.ts";

/** Expired sessions and device codes, each, that one run deletes. */
const EXPIRED_PER_RUN = 1_000;

/** Mounts of memberships that have ended that one run purges, a commit each. */
const UNMOUNTED_PER_RUN = 300;

/** Records of what was done, of each shard, and notifications, that one run deletes. */
const PRUNED_PER_RUN = 5_000;

/** The cron. What fails on one shard is logged and left for the next run; the other shards have theirs. */
export async function everyFiveMinutes(_controller: ScheduledController, env: Env): Promise<void> {
  await attempt("expire", "DIRECTORY", () => dropExpired(env.DIRECTORY, Date.now(), EXPIRED_PER_RUN));
  await attempt("transfers", "DIRECTORY", () => takeUpTransfers(env));
  await attempt("mail", "DIRECTORY", () => sendDue(env));
  await attempt("old mail", "DIRECTORY", () => forgetMail(env.DIRECTORY, Date.now(), EXPIRED_PER_RUN));
  await attempt("forget", "DIRECTORY", async () => {
    await pruneAdminEvents(env.DIRECTORY, Date.now(), EXPIRED_PER_RUN);
    await pruneUsageDays(env.DIRECTORY, Date.now());
    await pruneNotifications(env.DIRECTORY, Date.now(), PRUNED_PER_RUN);
  });
  await attempt("invitations", "DIRECTORY", () => dropExpiredInvitations(env.DIRECTORY, Date.now(), EXPIRED_PER_RUN));
  await attempt("dead letters", "SEARCH", () => forgetDead(env.SEARCH, Date.now(), EXPIRED_PER_RUN));
  await attempt("merge terms", "SEARCH", () => mergeTerms(env.SEARCH));
  for (const shard of shardNames(env)) {
    await attempt("shared folders", shard, () =>
      clearEndedFolders(env.DIRECTORY, openShard(env, shard, "first-primary"), Date.now()),
    );
    await attempt("sweep", shard, () => sweepShard(env, shard));
    await attempt("thumbnails", shard, () => takeUpThumbnails(env, shard));
    await attempt("sent chunks", shard, () => forgetSent(openShard(env, shard, "first-primary"), Date.now()));
    await attempt("drops", shard, () => forgetDrops(openShard(env, shard, "first-primary"), Date.now()));
    await attempt("collect", shard, () => collect(env, openShard(env, shard, "first-primary"), Date.now()));
    await attempt("usage", shard, () => countDay(env, shard, Date.now()));
    await attempt("prune", shard, () => pruneRecords(openShard(env, shard, "first-primary"), Date.now()));
    await attempt("forget", shard, () =>
      pruneActivity(openShard(env, shard, "first-primary"), Date.now(), PRUNED_PER_RUN),
    );
  }
  // After all that ends memberships.
  await attempt("mounts", "DIRECTORY", () => drainUnmounts(env, UNMOUNTED_PER_RUN));
}

async function attempt(task: string, database: string, run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (error) {
    console.error("a scheduled task failed, to be tried again", { task, database, error: String(error) });
  }
}
