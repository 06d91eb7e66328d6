import { setImmediate as turn } from "node:timers/promises";

import { describe, expect, it } from "vitest";

import { eachOf, limiter } from "../../src/base/limit.ts";

/** Tasks that each take a few turns, and the most of them that ran at once. */
function counted() {
  const seen = { most: 0, order: [] as number[] };
  let running = 0;
  const task = async (name: number): Promise<number> => {
    seen.order.push(name);
    running += 1;
    seen.most = Math.max(seen.most, running);
    for (let turns = 0; turns <= name % 4; turns += 1) await turn();
    running -= 1;
    return name;
  };
  return { seen, task };
}

const names = Array.from({ length: 30 }, (_, index) => index);

describe("a limiter", () => {
  it("runs so many at once and no more, in the order they came, also those that come while others wait", async () => {
    const { seen, task } = counted();
    const limit = limiter(3);
    const first = names.slice(0, 20).map((name) => limit(() => task(name)));
    await first[5];
    const later = names.slice(20).map((name) => limit(() => task(name)));
    expect(await Promise.all([...first, ...later])).toEqual(names);
    expect(seen).toEqual({ most: 3, order: names });
  });

  it("gives the place of a task that failed to the next", async () => {
    const limit = limiter(1);
    const failing = limit(() => Promise.reject(new Error("no")));
    const next = limit(async () => "done");
    await expect(failing).rejects.toThrow("no");
    expect(await next).toBe("done");
  });
});

describe("eachOf", () => {
  it("works with so many at once, and asks for no item before there is room", async () => {
    const { seen, task } = counted();
    let asked = 0;
    let ahead = 0;
    let done = 0;
    const items = function* (): Generator<number> {
      for (const name of names) {
        asked += 1;
        ahead = Math.max(ahead, asked - done);
        yield name;
      }
    };
    await eachOf(items(), 4, async (name) => {
      await task(name);
      done += 1;
    });
    expect(seen.most).toBe(4);
    expect(ahead).toBeLessThanOrEqual(5);
    expect(done).toBe(names.length);
  });

  it("ends with the first error, when what had begun is done", async () => {
    const ended: number[] = [];
    const work = async (name: number): Promise<void> => {
      await turn();
      if (name === 1) throw new Error("item 1");
      await turn();
      ended.push(name);
    };
    await expect(eachOf(names, 3, work)).rejects.toThrow("item 1");
    expect(ended).toContain(2);
    expect(ended.length).toBeLessThan(6);
  });
});
