import type { Context } from "hono";
import type { NoticeAbout } from "../../protocol/push.ts";
import type { Env } from "../env.ts";
import { listSessions } from "../storage/directory-sessions.ts";
import type { UserSync } from "../sync-do/user-sync.ts";
import type { AppContext } from "./context.ts";

type Calls = Pick<
  UserSync,
  | "subscribe"
  | "disconnect"
  | "disconnectAll"
  | "notify"
  | "connectedSessions"
  | "devices"
  | "renameDevice"
  | "revokeDevice"
  | "share"
  | "follow"
  | "followIfConnected"
  | "noticePeople"
  | "notifyAccounts"
  | "endWatching"
>;

/** The object's methods as a caller sees them: each answers later. */
type Remote = {
  [Name in keyof Calls]: (...input: Parameters<Calls[Name]>) => Promise<Awaited<ReturnType<Calls[Name]>>>;
} & Pick<Fetcher, "fetch">;

/** The account's object. */
export function userSync(env: Env, userId: string): Remote {
  return env.USER_SYNC.get(env.USER_SYNC.idFromName(userId));
}

/**
 * Tells the account's sockets that something of it changed, after the answer. A notice that is lost is one that comes
 * late: whoever looks again asks.
 */
export function notify(c: Context<AppContext>, about: NoticeAbout): void {
  const { caller, home } = c.var;
  const bookmark = about === "stars" ? home.shard.db.getBookmark() : null;
  const told = userSync(c.env, caller.userId)
    .notify(about, bookmark)
    .catch((error: unknown) => console.warn("sockets were not notified", { about, error: String(error) }));
  c.executionCtx.waitUntil(told);
}

/** As `notify`, for somebody else's account, of what is in no shard. */
export function tellAccount(c: Context<AppContext>, userId: string, about: NoticeAbout): void {
  const told = userSync(c.env, userId)
    .notify(about, null)
    .catch((error: unknown) => console.warn("sockets were not notified", { about, error: String(error) }));
  c.executionCtx.waitUntil(told);
}

/** Ends the sockets and tickets of credentials. */
function disconnect(env: Env, userId: string, credentialIds: readonly string[]): Promise<void> {
  if (credentialIds.length === 0) return Promise.resolve();
  return insistently(() => userSync(env, userId).disconnect(credentialIds));
}

/**
 * Ends credentials and their sockets (W5). Sockets go before, so that nothing is ended where the object cannot be reached:
 * the request failed, and is sent again with what would otherwise be refused by then. They go after, so that none stays
 * that was opened meanwhile.
 *
 * @param end - Ends the credentials.
 */
export async function disconnectAround<T>(
  env: Env,
  userId: string,
  credentialIds: readonly string[],
  end: () => Promise<T>,
): Promise<T> {
  await disconnect(env, userId, credentialIds);
  const ended = await end();
  await disconnect(env, userId, credentialIds);
  return ended;
}

/**
 * As `disconnectAround`, where `end` ends sessions of which it is not known which those will be: the sockets of all
 * sessions go before, to be opened again by those that live on.
 */
export async function disconnectEndedAround<T>(env: Env, userId: string, end: () => Promise<T>): Promise<T> {
  await insistently(async () => {
    const connected = await userSync(env, userId).connectedSessions();
    if (connected.length > 0) await userSync(env, userId).disconnect(connected);
  });
  const ended = await end();
  await disconnectEnded(env, userId, Date.now());
  return ended;
}

/** As `disconnectAround`, where `end` ends all of the account's credentials, sessions and tokens (R2). */
export async function disconnectAllAround<T>(env: Env, userId: string, end: () => Promise<T>): Promise<T> {
  const disconnectAll = () => insistently(() => userSync(env, userId).disconnectAll());
  await disconnectAll();
  const ended = await end();
  await disconnectAll();
  return ended;
}

/** Ends the sockets of all sessions that are no more. */
function disconnectEnded(env: Env, userId: string, now: number): Promise<void> {
  return insistently(async () => {
    // In this order: a session that is opened meanwhile is not among those that are looked for.
    const connected = await userSync(env, userId).connectedSessions();
    if (connected.length === 0) return;
    const live = new Set((await listSessions(env.DIRECTORY, userId, now)).map(({ id }) => id));
    const ended = connected.filter((id) => !live.has(id));
    if (ended.length > 0) await userSync(env, userId).disconnect(ended);
  });
}

/** A call to an object that was just moved or restarted fails, and succeeds the next time. */
async function insistently(call: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (attempt === 3) throw error;
    }
  }
}
