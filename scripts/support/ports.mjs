import { createServer } from "node:net";

/** The port that `npm start` serves on where PORT does not say. */
export const defaultPort = 8787;

/** Whether nobody listens on a loopback TCP port now: at `localhost` a browser may ask `::1` first. */
export async function isFree(port) {
  return (await canListen(port, "127.0.0.1")) && (await canListen(port, "::1"));
}

function canListen(port, host) {
  return new Promise((resolve) => {
    const server = createServer();
    // Where the machine has no such address, nobody else has it either.
    server.once("error", ({ code }) => resolve(code === "EADDRNOTAVAIL" || code === "EAFNOSUPPORT"));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}

/** A loopback TCP port that was free at this moment. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/**
 * Chooses the port to serve on. PORT is taken as it is (0: any free port); without it, the first free one of the
 * default and the nine above it.
 *
 * @throws Error that says what is wrong, for a person.
 */
export async function choosePort(wanted) {
  if (wanted) {
    const port = Number(wanted);
    if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`PORT=${wanted} is no port number.`);
    if (port === 0) return freePort();
    if (!(await isFree(port))) throw new Error(`Port ${port} is in use by another program. Set PORT to a free one.`);
    return port;
  }
  for (let port = defaultPort; port < defaultPort + 10; port++) {
    if (!(await isFree(port))) continue;
    if (port !== defaultPort) console.log(`Port ${defaultPort} is in use; taking ${port}. (PORT chooses another.)`);
    return port;
  }
  throw new Error(`Ports ${defaultPort} to ${defaultPort + 9} are all in use. Set PORT to a free one.`);
}
