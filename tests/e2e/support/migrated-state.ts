import { existsSync } from "node:fs";
import { mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrateLocal, migrationsDigest } from "../../../scripts/support/databases.mjs";

/**
 * A state folder that holds migrated, empty databases. Made once for each set of migrations and copied by every server,
 * because each migration starts a runtime.
 */
export async function migratedState(config: string): Promise<string> {
  const template = join(tmpdir(), `ledge-migrated-${migrationsDigest(config).slice(0, 16)}`);
  if (existsSync(template)) return template;
  const folder = await mkdtemp(join(tmpdir(), "ledge-migrating-"));
  await migrateLocal(config, folder);
  try {
    await rename(folder, template);
  } catch (error) {
    // Another test made it meanwhile.
    await rm(folder, { recursive: true, force: true });
    if (!existsSync(template)) throw error;
  }
  return template;
}
