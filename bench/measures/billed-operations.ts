import { join } from "node:path";
import { billed } from "../support/billed.ts";
import { fillFolder, type LedgeAccount, makeFolder, signUp } from "../support/ledge-account.ts";
import { uploadFolder } from "../support/ledge-upload.ts";
import { withTemporaryFolder, writeLargeFile, writeSmallFiles } from "../support/local-files.ts";
import type { Figure, Measure } from "../support/measure.ts";
import { metered } from "../support/meter-client.ts";

const GiB = 2 ** 30;

/** What Cloudflare would bill for each kind of operation, the indexer's work after it included. */
export const billedOperations: Measure = {
  name: "billed-operations",
  title: "Billed operations",
  run: (servers) =>
    withTemporaryFolder(async (temporary) => {
      const { url } = await servers.metered();
      const account = await signUp(url);
      const count = async (name: string, work: () => Promise<unknown>) => billed(name, await metered(url, work));
      return [
        ...(await uploadsAndDownloads(account, temporary, count)),
        ...(await listings(account, count)),
        ...(await renames(account, url)),
        await poll(account, count),
      ];
    }),
};

type CountWork = (name: string, work: () => Promise<unknown>) => Promise<Figure>;

async function uploadsAndDownloads(account: LedgeAccount, temporary: string, count: CountWork): Promise<Figure[]> {
  const figures: Figure[] = [];
  const upload = async (name: string, folder: string, title: string) => {
    const target = await makeFolder(account, account.root, name);
    figures.push(await count(title, () => uploadFolder(account, folder, target)));
  };
  const download = async (path: string, title: string) => {
    const { node } = await account.api.nodeAt(path);
    figures.push(await count(title, () => account.api.download(node.id, {}, drain)));
  };

  const one = join(temporary, "one");
  await writeSmallFiles(one, "one", 1, 4_096);
  await upload("one", one, "upload of 1 file of 4 KiB");
  await download("/one/file 00000.bin", "download of 4 KiB");

  const thousand = join(temporary, "thousand");
  await writeSmallFiles(thousand, "thousand", 1_000, 4_096);
  await upload("thousand", thousand, "upload of 1,000 files of 4 KiB");

  const large = join(temporary, "large");
  await writeSmallFiles(large, "large", 0, 0);
  await writeLargeFile(join(large, "large.bin"), "large", GiB);
  await upload("large", large, "upload of 1 GiB");
  await download("/large/large.bin", "download of 1 GiB");
  return figures;
}

async function listings(account: LedgeAccount, count: CountWork): Promise<Figure[]> {
  const folder = await makeFolder(account, account.root, "listed");
  await fillFolder(account, folder, 1_000);
  const page = () => account.api.http.json({ path: `/folders/${folder}/children`, query: { limit: 200 } });
  return [await count("list, 200 of 1,000 entries", page)];
}

/** A rename writes a constant number of rows, whatever is below: the same as that of an empty folder. */
async function renames(account: LedgeAccount, url: string): Promise<Figure[]> {
  const empty = await makeFolder(account, account.root, "empty folder");
  const full = await makeFolder(account, account.root, "full folder");
  await fillFolder(account, full, 10_000);
  const rename = (node: string, name: string) => () => account.api.commitOne({ type: "move", node, name });
  const ofEmpty = await metered(url, rename(empty, "renamed empty"));
  const ofFull = await metered(url, rename(full, "renamed full"));
  const rows = ({ request }: typeof ofFull) => request.d1RowsRead + request.d1RowsWritten;
  return [
    billed("rename of an empty folder", ofEmpty),
    billed("rename of a folder of 10,000 files", ofFull),
    {
      name: "rows read and written by renaming a folder of 10,000",
      value: rows(ofFull),
      unit: "rows",
      reference: { name: "empty folder", value: rows(ofEmpty) },
      ratio: rows(ofFull) / rows(ofEmpty),
      target: { atMost: 1 },
    },
  ];
}

async function poll({ api }: LedgeAccount, count: CountWork): Promise<Figure> {
  let cursor: string | undefined;
  for (;;) {
    const page = await api.changes(cursor, 1_000);
    cursor = page.cursor;
    if (page.upToDate) break;
  }
  return count("poll without change", () => api.changes(cursor));
}

async function drain(response: Response, alive: () => void): Promise<void> {
  for await (const piece of response.body ?? []) {
    void piece;
    alive();
  }
}
