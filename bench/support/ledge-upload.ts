import { nodeFileSystem } from "../../client/ports/node-file-system.ts";
import { nodeHashing } from "../../client/ports/node-hashing.ts";
import { Uploader, type UploadSummary } from "../../client/upload/uploader.ts";
import type { LedgeAccount } from "./ledge-account.ts";

/**
 * Uploads what is in a local folder into a folder, through the SDK, as `ledge put` does.
 *
 * @throws Error where a file failed.
 */
export async function uploadFolder({ api }: LedgeAccount, path: string, folder: string): Promise<UploadSummary> {
  const issues: string[] = [];
  const uploader = new Uploader(await api.limits(), {
    api,
    files: nodeFileSystem,
    hashing: nodeHashing,
    onConflict: "replace",
    followSymlinks: false,
    checksum: true,
    onIssue: (issue) => issues.push(`${issue.path}: ${issue.message}`),
  });
  const summary = await uploader.run([{ path, parent: { id: folder, exists: true }, name: null, existing: null }]);
  if (issues.length > 0) throw new Error(`upload: ${issues.slice(0, 5).join("; ")}`);
  return summary;
}
