import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Api } from "../../client/api.ts";
import { HttpClient } from "../../client/http.ts";
import { globalWebSocket } from "../../client/ports/global-web-socket.ts";
import { nodeHashing } from "../../client/ports/node-hashing.ts";
import { NodeReplicaFiles } from "../../client/ports/node-replica-files.ts";
import { nodeWatcher } from "../../client/ports/node-watcher.ts";
import { openReplica } from "../../client/ports/replica-link.ts";
import { ownPlaces } from "../../client/ports/replica-paths.ts";
import { sqliteTreeStore } from "../../client/ports/sqlite-tree-store.ts";
import type { PushChannel } from "../../client/ports/sync-remote.ts";
import { systemClock } from "../../client/ports/system-clock.ts";
import type { Watcher } from "../../client/ports/watcher.ts";
import { SyncEngine } from "../../client/sync/engine.ts";
import { SocketPushChannel } from "../../client/sync/push-channel.ts";
import { newId } from "../../protocol/new-id.ts";
import { MarkedRemote, markedPush, markedWatcher } from "./marked-ports.ts";
import { now, type DeviceMessage, type DeviceOptions, type Phase } from "./messages.ts";

/** One device under measurement: the sync engine on its real ports, which tells its parent when what happened. */
const { url, token, folder, once, marks } = JSON.parse(process.argv[2] ?? "") as DeviceOptions;
const tell = (message: DeviceMessage): void => void process.send?.(message);
const mark = (phase: Phase): void => {
  if (marks) tell({ type: "mark", phase, at: now() });
};

const ending = new AbortController();
process.once("message", () => ending.abort());
process.once("disconnect", () => ending.abort());

await mkdir(folder, { recursive: true });
const { root, id } = await openReplica(folder);
const device = { id, name: `bench ${process.pid}`, platform: process.platform };
const clock = systemClock;
const random = Math.random;
const api = new Api(new HttpClient({ baseUrl: url, token, clock, random, streamBytes: true }));
const store = sqliteTreeStore(join(ownPlaces(root).own, "state.db"));
const files = new NodeReplicaFiles(root, id);
const transfers = new AbortController();
const channel = new SocketPushChannel({
  api,
  baseUrl: url,
  device,
  clock,
  random,
  openSocket: globalWebSocket,
  onChunks: (chunks) => remote.prefetch(chunks),
  onBookmark: (bookmark, space) => api.http.remember(bookmark, space),
});
const remote = new MarkedRemote(
  {
    api,
    files,
    hashing: nodeHashing,
    clock,
    memory: store,
    onStored: (chunks) => channel.announce(chunks),
    signal: transfers.signal,
  },
  mark,
);
const push: PushChannel = markedPush(channel, mark);
const watcher: Watcher = markedWatcher(nodeWatcher(root), mark);
const engine = new SyncEngine({
  store,
  files,
  remote,
  push,
  watcher,
  clock,
  random,
  newId,
  device,
  rootId: (await api.account()).home.root,
  onEvent: (event) => {
    if (event.type === "state") tell({ type: "state", state: event.state });
    if (event.type === "failed") console.error(`${event.step} ${event.path}: ${event.reason}`);
  },
});

const { ended } = await engine.run({ once, signal: ending.signal });
transfers.abort();
store.close();
tell({ type: "ended", outcome: ended, peak: process.resourceUsage().maxRSS * 1024 });
process.disconnect?.();
