import { basename, join, resolve } from "node:path";
import { Command, Option } from "commander";
import type { Api } from "../../client/api.ts";
import type { SpaceApi } from "../../client/space-api.ts";
import { Uploader, type UploadIssue, type UploadSource, type UploadSummary } from "../../client/upload/uploader.ts";
import { LedgeError } from "../../protocol/errors.ts";
import type { Limits } from "../../protocol/limits.ts";
import type { CliContext } from "../context.ts";
import { exitCodeOfFailures, UsageError } from "../exit-codes.ts";
import { LocalTotals } from "../local-totals.ts";
import { ensureFolder, inside, locate, parseRemotePath, type RemotePath } from "../remote-path.ts";
import { requireOneTarget } from "../targets.ts";
import { run } from "../run.ts";
import { putSummary } from "../summaries.ts";

interface PutOptions {
  readonly onConflict: "replace" | "rename" | "fail";
  readonly checksum?: boolean;
  readonly followSymlinks?: boolean;
}

/** `ledge put`: as `cp -r`, from here to the server. */
export function putCommand(): Command {
  return new Command("put")
    .description("upload files and folders, as cp -r does; run it again to go on where it stopped")
    .usage("[options] <local...> <remote>")
    .argument("<local...>", "what, and last where to on the server")
    .addOption(
      new Option("--on-conflict <what>", "what to do with a file whose name is taken")
        .choices(["replace", "rename", "fail"])
        .default("replace"),
    )
    .option("--checksum", "read files even where size and time say that they are unchanged")
    .option("--follow-symlinks", "upload what symlinks point to")
    .action(
      run(async (context, paths: string[], options: PutOptions) => {
        const { sources, target } = requireOneTarget(paths);
        for (const path of sources) {
          if (!(await context.files.stat(path, { follow: true })))
            throw new UsageError(`${path}: no such file or folder`);
        }
        const api = await context.api();
        context.whenInterrupted("What was sent is kept: run the same command again to go on");
        const { space, placed } = await placeSources(context, api, sources, parseRemotePath(target));
        await upload(context, { api: space, limits: await api.limits(context.signal) }, placed, options);
      }),
    );
}

/** Says what goes where, and in which space, by the rules of `cp -r`; see docs/cli.md. */
async function placeSources(
  context: CliContext,
  api: Api,
  paths: readonly string[],
  target: RemotePath,
): Promise<{ space: SpaceApi; placed: UploadSource[] }> {
  const there = (await locate(api, target.path, context.signal))?.node;
  if (there?.type === "file" && (paths.length > 1 || target.wantsFolder)) {
    throw new LedgeError("not_a_folder", `${target.path} is a file`);
  }
  const placed: UploadSource[] = [];
  let space: SpaceApi = api;
  const folderAt = async (path: string): Promise<{ id: string; exists: true }> => {
    const into = inside(api, await ensureFolder(api, path));
    space = into.api;
    return { id: into.folder, exists: true };
  };
  for (const path of paths) {
    const isFolder = (await context.files.stat(path, { follow: true }))?.type === "folder";
    const contents = isFolder && /(^|[/\\])\.[/\\]?$/.test(path);
    if (isFolder && there?.type === "file") throw new LedgeError("not_a_folder", `${target.path} is a file`);
    if (contents) {
      placed.push({ path, parent: await folderAt(target.path), name: null, existing: null });
    } else if (there?.type === "folder" || target.wantsFolder || paths.length > 1) {
      const parent = await folderAt(target.path);
      const name = basename(resolve(path));
      const at = await locate(api, `${target.path === "/" ? "" : target.path}/${name}`, context.signal);
      placed.push({ path, parent, name, existing: at?.node ?? null });
    } else {
      const parent = await folderAt(target.parent);
      if (isFolder) {
        // By then the target is a folder that is there, and the same command would put this one into it.
        context.whenInterrupted(
          `What was sent is kept: run the same command with "${join(path, "/")}." in place of "${path}" to go on`,
        );
      }
      placed.push({ path, parent, name: target.name, existing: there ?? null });
    }
  }
  return { space, placed };
}

async function upload(
  context: CliContext,
  { api, limits }: { readonly api: SpaceApi; readonly limits: Limits },
  sources: readonly UploadSource[],
  options: PutOptions,
): Promise<void> {
  const began = Date.now();
  const issues: UploadIssue[] = [];
  const totals = new LocalTotals(
    context.files,
    sources.map(({ path }) => path),
    context.signal,
  );
  let latest: Readonly<UploadSummary> | null = null;
  const uploader = new Uploader(limits, {
    api,
    files: context.files,
    hashing: context.hashing,
    onConflict: options.onConflict,
    checksum: options.checksum === true,
    followSymlinks: options.followSymlinks === true,
    signal: context.signal,
    onProgress: (summary) => (latest = summary),
    onIssue: (issue) => {
      if (issue.severity === "failure") issues.push(issue);
      context.note(`ledge: ${issue.path}: ${issue.message}`);
    },
  });
  const state = () => ({
    files: (latest?.files ?? 0) + (latest?.skipped ?? 0),
    bytes: latest?.held ?? 0,
    totalFiles: totals.files,
    totalBytes: totals.bytes === null ? null : totals.bytes - (latest?.skippedBytes ?? 0),
  });
  const summary = await context.withProgress(state, () => {
    totals.begin();
    return uploader.run(sources);
  });
  const seconds = (Date.now() - began) / 1000;
  context.result({ ...summary, seconds, failures: issues }, putSummary(summary, seconds));
  if (summary.failed > 0) context.failedSome(exitCodeOfFailures(issues));
}
