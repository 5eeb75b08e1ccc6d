import type { admin } from "./en/admin.ts";
import type { en } from "./en/en.ts";
import type { entry } from "./en/entry.ts";
import type { guest } from "./en/guest.ts";
import type { people } from "./en/people.ts";
import type { search } from "./en/search.ts";
import type { settings } from "./en/settings.ts";
import type { sharing } from "./en/sharing.ts";
import type { transfers } from "./en/transfers.ts";
import type { uploads } from "./en/uploads.ts";
import type { viewer } from "./en/viewer.ts";

/** Texts that are loaded with their area. */
export interface Areas {
  admin: typeof admin;
  entry: typeof entry;
  guest: typeof guest;
  people: typeof people;
  search: typeof search;
  settings: typeof settings;
  sharing: typeof sharing;
  transfers: typeof transfers;
  uploads: typeof uploads;
  viewer: typeof viewer;
}

/** A language beside English: the same keys, each part fetched when it is needed. */
export interface Translation {
  readonly first: () => Promise<typeof en>;
  readonly areas: { readonly [A in keyof Areas]: () => Promise<Areas[A]> };
}

/** By BCP 47 tag, without a region. */
export const TRANSLATIONS: Readonly<Record<string, Translation>> = {
  de: {
    first: async () => (await import("./de/de.ts")).de,
    areas: {
      admin: async () => (await import("./de/admin.ts")).admin,
      entry: async () => (await import("./de/entry.ts")).entry,
      guest: async () => (await import("./de/guest.ts")).guest,
      people: async () => (await import("./de/people.ts")).people,
      search: async () => (await import("./de/search.ts")).search,
      settings: async () => (await import("./de/settings.ts")).settings,
      sharing: async () => (await import("./de/sharing.ts")).sharing,
      transfers: async () => (await import("./de/transfers.ts")).transfers,
      uploads: async () => (await import("./de/uploads.ts")).uploads,
      viewer: async () => (await import("./de/viewer.ts")).viewer,
    },
  },
};
