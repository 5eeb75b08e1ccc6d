import type { NoticeAbout } from "../../protocol/push.ts";
import type { Env } from "../env.ts";
import type { Watcher } from "./watchers.ts";

/** That something changed in a shared folder, and what to read it with. */
export interface SharedChange {
  readonly folder: string;
  /** Of the folder's own feed. */
  readonly cursor: string;
  /** D1's; null where it is not known. */
  readonly bookmark: string | null;
}

/** What one account's object tells another's in one call, for its sockets. */
export interface Told {
  readonly shared: readonly SharedChange[];
  /** Folders that the account does not have any more. */
  readonly forgotten: readonly string[];
  readonly notices: readonly NoticeAbout[];
}

/** What one account's object asks of another's. */
export interface Peer {
  watch(watchers: readonly Watcher[]): Promise<void>;
  unwatch(watchers: readonly Watcher[]): Promise<void>;
  /** Answers those folders of `shared` that sockets are there for. */
  hear(told: Told): Promise<string[]>;
}

/** An account's object, as another one sees it. */
export function peerOf(env: Env, account: string): Peer {
  return env.USER_SYNC.get(env.USER_SYNC.idFromName(account));
}
