import { describe, expect, it } from "vitest";
import type { SocketEvents } from "../../../client/ports/web-socket.ts";
import type { PushMessage } from "../../../client/ports/sync-remote.ts";
import { SocketPushChannel } from "../../../client/sync/push-channel.ts";
import { HttpError, NetworkError } from "../../../client/http-errors.ts";
import { LedgeError } from "../../../protocol/errors.ts";
import { newId } from "../../../protocol/new-id.ts";
import { ManualClock, settle } from "./support/manual-clock.ts";

class FakeSocket {
  readonly address: string;
  readonly events: SocketEvents;
  readonly sent: string[] = [];
  isClosed = false;
  isOpen = false;
  answersPings = true;

  constructor(address: string, events: SocketEvents) {
    this.address = address;
    this.events = events;
  }

  send(text: string): void {
    if (!this.isOpen) throw new Error("InvalidStateError");
    this.sent.push(text);
    if (text === "ping" && this.answersPings) queueMicrotask(() => this.events.onMessage("pong"));
  }

  close(): void {
    this.isClosed = true;
  }

  open(): void {
    this.isOpen = true;
    this.events.onOpen();
  }
}

/** A channel whose jitter is always the longest. `answers` are what subscribing comes to, the last one for good. */
function harness(answers: (Error | "ticket")[] = ["ticket"]) {
  const clock = new ManualClock();
  const sockets: FakeSocket[] = [];
  const heard: PushMessage[] = [];
  const chunks: unknown[] = [];
  const notices: string[] = [];
  const bookmarks: [string, number][] = [];
  const stop = new AbortController();
  let subscribed = 0;
  const channel = new SocketPushChannel({
    api: {
      subscribe: async () => {
        const answer = answers[Math.min(subscribed++, answers.length - 1)];
        if (answer instanceof Error) throw answer;
        return { ticket: "t", url: "ws://inner:8787/api/sync/socket?ticket=t", expiresAt: 0 };
      },
    },
    baseUrl: "https://files.example.com/",
    device: { id: newId(), name: "d", platform: "linux" },
    clock,
    random: () => 1,
    openSocket: (address, events) => {
      const socket = new FakeSocket(address, events);
      sockets.push(socket);
      return socket;
    },
    onChunks: (told) => chunks.push(...told),
    onNotice: (about) => notices.push(about),
    onBookmark: (bookmark) => bookmarks.push([bookmark, heard.length]),
  });
  const running = channel.run((message) => heard.push(message), stop.signal);
  return {
    clock,
    sockets,
    heard,
    chunks,
    notices,
    bookmarks,
    stop,
    channel,
    running,
    last: () => sockets.at(-1)!,
    subscribed: () => subscribed,
    types: () => heard.map(({ type }) => type),
  };
}

