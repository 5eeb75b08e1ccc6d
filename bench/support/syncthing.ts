import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";

/** Two Syncthing processes that share a folder over loopback, and talk to nobody else. */
export interface SyncthingPair {
  readonly folders: readonly [string, string];
  stop(): Promise<void>;
}

interface Peer {
  readonly home: string;
  readonly folder: string;
  readonly id: string;
  readonly port: number;
}

/** `watcherDelay`: seconds that changes are gathered before they are looked at; Syncthing's own default is 10. */
export async function startSyncthingPair(place: string, watcherDelay: number): Promise<SyncthingPair> {
  const a = await makePeer(join(place, "a"));
  const b = await makePeer(join(place, "b"));
  await writeFile(join(a.home, "config.xml"), await config(a, b, watcherDelay));
  await writeFile(join(b.home, "config.xml"), await config(b, a, watcherDelay));
  const running = [a, b].map(({ home }) =>
    spawn("syncthing", ["serve", `--home=${home}`, "--no-browser", "--no-restart", "--no-upgrade"], {
      stdio: "ignore",
      env: { ...process.env, STNODEFAULTFOLDER: "1" },
    }),
  );
  return { folders: [a.folder, b.folder], stop: async () => void (await Promise.all(running.map(end))) };
}

async function makePeer(place: string): Promise<Peer> {
  const [home, folder] = [join(place, "home"), join(place, "folder")];
  // The marker without which Syncthing takes the folder for one that is not mounted.
  await mkdir(join(folder, ".stfolder"), { recursive: true });
  await promisify(execFile)("syncthing", ["generate", `--home=${home}`, "--no-default-folder"]);
  const { stdout } = await promisify(execFile)("syncthing", ["serve", `--home=${home}`, "--device-id"]);
  return { home, folder, id: stdout.trim(), port: await freePort() };
}

async function config(own: Peer, other: Peer, watcherDelay: number): Promise<string> {
  const device = ({ id, port }: Peer) =>
    `<device id="${id}" compression="metadata"><address>tcp://127.0.0.1:${port}</address></device>`;
  const gui = await freePort();
  return `<configuration version="36">
  <folder id="bench" label="bench" path="${own.folder}" type="sendreceive" rescanIntervalS="3600"
    fsWatcherEnabled="true" fsWatcherDelayS="${watcherDelay}">
    <filesystemType>basic</filesystemType>
    <device id="${own.id}"></device><device id="${other.id}"></device>
  </folder>
  ${device(own)}${device(other)}
  <gui enabled="true" tls="false"><address>127.0.0.1:${gui}</address><apikey>bench</apikey></gui>
  <options>
    <listenAddress>tcp://127.0.0.1:${own.port}</listenAddress>
    <globalAnnounceEnabled>false</globalAnnounceEnabled>
    <localAnnounceEnabled>false</localAnnounceEnabled>
    <relaysEnabled>false</relaysEnabled>
    <natEnabled>false</natEnabled>
    <startBrowser>false</startBrowser>
    <reconnectionIntervalS>1</reconnectionIntervalS>
    <urAccepted>-1</urAccepted>
    <autoUpgradeIntervalH>0</autoUpgradeIntervalH>
    <crashReportingEnabled>false</crashReportingEnabled>
    <setLowPriority>false</setLowPriority>
  </options>
</configuration>
`;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  if (!address || typeof address !== "object") throw new Error("no port");
  return address.port;
}
