import type { Step } from "../../client/sync/steps.ts";
import { NodeReplicaFiles } from "../../client/ports/node-replica-files.ts";
import type { CliContext } from "../context.ts";
import { plural, printable } from "../output.ts";
import { openLinkedFolder, type LinkRequest } from "./linked-folder.ts";
import { syncEngine } from "./session.ts";
import { waitingLine } from "./waiting-line.ts";

export async function previewSync(context: CliContext, request: LinkRequest): Promise<void> {
  const folder = await openLinkedFolder(context, request);
  try {
    const files = new NodeReplicaFiles(folder.root, folder.id);
    const limits = { up: undefined, down: undefined };
    const parts = { ...folder, files, watcher: null, limits, onEvent: () => undefined, signal: context.signal };
    const engine = await syncEngine(context, parts);
    const { plan, pathOf } = await engine.preview(context.signal);
    const steps: Step[] = [...plan.local, ...plan.upward];
    for (const step of steps) {
      const path = pathOf(step.id);
      context.result({ ...step, path }, printable(`${step.type} ${path}`));
    }
    for (const each of plan.waiting) {
      const path = pathOf(each.id);
      context.result({ ...each, path, type: "waiting" }, printable(waitingLine({ ...each, path })));
    }
    context.hint(plural(steps.length, "step"));
  } finally {
    folder.close();
  }
}
