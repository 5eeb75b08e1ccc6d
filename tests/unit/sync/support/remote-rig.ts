import { mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Api } from "../../../../client/api.ts";
import { HttpClient } from "../../../../client/http.ts";
import type { Clock } from "../../../../client/ports/clock.ts";
import { nodeHashing } from "../../../../client/ports/node-hashing.ts";
import { NodeReplicaFiles } from "../../../../client/ports/node-replica-files.ts";
import type { ReplicaFiles, Stamp } from "../../../../client/ports/replica-files.ts";
import { openReplica } from "../../../../client/ports/replica-link.ts";
import { systemClock } from "../../../../client/ports/system-clock.ts";
import { HttpSyncRemote, type HttpSyncRemoteOptions } from "../../../../client/sync/http-sync-remote.ts";
import { FakeHttpServer } from "./fake-http-server.ts";

/** Waits between attempts are over at once. */
const hastyClock: Clock = {
  now: () => Date.now(),
  sleep: async (_, signal) => {
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
  },
};

export interface RemoteRig {
  readonly root: string;
  readonly files: ReplicaFiles;
  readonly server: FakeHttpServer;
  readonly remote: HttpSyncRemote;
  /** Content id to manifest. */
  readonly remembered: Map<string, Uint8Array>;
  /** Replaces single calls of `files`, for the remote alone. */
  readonly overrides: Partial<ReplicaFiles>;
  write(path: string, bytes: Uint8Array | string): Promise<Stamp>;
  dispose(): Promise<void>;
}

/** A remote between a real folder and a fake server. */
export async function remoteRig(options: Partial<HttpSyncRemoteOptions> = {}): Promise<RemoteRig> {
  const root = await mkdtemp(join(tmpdir(), "ledge-remote-"));
  const opened = await openReplica(root);
  const files = new NodeReplicaFiles(opened.root, opened.id);
  const overrides: Partial<ReplicaFiles> = {};
  const overridden = new Proxy<ReplicaFiles>(files, {
    get: (target, key: keyof ReplicaFiles) => overrides[key] ?? target[key].bind(target),
  });
  const server = new FakeHttpServer();
  const http = new HttpClient({ baseUrl: "http://x", clock: hastyClock, random: () => 0, fetch: server.fetch });
  const remembered = new Map<string, Uint8Array>();
  const stop = new AbortController();
  const remote = new HttpSyncRemote({
    api: new Api(http),
    files: overridden,
    hashing: nodeHashing,
    clock: systemClock,
    memory: {
      rememberChunks: (content, manifest) => void remembered.set(content, manifest),
      recallChunks: (content) => remembered.get(content) ?? null,
    },
    signal: stop.signal,
    ...options,
  });
  return {
    root,
    files,
    server,
    remote,
    remembered,
    overrides,
    async write(path, bytes) {
      await writeFile(join(root, path), bytes);
      // A stamp of its own for every write, whatever the system's clock tells apart.
      await utimes(join(root, path), new Date(), new Date(1_500_000_000_000 + Math.floor(Math.random() * 1e9)));
      const stamp = await files.stat(path);
      if (!stamp) throw new Error(`nothing at ${path}`);
      return stamp;
    },
    async dispose() {
      stop.abort(new Error("over"));
      await rm(root, { recursive: true, force: true });
    },
  };
}
