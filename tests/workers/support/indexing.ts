import { createExecutionContext, createMessageBatch, getQueueResult } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { SearchPage } from "../../../protocol/search.ts";
import type { Env, IndexMessage } from "../../../workers/env.ts";
import { consume } from "../../../workers/indexer/consumer.ts";
import type { TestAccount } from "./accounts.ts";

const bindings = env as unknown as Env;

/** Nothing is indexed but when a test says so: the server's own consumer would come to each commit about a second later. */
const QUIET = { send: () => Promise.resolve(), sendBatch: () => Promise.resolve() };
Object.assign(env, { INDEX_QUEUE: QUIET, INDEX_BULK_QUEUE: QUIET });

/** Has the spaces' changes indexed, as messages of their commits do. `index.with` does so with other bindings. */
export async function index(...spaces: readonly string[]): Promise<void> {
  await indexWith(bindings, ...spaces);
}
index.with = indexWith;

async function indexWith(bound: Env, ...spaces: readonly string[]): Promise<void> {
  const queues = { "ledge-index": spaces.map((space): IndexMessage => ({ space, seq: 1 })), "ledge-index-bulk": [] };
  const takes = (waiting: IndexMessage[]) =>
    ({
      send: (body: IndexMessage) => Promise.resolve(void waiting.push(body)),
      sendBatch: (sent: { body: IndexMessage }[]) =>
        Promise.resolve(void waiting.push(...sent.map(({ body }) => body))),
    }) as unknown as Queue<IndexMessage>;
  const INDEX_QUEUE = takes(queues["ledge-index"]);
  const INDEX_BULK_QUEUE = takes(queues["ledge-index-bulk"]);
  for (; Object.values(queues).some((waiting) => waiting.length > 0); await scheduler.wait(1)) {
    for (const [queue, waiting] of Object.entries(queues)) {
      const messages = waiting.splice(0).map((body, i) => ({ id: `m${i}`, timestamp: new Date(0), attempts: 1, body }));
      if (messages.length === 0) continue;
      const batch = createMessageBatch<IndexMessage>(queue, messages);
      await consume(batch, { ...bound, INDEX_QUEUE, INDEX_BULK_QUEUE });
      const { retryMessages } = await getQueueResult(batch, createExecutionContext());
      if (retryMessages.length > 0) throw new Error("a message is to be sent again");
    }
  }
}

/** One page; throws on a problem. */
export async function searchPage(
  account: TestAccount,
  q: string,
  request: { cursor?: string; limit?: number } = {},
): Promise<SearchPage> {
  const entries = Object.entries({ q, ...request }).map(([name, value]) => [name, String(value)]);
  const answer = await account.api(`/search?${new URLSearchParams(entries).toString()}`);
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  return answer.json();
}

/** The names of all that a search finds, in its order. */
export async function namesFound(account: TestAccount, q: string, limit = 50): Promise<string[]> {
  const names: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await searchPage(account, q, { limit, ...(cursor !== undefined && { cursor }) });
    names.push(...page.hits.map(({ node }) => node.name));
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return names;
}
