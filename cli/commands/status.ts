import { Command } from "commander";
import { EXIT, UsageError } from "../exit-codes.ts";
import { printable } from "../output.ts";
import { run } from "../run.ts";
import { leaveAnswer, type Answer } from "../sync/answer.ts";
import { chosenReplicas, reportOf, type ReplicaReport } from "../sync/replica-report.ts";
import { reportLines } from "../sync/report-lines.ts";

interface StatusOptions {
  readonly confirmDeletions?: boolean;
  readonly undoDeletions?: boolean;
}

/** `ledge status`: what the folders in sync are at, what waits and why; answers the brake. */
export function statusCommand(): Command {
  return new Command("status")
    .description("what the folders in sync are at; with DIR, what waits there, and why")
    .argument("[dir]", "a folder in sync (default: all on this machine)")
    .option("--confirm-deletions", "carry out the mass deletion that is held back")
    .option("--undo-deletions", "take it back: what is gone comes again")
    .action(
      run(async (context, folder: string | undefined, options: StatusOptions) => {
        const answer = answerOf(options);
        if (answer && folder === undefined) throw new UsageError("say which folder is meant");
        const replicas = await chosenReplicas(context, folder);
        if (replicas.length === 0) context.hint('no folder is in sync: "ledge sync DIR" begins it');
        for (const replica of replicas) {
          const report = reportOf(replica);
          if (answer) return giveAnswer(report, answer);
          const lines = reportLines(report, { isWhole: folder !== undefined });
          context.result(report, lines.map(printable).join("\n"));
          if (report.isLost && folder !== undefined) context.failedSome(EXIT.notFound);
        }
      }),
    );
}

function answerOf({ confirmDeletions, undoDeletions }: StatusOptions): Answer["deletions"] | null {
  if (confirmDeletions && undoDeletions) throw new UsageError("either confirm the deletions or undo them");
  if (confirmDeletions) return "confirm";
  return undoDeletions ? "undo" : null;
}

async function giveAnswer({ root, running, status }: ReplicaReport, deletions: Answer["deletions"]): Promise<void> {
  if (!running) throw new UsageError(`no process syncs ${root}: "ledge sync ${root} --deletions ${deletions}"`);
  if (!status?.brake) throw new UsageError(`no deletion is held back in ${root}`);
  await leaveAnswer(root, { deletions, brake: status.brake });
}
