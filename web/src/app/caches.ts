/** The service worker's cache of previews; of the account, so forgotten at sign-out. */
export const PREVIEW_CACHE = "ledge-previews";
/** Its cache of the app's files that are not needed at first. */
export const PART_CACHE = "ledge-parts";
