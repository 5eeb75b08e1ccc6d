import type { TreeView } from "./trees.ts";
import type { Plan } from "./steps.ts";

/** What a plan goes by beside the trees. */
export interface PlanContext {
  /** The seq up to which the remote tree is whole. */
  readonly seq: number;
  /** Nodes of which a step is being carried out: left alone. */
  readonly inFlight: ReadonlySet<string>;
  /** Nodes that failed and are not to be tried again yet, and why. */
  readonly resting: ReadonlyMap<string, string>;
  /** Why an entry at that path is not to be here: by `.ledgeignore`, or by the choice of folders. */
  readonly isExcluded: (path: string, type: "file" | "folder", id: string) => boolean;
  /** Why this system cannot hold a name; null where it can. */
  readonly nameProblem: (name: string) => string | null;
  /** Nodes whose local state could not be observed: no deletion, no change is read out of it. */
  readonly isUnreadable: (id: string) => boolean;
  /** The name that a losing edit gets: deterministic in its arguments, so that a step that was cut off finds its own work. */
  readonly conflictName: (name: string, type: "file" | "folder", why: "conflict" | "case") => string;
  readonly newId: () => string;
  /** Steps of a plan at most; what does not fit stays dirty. */
  readonly limit: number;
}

export type Planner = (view: TreeView, context: PlanContext) => Plan;
