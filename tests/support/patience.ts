import { vi } from "vitest";

/** Lets `vi.waitFor` and `vi.waitUntil`, which have no setting, wait as long as `expect.poll` does by vitest.config.ts. */
const PATIENCE = { timeout: 15_000 };
const { waitFor, waitUntil } = vi;
vi.waitFor = (callback, options) =>
  waitFor(callback, typeof options === "number" ? options : { ...PATIENCE, ...options });
vi.waitUntil = (callback, options) =>
  waitUntil(callback, typeof options === "number" ? options : { ...PATIENCE, ...options });
