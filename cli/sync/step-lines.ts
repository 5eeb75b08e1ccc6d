import type { Step } from "../../client/sync/steps.ts";
import { plural } from "../output.ts";

/** What a planned step would do, and why; null for mere bookkeeping. `isHere`: whether something is at the path. */
export function stepLine(step: Step, path: string, isHere: boolean): string | null {
  switch (step.type) {
    case "createFolder":
      return `mkdir up ${path}: new here`;
    case "createFile":
      return `up ${path}: new here`;
    case "updateFile":
      return `up ${path}: changed here`;
    case "moveRemote":
      return `move up ${path}: moved here`;
    case "moveAcross":
      return `move across ${path}: moved here to another shared folder, or out of one; with all versions`;
    case "trashRemote":
      return `delete up ${path}: gone here${step.nodes > 1 ? `, ${plural(step.nodes, "file")} and folders in all` : ""}`;
    case "makeFolder":
      return `mkdir down ${path}: new on the server`;
    case "fetch":
      return `down ${path}: ${isHere ? "changed" : "new"} on the server`;
    case "moveLocal":
      return `move down ${path}: becomes ${step.name}, ${step.why === "remote" ? "moved on the server" : "as the name is taken"}`;
    case "trashLocal":
      return `delete down ${path}: gone on the server`;
    case "setExecutable":
      return `mode down ${path}: executable bit changed on the server`;
    case "reconcile":
      return `merge ${path}: changed here and on the server; kept as ${step.name} where the changes overlap`;
    case "hash":
      return `compare ${path}: its bytes may be known already`;
    case "letGo":
      return `let alone ${path}: no longer shared with you`;
    case "emigrate":
      return `move ${path}: to another shared folder, or out of one: made anew there, then deleted where it was`;
    case "stage":
      return `move aside ${path}: things change places`;
    default:
      return null;
  }
}
