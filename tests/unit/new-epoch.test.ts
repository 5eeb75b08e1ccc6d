import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { ID_PATTERN, newId } from "../../protocol/new-id.ts";
import { newEpochs } from "../../scripts/support/new-epochs-sql.mjs";

it("[S2] the script's SQL gives each space an epoch of its own: an id, of that time", () => {
  const db = new DatabaseSync(":memory:");
  db.exec("CREATE TABLE spaces (id INTEGER PRIMARY KEY, epoch TEXT NOT NULL)");
  const insert = db.prepare("INSERT INTO spaces (epoch) VALUES ('old')");
  for (let i = 0; i < 500; i++) insert.run();
  const now = Date.UTC(2026, 10, 22, 10, 30);
  db.exec(newEpochs(now));
  const epochs = db
    .prepare("SELECT epoch FROM spaces")
    .all()
    .map(({ epoch }) => String(epoch));
  expect(new Set(epochs).size).toBe(500);
  for (const epoch of epochs) {
    expect(epoch).toMatch(ID_PATTERN);
    expect(epoch.slice(0, 10)).toBe(newId(now).slice(0, 10));
  }
  // All 32 digits are drawn, and so none is out of the alphabet's reach.
  expect(new Set(epochs.map((epoch) => epoch.slice(10)).join("")).size).toBe(32);
});
