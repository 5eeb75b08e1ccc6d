import { connect, createServer, type Socket } from "node:net";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

/** A line to a server that is as slow as it is told to be, counts what goes up, and can be cut. */
export interface SlowLine {
  /** The server, by this line. */
  readonly url: string;
  /** Bytes that went to the server so far, headers included. */
  sent(): number;
  /** Bytes a second that may go up on all connections together, from now on. */
  limit(bytesPerSecond: number): void;
  /** Breaks every connection, and takes no new one until `restore`. */
  cut(): void;
  restore(): void;
  close(): Promise<void>;
}

export async function slowLine(target: string): Promise<SlowLine> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let [sent, rate, isCut] = [0, Number.POSITIVE_INFINITY, false];
  let paidUntil = 0;

  const forward = async (from: Socket, to: Socket): Promise<void> => {
    for await (const bytes of from as AsyncIterable<Buffer>) {
      paidUntil = Math.max(paidUntil, Date.now()) + (bytes.length / rate) * 1000;
      const wait = paidUntil - Date.now();
      if (wait > 2) await sleep(wait);
      sent += bytes.length;
      if (!to.write(bytes)) await once(to, "drain");
    }
    to.end();
  };
  const server = createServer((client) => {
    if (isCut) return client.destroy();
    const upstream = connect(Number(port), hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    upstream.pipe(client);
    forward(client, upstream).catch(() => client.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://localhost:${address.port}`,
    sent: () => sent,
    limit: (bytesPerSecond) => (rate = bytesPerSecond),
    cut() {
      isCut = true;
      for (const socket of sockets) socket.destroy();
    },
    restore: () => (isCut = false),
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
