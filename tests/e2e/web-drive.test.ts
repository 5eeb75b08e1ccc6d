import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Api, type Account } from "../../client/api.ts";
import { HttpClient } from "../../client/http.ts";
import { globalWebSocket } from "../../client/ports/global-web-socket.ts";
import { systemClock } from "../../client/ports/system-clock.ts";
import type { OpenSocket, Socket } from "../../client/ports/web-socket.ts";
import { signUp } from "../../client/sign-in.ts";
import { SocketPushChannel } from "../../client/sync/push-channel.ts";
import { newId } from "../../protocol/new-id.ts";
import { createDrive, type RunningDrive } from "../../web/src/drive/create-drive.ts";
import { editsOf } from "../../web/src/drive/edits.ts";
import { MemoryBrowser, MemoryNetwork, MemoryPage } from "../unit/web/support/memory-drive-ports.ts";
import { entryOf, namesIn } from "../unit/web/support/open-drive.ts";
import { startServer, type TestServer } from "./support/server.ts";

let server: TestServer;
let token: string;
let account: Account;
const open: RunningDrive[] = [];

beforeAll(async () => {
  server = await startServer();
  const http = new HttpClient({ baseUrl: server.url, clock: systemClock, random: Math.random });
  token = (await signUp(http, "a@example.com", "correct horse battery staple", "a")).token;
  account = await api().account();
});

afterEach(() => {
  for (const drive of open.splice(0)) drive.stop();
});

afterAll(async () => {
  await server?.stop();
});

/** @param requests - Told of every request before it is sent; what it throws is what becomes of it. */
function api(requests: (path: string) => void = () => undefined): Api {
  const http = new HttpClient({
    baseUrl: server.url,
    token,
    clock: systemClock,
    random: Math.random,
    fetch: (url, init) => {
      requests(new URL(url).pathname);
      return fetch(url, init);
    },
  });
  return new Api(http);
}

interface Opened {
  readonly drive: RunningDrive;
  readonly network: MemoryNetwork;
  readonly requests: string[];
  /** Cuts the socket, as a network does. */
  cut(): void;
}

/** A drive as a page has it, over its own memory instead of a browser's. */
function openDrive(): Opened {
  const network = new MemoryNetwork();
  const browser = new MemoryBrowser();
  const requests: string[] = [];
  const sockets: Socket[] = [];
  const line = api((path) => {
    if (!network.isOnline()) throw new TypeError("offline");
    requests.push(path);
  });
  const openSocket: OpenSocket = (address, events) => {
    const socket = globalWebSocket(address, events);
    sockets.push(socket);
    return socket;
  };
  const device = { id: newId(), name: "Node", platform: "browser" };
  const drive = createDrive({
    api: line,
    account,
    ports: {
      clock: systemClock,
      random: Math.random,
      store: browser.store,
      tabs: browser.tab(),
      network,
      page: new MemoryPage(),
      openPush: (onNotice) =>
        Promise.resolve(
          new SocketPushChannel({
            api: line,
            baseUrl: server.url,
            device,
            clock: systemClock,
            random: () => 1, // the longest wait before it connects again, so that it is seen
            openSocket,
            onNotice,
            onBookmark: (bookmark, space) => line.http.remember(bookmark, space),
          }),
        ),
    },
  });
  drive.start();
  open.push(drive);
  return { drive, network, requests, cut: () => sockets.at(-1)?.close() };
}

async function openRoot(): Promise<Opened> {
  const opened = openDrive();
  opened.drive.hold(account.home.root);
  await expect.poll(() => opened.drive.folder(account.home.root).state, { timeout: 20_000 }).toBe("complete");
  await expect.poll(() => opened.drive.status().connection, { timeout: 20_000 }).toBe("live");
  return opened;
}

/** Milliseconds until a drive shows an entry of this name. */
async function untilShown(drive: RunningDrive, folder: string, name: string): Promise<number> {
  const began = performance.now();
  await expect.poll(() => namesIn(drive, folder), { timeout: 15_000, interval: 10 }).toContain(name);
  return performance.now() - began;
}

