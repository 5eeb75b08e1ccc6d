import { expect, it } from "vitest";
import { decodePosition, encodePosition, type SearchPosition } from "../../workers/search/search-position.ts";
import { searchPage } from "./support/indexing.ts";
import { someone, type Someone } from "./support/searcher.ts";

async function statusOf({ me }: Someone, q: string, cursor: string): Promise<number> {
  const answer = await me.account.api(`/search?${new URLSearchParams({ q, cursor }).toString()}`);
  await answer.body?.cancel();
  return answer.status;
}

const FAR = Number.MAX_SAFE_INTEGER;
const ODD: readonly Partial<SearchPosition>[] = [
  { now: 1e308 },
  { now: -1e308 },
  { group: FAR },
  { phase: 3 },
  { before: 0 },
  { before: FAR, until: FAR },
  { before: 1, until: FAR },
  { until: 0, after: null },
  { after: [1e308, FAR] },
  { after: [-1e308, -FAR] },
  { corrected: true },
  { corrected: true, phase: 2, group: 7 },
];

it("[F3] [P1] a cursor that says what none would is answered, and what is none is refused", async () => {
  const her = await someone();
  await her.addFiles(her.folder.id, "beacon", 5);
  const { next } = await searchPage(her.me.account, "beacon", { limit: 2 });
  const position = decodePosition(next ?? "", "beacon");
  for (const odd of ODD) {
    expect([odd, await statusOf(her, "beacon", encodePosition({ ...position, ...odd }))]).toEqual([odd, 200]);
  }
  const wrong = [{ group: -1 }, { phase: 4 }, { before: 0.5 }, { before: 1e300 }, { until: undefined }, { now: null }];
  const refused = [
    ...wrong.map((each) => btoa(JSON.stringify({ ...position, ...each }))),
    ...["[]", "null", "1", "{", "\0", "[".repeat(2_000)].map((each) => btoa(each)),
    "_w",
    "%",
    "é",
    "=",
    " ",
  ];
  for (const cursor of refused) expect([cursor, await statusOf(her, "beacon", cursor)]).toEqual([cursor, 400]);
});

it("[F3] the longest query has further pages, whatever it is written with", async () => {
  const her = await someone();
  await her.addFiles(her.folder.id, "beacon", 3);
  for (const filler of ["!", "\u0001", "\\", "→", "🎉"]) {
    const q = `beacon ${filler.repeat(Math.floor(493 / filler.length))}`;
    const { next } = await searchPage(her.me.account, q, { limit: 2 });
    expect([filler, (await searchPage(her.me.account, q, { limit: 2, cursor: next ?? "" })).hits.length]).toEqual([
      filler,
      1,
    ]);
  }
});
