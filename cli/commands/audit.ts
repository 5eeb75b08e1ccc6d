import { Command } from "commander";
import type { AuditFinding, AuditProblem } from "../../protocol/audit.ts";
import type { CliContext } from "../context.ts";
import { requirePositive } from "../numbers.ts";
import { printable } from "../output.ts";
import { run } from "../run.ts";

interface AuditOptions {
  readonly repair?: boolean;
  readonly verify?: number;
}

/** No damage: the collector takes them away. */
const HARMLESS: ReadonlySet<AuditProblem> = new Set(["orphan_pack"]);
/** Packs that a step takes as missing; of more, the files that need them are not all named before they are repaired. */
const MOST_MISSING = 1_000;

/** `ledge audit`: the administrator's check that the server has all that it says it has. */
export function auditCommand(): Command {
  return new Command("audit")
    .description("check that the server has the bytes and counts that it says it has (administrator only)")
    .option("--repair", "correct counters, and have lost bytes sent again by whoever has them")
    .option(
      "--verify <packs>",
      "packs of each step of 250 that are read and authenticated, at most 16",
      requirePositive,
    )
    .action(
      run(async (context, { repair = false, verify = 0 }: AuditOptions) => {
        const findings = await audit(context, repair, verify);
        const left = findings.filter(({ problem, repaired }) => !repaired && !HARMLESS.has(problem));
        if (left.length > 0) context.failedSome();
      }),
    );
}

async function audit(context: CliContext, repair: boolean, verify: number): Promise<AuditFinding[]> {
  const api = await context.api();
  const findings: AuditFinding[] = [];
  const checked = { packs: 0, chunks: 0, accounts: 0 };
  for (let cursor: string | null | undefined; cursor !== null;) {
    const missing = findings
      .filter(({ problem, repaired }) => problem === "missing_pack" && !repaired)
      .map(({ what }) => what);
    const request = { repair, verify, missing: missing.slice(0, MOST_MISSING), ...(cursor && { cursor }) };
    const step = await api.auditStep(request, context.signal);
    for (const finding of step.findings) context.result(finding, printable(line(finding)));
    findings.push(...step.findings);
    checked.packs += step.checked.packs;
    checked.chunks += step.checked.chunks;
    checked.accounts += step.checked.accounts;
    cursor = step.next;
  }
  const repaired = findings.filter((finding) => finding.repaired).length;
  const counts = `${checked.packs} packs, ${checked.chunks} chunks and ${checked.accounts} accounts looked at`;
  context.note(`${counts}: ${findings.length} findings, ${repaired} repaired`);
  return findings;
}

function line({ problem, account, what, detail, repaired }: AuditFinding): string {
  const whose = account === null ? "" : ` (account ${account})`;
  return `${problem}  ${what}: ${detail}${whose}${repaired ? ", repaired" : ""}`;
}
