/** Dockerfiles that are none, and those that were made to cost time. */
import { describe, expect, it } from "vitest";

import { parseDockerfile } from "../../../analyzers/dockerfile/parse.ts";
import { shellScript } from "../../../analyzers/dockerfile/shell.ts";
import { fixImage, imageOf } from "../../helpers/image/fixed-dockerfile.ts";
import { threadTime } from "../../helpers/thread-time.ts";

describe("the line at fault is named", () => {
  it.each([
    ["binary", "FROM a\n\0\u0001\u0002", "Dockerfile:2: it holds a NUL byte"],
    ["empty", "", "Dockerfile:1: it has no FROM"],
    ["nothing but comments", "# a\n# b\n", "Dockerfile:1: it has no FROM"],
    ["another language", "FROM a\nfunction x() {}\n", "Dockerfile:2: function is not an instruction"],
    ["a heredoc without end", "FROM a\nRUN <<EOF\necho 1\n", "Dockerfile:2: the heredoc <<EOF is never closed"],
    ["one of two heredocs without end", "FROM a\nCOPY <<A <<B /x/\na\nA\nb\n", "Dockerfile:2: the heredoc <<B is never closed"],
    ["FROM without an image", "FROM a\nFROM\n", "Dockerfile:2: FROM names no image"],
    ["an instruction before FROM", "ARG A\nRUN x\nFROM a\n", "Dockerfile:2: RUN stands before the first FROM"],
    ["too many flags", `FROM a\nRUN ${"--mount=x ".repeat(50_000)}true\n`, "Dockerfile:2: it has more than 1000 flags"],
    ["too many instructions", `FROM a\n${"RUN x\n".repeat(100_000)}`, "instructions"],
  ])("%s", async (_, text, message) => {
    await expect(parseDockerfile(text, "Dockerfile")).rejects.toThrow(message);
  });
});

describe("time grows with the length alone", () => {
  const shapes: [string, (size: number) => string][] = [
    ["a long line", (size) => `FROM a\nRUN echo ${"x".repeat(size)}\n`],
    ["dollars", (size) => `FROM a\nENV A=1\nRUN ${"$".repeat(size / 2)}\nCOPY ${"$A".repeat(size / 4)} /x\n`],
    ["nesting", (size) => `FROM a\nRUN ${"$(".repeat(size / 4)}\nRUN ${"if true; then ".repeat(size / 28)}\n`],
    ["quotes without end", (size) => `FROM a\nRUN ${"'\"`".repeat(size / 3)}\n`],
    ["continued lines", (size) => `FROM a\nRUN a \\\n${"b \\\n".repeat(size / 4)}c\n`],
    ["continued comments", (size) => `FROM a\nRUN a \\\n${"# b\n".repeat(size / 4)}c\n`],
    ["flags", (size) => `FROM a\n${`RUN ${"--mount=x ".repeat(100)}true\n`.repeat(size / 1000)}`],
    ["blanks", (size) => `FROM a\nRUN a${" ".repeat(size)}\\\n b\n`],
    ["backslashes", (size) => `FROM a\nRUN a${"\\ ".repeat(size / 2)}\n`],
    ["heredocs in a heredoc", (size) => `FROM a\nRUN <<A\n${"cat <<B\n".repeat(size / 8)}A\n`],
    [
      "heredocs of one instruction",
      (size) =>
        `FROM a\nCOPY ${Array.from({ length: size / 2000 }, (_, at) => `<<E${at}`).join(" ")} /x/\n${Array.from({ length: size / 2000 }, (_, at) => `E${at}\n`).join("")}`,
    ],
    [
      "variables of variables",
      (size) =>
        `FROM a\n${Array.from({ length: 100 }, (_, at) => `ENV A${at + 1}=$A${at}$A${at}`).join("\n")}\nCOPY $A100 /x${"y".repeat(size)}\n`,
    ],
  ];
  const cost = async (text: string): Promise<number> => {
    // Of this thread alone: other tests run beside it in the same process.
    const started = threadTime();
    const dockerfile = await parseDockerfile(text, "Dockerfile");
    for (const { instructions } of dockerfile.stages) for (const instruction of instructions) shellScript(dockerfile, instruction);
    await fixImage(text, imageOf("FROM a\n", { layers: {} }));
    return threadTime() - started;
  };

  it.each(shapes)("%s", async (_, shape) => {
    await cost(shape(4000));
    const [small, large] = [await cost(shape(30_000)), await cost(shape(240_000))];
    // Eight times the text: what grows with the square would take sixty-four times as long.
    expect(large).toBeLessThan(Math.max(small, 30) * 24);
  });
});
