import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { Env } from "../../../workers/env.ts";
import type { SocketState } from "../../../workers/sync-do/sockets.ts";
import type { TestAccount } from "./accounts.ts";

const { USER_SYNC } = env as unknown as Env;

/** The account's object. */
export function objectOf({ userId }: Pick<TestAccount, "userId">) {
  return USER_SYNC.get(USER_SYNC.idFromName(userId));
}

/** Takes the object out of memory; its sockets stay open. */
export function hibernate(account: TestAccount): Promise<void> {
  return evictDurableObject(objectOf(account), { webSockets: "hibernate" });
}

/** Changes what is known of every open socket, as if time had passed. */
export function changeSockets(account: TestAccount, change: (state: SocketState) => SocketState): Promise<void> {
  return runInDurableObject(objectOf(account), (_, context) => {
    for (const socket of context.getWebSockets())
      socket.serializeAttachment(change(socket.deserializeAttachment() as SocketState));
  });
}

/** Runs SQL in the object's own storage. */
export function sqlIn(account: TestAccount, query: string, ...values: unknown[]): Promise<Record<string, unknown>[]> {
  return runInDurableObject(objectOf(account), (_, context) => context.storage.sql.exec(query, ...values).toArray());
}
