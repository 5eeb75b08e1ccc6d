import { Command, CommanderError } from "commander";
import manifest from "../package.json" with { type: "json" };
import { acceptCommand } from "./commands/accept.ts";
import { auditCommand } from "./commands/audit.ts";
import { conflictsCommand } from "./commands/conflicts.ts";
import { cpCommand } from "./commands/cp.ts";
import { declineCommand } from "./commands/decline.ts";
import { devicesCommand } from "./commands/devices.ts";
import { getCommand } from "./commands/get.ts";
import { invitationsCommand } from "./commands/invitations.ts";
import { inviteCommand } from "./commands/invite.ts";
import { leaveCommand } from "./commands/leave.ts";
import { loginCommand } from "./commands/login.ts";
import { logoutCommand } from "./commands/logout.ts";
import { linksCommand } from "./commands/links.ts";
import { lsCommand } from "./commands/ls.ts";
import { membersCommand } from "./commands/members.ts";
import { mkdirCommand } from "./commands/mkdir.ts";
import { mvCommand } from "./commands/mv.ts";
import { ownerCommand } from "./commands/owner.ts";
import { putCommand } from "./commands/put.ts";
import { restoreCommand } from "./commands/restore.ts";
import { rmCommand } from "./commands/rm.ts";
import { searchCommand } from "./commands/search.ts";
import { shareCommand } from "./commands/share.ts";
import { signupCommand } from "./commands/signup.ts";
import { statCommand } from "./commands/stat.ts";
import { statusCommand } from "./commands/status.ts";
import { syncCommand } from "./commands/sync.ts";
import { tokenCommand } from "./commands/token.ts";
import { trashCommand } from "./commands/trash.ts";
import { unlinkCommand } from "./commands/unlink.ts";
import { unshareCommand } from "./commands/unshare.ts";
import { versionsCommand } from "./commands/versions.ts";
import { whoamiCommand } from "./commands/whoami.ts";
import { EXIT, exitCodeOf, UsageError } from "./exit-codes.ts";
import { reportError } from "./report-error.ts";

/** All commands and their options; nothing runs until it parses. */
export function program(): Command {
  const ledge = new Command("ledge")
    .description("Files on a Ledge server. Remote paths begin at the root of your space: /photos/2026")
    // Not --version: the program's options are taken anywhere on the line, and `get` has one of that name.
    .version(manifest.version, "-V", "write the version")
    .option("--url <url>", "the server (default: LEDGE_URL, or the one signed in to)")
    .option("--json", "write results as JSON")
    .option("--progress", "show progress although stderr is no terminal")
    .option("--no-progress", "show no progress")
    .configureHelp({ subcommandTerm: (command) => `${command.name()} ${command.usage()}` });
  const commands = [
    signupCommand(),
    loginCommand(),
    logoutCommand(),
    whoamiCommand(),
    syncCommand(),
    statusCommand(),
    unlinkCommand(),
    conflictsCommand(),
    devicesCommand(),
    putCommand(),
    getCommand(),
    lsCommand(),
    searchCommand(),
    statCommand(),
    mkdirCommand(),
    mvCommand(),
    cpCommand(),
    rmCommand(),
    trashCommand(),
    restoreCommand(),
    versionsCommand(),
    shareCommand(),
    linksCommand(),
    inviteCommand(),
    membersCommand(),
    invitationsCommand(),
    acceptCommand(),
    declineCommand(),
    leaveCommand(),
    ownerCommand(),
    unshareCommand(),
    tokenCommand(),
    auditCommand(),
  ];
  for (const command of commands) ledge.addCommand(command);
  throwOnExit(ledge);
  return ledge;
}

/** Commander ends the process by itself otherwise, and with 1 for a wrong usage. */
function throwOnExit(command: Command): void {
  command.exitOverride().configureOutput({ outputError: () => undefined });
  for (const sub of command.commands) throwOnExit(sub);
}

/** Runs one command line. Sets the process's exit code; never rejects. */
export async function main(args: readonly string[]): Promise<void> {
  // `ledge ls | head` closes the pipe early: not an error.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : EXIT.failed));
  const json = args.includes("--json");
  try {
    const asked = args.length === 1 && args[0] === "--version" ? ["-V"] : args;
    await program().parseAsync(asked, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
      const isHelp = error.exitCode === 0 || error.code === "commander.help";
      if (!isHelp)
        reportError(
          new UsageError(`${error.message.replace(/^error: /, "").replace(/\n/g, " ")} (--help tells more)`),
          json,
        );
      return;
    }
    reportError(error, json);
    process.exitCode = exitCodeOf(error);
  }
}
