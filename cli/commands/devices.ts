import { Command } from "commander";
import { ID_PATTERN } from "../../protocol/new-id.ts";
import type { Device } from "../../protocol/push.ts";
import { readMeta } from "../../client/ports/sqlite-tree-store.ts";
import { about, eachItem } from "../each-item.ts";
import { UsageError } from "../exit-codes.ts";
import { requireDisplayName } from "../inputs.ts";
import { formatTime, printable } from "../output.ts";
import { run } from "../run.ts";
import { readLink } from "../sync/link.ts";
import { statePath } from "../sync/linked-folder.ts";
import { registeredReplicas } from "../sync/registry.ts";

/** `ledge devices`: what syncs with this account. */
export function devicesCommand(): Command {
  return new Command("devices")
    .description("list what syncs with this account, last seen first; name or revoke it")
    .addCommand(renameCommand())
    .addCommand(revokeCommand())
    .addCommand(listCommand(), { isDefault: true });
}

function listCommand(): Command {
  return new Command("list").description("list devices, last seen first; * is this session's").action(
    run(async (context, _options: object) => {
      const devices = await (await context.api()).devices(context.signal);
      const here = await foldersHere(context.env);
      if (devices.length > 0)
        context.heading(`  ${"id".padEnd(26)}  last seen            ${"up to".padStart(8)}  name`);
      for (const device of devices) {
        const folder = here.get(device.id) ?? null;
        context.result({ ...device, folder }, printable(deviceLine(device, folder)));
      }
    }),
  );
}

function deviceLine(
  { id, name, platform, lastSeenAt, connected, seq, current }: Device,
  folder: string | null,
): string {
  const seen = (connected ? "connected" : formatTime(lastSeenAt)).padEnd(19);
  const far = String(seq ?? "-").padStart(8);
  return `${current ? "*" : " "} ${id}  ${seen}  ${far}  ${name} (${platform})${folder === null ? "" : `  ${folder}`}`;
}

/** The folders on this machine, by the device that each is. */
async function foldersHere(env: NodeJS.ProcessEnv): Promise<Map<string, string>> {
  const folders = new Map<string, string>();
  for (const { root } of await registeredReplicas(env)) {
    const link = readLink(readMeta(statePath(root)) ?? []);
    if (link) folders.set(link.device.id, root);
  }
  return folders;
}

function renameCommand(): Command {
  return new Command("rename")
    .description("name a device")
    .argument("<id>", "as `ledge devices` shows it")
    .argument("<name>")
    .action(
      run(async (context, id: string, text: string, _options: object) => {
        const name = requireDisplayName("the device's name", text);
        const api = await context.api();
        context.result(await about(id, api.renameDevice(requireDeviceId(id), name)), "");
      }),
    );
}

function revokeCommand(): Command {
  return new Command("revoke")
    .description("stop devices from syncing, and end the sessions that they use")
    .argument("<id...>", "as `ledge devices` shows them")
    .action(
      run(async (context, ids: string[], _options: object) => {
        const api = await context.api();
        await eachItem(context, ids, async (id) => {
          await about(id, api.revokeDevice(requireDeviceId(id)));
          context.result({ revoked: id }, "");
        });
      }),
    );
}

function requireDeviceId(text: string): string {
  if (!ID_PATTERN.test(text)) throw new UsageError(`${text} is not the id of a device: "ledge devices" shows them`);
  return text;
}
