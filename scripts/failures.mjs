/**
 * A reporter for vitest: writes what failed into the file that BALLAST_FAILURES names (file > test, where, the first lines of why), for whoever
 * started vitest to end with: of a long log, often only the end is kept.
 */
import { writeFileSync } from "node:fs";
import { relative } from "node:path";
import process from "node:process";
import { stripVTControlCharacters } from "node:util";

const linesOfEach = 24;

// oxlint-disable-next-line import/no-default-export -- what vitest takes of a reporter's file
export default class Failures {
  /**
   * @param {readonly import("vitest/node").TestModule[]} modules
   * @param {readonly import("vitest/node").SerializedError[]} unhandled what no test threw, but fails the run
   */
  onTestRunEnd(modules, unhandled) {
    const failures = modules.flatMap((module) => {
      const file = `${module.project.name}: ${module.relativeModuleId}`;
      const ofSuites = [module, ...module.children.allSuites()].flatMap((suite) => told(nameIn(file, suite), suite.errors()));
      const ofTests = [...module.children.allTests("failed")].flatMap((test) => told(nameIn(file, test), test.result().errors));
      return [...ofSuites, ...ofTests];
    });
    failures.push(...told("outside of any test", unhandled));
    const path = process.env["BALLAST_FAILURES"];
    if (path !== undefined) writeFileSync(path, failures.join(""));
  }
}

/**
 * @param {string} file
 * @param {import("vitest/node").TestModule | import("vitest/node").TestSuite | import("vitest/node").TestCase} entity
 */
function nameIn(file, entity) {
  return entity.type === "module" ? file : `${file} > ${entity.fullName}`;
}

/**
 * @param {string} name
 * @param {readonly import("vitest/node").SerializedError[] | undefined} errors
 */
function told(name, errors) {
  return (errors ?? []).map((error) => {
    const frame = error.stacks?.find(({ file }) => !file.includes("/node_modules/"));
    const place = frame === undefined ? "" : `at ${relative(process.cwd(), frame.file)}:${frame.line}:${frame.column}\n`;
    const lines = `${place}${stripVTControlCharacters(error.message)}\n${stripVTControlCharacters(error.diff ?? "")}`.trimEnd().split("\n");
    const shown = lines.length > linesOfEach ? [...lines.slice(0, linesOfEach), "…"] : lines;
    return `FAILED ${name.replaceAll("\n", "\\n")}\n${shown.map((line) => `    ${line.slice(0, 300)}\n`).join("")}`;
  });
}
