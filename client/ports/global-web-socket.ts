import type { OpenSocket } from "./web-socket.ts";

/** The host's own WebSocket: in browsers, and in Node since version 22. */
export const globalWebSocket: OpenSocket = (address, { onOpen, onMessage, onClose }) => {
  const socket = new WebSocket(address);
  socket.addEventListener("open", () => onOpen());
  socket.addEventListener("message", ({ data }) => onMessage(data));
  socket.addEventListener("close", ({ code, reason }) => onClose(code, reason));
  return {
    send(text) {
      // Browsers log an error for what is sent on a socket that the other side has begun to close.
      if (socket.readyState < WebSocket.CLOSING) socket.send(text);
    },
    close: () => socket.close(),
  };
};
