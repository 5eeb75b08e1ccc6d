import { nameProblem } from "../../../core/names.ts";
import { strings } from "../strings/strings.ts";

/** Why this cannot be a name, for a person; null where it can. */
export function nameText(name: string): string | null {
  if (nameProblem(name) === null) return null;
  if (name === "") return strings.files.nameEmpty;
  if (name === "." || name === "..") return strings.files.nameDots;
  if (name.includes("/")) return strings.files.nameSlash;
  if (/\p{Cc}/u.test(name) || !name.isWellFormed()) return strings.files.nameControl;
  return strings.files.nameLong;
}
