import { app } from "./app.ts";
import { commands } from "./commands.ts";
import { drive } from "./drive.ts";
import { errors } from "./errors.ts";
import { files } from "./files.ts";

/** The texts of the first load. English is the measure: other languages have the same keys. */
export const en = { app, commands, drive, errors, files };
