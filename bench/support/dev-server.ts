import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const root = join(import.meta.dirname, "../..");
const wrangler = join(root, "node_modules/wrangler/bin/wrangler.js");
const environment = { ...process.env, WRANGLER_SEND_METRICS: "false", CI: "1", NO_COLOR: "1" };

/** A `wrangler dev` with state of its own, on a free loopback port. */
export interface DevServer {
  readonly url: string;
  /** The folder of its state, gone when it has ended. */
  readonly state: string;
  /** Ends the server and removes its state. */
  stop(): Promise<void>;
}

interface Options {
  /** Path of the wrangler.toml, from the repository's root. */
  readonly config: string;
  /** Entry point, from the repository's root; absent: the configuration's own. */
  readonly script?: string;
  /** D1 bindings to migrate before the start. */
  readonly databases?: readonly string[];
  /** What `.dev.vars` would say. */
  readonly vars?: Readonly<Record<string, string>>;
}

/**
 * Starts `wrangler dev` and waits until it answers HTTP.
 *
 * @throws Error with the server's output where it ends or stays silent for two minutes.
 */
export async function startDevServer({ config, script, databases = [], vars = {} }: Options): Promise<DevServer> {
  const state = await mkdtemp(join(tmpdir(), "ledge-bench-"));
  const envFile = join(state, "vars");
  await writeFile(
    envFile,
    Object.entries(vars)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(""),
  );
  for (const database of databases) {
    const args = ["d1", "migrations", "apply", database, "--local", "--persist-to", state, "-c", config];
    await promisify(execFile)(process.execPath, [wrangler, ...args], { cwd: root, env: environment });
  }
  const port = await freePort();
  const args = [
    "dev",
    ...(script ? [script] : []),
    "-c",
    config,
    "--ip",
    "127.0.0.1",
    "--port",
    String(port),
    "--inspector-port",
    "0",
  ];
  args.push(
    "--persist-to",
    state,
    "--env-file",
    envFile,
    "--show-interactive-dev-session=false",
    "--log-level",
    "error",
  );
  const child = spawn(process.execPath, [wrangler, ...args], { cwd: root, env: environment, detached: true });
  let output = "";
  child.stdout.on("data", (data: Buffer) => (output += data.toString()));
  child.stderr.on("data", (data: Buffer) => (output += data.toString()));
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    await endGroup(child);
    await rm(state, { recursive: true, force: true });
  };
  try {
    await untilReady(url, child);
  } catch (error) {
    await stop();
    throw new Error(`wrangler dev -c ${config} did not start:\n${output}`, { cause: error });
  }
  return { url, state, stop };
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  for (const deadline = Date.now() + 120_000; Date.now() < deadline; await sleep(200)) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    try {
      const response = await fetch(`${url}/api/health`);
      await response.arrayBuffer();
      return;
    } catch {
      // Not listening yet.
    }
  }
  throw new Error("no answer within two minutes");
}

/** Ends wrangler and the workerd processes below it, which are one process group. */
async function endGroup(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) return;
  const ended =
    child.exitCode !== null ? Promise.resolve() : new Promise<void>((resolve) => child.once("exit", () => resolve()));
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    try {
      process.kill(-child.pid, signal);
    } catch {
      return; // The whole group is gone.
    }
    await Promise.race([ended, sleep(5_000)]);
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        address && typeof address === "object" ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}
