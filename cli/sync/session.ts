import { globalWebSocket } from "../../client/ports/global-web-socket.ts";
import type { ReplicaFiles } from "../../client/ports/replica-files.ts";
import type { Watcher } from "../../client/ports/watcher.ts";
import type { TreeStore } from "../../client/ports/tree-store.ts";
import { SyncEngine } from "../../client/sync/engine.ts";
import type { SyncEvent } from "../../client/sync/events.ts";
import { HttpRealmMoves } from "../../client/sync/http-realm-moves.ts";
import { HttpSharedSpaces } from "../../client/sync/http-shared-spaces.ts";
import { HttpSyncRemote, type HttpSyncRemoteOptions } from "../../client/sync/http-sync-remote.ts";
import { MergedPush } from "../../client/sync/merged-push.ts";
import { MergedRemote } from "../../client/sync/merged-remote.ts";
import { SocketPushChannel } from "../../client/sync/push-channel.ts";
import { TransfersApi } from "../../client/transfers.ts";
import { newId } from "../../protocol/new-id.ts";
import type { CliContext } from "../context.ts";
import type { Link } from "./link.ts";
import { deviceOf } from "./require-device.ts";

export interface SessionParts {
  readonly link: Link;
  readonly store: TreeStore;
  readonly files: ReplicaFiles;
  readonly watcher: Watcher | null;
  readonly limits: Limits;
  readonly onEvent: (event: SyncEvent) => void;
  /** Absent: the server over HTTP. */
  readonly makeRemote?: (options: HttpSyncRemoteOptions) => HttpSyncRemote;
  /** Ends what transfers share. */
  readonly signal: AbortSignal;
}

/** Bytes a second; absent: as fast as it goes. */
export interface Limits {
  readonly up: number | undefined;
  readonly down: number | undefined;
}

/** An engine on this machine's disk and clock and the server that is signed in to. */
export async function syncEngine(context: CliContext, parts: SessionParts): Promise<SyncEngine> {
  const { link, store, files, watcher, limits, onEvent, signal } = parts;
  const { clock, hashing } = context;
  const api = await context.api();
  const makeRemote = parts.makeRemote ?? ((options) => new HttpSyncRemote(options));
  const remote = makeRemote({
    api,
    files,
    hashing,
    clock,
    memory: store,
    uploadBytesPerSecond: limits.up,
    downloadBytesPerSecond: limits.down,
    onStored: (chunks) => channel.announce(chunks),
    signal,
  });
  const spaces = new HttpSharedSpaces(api, remote);
  const moves = new HttpRealmMoves(api, new TransfersApi(api.http, clock));
  const merged = new MergedRemote({ home: remote, spaces, moves, onStale: () => push.refresh() });
  const channel = new SocketPushChannel({
    api,
    baseUrl: link.url,
    device: deviceOf(link),
    clock,
    random: Math.random,
    openSocket: globalWebSocket,
    onChunks: (chunks) => remote.prefetch(chunks),
    onBookmark: (bookmark, space) => api.http.remember(bookmark, space),
    onNotice: (about) => {
      if (about === "spaces") push.refresh();
    },
  });
  const push = new MergedPush({ channel, feed: merged.feed, clock });
  const { device, rootId } = link;
  return new SyncEngine({
    store,
    files,
    remote: merged,
    push,
    watcher,
    clock,
    random: Math.random,
    newId,
    device,
    rootId,
    onEvent,
  });
}
