/** After each installation: see support/link-cli.mjs. */
import { linkCli } from "./support/link-cli.mjs";

linkCli();
