/**
 * Pictures of 96 × 64 pixels in four quarters: red, green; blue, white. As tests/support/pictures.ts makes them with sharp,
 * which does not run in workerd.
 */
export const PICTURES = {
  jpeg: bytesOf(
    "/9j/2wBDAAYEBQYFBAYGBQYHBwYIChAKCgkJChQODwwQFxQYGBcUFhYaHSUfGhsjHBYWICwgIyYnKSopGR8tMC0oMCUoKSj/2wBDAQcHBwoIChMKChMo" +
      "GhYaKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCj/wAARCABAAGADASIAAhEBAxEB/8QAFwABAQEBAAAAAAAA" +
      "AAAAAAAAAAcJCP/EABQQAQAAAAAAAAAAAAAAAAAAAAD/xAAZAQEAAwEBAAAAAAAAAAAAAAAABQYICQf/xAAUEQEAAAAAAAAAAAAAAAAAAAAA/9oADAMB" +
      "AAIRAxEAPwCdAKc0iAAAAsQCoOegAAACOgLe6FgAAALEAqDnoAAAA5eAbxexAAAANLQGbkwAAAAzSAaRQ4AAADS0Bm5MAAAAP//Z",
  ),
  png: bytesOf(
    "iVBORw0KGgoAAAANSUhEUgAAAGAAAABACAMAAADS6oI8AAAADFBMVEUAAP//////AAAA/wBefPahAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAATUlEQVRY" +
      "he3QsQnAQBDAsEuy/84ZwVzx8IW0gMHzLn1LI1AsShYli5JFyaJkUbIoWZQsumDR1rMkkCxKFiWLkkXJomRRsihZlCxKxxf9GkskAc+xulkAAAAASUVO" +
      "RK5CYII=",
  ),
  webp: bytesOf(
    "UklGRp4AAABXRUJQVlA4IJIAAAAwBwCdASpgAEAAPm0uk0YkIqGhLUgAgA2JQQ4AMdr4f4B+JO2i8Q/ET9XeMC7Z5n4CptwLHv1kZIMJbpyh2N2lRFAA" +
      "/i8txLwD7eKTq5AOPr4tjkk6feM5HxiMFh1fbjVmI/i8C6wVZEOjlZplw1uCq7IVr6DEEkmgne7YcFSnBczEj7lXDve3V8MT3Er8OKAAAA==",
  ),
  gif: bytesOf(
    "R0lGODlhYABAAIIAAExpcQD/AP8AAP///wAA/wAAAAAAAAAAACH5BAUAAAAALAAAAABgAEAAAAP/KLrc/jCuQKu9OOtdpf+gwo1kSYVoOplse6rw585l" +
      "bEd0vt18o/+XnlAALAaGPSMQyVP+mDenDmqT5qgxKw0L0864Kq8LnBK3yCgzCx1Sm9ggdw3ukZPodTsHL9Hv+RB+O4APghqEhYYYiA6Ki4wMjkGQK5Iv" +
      "lESWl5Sam5CdR5iZmqKjlgSoqaqrrK2ur6kDsrO0tba3uLmzsLy9vqi6wcLDsr/Gx7HEysvFyM69zNHDz9Sv0te51dqr2N212+AE3uMD4dvk3uba6N3q" +
      "1ezY7tTw1/LP9NL2zvjR+sj8zPwdA7hMoDGCygz+QkhMoS+G0xzygihM4kSKuizCwphRLqMrjtk8tgKJS+RIkrZMskKZUqUqlt9cJoPZTKY4mjVl4szp" +
      "cmc5mzdxAg1KMwEAOw==",
  ),
} as const;

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
