import { app } from "./api/app.ts";
import { consume } from "./indexer/consumer.ts";
import { everyFiveMinutes } from "./indexer/every-five-minutes.ts";
import type { Env, IndexMessage } from "./env.ts";

export { AttemptGate } from "./sync-do/attempt-gate.ts";
export { UserSync } from "./sync-do/user-sync.ts";

export default {
  fetch: app.fetch,
  queue: consume,
  scheduled: everyFiveMinutes,
} satisfies ExportedHandler<Env, IndexMessage>;
