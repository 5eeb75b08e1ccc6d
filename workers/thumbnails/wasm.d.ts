/** What the bundler makes of the import of a WebAssembly file: compiled, not instantiated. */
declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}
