import type { Api } from "../api.ts";

/** Where chunks are sent to: an account, or a link that takes files. */
export type ChunkApi = Pick<Api, "openUpload" | "closeUpload" | "sendPack" | "sendChunks">;
