import type { SpaceApi } from "../../../../client/space-api.ts";
import type { ChunkApi } from "../../../../client/upload/chunk-api.ts";

/** What uploads ask of the server: an account's API, or that of a link that takes files. */
export type UploadApi = ChunkApi & Pick<SpaceApi, "commit" | "node">;
