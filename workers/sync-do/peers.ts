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

/** What one account's object asks of another's. */
export interface Peer {
  watch(watchers: readonly Watcher[]): Promise<void>;
  unwatch(watchers: readonly Watcher[]): Promise<void>;
  /** Answers those of the folders that sockets are there for. */
  hearShared(changes: readonly SharedChange[]): Promise<string[]>;
  forgetShared(folder: string): Promise<void>;
  notify(about: NoticeAbout, bookmark: string | null): Promise<void>;
}

/** An account's object, as another one sees it. */
export function peerOf(env: Env, account: string): Peer {
  return env.USER_SYNC.get(env.USER_SYNC.idFromName(account));
}
