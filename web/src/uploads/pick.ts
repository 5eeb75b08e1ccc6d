import type { NewUpload } from "./upload-item.ts";

/** Asks for files of this machine, or for a folder. To be called by a click. */
export function pick(isFolder: boolean, take: (uploads: readonly NewUpload[]) => void): void {
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = true;
  input.webkitdirectory = isFolder;
  input.hidden = true;
  input.addEventListener("change", () => {
    take(readChosen(input.files ?? []));
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
