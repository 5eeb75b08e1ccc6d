import { OpenAPIHono } from "@hono/zod-openapi";
import { LedgeError } from "../../protocol/errors.ts";
import type { AppContext } from "./context.ts";
import { problem } from "./problem.ts";

/** A router whose validation failures are `invalid_request` problems. Every route file makes its routes on one. */
export function router(): OpenAPIHono<AppContext> {
  return new OpenAPIHono<AppContext>({
    defaultHook: (result, c) => {
      if (result.success) return;
      const issues = result.error.issues
        .slice(0, 20)
        .map((issue) => ({ path: issue.path.join("."), message: issue.message }));
      return problem(
        c,
        new LedgeError("invalid_request", issues[0] && [issues[0].path, issues[0].message].filter(Boolean).join(": "), {
          issues,
        }),
      );
    },
  });
}
