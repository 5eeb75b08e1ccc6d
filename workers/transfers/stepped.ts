import type { TransferChanges } from "../storage/directory-transfers.ts";
import type { Progress } from "./progress.ts";

/** What a step came to: to be written down in one piece. */
export type Stepped = Omit<TransferChanges, "progress"> & { readonly progress: Progress };

/** Somebody else has the transfer by now, or it was cancelled: what this runner knows of it is out of date. */
export class Superseded extends Error {}
