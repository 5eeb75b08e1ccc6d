import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { type CountingProxy, countingProxy } from "../support/counting-proxy.ts";
import { startDevice } from "../support/device.ts";
import { signUp } from "../support/ledge-account.ts";
import { withTemporaryFolder, writeLargeFile } from "../support/local-files.ts";
import type { Figure, Measure } from "../support/measure.ts";
import { seconds } from "../support/timing.ts";

const MiB = 2 ** 20;
const BYTES = 256 * MiB;
const PATIENCE_MS = 10 * 60_000;
/** One new chunk, of at most 4 MiB (LIMITS.chunkMaxBytes), two at worst. */
const TARGET = { atMost: 8 / 256 };

/** One byte inserted into the middle of a large file: what goes over the wire until the other device has it. */
export const syncDelta: Measure = {
  name: "sync-delta",
  title: "One byte inserted in the middle of a 256 MiB file",
  run: (servers) =>
    withTemporaryFolder(async (temporary): Promise<Figure[]> => {
      const { url } = await servers.ledge();
      const { token } = await signUp(url);
      const [from, to] = [join(temporary, "a"), join(temporary, "b")];
      await mkdir(from);
      await mkdir(to);
      const [up, down] = [await countingProxy(url), await countingProxy(url)];
      const [source, target] = [join(from, "large.bin"), join(to, "large.bin")];
      const a = startDevice({ url: up.url, token, folder: from });
      const b = startDevice({ url: down.url, token, folder: to });
      await Promise.all([a.reached("idle"), b.reached("idle")]);

      const both = async (work: () => Promise<void>) => {
        up.reset();
        down.reset();
        const time = await seconds(async () => {
          await work();
          await untilEqual(source, target);
        });
        return { time, up: count(up), down: count(down) };
      };
      const first = await both(() => writeLargeFile(source, "sync delta", BYTES));
      const second = await both(() => insertByte(source, BYTES / 2));
      await Promise.all([a.stop(), b.stop()]);
      up.stop();
      down.stop();

      const wire = (name: string, got: Counted, whole: Counted, of: "up" | "down"): Figure => ({
        name,
        value: got[of],
        unit: "bytes",
        reference: { name: "the whole file", value: whole[of] },
        ratio: got[of] / BYTES,
        target: TARGET,
        details: { up: got.up, down: got.down },
      });
      return [
        wire("from the first device up", second.up, first.up, "up"),
        wire("to the second device down", second.down, first.down, "down"),
        {
          name: "until it is on the second device's disk",
          value: second.time,
          unit: "s",
          reference: { name: "the whole file", value: first.time },
        },
      ];
    }),
};

type Counted = Pick<CountingProxy, "up" | "down">;

function count({ up, down }: CountingProxy): Counted {
  return { up, down };
}

/** Inserts a byte as an editor does that writes on from there, in the same file. */
async function insertByte(path: string, at: number): Promise<void> {
  const file = await open(path, "r+");
  try {
    const { size } = await file.stat();
    const rest = Buffer.alloc(size - at + 1, "+");
    await file.read(rest, 1, size - at, at);
    await file.write(rest, 0, rest.length, at);
  } finally {
    await file.close();
  }
}

async function untilEqual(source: string, target: string): Promise<void> {
  const { size } = await stat(source);
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await sleep(50)) {
    // Files are placed whole: one of that size is the new one.
    if ((await stat(target).catch(() => null))?.size !== size) continue;
    if ((await digest(source)) !== (await digest(target))) throw new Error("the files differ");
    return;
  }
  throw new Error(`${target} did not arrive`);
}

async function digest(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
