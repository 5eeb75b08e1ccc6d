/**
 * `npm run reindex`: has the search index made anew, by and by, while searching goes on with what is there. The cron finds
 * every space to be behind; on this machine, the server when it is started next.
 *
 * `npm run reindex -- --remote` is for the deployed database. Without it, for that on this machine (LEDGE_STATE, or
 * `.wrangler/state`), while no server has it; of a running server, an administrator asks for it in the app.
 */
import { resolve } from "node:path";
import { reindex } from "./support/epochs.mjs";
import { refuseIfRunning } from "./support/running-server.mjs";
import { ensureInstalled, root } from "./support/tools.mjs";

const args = process.argv.slice(2);

async function main() {
  const unknown = args.filter((arg) => arg !== "--remote");
  if (unknown.length > 0) throw new Error(`unknown argument: ${unknown.join(" ")}. There is only --remote.`);
  ensureInstalled();
  await reindex("wrangler.toml", args.includes("--remote") ? ["--remote"] : await localState());
  console.log("Everything is going to be indexed anew.");
}

async function localState() {
  const state = resolve(root, process.env.LEDGE_STATE || ".wrangler/state");
  await refuseIfRunning(state);
  return ["--local", "--persist-to", state];
}

main().catch((error) => {
  console.error(`\n${error.message}`);
  process.exit(1);
});
