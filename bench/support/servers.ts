import { type DevServer, startDevServer } from "./dev-server.ts";
import type { Servers } from "./measure.ts";

const DATABASES = ["DIRECTORY", "META_0", "SEARCH"];
const VARS = {
  AUTH_SECRET: "bench-secret-bench-secret-bench-secret-bench",
  MASTER_KEYS: `bench:${Buffer.alloc(32, 7).toString("base64")}`,
  DEFAULT_QUOTA_BYTES: String(64 * 2 ** 30),
  // Invitations are taken from the inbox of development.
  LOCAL_MAIL: "keep",
};

/** Servers that start when first asked for; `stop` ends those that did. */
export function lazyServers(): { servers: Servers; stop(): Promise<void> } {
  const started: Promise<DevServer>[] = [];
  const once = (start: () => Promise<DevServer>) => {
    let server: Promise<DevServer> | undefined;
    return () => {
      if (!server) started.push((server = start()));
      return server;
    };
  };
  const servers: Servers = {
    ledge: once(() => startDevServer({ config: "wrangler.toml", databases: DATABASES, vars: VARS })),
    metered: once(() =>
      startDevServer({ config: "wrangler.toml", script: "bench/metered/worker.ts", databases: DATABASES, vars: VARS }),
    ),
    bare: once(() => startDevServer({ config: "bench/bare/wrangler.toml" })),
  };
  const stop = async () => {
    const settled = await Promise.allSettled(started);
    for (const server of settled) if (server.status === "fulfilled") await server.value.stop();
  };
  return { servers, stop };
}
