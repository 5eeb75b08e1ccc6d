import type { NewUpload } from "./upload-item.ts";
import { addUploads } from "./uploads.ts";

/** Asks for files of this machine, and uploads them into a folder of the drive. */
export function pickFiles(folder: string): void {
  pick(folder, false);
}

/** Asks for a folder of this machine, and uploads all of it. */
export function pickFolder(folder: string): void {
  pick(folder, true);
}

function pick(folder: string, isFolder: boolean): void {
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = true;
  input.webkitdirectory = isFolder;
  input.hidden = true;
  input.addEventListener("change", () => {
    void addUploads(folder, readChosen(input.files ?? []));
    input.remove();
  });
  input.addEventListener("cancel", () => input.remove());
  // Safari forgets inputs that are not in the document.
  document.body.append(input);
  input.click();
}

/** What an input of files chose; with a folder's, the paths below it. */
function readChosen(files: Iterable<File>): NewUpload[] {
  return [...files].map((file) => {
    const names = file.webkitRelativePath.split("/").filter((name) => name !== "");
    return { kind: "file", path: names.slice(0, -1), name: file.name, file };
  });
}
