/**
 * `npm run new-epoch`: tells every client that this server's history was replaced. To be run after a metadata shard was
 * restored from a backup; docs/deploy.md tells when, and what clients do then.
 *
 * `npm run new-epoch -- --remote` is for the deployed databases. Without it, for those on this machine (LEDGE_STATE, or
 * `.wrangler/state`), while no server has them.
 */
import { resolve } from "node:path";
import { renewEpochs } from "./support/epochs.mjs";
import { refuseIfRunning } from "./support/running-server.mjs";
import { ensureInstalled, root } from "./support/tools.mjs";

const config = "wrangler.toml";
const args = process.argv.slice(2);

async function main() {
  const unknown = args.filter((arg) => arg !== "--remote");
  if (unknown.length > 0) throw new Error(`unknown argument: ${unknown.join(" ")}. There is only --remote.`);
  ensureInstalled();
  const counts = await renewEpochs(config, args.includes("--remote") ? ["--remote"] : await localState(), Date.now());
  for (const [shard, spaces] of Object.entries(counts)) {
    console.log(`${shard}: ${spaces} ${spaces === 1 ? "space has" : "spaces have"} a new epoch.`);
  }
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
