import { z } from "zod";
import { Id } from "./ids.ts";
import { LocatedNode } from "./tree-reads.ts";
import { ChangesCursor, Millis } from "./tree.ts";

export const StarPage = z
  .object({
    /** Newest star first; only what is live. */
    stars: z.array(LocatedNode.extend({ starredAt: Millis })),
    next: z.string().nullable(),
    changesCursor: ChangesCursor,
  })
  .meta({ id: "StarPage" });
export type StarPage = z.infer<typeof StarPage>;

export const StarredIds = z
  .object({
    /** Newest star first. Some may be in the trash. */
    ids: z.array(Id),
  })
  .meta({ id: "StarredIds" });
export type StarredIds = z.infer<typeof StarredIds>;
