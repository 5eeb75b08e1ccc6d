import { isFree } from "../../../scripts/support/ports.mjs";

/** Below the ports that systems give to whoever asks for any, from 32768 on. */
const FIRST = 12_000;
const BEYOND = 32_000;
/** More than files run at once. */
const TURNS = 16;

/**
 * A free loopback TCP port that stays free until it is listened on, and between a server's end and its next start: no
 * connection and no other program is given it by chance, and the files that run at once choose among different ones.
 */
export async function portToKeep(): Promise<number> {
  const turn = Number(process.env["VITEST_POOL_ID"] ?? 0) % TURNS;
  for (;;) {
    const port = FIRST + TURNS * Math.floor((Math.random() * (BEYOND - FIRST)) / TURNS) + turn;
    if (await isFree(port)) return port;
  }
}
