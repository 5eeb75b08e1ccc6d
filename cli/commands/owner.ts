import { Command, Option } from "commander";
import { LedgeError } from "../../protocol/errors.ts";
import type { SharedSpace } from "../../protocol/members.ts";
import { TransfersApi } from "../../client/transfers.ts";
import type { CliContext } from "../context.ts";
import { about } from "../each-item.ts";
import { UsageError } from "../exit-codes.ts";
import { requireDone, withTransferProgress } from "../move-across.ts";
import { printable } from "../output.ts";
import { findPerson, sharedFolder, type SharedFolder } from "../people.ts";
import { run } from "../run.ts";

interface OwnerOptions {
  readonly accept?: boolean;
  readonly decline?: boolean;
  readonly withdraw?: boolean;
}

/** `ledge owner`: whose a shared folder is; offers it to a member, and answers such an offer. */
export function ownerCommand(): Command {
  return new Command("owner")
    .description("tell whose a shared folder is and whom it is offered to; offer yours to a member, or answer an offer")
    .argument("<path>", "a folder on the server")
    .argument("[email]", "a member whom your folder is offered to: once accepted, it is theirs")
    .addOption(new Option("--accept", "have it, as it is offered to you").conflicts(["decline", "withdraw"]))
    .addOption(new Option("--decline", "do not").conflicts(["accept", "withdraw"]))
    .addOption(new Option("--withdraw", "take your offer back").conflicts(["accept", "decline"]))
    .action(
      run(async (context, path: string, email: string | undefined, options: OwnerOptions) => {
        const isAnswer = options.accept || options.decline || options.withdraw;
        if (email !== undefined && isAnswer) throw new UsageError("say whom it is offered to, or answer an offer");
        const shared = await sharedFolder(context, path);
        if (email !== undefined) return offer(context, shared, email);
        if (options.accept) return accept(context, shared);
        if (options.decline || options.withdraw) return end(context, shared);
        show(context, await spaceOf(context, shared));
      }),
    );
}

async function spaceOf(context: CliContext, { folder, path }: SharedFolder): Promise<SharedSpace> {
  const api = await context.api();
  const space = (await api.spaces(context.signal)).find(({ id }) => id === folder);
  if (!space) throw new LedgeError("not_found", `${path} is not shared with anybody`);
  return space;
}

function show(context: CliContext, { owner, role, offer }: SharedSpace): void {
  const lines = [`${owner.email}  ${owner.name}`];
  if (offer) lines.push(role === "owner" ? `offered to ${offer.to.email}  ${offer.to.name}` : "offered to you");
  context.result({ owner, offer }, lines.map(printable).join("\n"));
}

async function offer(context: CliContext, shared: SharedFolder, email: string): Promise<void> {
  const { people, folder, path } = shared;
  const found = await findPerson(shared, email);
  if (!("member" in found))
    throw new LedgeError("not_found", `${email} has not accepted the invitation to ${path} yet`);
  await about(path, people.offerFolder(folder, found.member.person.id));
  context.result({ offered: folder, to: found.member.person }, "");
  context.hint(`It stays yours until they accept; "ledge owner ${path} --withdraw" takes it back`);
}

async function end(context: CliContext, { people, folder, path }: SharedFolder): Promise<void> {
  await about(path, people.endOffer(folder));
  context.result({ ended: folder }, "");
}

async function accept(context: CliContext, { people, folder, path }: SharedFolder): Promise<void> {
  const api = await context.api();
  const transfers = new TransfersApi(api.http, context.clock);
  const begun = await about(path, people.acceptFolder(folder));
  context.whenInterrupted("It goes on by itself: the folder is yours when all of it was copied");
  const { signal } = context;
  const ended = await withTransferProgress(context, (onProgress) =>
    begun.state === "copying" ? transfers.wait(begun.id, { signal, onProgress }) : Promise.resolve(begun),
  );
  requireDone(ended);
  context.result(ended, `It is yours: ${(await api.node(folder)).path}`);
}
