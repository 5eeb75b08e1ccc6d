import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** Passes TCP connections on to a server on this machine and counts their bytes: headers, sockets and all. */
export interface CountingProxy {
  readonly url: string;
  /** Bytes since the last reset. */
  readonly up: number;
  readonly down: number;
  reset(): void;
  stop(): void;
}

export async function countingProxy(target: string): Promise<CountingProxy> {
  const { hostname, port } = new URL(target);
  const open = new Set<Socket>();
  const counts = { up: 0, down: 0 };
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const upstream = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    client.on("data", (part: Buffer) => (counts.up += part.length));
    upstream.on("data", (part: Buffer) => (counts.down += part.length));
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(socket);
      socket.setNoDelay(true);
      socket.pipe(other);
      socket.on("error", () => other.destroy());
      socket.on("close", () => open.delete(socket));
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get up() {
      return counts.up;
    },
    get down() {
      return counts.down;
    },
    reset: () => {
      counts.up = 0;
      counts.down = 0;
    },
    stop: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}
