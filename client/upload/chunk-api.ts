import type { SpaceApi } from "../space-api.ts";

/** Where chunks are sent to: an account, or a link that takes files. */
export type ChunkApi = Pick<SpaceApi, "openUpload" | "closeUpload" | "sendPack" | "sendChunks">;
