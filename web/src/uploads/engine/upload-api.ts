import type { Api } from "../../../../client/api.ts";
import type { ChunkApi } from "../../../../client/upload/chunk-api.ts";

/** What uploads ask of the server: an account's API, or that of a link that takes files. */
export type UploadApi = ChunkApi & Pick<Api, "commit" | "node">;
