/** The library's public face. */
export type { Analysis } from "../analyzers/analysis.ts";
export { BallastError, ExitStatus } from "./errors.ts";
export type { ErrorCode } from "./errors.ts";
export type { Image, Layer, TransportName } from "./image/image.ts";
