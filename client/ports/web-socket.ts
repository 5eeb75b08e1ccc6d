/** What happens to a socket. */
export interface SocketEvents {
  readonly onOpen: () => void;
  /** Text, or something else that is no message. */
  readonly onMessage: (data: unknown) => void;
  /** Called once, also where it could not be opened. */
  readonly onClose: (code: number, reason: string) => void;
}

export interface Socket {
  /** Throws where it is not open yet. */
  send(text: string): void;
  close(): void;
}

/** Begins to open a WebSocket. What it needs to be let in is in the address: browsers set no headers. */
export type OpenSocket = (address: string, events: SocketEvents) => Socket;
