import type { SyncOutcome } from "../../client/sync/engine.ts";
import type { SyncStatus } from "../../client/sync/status.ts";
import type { CliContext } from "../context.ts";
import { EXIT } from "../exit-codes.ts";
import { plural } from "../output.ts";
import { waitingLine } from "./waiting-line.ts";

const MOST_NAMED = 20;

/** Says how `sync --once` ended, and sets the exit code: 1 where something failed or waits, 7 where there is no server. */
export function endOnce(context: CliContext, { ended, status }: SyncOutcome): void {
  const unfinished = status.waiting;
  context.result({ type: "ended", ended, status }, "");
  for (const [path, why] of status.problems) context.note(`left alone ${path}: ${why}`);
  for (const each of unfinished.slice(0, MOST_NAMED)) context.note(waitingLine(each));
  if (unfinished.length > MOST_NAMED) context.note(`and ${plural(unfinished.length - MOST_NAMED, "more")}`);
  if (status.brake) context.note(brakeHint(status.brake));
  if (ended === "offline") {
    context.note(`the server cannot be reached: ${status.offline ?? "no answer"}`);
    context.failedSome(EXIT.server);
  } else if (unfinished.length > 0 || status.brake) context.failedSome();
}

export function brakeHint({ remote, local }: NonNullable<SyncStatus["brake"]>): string {
  return (
    `a mass deletion is held back (${remote} on the server, ${local} here): ` +
    "--deletions confirm carries it out, --deletions undo takes it back"
  );
}
