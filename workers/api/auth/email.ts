import { z } from "@hono/zod-openapi";

/** An email address, as its owner may type it; kept in lower case. */
export const Email = z.email().max(254).meta({ example: "ada@example.org" });
