import { z } from "zod";

/** What the routes that take a link's secret, and no account, have in common. */

export const tags = ["shared"];

/** None: a link asks for no account. */
export const security: Record<string, string[]>[] = [];

/** The last part of a link's address: the secret, and what stands before it. */
export const ShareParams = z.object({
  token: z.string().meta({
    description: "The link's secret, as its address ends: with or without the readable name and the dot before it",
    example: "holidays.Zm9vYmFyYmF6cXV4Y29ycmdl",
  }),
});
