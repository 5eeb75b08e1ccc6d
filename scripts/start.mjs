/**
 * `npm start`: installs, makes local secrets, migrates, builds the browser app, and serves the whole product on this machine.
 *
 * PORT chooses the port; without it 8787, or the next free one. LEDGE_STATE chooses where the data is kept; without it
 * `.wrangler/state`.
 */
import { join, resolve } from "node:path";
import { migrateLocal } from "./support/databases.mjs";
import { startDevServer, stopDevServer, untilHealthy } from "./support/dev-server.mjs";
import { linkCli } from "./support/link-cli.mjs";
import { choosePort } from "./support/ports.mjs";
import { forgetRunning, noteRunning, refuseIfRunning } from "./support/running-server.mjs";
import { writeSecretsOnce } from "./support/secrets.mjs";
import { ensureInstalled, root } from "./support/tools.mjs";
import { ensureWebBuilt } from "./support/web-build.mjs";

const config = "wrangler.toml";
const state = resolve(root, process.env.LEDGE_STATE || ".wrangler/state");

async function main() {
  ensureInstalled();
  linkCli();
  await refuseIfRunning(state, ", or give this one data of its own: LEDGE_STATE=/some/folder npm start");
  const port = await choosePort(process.env.PORT);
  if (writeSecretsOnce(join(root, ".dev.vars"))) {
    console.log("Made .dev.vars with new secrets. Keep a copy: without its master key, stored files cannot be read.");
  }
  await migrateLocal(config, state);
  await ensureWebBuilt();

  // By name: passkeys need one, and cookies are kept apart by it. It listens on loopback alone all the same.
  const url = `http://localhost:${port}`;
  const server = startDevServer({ config, state, port });
  const stop = async (status) => {
    clearInterval(cron);
    forgetRunning(state);
    await stopDevServer(server);
    process.exit(status);
  };
  const cron = setInterval(() => void runCron(url), 5 * 60_000);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => void stop(0));

  await untilHealthy(url, server);
  server.once("exit", () => void stop(1));
  noteRunning(state, url);
  console.log(welcome(url));
}

/** The local runtime has no clock for cron triggers. A failure shows in the server's own output. */
async function runCron(url) {
  await fetch(`${url}/cdn-cgi/local/scheduled`).catch(() => undefined);
}

function welcome(url) {
  return [
    "",
    `Ledge is ready at ${url}`,
    "",
    "  Open it in a browser: the first account is the administrator's. Or, in another terminal, in this folder:",
    `    export LEDGE_URL=${url}`,
    "    npx ledge signup --email you@example.com --name You",
    "    npx ledge put SOME-FOLDER /",
    "    npx ledge ls /",
    "",
    `  API: ${url}/api/docs    Mail: ${url}/dev/mail    Data: ${state}    Ctrl-C stops.`,
    "",
  ].join("\n");
}

main().catch((error) => {
  console.error(`\n${error.message}`);
  process.exit(1);
});
