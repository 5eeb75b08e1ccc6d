import { app } from "./api/app.ts";
import { openPage } from "./api/pages.ts";
import { consume } from "./indexer/consumer.ts";
import { everyFiveMinutes } from "./indexer/every-five-minutes.ts";
import { consumeTransfers, isTransferBatch } from "./transfers/queue.ts";
import { consumeThumbnails, isThumbnailBatch } from "./thumbnails/queue.ts";
import type { Env, IndexMessage, ThumbnailMessage, TransferMessage } from "./env.ts";

export { AttemptGate } from "./sync-do/attempt-gate.ts";
export { ShareGate } from "./sync-do/share-gate.ts";
export { UserSync } from "./sync-do/user-sync.ts";

export default {
  fetch: (request, env, context) =>
    new URL(request.url).pathname.startsWith("/api/") ? app.fetch(request, env, context) : openPage(request, env),
  queue: (batch, env) => {
    if (isTransferBatch(batch)) return consumeTransfers(batch, env);
    if (isThumbnailBatch(batch)) return consumeThumbnails(batch, env);
    return consume(batch as MessageBatch<IndexMessage>, env);
  },
  scheduled: everyFiveMinutes,
} satisfies ExportedHandler<Env, IndexMessage | TransferMessage | ThumbnailMessage>;
