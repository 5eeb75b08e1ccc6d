import { setTimeout as sleep } from "node:timers/promises";
import { LIMITS } from "../../protocol/limits.ts";
import { newId } from "../../protocol/new-id.ts";
import type { ServerMessage } from "../../protocol/push.ts";
import { now } from "../device/messages.ts";
import { type LedgeAccount, signUp } from "../support/ledge-account.ts";
import type { Figure, Measure } from "../support/measure.ts";
import { percentile } from "../support/percentile.ts";
import { pool } from "../support/pool.ts";
import { median, seconds } from "../support/timing.ts";

const SOCKETS = LIMITS.sockets;
const COMMITS = 10;
const BURST = 1_000;
/** Sockets that hear the burst: each message to each of them passes through `wrangler dev` twice, as does its answer. */
const BURST_SOCKETS = 50;
/** Of one burst: what one busy client, or several, keep in flight. */
const BURST_WIDTH = 16;
const PATIENCE_MS = 30_000;

/** 1,000 sockets on one account's object, each a device of its own. */
export const syncSockets: Measure = {
  name: "sync-sockets",
  title: `${SOCKETS} sockets on one object`,
  async run(servers) {
    const account = await signUp((await servers.ledge()).url);
    const sockets = new Sockets();
    const opening = await seconds(() => pool(Array(SOCKETS).keys(), 8, () => sockets.open(account)));
    const alone: number[] = [];
    const commits: number[] = [];
    const lasts: number[] = [];
    for (let i = 0; i < COMMITS; i++) {
      const told = sockets.each();
      const began = now();
      await commit(account, `file ${i}`);
      const answered = now();
      const last = await told;
      commits.push(answered - began);
      lasts.push(last - answered);
      alone.push(last - began);
      await sleep(100);
    }
    await sockets.close(BURST_SOCKETS);
    sockets.messages = 0;
    const burst = await seconds(() => pool(Array(BURST).keys(), BURST_WIDTH, (i) => commit(account, `burst ${i}`)));
    await sockets.quiet();
    const messages = sockets.messages / BURST_SOCKETS;
    await sockets.close(0);
    return [
      figure("commit answered → the last socket told", lasts),
      figure("commit sent → the last socket told", alone),
      figure("commit sent → answered", commits),
      { name: `messages to a socket in a burst of ${BURST} commits`, value: messages, unit: "messages" },
      { name: "commits a second in that burst", value: BURST / burst, unit: "commits/s" },
      { name: "sockets opened a second, one after the other's ticket", value: SOCKETS / opening, unit: "sockets/s" },
    ];
  },
};

function figure(name: string, values: readonly number[]): Figure {
  return {
    name,
    value: median(values),
    unit: "ms, p50",
    reference: { name: "p99", value: percentile(values, 0.99) },
    rounds: values,
  };
}

async function commit({ api, root }: LedgeAccount, name: string): Promise<void> {
  await api.commitOne({ type: "createFile", parent: root, name, chunks: [], mtime: 0 });
}

/** Clients that acknowledge whatever they are told at once. */
class Sockets {
  messages = 0;
  readonly #open: WebSocket[] = [];
  #left = 0;
  #last = 0;
  #done: ((last: number) => void) | null = null;
  #isClosing = false;
  #lost = 0;

  async open({ api }: LedgeAccount): Promise<void> {
    const { url } = await api.subscribe({ device: { id: newId(), name: "bench", platform: process.platform } });
    const socket = new WebSocket(url);
    socket.addEventListener("message", ({ data }) => this.#hear(socket, JSON.parse(String(data)) as ServerMessage));
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener("open", () => resolve());
      socket.addEventListener("close", ({ code, reason }) => {
        if (!this.#isClosing) this.#lost++;
        reject(new Error(`closed: ${code} ${reason}`));
      });
    });
    this.#open.push(socket);
  }

  /** Resolves with the time at which the last socket got its next message. */
  each(): Promise<number> {
    if (this.#lost > 0) throw new Error(`${this.#lost} sockets were lost`);
    this.#left = this.#open.length;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${this.#left} sockets were not told`)), PATIENCE_MS);
      this.#done = (last) => {
        clearTimeout(timer);
        this.#done = null;
        resolve(last);
      };
    });
  }

  /** Resolves when nothing has come for a second. */
  async quiet(): Promise<void> {
    while (now() - this.#last < 1_000) await sleep(100);
  }

  /** Closes all but so many. */
  async close(left: number): Promise<void> {
    this.#isClosing = true;
    const closed = this.#open.splice(left).map(
      (socket) =>
        new Promise<void>((resolve) => {
          socket.addEventListener("close", () => resolve());
          socket.close();
        }),
    );
    await Promise.all(closed);
    this.#isClosing = false;
  }

  #hear(socket: WebSocket, message: ServerMessage): void {
    if (!("cursor" in message)) return;
    this.messages++;
    this.#last = now();
    socket.send(JSON.stringify({ type: "ack", cursor: message.cursor }));
    if (this.#done && --this.#left === 0) this.#done(this.#last);
  }
}
