/**
 * `npm run deploy`: puts this checkout on Cloudflare. docs/deploy.md tells the steps and what each needs.
 *
 * 1. On the first deployment, makes secrets in `.secrets.production` and sends them along with the Worker.
 * 2. Builds the browser app.
 * 3. `wrangler deploy` makes the databases, bucket and queue that do not exist yet.
 * 4. Migrates each database, by binding.
 *
 * `--dry-run` builds and validates, and changes nothing. Other arguments go to `wrangler deploy`.
 */
import { join } from "node:path";
import { migrateRemote } from "./support/databases.mjs";
import { writeSecretsOnce } from "./support/secrets.mjs";
import { ensureInstalled, root, run } from "./support/tools.mjs";
import { ensureWebBuilt } from "./support/web-build.mjs";

const config = "wrangler.toml";
const secretsFile = ".secrets.production";
const args = process.argv.slice(2);

async function main() {
  ensureInstalled();
  await ensureWebBuilt();
  if (args.includes("--dry-run")) return deploy([]);

  await ensureDeadLetterQueues();
  const missing = await missingSecrets();
  if (missing.length > 0) prepareSecrets(missing);
  await deploy(missing.length > 0 ? ["--secrets-file", secretsFile] : []);
  await migrateRemote(config);
  console.log("\nDeployed. Sign up at the address above: the first account is the administrator.");
}

async function deploy(extra) {
  const { status } = await run("wrangler", ["deploy", "--config", config, ...extra, ...args]);
  if (status !== 0) process.exit(status);
}

/** Wrangler provisions queues that are bound; the dead-letter queues are only named, so they are made here. */
async function ensureDeadLetterQueues() {
  for (const name of ["ledge-index-dead", "ledge-transfers-dead"]) {
    const { status, output } = await quietly("queues", "create", name);
    if (status !== 0 && !/already (exists|taken)/i.test(output)) throw new Error(output);
  }
}

/** Which secrets the deployed Worker lacks; all of them where there is no Worker yet. */
async function missingSecrets() {
  const needed = ["AUTH_SECRET", "MASTER_KEYS"];
  const { status, output } = await quietly("secret", "list", "--format", "json");
  if (status !== 0) {
    if (/not found|does not exist|10007/i.test(output)) return needed;
    throw new Error(output);
  }
  return needed.filter((name) => !output.includes(`"${name}"`));
}

/** A Worker that has one secret and lacks the other was made by hand: guessing could replace a master key. */
function prepareSecrets(missing) {
  if (missing.length === 1) {
    throw new Error(`The Worker lacks the secret ${missing[0]}. Set it: npx wrangler secret put ${missing[0]}`);
  }
  const made = writeSecretsOnce(join(root, secretsFile));
  console.log(
    made
      ? `Made ${secretsFile}. KEEP A COPY in a safe place: without its master key, stored files cannot be read.`
      : `Using the secrets in ${secretsFile}.`,
  );
}

function quietly(...command) {
  return run("wrangler", [...command, "--config", config], { stdio: ["inherit", "pipe", "pipe"] });
}

main().catch((error) => {
  console.error(`\n${error.message}`);
  process.exit(1);
});
