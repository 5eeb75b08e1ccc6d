import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { SearchRedriven, SearchState } from "../../../protocol/search.ts";
import type { Env, IndexMessage } from "../../env.ts";
import { readSpacesAfter } from "../../indexer/space-seqs.ts";
import { findBehind, sendIndexMessages } from "../../indexer/sweep.ts";
import { listDead, takeDead } from "../../search/dead-letters.ts";
import { raiseGeneration } from "../../search/indexed-spaces.ts";
import { countIndex, listParked, unpark } from "../../search/parked.ts";
import { openShard, shardNames } from "../../storage/shards.ts";
import { json } from "../json-response.ts";
import { requireAdministrator } from "../middleware/authenticate.ts";
import { router } from "../router.ts";

const tags = ["administration"];
const middleware = requireAdministrator();

/** What is listed of each. */
const LISTED = 100;
/** Spaces of a shard that are looked at for being behind, in pages. */
const LOOKED_AT = 10_000;
const SPACES_A_PAGE = 1_000;
/** Messages, and contents, that one call has sent again. */
const REDRIVEN = 1_000;

const show = createRoute({
  method: "get",
  path: "/admin/search",
  tags,
  summary: "What the search index has, what it lacks, and why",
  description: "No names and no texts. Spaces and contents are told by their ids.",
  middleware,
  request: { query: z.object({ reason: z.string().max(100).optional() }) },
  responses: { 200: json(SearchState, "The index's state") },
});

const redrive = createRoute({
  method: "post",
  path: "/admin/search/redrive",
  tags,
  summary: "Send again what was tried to the end, and read again what may be read by now",
  description: "With `letter` only the message of that id.",
  middleware,
  request: { query: z.object({ letter: z.coerce.number().int().min(1).optional() }) },
  responses: { 200: json(SearchRedriven, "How many; up to 1,000 of each") },
});

const reindex = createRoute({
  method: "post",
  path: "/admin/search/reindex",
  tags,
  summary: "Make the index anew, by and by, while searching goes on with what is there",
  middleware,
  responses: {
    204: { description: "Every space is behind now. Up to 100 are begun at once; the cron finds the others" },
  },
});

export const adminSearchRoutes = router()
  .openapi(show, async (c) => {
    const { SEARCH } = c.env;
    const [counts, parked, deadLetters, behind] = await Promise.all([
      countIndex(SEARCH),
      listParked(SEARCH, c.req.valid("query").reason, LISTED),
      listDead(SEARCH, LISTED),
      listBehind(c.env),
    ]);
    return c.json({ ...counts, parked, deadLetters, behind }, 200);
  })
  .openapi(redrive, async (c) => {
    const { letter } = c.req.valid("query");
    const dead = await takeDead(c.env.SEARCH, REDRIVEN, Date.now(), letter);
    const { contents, spaces } =
      letter === undefined ? await unpark(c.env.SEARCH, REDRIVEN) : { contents: 0, spaces: [] };
    const messages = [...dead.flatMap(messageOf), ...spaces.map((space) => ({ space, seq: 0 }))];
    await sendIndexMessages(c.env, messages);
    return c.json({ messages: dead.length, contents }, 200);
  })
  .openapi(reindex, async (c) => {
    await raiseGeneration(c.env.SEARCH);
    // The cron would find these, too: they need not wait for it.
    const first = await listBehind(c.env);
    await sendIndexMessages(
      c.env,
      first.map(({ space, seq }) => ({ space, seq })),
    );
    return c.body(null, 204);
  });

async function listBehind(env: Env): Promise<SearchState["behind"]> {
  const behind: SearchState["behind"] = [];
  for (const name of shardNames(env)) {
    const shard = openShard(env, name, "first-unconstrained");
    for (let looked = 0, after = ""; looked < LOOKED_AT && behind.length < LISTED; looked += SPACES_A_PAGE) {
      const spaces = await readSpacesAfter(shard, after, SPACES_A_PAGE);
      const found = await findBehind(env.SEARCH, spaces);
      behind.push(...found.map(({ id, seq, indexed }) => ({ space: id, seq, indexed })));
      after = spaces.at(-1)?.id ?? "";
      if (spaces.length < SPACES_A_PAGE) break;
    }
  }
  return behind.slice(0, LISTED);
}

/** A dead letter's message as it was, whatever is wrong with it: nothing, where it is no JSON object. */
function messageOf(body: string): IndexMessage[] {
  const message: unknown = JSON.parse(body);
  return typeof message === "object" && message !== null ? [message as IndexMessage] : [];
}
