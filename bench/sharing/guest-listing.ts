import { HttpClient } from "../../client/http.ts";
import { systemClock } from "../../client/ports/system-clock.ts";
import { SharedApi } from "../../client/shared.ts";
import { billed } from "../support/billed.ts";
import { fillFolder, type LedgeAccount, makeFolder, signUp } from "../support/ledge-account.ts";
import type { Figure } from "../support/measure.ts";
import { metered } from "../support/meter-client.ts";
import { percentile } from "../support/percentile.ts";
import { alternate, medianRatio, seconds } from "../support/timing.ts";

const ENTRIES = 10_000;
const PAGES_ROUNDS = 61;
const WHOLE_ROUNDS = 15;

interface OpenFolder {
  readonly owner: LedgeAccount;
  readonly guest: SharedApi;
  readonly folder: string;
}

/** A guest's first look at a large folder, beside its owner's; and all of it, page after page. */
export async function guestListing(url: string): Promise<Figure[]> {
  const place = await largeLinkedFolder(url);
  const by = { guest: pageOfGuest(place), owner: pageOfOwner(place) };
  const first = await compare(PAGES_ROUNDS, by.guest, by.owner);
  const opened = await compare(PAGES_ROUNDS, openedByGuest(place), by.owner);
  const whole = await compare(WHOLE_ROUNDS, wholeOf(by.guest), wholeOf(by.owner));
  return [
    ...figures("first page of 1,000, to a guest", first),
    ...figures("link opened and first page, to a guest", opened),
    ...figures(`all ${ENTRIES.toLocaleString("en")} entries, to a guest`, whole),
  ];
}

/** The rows and requests of the same. */
export async function guestListingBill(url: string): Promise<Figure[]> {
  const place = await largeLinkedFolder(url);
  const by = { guest: pageOfGuest(place), owner: pageOfOwner(place) };
  const bill = async (name: string, work: () => Promise<unknown>) => billed(name, await metered(url, work));
  return [
    await bill("link opened by a guest", () => place.guest.open()),
    await bill("first page of 1,000, to a guest", by.guest),
    await bill("first page of 1,000, to the owner", by.owner),
    await bill("all 10,000 entries, to a guest", wholeOf(by.guest)),
    await bill("all 10,000 entries, to the owner", wholeOf(by.owner)),
  ];
}

async function largeLinkedFolder(url: string): Promise<OpenFolder> {
  const owner = await signUp(url);
  const folder = await makeFolder(owner, owner.root, "linked");
  await fillFolder(owner, folder, ENTRIES);
  const link = await owner.api.share(folder);
  const token = decodeURIComponent(link.url.slice(link.url.lastIndexOf("/") + 1));
  const http = new HttpClient({ baseUrl: url, clock: systemClock, random: Math.random });
  return { owner, guest: new SharedApi(http, token), folder };
}

/** A page of 1,000 by name; answers where the next one begins. */
type ReadPage = (cursor?: string) => Promise<{ readonly nodes: readonly unknown[]; readonly next: string | null }>;

function pageOfGuest({ guest }: OpenFolder): ReadPage {
  return (cursor) => guest.childrenPage({ cursor });
}

function pageOfOwner({ owner, folder }: OpenFolder): ReadPage {
  return (cursor) => owner.api.childrenPage(folder, { cursor });
}

function openedByGuest({ guest }: OpenFolder): () => Promise<unknown> {
  return async () => {
    await guest.open();
    return guest.childrenPage();
  };
}

function wholeOf(read: ReadPage): () => Promise<void> {
  return async () => {
    let [count, cursor] = [0, undefined as string | undefined];
    do {
      const { nodes, next } = await read(cursor);
      count += nodes.length;
      cursor = next ?? undefined;
    } while (cursor !== undefined);
    if (count !== ENTRIES) throw new Error(`${count} entries of ${ENTRIES} were listed`);
  };
}

async function compare(rounds: number, a: () => Promise<unknown>, b: () => Promise<unknown>) {
  const timed = (work: () => Promise<unknown>) => async () => 1_000 * (await seconds(work));
  await alternate(2, timed(a), timed(b));
  return alternate(rounds, timed(a), timed(b));
}

/** The guest's beside the owner's: at the median, and at p99. */
function figures(name: string, { a, b }: { readonly a: readonly number[]; readonly b: readonly number[] }): Figure[] {
  const at = (share: number) => ({
    value: percentile(a, share),
    reference: { name: "owner's", value: percentile(b, share) },
  });
  return [
    { name, unit: "ms, p50", ...at(0.5), ratio: medianRatio({ a, b }) },
    { name, unit: "ms, p99", ...at(0.99) },
  ];
}
