import { join } from "node:path";
import { makeFolder, signUp } from "../support/ledge-account.ts";
import { uploadFolder } from "../support/ledge-upload.ts";
import { withTemporaryFolder, writeLargeFile, writeSmallFiles } from "../support/local-files.ts";
import type { Figure, Measure } from "../support/measure.ts";

const MiB = 2 ** 20;

/** What is sent again: nothing of an unchanged tree, and next to nothing of a large file with one byte more in front. */
export const reUpload: Measure = {
  name: "re-upload",
  title: "Uploading again",
  run: (servers) =>
    withTemporaryFolder(async (temporary): Promise<Figure[]> => {
      const account = await signUp((await servers.ledge()).url);
      const put = async (folder: string, name: string) =>
        uploadFolder(account, folder, await makeFolder(account, account.root, name));

      const tree = join(temporary, "tree");
      await writeSmallFiles(tree, "re-upload", 1_000, 4_096);
      const large = join(tree, "large.bin");
      await writeLargeFile(large, "re-upload", 256 * MiB);
      const first = await put(tree, "first");
      const again = await put(tree, "again");

      const before = await account.api.manifest((await account.api.nodeAt("/first/large.bin")).node.id);
      await writeLargeFile(large, "re-upload", 256 * MiB, "+");
      const shifted = await put(tree, "shifted");
      const after = await account.api.manifest((await account.api.nodeAt("/shifted/large.bin")).node.id);
      const held = new Set(before.chunks.map(({ id }) => id));
      const fresh = after.chunks.filter(({ id }) => !held.has(id));

      return [
        {
          name: "bytes sent for an unchanged tree of 260 MiB",
          value: again.sent,
          unit: "bytes",
          reference: { name: "first upload", value: first.sent },
          ratio: again.sent / first.sent,
          target: { atMost: 0 },
        },
        {
          name: `new chunks after one byte in front of 256 MiB (${before.chunks.length} chunks)`,
          value: fresh.length,
          unit: "chunks",
          target: { atMost: 2 },
        },
        { name: "bytes sent for them", value: shifted.sent, unit: "bytes" },
      ];
    }),
};
