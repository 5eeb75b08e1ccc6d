import { start } from "./tools.mjs";

/**
 * Starts `wrangler dev` in a process group of its own: the whole product on the local Workers runtime. Mail is kept and shown
 * at /dev/mail; no deployment has LOCAL_MAIL.
 *
 * @param options.config - wrangler.toml to serve.
 * @param options.state - Where R2, D1, Durable Objects and queues keep their data.
 * @param options.secrets - A dotenv file; without it, `.dev.vars` beside the configuration.
 * @param options.vars - Variables that override the configuration's.
 * @param options.stdio - As `child_process.spawn`.
 */
export function startDevServer({ config, state, port, secrets, vars = {}, stdio = ["ignore", "inherit", "inherit"] }) {
  const args = ["dev", "--config", config, "--local", "--ip", "127.0.0.1", "--port", String(port)];
  // Port 0 lets the runtime choose, so that two servers never fight over the debugger's port.
  args.push("--inspector-port", "0", "--persist-to", state, "--log-level", "error");
  args.push("--show-interactive-dev-session", "false");
  if (secrets) args.push("--env-file", secrets);
  for (const [name, value] of Object.entries({ LOCAL_MAIL: "keep", ...vars })) args.push("--var", `${name}:${value}`);
  return start("wrangler", args, {
    stdio,
    detached: true,
    // A registry of its own: Workers of other instances must not be found by name.
    // Without a recording of each request on disk, which grows for ever: `[observability]` is for the deployment.
    env: { WRANGLER_REGISTRY_PATH: `${state}/registry`, NO_COLOR: "1", X_LOCAL_OBSERVABILITY: "false" },
  });
}

/**
 * Resolves when `GET /api/health` answers 200.
 *
 * @throws Error when the server's process ends first, or after `timeout` milliseconds.
 */
export async function untilHealthy(url, child, timeout = 120_000) {
  const deadline = Date.now() + timeout;
  while (Date.now() < deadline) {
    if (hasEnded(child)) throw new Error("the server stopped before it was ready");
    if (await isHealthy(url)) return;
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  throw new Error(`the server did not answer within ${timeout / 1000} s`);
}

/** Whether a Ledge server answers at `url`. */
export async function isHealthy(url) {
  try {
    const response = await fetch(`${url}/api/health`, { signal: AbortSignal.timeout(10_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

/** Ends the server's whole process group and waits for it; by force after `patience` milliseconds. */
export async function stopDevServer(child, signal = "SIGTERM", patience = 10_000) {
  const ended = hasEnded(child) ? Promise.resolve() : new Promise((resolve) => child.once("exit", resolve));
  signalGroup(child, signal);
  const timer = setTimeout(() => signalGroup(child, "SIGKILL"), patience);
  await ended;
  clearTimeout(timer);
  // The runtime's own process may outlive wrangler by a moment.
  signalGroup(child, "SIGKILL");
}

function hasEnded(child) {
  return child.exitCode !== null || child.signalCode !== null;
}

function signalGroup(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is gone.
  }
}
