import type { Env, IndexMessage } from "../../workers/env.ts";
import ledge, { UserSync as LedgeUserSync } from "../../workers/index.ts";
import { asIndexer, count, readMeter, resetMeter } from "./meter.ts";
import { meterBindings } from "./metered-bindings.ts";

export { AttemptGate, ShareGate } from "../../workers/index.ts";

/** The product's object, with what it calls counted. Locally it runs in the Worker's own isolate, so one meter has all. */
export class UserSync extends LedgeUserSync {
  constructor(state: DurableObjectState, env: Env) {
    meterBindings(env);
    super(state, env);
  }
}

/** The product, unchanged, plus `GET /__meter` and `POST /__meter/reset`. */
export default {
  fetch(request, env, context) {
    const { pathname } = new URL(request.url);
    if (pathname === "/__meter") return Response.json(readMeter());
    if (pathname === "/__meter/reset") {
      resetMeter();
      return new Response(null, { status: 204 });
    }
    meterBindings(env);
    count("workerRequests");
    return ledge.fetch(request, env, context);
  },
  queue(batch, env) {
    meterBindings(env);
    return asIndexer(() => ledge.queue(batch, env));
  },
} satisfies ExportedHandler<Env, IndexMessage>;
