import { basename, dirname, resolve } from "node:path";
import { Command } from "commander";
import {
  Downloader,
  remoteFile,
  type DownloadIssue,
  type DownloadOptions,
  type DownloadSummary,
} from "../../client/download/downloader.ts";
import type { RemoteFile } from "../../client/download/fetch-file.ts";
import type { SpaceApi } from "../../client/space-api.ts";
import { LedgeError } from "../../protocol/errors.ts";
import type { Node } from "../../protocol/tree.ts";
import type { CliContext } from "../context.ts";
import { exitCodeOfFailures, UsageError } from "../exit-codes.ts";
import { requirePositive } from "../numbers.ts";
import { inside, parseRemotePath, requireLocated, type Located, type RemotePath } from "../remote-path.ts";
import { run } from "../run.ts";
import { getSummary } from "../summaries.ts";

interface GetOptions {
  readonly version?: number;
  readonly checksum?: boolean;
}

/** `ledge get`: as `cp -r`, from the server to here. */
export function getCommand(): Command {
  return new Command("get")
    .description("download a file or folder, as cp -r does; run it again to go on where it stopped")
    .argument("<remote>", "on the server")
    .argument("[local]", "where to", ".")
    .option("--version <n>", "an older version of a file", requirePositive)
    .option("--checksum", "fetch files even where size and time say that they are unchanged")
    .action(
      run(async (context, remotePath: string, local: string, options: GetOptions) => {
        const remote = parseRemotePath(remotePath);
        const api = await context.api();
        const located = await requireLocated(api, remote);
        const { node } = located;
        context.whenInterrupted("What was fetched is kept: run the same command again to go on");
        const target = await localTarget(context, remote, node, local);
        const { api: space, folder } = inside(api, located);
        const from = { api: space, node: { ...node, id: folder }, inSpace: (id: string) => api.inSpace(id) };
        await download(context, from, target, options);
      }),
    );
}

/** The local path that the node gets, by the rules of `cp -r`; see docs/cli.md. */
async function localTarget(context: CliContext, remote: RemotePath, node: Node, local: string): Promise<string> {
  const { files } = context;
  const there = await files.stat(local, { follow: true });
  if (remote.wantsContents || remote.name === "") return local;
  const inside = there?.type === "folder" || /[/\\]$/.test(local);
  if (!inside) {
    const above = dirname(resolve(local));
    if ((await files.stat(above, { follow: true }))?.type !== "folder")
      throw new UsageError(`${above}: no such folder`);
    if (node.type === "folder" && there === null) {
      // By then the target is a folder that is there, and the same command would fetch this one into it.
      context.whenInterrupted(
        `What was fetched is kept: run the same command with "${remote.path}/." in place of "${remote.path}" to go on`,
      );
    }
    return local;
  }
  if (there === null) throw new UsageError(`${local}: no such folder`);
  const problem = files.nameProblem(node.name);
  if (problem !== null)
    throw new UsageError(`"${node.name}" cannot be kept here: the name ${problem}; say another one`);
  return files.join(local, node.name);
}

async function download(
  context: CliContext,
  { api, node, inSpace }: Located & Pick<DownloadOptions, "inSpace">,
  target: string,
  options: GetOptions,
): Promise<void> {
  const began = Date.now();
  const failures: DownloadIssue[] = [];
  let latest: Readonly<DownloadSummary> | null = null;
  const downloader = new Downloader({
    api,
    inSpace,
    files: context.files,
    hashing: context.hashing,
    checksum: options.checksum === true,
    signal: context.signal,
    onProgress: (summary) => (latest = summary),
    onIssue: (issue) => {
      failures.push(issue);
      context.note(`ledge: ${issue.path}: ${issue.message}`);
    },
  });
  const state = () => ({
    files: (latest?.files ?? 0) + (latest?.skipped ?? 0),
    bytes: latest?.bytes ?? 0,
    totalFiles: latest?.foundFiles ?? null,
    totalBytes: latest?.foundBytes ?? null,
  });
  const whole = resolve(target);
  const summary = await context.withProgress(state, async () => {
    if (node.type === "folder") return downloader.tree(node, whole);
    return downloader.file(await chosenVersion(api, node, options.version), dirname(whole), basename(whole));
  });
  const seconds = (Date.now() - began) / 1000;
  context.result({ ...summary, seconds, failures }, getSummary(summary, seconds));
  if (summary.failed > 0) context.failedSome(exitCodeOfFailures(failures));
}

async function chosenVersion(api: SpaceApi, node: Node, version: number | undefined): Promise<RemoteFile> {
  if (version === undefined || version === node.version) return remoteFile(node);
  for await (const entry of api.versions(node.id)) {
    if (entry.version === version) return { ...entry, node: node.id };
  }
  throw new LedgeError("not_found", `${node.name} has no version ${version}`);
}
