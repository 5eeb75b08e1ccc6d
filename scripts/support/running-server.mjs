import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isHealthy } from "./dev-server.mjs";

const fileIn = (state) => join(state, "ledge-running.json");

/** Writes down beside the data in `state` that a server has it. */
export function noteRunning(state, url) {
  mkdirSync(state, { recursive: true });
  writeFileSync(fileIn(state), JSON.stringify({ url }));
}

export function forgetRunning(state) {
  rmSync(fileIn(state), { force: true });
}

/**
 * Two runtimes on one set of databases would each believe that it alone writes.
 *
 * @param otherwise - What to do instead of stopping the server, as a line for the reader.
 * @throws Error where a server has the data in `state`.
 */
export async function refuseIfRunning(state, otherwise = "") {
  let url;
  try {
    url = JSON.parse(readFileSync(fileIn(state), "utf8")).url;
  } catch {
    return;
  }
  if (!(await isHealthy(url))) return;
  throw new Error(`Ledge already runs at ${url} with this data (${state}).\nStop it first${otherwise}`);
}