describe("drives of one account", () => {
  it("[B8] see each other's edits within a second, and stars", async () => {
    const { root } = account.home;
    const [one, two] = [await openRoot(), await openRoot()];
    const { id, outcome } = editsOf(one.drive).createFolder(root, "docs");
    await outcome;
    const waits = [await untilShown(two.drive, root, "docs")];
    const listings = one.requests.filter((path) => path.endsWith("/children")).length;
    await editsOf(two.drive).rename(entryOf(two.drive, id), "papers");
    waits.push(await untilShown(one.drive, root, "papers"));
    expect(one.requests.filter((path) => path.endsWith("/children"))).toHaveLength(listings);
    await editsOf(one.drive).star([entryOf(one.drive, id)], true);
    await expect.poll(() => entryOf(two.drive, id).starred, { timeout: 15_000 }).toBe(true);
    await editsOf(one.drive).rename(entryOf(one.drive, id), "letters");
    waits.push(await untilShown(two.drive, root, "letters"));
    expect(Math.min(...waits)).toBeLessThan(1_000);
  });

  it("[B6] send what was edited offline once, when they are online again", async () => {
    const { root } = account.home;
    const [one, two] = [await openRoot(), await openRoot()];
    one.network.set(false);
    const { id, outcome } = editsOf(one.drive).createFolder(root, "offline");
    const renamed = editsOf(one.drive).rename(entryOf(one.drive, id), "written offline");
    expect(namesIn(one.drive, root)).toContain("written offline");
    expect(one.drive.status()).toEqual({ connection: "offline", waiting: 2 });
    one.network.set(true);
    expect([(await outcome).failed, (await renamed).failed]).toEqual([[], []]);
    expect(one.requests.filter((path) => path.endsWith("/commits"))).toHaveLength(2);
    await expect.poll(() => namesIn(two.drive, root), { timeout: 15_000 }).toContain("written offline");
    const { undo } = await renamed;
    expect((await undo?.())?.failed).toEqual([]);
    await expect.poll(() => namesIn(two.drive, root), { timeout: 15_000 }).toContain("offline");
  });

  it("[B8] catch up when a lost socket is back, without listing again", async () => {
    const { root } = account.home;
    const one = await openRoot();
    one.cut();
    await expect.poll(() => one.drive.status().connection, { timeout: 10_000, interval: 10 }).toBe("connecting");
    await api().commitOne({ type: "createFolder", parent: root, name: "meanwhile" });
    const listings = one.requests.filter((path) => path.endsWith("/children")).length;
    await expect.poll(() => namesIn(one.drive, root), { timeout: 15_000 }).toContain("meanwhile");
    await expect.poll(() => one.drive.status().connection, { timeout: 15_000 }).toBe("live");
    expect(one.requests.filter((path) => path.endsWith("/children"))).toHaveLength(listings);
  });

  it("[B7] leave what somebody put into a new folder, when its making is undone", async () => {
    const { root } = account.home;
    const one = await openRoot();
    const { id, outcome } = editsOf(one.drive).createFolder(root, "shared");
    const made = await outcome;
    await api().commitOne({ type: "createFolder", parent: id, name: "theirs" });
    expect((await made.undo?.())?.failed).toMatchObject([{ node: id, code: "stale_base" }]);
    expect(namesIn(one.drive, root)).toContain("shared");
  });

  it("[B8] find a folder by its id alone, and those above it", async () => {
    const { root } = account.home;
    const a = await api().commitOne({ type: "createFolder", parent: root, name: "above" });
    const b = await api().commitOne({ type: "createFolder", parent: a.id, name: "below" });
    const { drive } = openDrive();
    drive.hold(b.id);
    await expect.poll(() => drive.folder(b.id).state, { timeout: 10_000 }).toBe("complete");
    expect(drive.ancestors(b.id)?.map(({ name }) => name)).toEqual(["", "above"]);
    await api().commitOne({ type: "trash", node: a.id });
    await expect.poll(() => drive.folder(b.id).state, { timeout: 20_000 }).toBe("missing");
  });
});
