import type { Env, IndexMessage } from "../env.ts";

export async function consume(batch: MessageBatch<IndexMessage>, env: Env): Promise<void> { void batch; void env; }
export async function everyFiveMinutes(_controller: ScheduledController, env: Env): Promise<void> { void env; }
