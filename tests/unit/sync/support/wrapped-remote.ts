import type { SyncRemote } from "../../../../client/ports/sync-remote.ts";

/** A remote that does some things otherwise than the one behind it. */
export function wrapped(remote: SyncRemote, changed: Partial<SyncRemote>): SyncRemote {
  const bound = {
    changes: remote.changes.bind(remote),
    commit: remote.commit.bind(remote),
    send: remote.send.bind(remote),
    hash: remote.hash.bind(remote),
    fetch: remote.fetch.bind(remote),
    read: remote.read.bind(remote),
  };
  return { ...bound, ...changed };
}
