import type { ChildProcess } from "node:child_process";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startDevServer, stopDevServer, untilHealthy } from "../../../scripts/support/dev-server.mjs";
import { writeSecretsOnce } from "../../../scripts/support/secrets.mjs";
import { ensureWebBuilt } from "../../../scripts/support/web-build.mjs";
import { migratedState } from "./migrated-state.ts";
import { portToKeep } from "./port-to-keep.ts";

/** A real `wrangler dev` with data and secrets of its own. */
export interface TestServer {
  /** `http://127.0.0.1:port`; the same after a restart. */
  readonly url: string;
  /** Where R2, D1, Durable Objects and queues keep their files. */
  readonly stateDir: string;
  /** The secrets that it runs with, as a dotenv file. */
  readonly secretsFile: string;
  /** What the server has printed so far: errors only. */
  output(): string;
  /** Ends it and removes its data. Every test that starts a server stops it. */
  stop(): Promise<void>;
  /** SIGKILL to the whole process group, as when the machine dies. The data stays for `restart`. */
  kill9(): Promise<void>;
  /** Ends it, unless it is down already, and starts it again on the same port, data and secrets. */
  restart(): Promise<void>;
}

export interface TestServerOptions {
  /** The wrangler.toml to serve, from the repository's root; its own by default, which has one metadata shard. */
  readonly config?: string;
  /** Variables that override the configuration's. */
  readonly vars?: Readonly<Record<string, string>>;
}

/** Starts a server on a free loopback port and resolves when it answers. */
export async function startServer({
  config = "wrangler.toml",
  vars = {},
}: TestServerOptions = {}): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), "ledge-server-"));
  const stateDir = join(folder, "state");
  const secretsFile = join(folder, "secrets.env");
  await cp(await migratedState(config), stateDir, { recursive: true });
  writeSecretsOnce(secretsFile);
  // Under Vitest it is built before the first file (prepare.ts): files that run at once would each replace it.
  if (process.env["VITEST"] === undefined) await ensureWebBuilt();
  const port = await portToKeep();
  const url = `http://127.0.0.1:${port}`;

  let printed = "";
  const launch = async (): Promise<ChildProcess> => {
    const stdio = ["ignore", "pipe", "pipe"];
    const child = startDevServer({ config, state: stateDir, port, secrets: secretsFile, vars, stdio });
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (chunk: Buffer) => (printed += String(chunk)));
    try {
      await untilHealthy(url, child);
    } catch (error) {
      await stopDevServer(child, "SIGKILL");
      throw new Error(`${config} cannot be served\n${printed}`, { cause: error });
    }
    return child;
  };

  let child = await launch();
  return {
    url,
    stateDir,
    secretsFile,
    output: () => printed,
    async stop() {
      await stopDevServer(child);
      await rm(folder, { recursive: true, force: true });
    },
    kill9: () => stopDevServer(child, "SIGKILL"),
    async restart() {
      await stopDevServer(child);
      child = await launch();
    },
  };
}