describe("the push channel", () => {
  it("[W1] opens the socket at the server's own address, with the ticket in it, and tells that it is open", async () => {
    const { sockets, heard, last, stop, running } = harness();
    await settle();
    expect(last().address).toBe("wss://files.example.com/api/sync/socket?ticket=t");
    expect(heard).toEqual([]);
    last().open();
    expect(heard).toEqual([{ type: "open" }]);
    stop.abort();
    await running;
    expect(sockets).toHaveLength(1);
    expect(last().isClosed).toBe(true);
  });

  it("[W3] tells changes and pokes, acknowledges what it is told to, and passes over what it does not know", async () => {
    const { last, heard, chunks, channel, stop } = harness();
    await settle();
    last().open();
    const [space, epoch] = [newId(), newId()];
    const changes = { type: "changes", since: "c1", cursor: "c2", space, epoch, changes: [] };
    last().events.onMessage(JSON.stringify(changes));
    for (const odd of ["{", "null", '{"type":"news"}', new ArrayBuffer(1), '{"type":"poke"}'])
      last().events.onMessage(odd);
    last().events.onMessage(JSON.stringify({ type: "poke", space, cursor: "c3" }));
    last().events.onMessage(JSON.stringify({ type: "chunks", chunks: [{ id: "a".repeat(64), size: 3 }] }));
    expect(heard).toEqual([
      { type: "open" },
      { type: "changes", base: "c1", changes: { changes: [], cursor: "c2", space, epoch, upToDate: true } },
      { type: "poke" },
    ]);
    expect(chunks).toEqual([{ id: "a".repeat(64), size: 3 }]);
    stop.abort();
    channel.acknowledge("c2");
    expect(last().sent).toEqual([]);
  });

  it("[W3] acknowledges what came inline at once, and a poke after a second: a storm is one message in each", async () => {
    const { last, clock, channel, stop } = harness();
    await settle();
    last().open();
    const [space, epoch] = [newId(), newId()];
    const told = (): unknown[] =>
      last()
        .sent.filter((text) => text !== "ping")
        .map((text) => JSON.parse(text).cursor);
    last().events.onMessage(JSON.stringify({ type: "changes", since: "c1", cursor: "c2", space, epoch, changes: [] }));
    channel.acknowledge("c2");
    expect(told()).toEqual(["c2"]);
    last().events.onMessage(JSON.stringify({ type: "poke", space, cursor: "c3" }));
    channel.acknowledge("c3");
    channel.acknowledge("c4");
    await clock.advance(900);
    expect(told()).toEqual(["c2"]);
    await clock.advance(100);
    expect(told()).toEqual(["c2", "c4"]);
    channel.acknowledge("c5");
    expect(told()).toEqual(["c2", "c4", "c5"]);
    stop.abort();
  });

  it("[W3] [P3] passes a message's bookmark on before the message", async () => {
    const { last, heard, bookmarks, stop } = harness();
    await settle();
    last().open();
    const [space, epoch] = [newId(), newId()];
    const changes = { type: "changes", since: "c1", cursor: "c2", space, epoch, changes: [], bookmark: "b1" };
    for (const message of [changes, { type: "poke", space, cursor: "c3", bookmark: "b2" }])
      last().events.onMessage(JSON.stringify(message));
    expect(heard.map(({ type }) => type)).toEqual(["open", "changes", "poke"]);
    expect(bookmarks).toEqual([
      ["b1", 1],
      ["b2", 2],
    ]);
    stop.abort();
  });

  it("[W7] acknowledges again on a new socket, and is silent without one", async () => {
    const { clock, last, channel, stop } = harness();
    channel.acknowledge("c9");
    channel.announce([{ id: "a".repeat(64), size: 3 }]);
    await settle();
    channel.acknowledge("c10");
    last().open();
    expect(last().sent).toEqual(['{"type":"ack","cursor":"c10"}']);
    last().events.onClose(1006, "");
    await clock.advance(500);
    last().open();
    expect(last().sent).toEqual(['{"type":"ack","cursor":"c10"}']);
    stop.abort();
  });

  it("[B20] tells of notices and their bookmarks, acknowledges none, and passes over those it does not know", async () => {
    const { last, heard, notices, bookmarks, channel, stop, running } = harness();
    await settle();
    last().open();
    const before = [heard.length, last().sent.length];
    const say = (message: object): void => last().events.onMessage(JSON.stringify(message));
    say({ type: "notice", about: "stars", bookmark: "b1" });
    say({ type: "notice", about: "account" });
    say({ type: "notice", about: "weather" });
    expect(notices).toEqual(["stars", "account"]);
    expect(bookmarks.map(([bookmark]) => bookmark)).toEqual(["b1"]);
    expect([heard.length, last().sent.length]).toEqual(before);
    // A poke's acknowledgement waits, whatever notices come meanwhile.
    say({ type: "poke", space: newId(), cursor: "c" });
    say({ type: "notice", about: "devices" });
    channel.acknowledge("c");
    expect(last().sent).toHaveLength(before[1] ?? 0);
    stop.abort();
    await running;
  });

  it("tells chunks in messages that the server takes", async () => {
    const { last, channel, stop } = harness();
    await settle();
    last().open();
    channel.announce(Array.from({ length: 130 }, () => ({ id: "b".repeat(64), size: 1 })));
    expect(last().sent.map((text) => (JSON.parse(text) as { chunks: unknown[] }).chunks.length)).toEqual([64, 64, 2]);
    stop.abort();
  });

  it("[W2] pings every 25 s and gives up a socket that does not answer within 10", async () => {
    const { clock, sockets, last, types, stop } = harness();
    await settle();
    const first = last();
    first.open();
    await clock.advance(300_000);
    expect(sockets).toHaveLength(1);
    expect(first.sent.length).toBeGreaterThanOrEqual(11);
    expect(first.sent.length).toBeLessThanOrEqual(12);
    first.answersPings = false;
    for (let seconds = 0; seconds < 35 && !first.isClosed; seconds++) await clock.advance(1_000);
    expect(first.isClosed).toBe(true);
    await clock.advance(500);
    expect(types()).toEqual(["open", "closed"]);
    expect(sockets).toHaveLength(2);
    // Nothing that a socket says after it was given up counts.
    first.events.onMessage(JSON.stringify({ type: "poke", space: newId(), cursor: "c" }));
    first.events.onClose(1000, "");
    expect(types()).toEqual(["open", "closed"]);
    stop.abort();
  });

  it("gives up a socket that does not open", async () => {
    const { clock, sockets, types, stop } = harness();
    await clock.advance(21_000);
    expect(sockets[0]?.isClosed).toBe(true);
    expect(sockets).toHaveLength(2);
    expect(types()).toEqual(["closed"]);
    stop.abort();
  });

  it("[W6] comes back after ever longer waits, and soon again after a socket that held a minute", async () => {
    const { clock, subscribed, last, types, stop } = harness([
      ...Array.from({ length: 9 }, () => new NetworkError("away")),
      "ticket",
    ]);
    const waits: number[] = [];
    for (let at = 0, before = 1; waits.length < 9; at += 100) {
      await clock.advance(100);
      if (subscribed() > before) {
        before = subscribed();
        waits.push(at + 100 - waits.reduce((a, b) => a + b, 0));
      }
    }
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
    expect(new Set(types())).toEqual(new Set(["closed"]));
    last().open();
    await clock.advance(61_000);
    last().events.onClose(1006, "");
    const before = subscribed();
    await clock.advance(500);
    expect(subscribed()).toBe(before + 1);
    stop.abort();
  });

  it.each([new LedgeError("unauthenticated"), new LedgeError("device_revoked"), new HttpError(401, "no")])(
    "[W5] says that it is revoked where no ticket is given for that reason: %s",
    async (error) => {
      const { running, heard } = harness([error]);
      await running;
      expect(heard).toEqual([{ type: "revoked" }]);
    },
  );

  it("[W5] asks for a ticket before it believes a socket that says that it is revoked", async () => {
    const believed = harness(["ticket", new LedgeError("device_revoked")]);
    await settle();
    believed.last().open();
    believed.last().events.onClose(4401, "revoked");
    await believed.clock.advance(500);
    await believed.running;
    expect(believed.types()).toEqual(["open", "closed", "revoked"]);

    const signedInAgain = harness();
    await settle();
    signedInAgain.last().open();
    signedInAgain.last().events.onClose(4401, "revoked");
    await signedInAgain.clock.advance(500);
    signedInAgain.last().open();
    expect(signedInAgain.types()).toEqual(["open", "closed", "open"]);
    signedInAgain.stop.abort();
  });

  it("waits long where another process opens sockets for the same device", async () => {
    const { clock, sockets, last, stop } = harness();
    await settle();
    last().open();
    last().events.onClose(4409, "replaced");
    await clock.advance(59_000);
    expect(sockets).toHaveLength(1);
    await clock.advance(1_000);
    expect(sockets).toHaveLength(2);
    stop.abort();
  });
});
