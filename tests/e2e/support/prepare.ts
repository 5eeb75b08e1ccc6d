import { ensureWebBuilt } from "../../../scripts/support/web-build.mjs";
import { migratedState } from "./migrated-state.ts";

/** Before the first file: makes what all servers share, which files that start at once would each make. */
export async function setup(): Promise<void> {
  await ensureWebBuilt();
  await migratedState("wrangler.toml");
}
