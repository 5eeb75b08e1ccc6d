import type { Env } from "../env.ts";
import { listSessions } from "../storage/directory-sessions.ts";
import type { UserSync } from "../sync-do/user-sync.ts";

type Calls = Pick<
  UserSync,
  "subscribe" | "disconnect" | "connectedSessions" | "devices" | "renameDevice" | "revokeDevice"
>;

/** The object's methods as a caller sees them: each answers later. */
type Remote = { [Name in keyof Calls]: (...input: Parameters<Calls[Name]>) => Promise<ReturnType<Calls[Name]>> } & Pick<
  Fetcher,
  "fetch"
>;

/** The account's object. */
export function userSync(env: Env, userId: string): Remote {
  return env.USER_SYNC.get(env.USER_SYNC.idFromName(userId)) as unknown as Remote;
}

/** Ends the sockets of a credential; to be called after it was revoked, so that nothing new is opened with it (W5). */
export function disconnect(env: Env, userId: string, credentialId: string): Promise<void> {
  return insistently(() => userSync(env, userId).disconnect([credentialId]));
}

/** Ends the sockets of all sessions that are no more. */
export function disconnectEnded(env: Env, userId: string, now: number): Promise<void> {
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
