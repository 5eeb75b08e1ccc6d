import type { Command } from "commander";
import { relocateCommand } from "../relocate.ts";

/** `ledge mv`: renames, or moves into a folder. */
export function mvCommand(): Command {
  return relocateCommand("mv", "move", "move or rename; into TARGET where it is a folder");
}
