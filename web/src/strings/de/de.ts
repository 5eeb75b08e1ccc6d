import type { en } from "../en/en.ts";
import { app } from "./app.ts";
import { commands } from "./commands.ts";
import { drive } from "./drive.ts";
import { errors } from "./errors.ts";
import { files } from "./files.ts";

/** The texts of the first load. Whoever reads them is addressed as „Sie“, or not at all. */
export const de: typeof en = { app, commands, drive, errors, files };
