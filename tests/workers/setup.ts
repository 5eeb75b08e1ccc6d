import { applyD1Migrations, type D1Migration } from "cloudflare:test";
import { env } from "cloudflare:workers";

const { DIRECTORY, META_0, META_1, SEARCH, MIGRATIONS } = env as unknown as {
  DIRECTORY: D1Database;
  META_0: D1Database;
  META_1: D1Database;
  SEARCH: D1Database;
  MIGRATIONS: Record<"DIRECTORY" | "META" | "SEARCH", D1Migration[]>;
};

await applyD1Migrations(DIRECTORY, MIGRATIONS.DIRECTORY);
await applyD1Migrations(META_0, MIGRATIONS.META);
await applyD1Migrations(META_1, MIGRATIONS.META);
await applyD1Migrations(SEARCH, MIGRATIONS.SEARCH);
