import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { Env } from "../../workers/env.ts";
import { someone } from "./support/searcher.ts";

const { SEARCH_LIMIT } = env as unknown as Env;
const A_MINUTE = 1_200;

it("[F6] an account's searches of a minute are bounded, and are nobody else's", async () => {
  const [busy, other] = [await someone(), await someone()];
  expect((await busy.me.account.api("/search?q=a")).status).toBe(200);
  let spent = 1;
  const spendAll = async () => {
    while ((await SEARCH_LIMIT.limit({ key: busy.me.account.userId })).success) spent++;
    return busy.me.account.api("/search?q=a");
  };
  // A minute may end meanwhile, and another begin: also between the last that is spent and the search.
  let refused = await spendAll();
  expect(spent).toBeGreaterThanOrEqual(A_MINUTE);
  if (refused.ok) refused = await spendAll();
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "60"]);
  expect(await refused.json()).toMatchObject({ code: "rate_limited" });
  expect((await other.me.account.api("/search?q=a")).status).toBe(200);
});
