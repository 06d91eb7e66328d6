/** Whether this runs in a pipeline: `CI` is set to anything that does not mean no (`CI=woodpecker` counts). */
export function isCi(env: NodeJS.ProcessEnv): boolean {
  return !/^(?:0|f|false|no|off|)$/i.test(env["CI"] ?? "");
}
