import { exports } from "cloudflare:workers";
import { vi } from "vitest";
import { newId } from "../../../protocol/new-id.ts";
import type { ClientMessage, ServerMessage, Subscription } from "../../../protocol/push.ts";
import { ORIGIN, type TestAccount } from "./accounts.ts";

const worker = (exports as unknown as { default: { fetch(request: Request): Promise<Response> } }).default;

/** The client's end of a socket, with all that came through it. */
export interface TestSocket {
  readonly device: string;
  readonly messages: ServerMessage[];
  /** Texts that are no JSON. */
  readonly texts: string[];
  /** Resolves with the close code. */
  readonly closed: Promise<number>;
  send(message: ClientMessage | string | ArrayBuffer): void;
  close(): void;
  /** Whether it still answers a ping, or the code that it was closed with. */
  fate(): Promise<number | "open">;
  /** Resolves with the next message that was not taken yet. */
  next(): Promise<ServerMessage>;
}

export async function subscribe(
  account: Pick<TestAccount, "api">,
  device: string = newId(),
  headers: Record<string, string> = {},
): Promise<Response> {
  return account.api("/sync/subscribe", {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify({ device: { id: device, name: `laptop ${device.slice(-4)}`, platform: "linux" } }),
  });
}

/** Asks for the upgrade. */
export function upgrade(ticket: string, headers: Record<string, string> = {}): Promise<Response> {
  const url = `${ORIGIN}/api/sync/socket?ticket=${encodeURIComponent(ticket)}`;
  return worker.fetch(new Request(url, { headers: { upgrade: "websocket", ...headers } }));
}

/** A socket of a device, open; throws what the server refuses with. */
export async function connect(account: Pick<TestAccount, "api">, device: string = newId()): Promise<TestSocket> {
  const subscribed = await subscribe(account, device);
  if (!subscribed.ok) throw new Error(`subscribe: ${await subscribed.text()}`);
  const { ticket } = await subscribed.json<Subscription>();
  const answer = await upgrade(ticket);
  if (!answer.webSocket) throw new Error(`upgrade: ${answer.status} ${await answer.text()}`);
  return testSocket(answer.webSocket, device);
}

function testSocket(socket: WebSocket, device: string): TestSocket {
  const messages: ServerMessage[] = [];
  const texts: string[] = [];
  let taken = 0;
  let arrived = () => {};
  socket.accept();
  socket.addEventListener("message", ({ data }) => {
    if (typeof data === "string" && data.startsWith("{")) messages.push(JSON.parse(data) as ServerMessage);
    else texts.push(String(data));
    arrived();
  });
  const closed = new Promise<number>((resolve) => socket.addEventListener("close", ({ code }) => resolve(code)));
  return {
    device,
    messages,
    texts,
    closed,
    send: (message) =>
      socket.send(typeof message === "string" || message instanceof ArrayBuffer ? message : JSON.stringify(message)),
    close: () => socket.close(1000, "done"),
    async fate() {
      const heard = texts.length;
      if (socket.readyState === WebSocket.OPEN) socket.send("ping");
      const pong = vi.waitUntil(() => texts.length > heard, { timeout: 20_000, interval: 5 });
      return Promise.race([closed, pong.then(() => "open" as const).catch(() => closed)]);
    },
    async next() {
      while (messages.length <= taken) await new Promise<void>((resolve) => (arrived = resolve));
      return messages[taken++] as ServerMessage;
    },
  };
}

/** Time for what is under way to arrive: for tests that nothing does. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 100));
}
