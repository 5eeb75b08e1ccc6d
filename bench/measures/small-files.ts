import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { putBodies } from "../support/bare-client.ts";
import { makeFolder, signUp } from "../support/ledge-account.ts";
import { uploadFolder } from "../support/ledge-upload.ts";
import { withTemporaryFolder, writeSmallFiles } from "../support/local-files.ts";
import type { Measure } from "../support/measure.ts";
import { alternate, median, medianRatio, seconds } from "../support/timing.ts";

const FILES = 1_000;
const BYTES = 4_096;
const ROUNDS = 5;
/** Requests of the bare Worker's client in flight: at its best on two cores. */
const WIDTH = 16;

/** 1,000 new files of 4 KiB from disk: Ledge through the SDK, the bare Worker by one put a file. */
export const smallFiles: Measure = {
  name: "small-files",
  title: "Upload of 1,000 new files of 4 KiB",
  run: (servers) =>
    withTemporaryFolder(async (temporary) => {
      const ledge = await servers.ledge();
      const bare = await servers.bare();
      const account = await signUp(ledge.url);

      const throughLedge = async (round: number) => {
        const folder = join(temporary, `ledge ${round}`);
        await writeSmallFiles(folder, `small files ${round}`, FILES, BYTES);
        const target = await makeFolder(account, account.root, `round ${round}`);
        const time = await seconds(async () => {
          const { files, sent } = await uploadFolder(account, folder, target);
          if (files !== FILES || sent !== FILES * BYTES) throw new Error(`${files} files, ${sent} bytes sent`);
        });
        return FILES / time;
      };
      const throughBare = async (round: number) => {
        const paths = await writeSmallFiles(join(temporary, `bare ${round}`), `small files ${round}`, FILES, BYTES);
        const key = (path: string) => `small-${round}-${encodeURIComponent(basename(path))}`;
        return FILES / (await seconds(() => putBodies(bare.url, paths, WIDTH, key, (path) => readFile(path))));
      };

      await alternate(
        1,
        () => throughLedge(-1),
        () => throughBare(-1),
      );
      const { a, b } = await alternate(ROUNDS, throughLedge, throughBare);
      return [
        {
          name: "upload of 1,000 new 4 KiB files",
          value: median(a),
          unit: "files/s",
          reference: { name: "bare Worker", value: median(b) },
          ratio: medianRatio({ a, b }),
          target: { atLeast: 8 },
          rounds: a,
          referenceRounds: b,
        },
      ];
    }),
};
