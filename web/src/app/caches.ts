/** The service worker's cache of previews; of the account, so forgotten at sign-out. */
export const PREVIEW_CACHE = "ledge-previews";
/** Thumbnails that this browser drew (SPEC H5), by where the server would have them; also of the account. */
export const DRAWN_CACHE = "ledge-drawn";
/** In which its library notes when each address in these caches was asked for: also of the account. */
export const EXPIRATION_DATABASE = "workbox-expiration";
/** Its cache of the app's files that are not needed at first. */
export const PART_CACHE = "ledge-parts";
