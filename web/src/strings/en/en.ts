import { app } from "./app.ts";
import { commands } from "./commands.ts";
import { drive } from "./drive.ts";
import { entry } from "./entry.ts";
import { errors } from "./errors.ts";
import { files } from "./files.ts";
import { settings } from "./settings.ts";
import { uploads } from "./uploads.ts";
import { viewer } from "./viewer.ts";

export const en = { app, commands, drive, entry, errors, files, settings, uploads, viewer };
