import type { Realm } from "../ports/sync-remote.ts";
import type { EntryType, Place } from "./entry.ts";
import type { Moving } from "./moving.ts";
import { claimLost } from "./plan/create.ts";
import { breakCircles } from "./plan/deadlock.ts";
import { decideEntry } from "./plan/decide.ts";
import { LostFiles } from "./plan/lost-files.ts";
import { Pass } from "./plan/pass.ts";
import { Reach } from "./plan/reach.ts";
import { RemoteDraft } from "./plan/remote-draft.ts";
import { RemovalAnswers } from "./plan/removed-here.ts";
import type { Exclusion } from "./scope.ts";
import type { TreeView } from "./trees.ts";
import type { Plan } from "./steps.ts";

/** What a plan goes by beside the trees. */
export interface PlanContext {
  /** The seq up to which what is of that realm is known whole. */
  readonly seqIn: (realm: Realm) => number;
  /** Whether this account may change nothing in that realm. */
  readonly isReadOnly: (realm: Realm) => boolean;
  /** What is on its way to another realm, by its node. */
  readonly moving: ReadonlyMap<string, Moving>;
  /** Whether the server is to be asked to move a node to another realm; else what is moved so here is made anew there. */
  readonly canMoveAcross: (id: string) => boolean;
  /** Shared folders of which it is not known yet what is in them. */
  readonly unlisted: ReadonlySet<string>;
  /** Nodes of which a step is being carried out: left alone. */
  readonly inFlight: ReadonlySet<string>;
  /** Nodes that failed and are not to be tried again yet, and why. */
  readonly resting: ReadonlyMap<string, string>;
  /** Whether what would be at that path is left out: by `.ledgeignore`, or by the choice of folders; null where it is not. */
  readonly exclusion: (path: string, type: EntryType, id: string) => Exclusion | null;
  /** Why this system cannot hold a name; null where it can. */
  readonly nameProblem: (name: string) => string | null;
  /** Why nothing can be put at a place here though no entry is there: something that is not synced is. Null where it can. */
  readonly obstacle: (place: Place) => string | null;
  /** Nodes whose local state could not be observed: no deletion, no change is read out of it. */
  readonly isUnreadable: (id: string) => boolean;
  /** The name that a losing edit gets: deterministic in its arguments, so that a step that was cut off finds its own work. */
  readonly conflictName: (name: string, type: EntryType, why: "conflict" | "case") => string;
  /** Whether this device had, or sent, that content as that version: what it has now is then an edit of it. */
  readonly isOwnVersion: (id: string, version: number, content: string) => boolean;
  /**
   * Whether these bytes were put in place here as a version after `after`, up to `newest`, and that was cut off before it
   * was recorded: then they are no edit.
   */
  readonly wasBrought: (id: string, after: number, newest: number, content: string) => boolean;
  readonly newId: () => string;
  /** Steps of a plan at most; what does not fit stays dirty. */
  readonly limit: number;
}

/** Pure. One and the same answer for the same trees and context, but for new ids. */
export type Planner = (view: TreeView, context: PlanContext) => Plan;

/** Decides every dirty entry, and whatever those hang on. */
export const plan: Planner = (view, context) => {
  const reach = new Reach(view, context);
  const removable = new RemovalAnswers();
  const pass = new Pass({
    view,
    context,
    reach,
    remote: new RemoteDraft(view),
    lost: new LostFiles(view, context, reach),
    removable,
    decide: decideEntry,
  });
  // First what missing files go on as (Y8), lest the folders that they were moved out of be removed with them.
  for (const id of view.dirty()) claimLost(pass, view.get(id));
  // Whatever else is planned, these go on.
  for (const id of context.moving.keys()) {
    if (view.get(id)) pass.decide(id);
    else pass.bookkeep({ type: "endMove", id });
  }
  for (const id of view.dirty()) {
    if (pass.isFull) break;
    pass.decide(id);
  }
  breakCircles(pass);
  return pass.finish();
};
