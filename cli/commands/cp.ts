import type { Command } from "commander";
import { relocateCommand } from "../relocate.ts";

/** `ledge cp`: copies on the server; no bytes travel. */
export function cpCommand(): Command {
  return relocateCommand("cp", "copy", "copy files and folders on the server; into TARGET where it is a folder");
}
