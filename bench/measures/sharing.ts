import type { Measure } from "../support/measure.ts";
import { guestListing, guestListingBill } from "../sharing/guest-listing.ts";
import { sharedChange, sharedChangeBill } from "../sharing/shared-change.ts";

/** A change in a folder that many people have, and a link that many entries are behind. */
export const sharing: Measure = {
  name: "sharing",
  title: "A change in a folder of 50 members, and a link to 10,000 entries",
  async run(servers) {
    const { url } = await servers.ledge();
    const times = [...(await sharedChange(url)), ...(await guestListing(url))];
    const { url: metered } = await servers.metered();
    return [...times, ...(await sharedChangeBill(metered)), ...(await guestListingBill(metered))];
  },
};
