import { fillFolder, type LedgeAccount, makeFolder, signUp } from "../support/ledge-account.ts";
import type { Figure, Measure } from "../support/measure.ts";
import { alternate, median, medianRatio, seconds } from "../support/timing.ts";

const SMALL = 100;
const LARGE = 100_000;
const ROUNDS = 41;

/** The first page (100 entries) of a folder of 100,000 beside that of a folder of 100, in each order of listing. */
export const largeFolder: Measure = {
  name: "large-folder",
  title: "First page of a 100,000-entry folder",
  async run(servers) {
    const account = await signUp((await servers.ledge()).url);
    const small = await makeFolder(account, account.root, "small");
    const large = await makeFolder(account, account.root, "large");
    await fillFolder(account, small, SMALL);
    await fillFolder(account, large, LARGE);
    const figures: Figure[] = [];
    for (const sort of ["name", "size", "mtime"]) figures.push(await compare(account, sort, large, small));
    return figures;
  },
};

async function compare(account: LedgeAccount, sort: string, large: string, small: string): Promise<Figure> {
  const read = (folder: string) => async () => 1_000 * (await seconds(() => firstPage(account, folder, sort)));
  await alternate(5, read(large), read(small));
  const { a, b } = await alternate(ROUNDS, read(large), read(small));
  return {
    name: `first page by ${sort}, 100,000 entries`,
    value: median(a),
    unit: "ms",
    reference: { name: "100 entries", value: median(b) },
    ratio: medianRatio({ a, b }),
    target: { atMost: 1.5 },
    rounds: a,
    referenceRounds: b,
  };
}

async function firstPage({ api }: LedgeAccount, folder: string, sort: string): Promise<void> {
  const path = `/folders/${folder}/children`;
  const page = await api.http.json<{ nodes: unknown[] }>({ path, query: { limit: SMALL, sort } });
  if (page.nodes.length !== SMALL) throw new Error(`the first page has ${page.nodes.length} entries`);
}
