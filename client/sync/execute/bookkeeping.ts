import type { BookkeepingStep } from "../steps.ts";
import type { TreeStore } from "../../ports/tree-store.ts";
import type { Trees } from "../trees.ts";
import { agree } from "./context.ts";
import { MovingNodes } from "../moving.ts";
import { takeMoved } from "./take-moved.ts";

/** Carries out all changes of a plan to the trees alone, in order and in one transaction. */
export function keepBooks(trees: Trees, store: TreeStore, steps: readonly BookkeepingStep[]): void {
  trees.transaction(() => {
    for (const step of steps) keepBook(trees, store, step);
  });
}

function keepBook(trees: Trees, store: TreeStore, step: BookkeepingStep): void {
  const entry = trees.get(step.id);
  switch (step.type) {
    case "settle":
      agree({ trees, store }, step.id, step.synced);
      return;
    case "forget":
      trees.setLocal(step.id, null);
      trees.setSynced(step.id, null);
      if (!step.keepRemote) trees.setRemote(step.id, null);
      return;
    case "adopt": {
      const local = trees.get(step.from)?.local;
      if (!local) return;
      trees.setLocal(step.from, null);
      trees.setLocal(step.id, local);
      moveChildren(trees, step.from, step.id);
      return;
    }
    case "emigrate":
      if (!entry?.local || !entry.synced) return;
      trees.setLocal(step.id, null);
      trees.setSynced(step.id, { ...entry.synced, heir: step.as });
      trees.setLocal(step.as, entry.local);
      moveChildren(trees, step.id, step.as);
      return;
    case "takeMoved":
      takeMoved(trees, step.id, step.as);
      new MovingNodes(trees).remove(step.id);
      return;
    case "endMove":
      new MovingNodes(trees).remove(step.id);
      return;
    case "rebirth":
      if (!entry?.local) return;
      trees.setLocal(step.id, null);
      trees.setSynced(step.id, null);
      trees.setLocal(step.as, entry.local);
      moveChildren(trees, step.id, step.as);
  }
}

/** What lies in a folder here lies in the same folder under its other id. */
function moveChildren(trees: Trees, from: string, to: string): void {
  for (const child of trees.localChildren(from)) {
    if (child.local) trees.setLocal(child.id, { ...child.local, parent: to });
  }
}
