import { open } from "node:fs/promises";
import { join } from "node:path";
import { getBodies, putBodies } from "../support/bare-client.ts";
import { type LedgeAccount, makeFolder, signUp } from "../support/ledge-account.ts";
import { uploadFolder } from "../support/ledge-upload.ts";
import { withTemporaryFolder, writeLargeFile } from "../support/local-files.ts";
import type { Figure, Measure } from "../support/measure.ts";
import { alternate, median, medianRatio, seconds } from "../support/timing.ts";

const MiB = 2 ** 20;
const BYTES = 256 * MiB;
const OBJECT_BYTES = 8 * MiB;
const ROUNDS = 5;
/** Requests in flight on the bare side: as many as the SDK keeps packs in flight. */
const WIDTH = 4;

/** 256 MiB of new random bytes in one file, up and down: Ledge through the SDK, the bare Worker in objects of 8 MiB. */
export const throughput: Measure = {
  name: "throughput",
  title: "256 MiB of new random bytes, up and down",
  run: (servers) =>
    withTemporaryFolder(async (temporary) => {
      const ledge = await servers.ledge();
      const bare = await servers.bare();
      const account = await signUp(ledge.url);

      const file = join(temporary, "file.bin");
      const prepare = (round: number) => writeLargeFile(file, `throughput ${round}`, BYTES);
      const mebibytesPerSecond = async (work: () => Promise<unknown>) => BYTES / MiB / (await seconds(work));

      const up = await alternate(
        ROUNDS,
        async (round) => {
          await prepare(round);
          const target = await makeFolder(account, account.root, `round ${round}`);
          return mebibytesPerSecond(() => uploadFolder(account, temporary, target));
        },
        async (round) => {
          await prepare(round);
          return mebibytesPerSecond(() => putSlices(bare.url, file, round));
        },
      );
      const down = await alternate(
        ROUNDS,
        async (round) => {
          const { node } = await account.api.nodeAt(`/round ${round}/file.bin`);
          return mebibytesPerSecond(() => download(account, node.id));
        },
        (round) => mebibytesPerSecond(() => getBodies(bare.url, keys(round), WIDTH)),
      );
      return [figure("upload of 256 MiB", up), figure("download of 256 MiB", down)];
    }),
};

function figure(name: string, { a, b }: { a: number[]; b: number[] }): Figure {
  return {
    name,
    value: median(a),
    unit: "MiB/s",
    reference: { name: "bare Worker, 8 MiB objects", value: median(b) },
    ratio: medianRatio({ a, b }),
    target: { atLeast: 0.8 },
    rounds: a,
    referenceRounds: b,
  };
}

function keys(round: number): string[] {
  return Array.from({ length: BYTES / OBJECT_BYTES }, (_, i) => `large-${round}-${i}`);
}

async function putSlices(url: string, path: string, round: number): Promise<void> {
  const file = await open(path);
  try {
    const slice = async (key: string) => {
      const buffer = new Uint8Array(OBJECT_BYTES);
      await file.read(buffer, 0, OBJECT_BYTES, Number(key.split("-").at(-1)) * OBJECT_BYTES);
      return buffer;
    };
    await putBodies(url, keys(round), WIDTH, (key) => key, slice);
  } finally {
    await file.close();
  }
}

/** Reads a whole file by plain GETs of its quarters at once, keeping nothing. */
async function download({ api }: LedgeAccount, id: string): Promise<void> {
  const part = BYTES / WIDTH;
  const parts = await Promise.all(
    Array.from({ length: WIDTH }, (_, i) =>
      api.download(id, { range: [i * part, (i + 1) * part - 1] }, async (response, alive) => {
        let bytes = 0;
        for await (const piece of response.body ?? []) {
          bytes += piece.length;
          alive();
        }
        return bytes;
      }),
    ),
  );
  const bytes = parts.reduce((sum, got) => sum + got, 0);
  if (bytes !== BYTES) throw new Error(`${bytes} of ${BYTES} bytes came`);
}
